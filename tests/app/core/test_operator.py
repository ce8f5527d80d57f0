"""What is done at the computer stands in the audit of everybody who works there."""

from pathlib import Path

from app.core.audit import Event
from app.core.operator import note_everywhere, operator
from app.core.store.existing import read_audit
from app.core.store.opening import open_store
from tests.keyrings import HeldKeys


async def test_it_is_noted_in_every_store_that_the_keyring_opens(tmp_path: Path) -> None:
    keys = HeldKeys()
    for name in ("one", "two", "three"):
        await (await open_store(tmp_path, keys, name)).store.close()
    del keys.held["store|two"]
    (tmp_path / "four.db").write_bytes(b"no database" * 500)
    await note_everywhere(keys, tmp_path, Event.SETTINGS_CHANGED, "app_keys_removed")
    for name in ("one", "three"):
        (line,), _ = await read_audit(tmp_path, keys, name)
        assert (line.who, line.what, line.outcome) == (operator(), "settings_changed", "app_keys_removed")


async def test_where_nobody_has_worked_nothing_is_noted(tmp_path: Path) -> None:
    await note_everywhere(HeldKeys(), tmp_path / "none", Event.SETTINGS_CHANGED)
    assert not (tmp_path / "none").exists()
