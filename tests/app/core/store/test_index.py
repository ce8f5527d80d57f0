"""Which audits there were is noted in the keyring, per folder, and within what a keyring takes (AUD-01)."""

from pathlib import Path

import pytest

from app.core.store import anchor as anchoring
from app.core.store.anchor import Anchor, Anchoring
from app.core.store.index import add_to_index, indexed
from app.core.store.opening import name_of, open_store
from tests.keyrings import HeldKeys
from tests.until import until

WINDOWS_TAKES = 1280


@pytest.fixture
def keys() -> HeldKeys:
    return HeldKeys()


async def used(folder: Path, keys: HeldKeys, name: str, lines: int = 1) -> None:
    store = (await open_store(folder, keys, name)).store
    for number in range(lines):
        store.note(1.0, "u-1", "lock", f"{number}", "ok")
    await store.close()


async def test_each_store_whose_audit_is_anchored_is_noted_with_its_folder(tmp_path, keys) -> None:
    await used(tmp_path / "one", keys, "me")
    await used(tmp_path / "one", keys, "you")
    await used(tmp_path / "two", keys, "me")
    assert await indexed(keys, tmp_path / "one") == {"me", "you"}
    assert await indexed(keys, tmp_path / "two") == {"me"}
    assert await indexed(keys, tmp_path / "one" / ".." / "two") == {"me"}
    assert await indexed(keys, tmp_path / "three") == set()


async def test_one_without_a_line_is_not(tmp_path, keys) -> None:
    await used(tmp_path, keys, "me", lines=0)
    assert await indexed(keys, tmp_path) == set()


async def test_one_that_was_overwritten_comes_back_with_the_next_line(tmp_path, keys) -> None:
    await used(tmp_path, keys, "me")
    for place in [place for place in keys.held if place.startswith("audits|")]:
        del keys.held[place]
    await used(tmp_path, keys, "me")
    assert await indexed(keys, tmp_path) == {"me"}


async def test_it_is_noted_also_where_the_anchor_stays_as_it_is(tmp_path, keys, monkeypatch) -> None:
    monkeypatch.setattr(anchoring, "SOON_S", 0.01)
    keys.held["audit|me"] = "1 a"

    async def last(_before: Anchor | None) -> tuple[Anchor | None, bool]:
        return Anchor(1, "a"), False

    anchors = Anchoring(keys, "me", last, tmp_path)
    anchors.wake()
    await until(lambda: any(place.startswith("audits|") for place in keys.held))
    await anchors.close()
    assert await indexed(keys, tmp_path) == {"me"}


async def test_hundreds_of_people_fit_into_any_keyring(tmp_path, keys) -> None:
    names = {name_of("https://a/", "clinic", f"{number}") for number in range(300)}
    for name in names:
        await add_to_index(keys, tmp_path, name)
        await add_to_index(keys, tmp_path, name)
    assert await indexed(keys, tmp_path) == names
    assert max(map(len, keys.held.values())) < WINDOWS_TAKES
    assert sum(len(each.split()) for each in keys.held.values()) == len(names)
    assert all(str(tmp_path) not in place for place in keys.held)
