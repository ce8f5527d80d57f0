"""The doctor tries out an encrypted file of its own, and counts those of people."""

from pathlib import Path

import pytest

from app.core.store.opening import open_store
from app.doctor.store import store
from tests.keyrings import HeldKeys


async def test_an_empty_workstation_can_keep_and_is_left_as_it_was(own_home: Path) -> None:
    said = await store()
    assert said.found == "encrypted; 0 people on this computer, 0.0 MB"
    assert not own_home.exists()  # noqa: ASYNC240


async def test_people_and_damaged_files_are_counted_without_names(own_home: Path) -> None:
    keys = HeldKeys()
    for name in ("a" * 32, "b" * 32):
        await (await open_store(own_home / "stores", keys, name)).store.close()
    (own_home / "stores" / f"{'b' * 32}.db").write_bytes(b"nothing" * 1000)
    opened = await open_store(own_home / "stores", keys, "b" * 32)
    await opened.store.close()
    said = await store()
    assert "2 people" in said.found
    assert "1 damaged set aside" in said.found
    assert "aaaa" not in said.found + said.advice
    assert not list(own_home.glob("doctor-*"))  # noqa: ASYNC240


async def test_a_place_that_cannot_be_written_fails(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VESTIBULE_HOME", "/proc")
    said = await store()
    assert said.found == "nothing can be kept here"
