"""What lies in a folder of stores, for who looks after the workstation (AUD-02)."""

import pytest

from app.core.audit import first_fault
from app.core.store.existing import names_in, open_existing, read_audit, set_aside_in
from app.core.store.index import indexed
from app.core.store.opening import forget_set_aside, open_store
from tests.keyrings import HeldKeys


@pytest.fixture
def keys() -> HeldKeys:
    return HeldKeys()


async def used(folder, keys: HeldKeys, lines: int = 3) -> None:
    store = (await open_store(folder, keys, "me")).store
    for number in range(lines):
        store.note(1.0, "u-1", "lock", f"{number}", "ok")
    await store.close()


async def test_a_new_file_that_lacks_its_name_yet_is_read_and_left_alone(tmp_path, keys) -> None:
    await used(tmp_path, keys)
    (tmp_path / "me.db").rename(tmp_path / "me.fresh")
    assert names_in(tmp_path) == ["me"]
    entries, anchor = await read_audit(tmp_path, keys, "me")
    assert (len(entries), first_fault(entries, anchor)) == (3, None)
    assert (tmp_path / "me.fresh").exists()
    assert not (tmp_path / "me.db").exists()
    # One beside a file that has the name is half made.
    await used(tmp_path, keys)
    (tmp_path / "me.fresh").write_bytes(b"half")
    assert len((await read_audit(tmp_path, keys, "me"))[0]) == 6


async def test_a_line_that_is_added_beside_a_window_notes_the_store_as_the_windows_do(tmp_path, keys) -> None:
    await used(tmp_path, keys, lines=0)
    assert await indexed(keys, tmp_path) == set()
    store = await open_existing(tmp_path, keys, "me")
    store.note(1.0, "uid-1", "audit_exported", "", "ok")
    await store.close()
    assert await indexed(keys, tmp_path) == {"me"}


async def test_what_was_set_aside_is_listed_by_its_store_until_it_is_removed(tmp_path, keys) -> None:
    await used(tmp_path, keys)
    (tmp_path / "me.db").write_bytes(b"nothing" * 1000)
    await used(tmp_path, keys)
    names = set_aside_in(tmp_path)
    assert list(names) == ["me"]
    assert [name for name in names["me"] if (tmp_path / name).exists()] == names["me"]
    assert len(names["me"]) == 1
    assert names_in(tmp_path) == ["me"]
    forget_set_aside(tmp_path / "me.db")
    assert set_aside_in(tmp_path) == {}
    assert names_in(tmp_path) == ["me"]


def test_a_folder_that_is_not_there_is_empty_and_one_that_cannot_be_read_is_not(tmp_path) -> None:
    assert (names_in(tmp_path / "none"), set_aside_in(tmp_path / "none")) == ([], {})
    (tmp_path / "file").write_text("")
    for look in (names_in, set_aside_in):
        with pytest.raises(OSError, match="directory"):
            look(tmp_path / "file")
