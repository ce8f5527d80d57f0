"""A disk that is full, read-only or gone: said, kept in memory, and written once it can be. All real."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.store import thread
from app.core.store.database import locked
from app.core.store.fault import StoreFault
from app.core.store.opening import open_store
from app.core.store.store import open_file
from tests.keyrings import HeldKeys
from tests.until import until

KEY = bytes(32)
BIG = os.urandom(300_000).hex()


@pytest.fixture(autouse=True)
def soon(monkeypatch) -> None:
    monkeypatch.setattr(thread, "AGAIN_S", 0.02)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MB, of this test's own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() or not done("mount", "-t", "tmpfs", "-o", "size=2m", "vestibule", str(folder)):
        pytest.skip("needs the right to mount a disk")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def done(*command: str) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def mounted(folder: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", folder], check=True)


def filled(folder: Path) -> Path:
    """Leaves no room on the disk; remove the file to make some."""
    filling = folder / "filling"
    with filling.open("wb", buffering=0) as out:
        try:
            while out.write(bytes(4096)):
                pass
        except OSError:
            return filling
    raise AssertionError("it has no end")


async def test_a_full_disk_is_said_and_all_is_written_when_there_is_room(disk) -> None:
    store = await open_file(disk / "a.db", KEY)
    store.put_draft("before", "kept")
    await store.flush()
    heard: list[str | None] = []
    store.listen(lambda: heard.append(store.trouble and store.trouble.reason))
    filling = filled(disk)
    store.add_action("a", "queued", BIG.encode())
    store.save_action("a", "sending", BIG.encode() + b"2")
    store.save_action("a", "unknown", BIG.encode() + b"3")
    store.put_draft("note", BIG)
    store.put_draft("note", BIG + "newer")
    with pytest.raises(StoreFault) as fault:
        await store.flush()
    assert fault.value.reason == "full"
    await until(lambda: heard == ["full"])
    for question in (store.actions(), store.claim_action("a", "sent", b"", b"")):
        with pytest.raises(StoreFault):
            await question
    assert await store.drafts() == {"before": "kept"}
    filling.unlink()
    # Without being asked.
    await until(lambda: store.trouble is None)
    await until(lambda: heard == ["full", None])
    assert [(row.state, row.body[-1:]) for row in await store.actions()] == [("unknown", b"3")]
    assert await store.drafts() == {"before": "kept", "note": BIG + "newer"}
    await store.close()


async def test_closing_with_a_full_disk_ends(disk) -> None:
    store = await open_file(disk / "a.db", KEY)
    store.put_draft("before", "kept")
    await store.flush()
    filled(disk)
    store.put_draft("note", BIG)
    await asyncio.wait_for(store.close(), 5)
    (disk / "filling").unlink()
    store = await open_file(disk / "a.db", KEY)
    assert await store.drafts() == {"before": "kept"}
    await store.close()


async def test_what_is_small_enough_is_written_meanwhile(disk) -> None:
    store = await open_file(disk / "a.db", KEY)
    store.put_draft("too big", "x" * 4_000_000)
    store.put_draft("small", "y")
    with pytest.raises(StoreFault):
        await store.flush()
    assert await store.drafts() == {"small": "y"}
    store.drop_draft("too big")
    await store.flush()
    await store.close()


async def test_what_was_wiped_does_not_come_later(disk) -> None:
    store = await open_file(disk / "a.db", KEY)
    store.put_draft("too big", "x" * 4_000_000)
    with pytest.raises(StoreFault):
        await store.flush()
    await store.wipe()
    await store.flush()
    assert store.trouble is None
    await store.close()


async def test_a_full_disk_at_the_start_is_memory_alone(disk) -> None:
    filled(disk)
    opened = await open_store(disk, HeldKeys(), "me")
    assert opened.fault is not None
    assert opened.fault.reason == "full"
    assert not opened.store.is_kept
    opened.store.put_draft("a", "b")
    assert await opened.store.drafts() == {"a": "b"}
    await opened.store.close()


async def test_a_read_only_disk_is_memory_alone(disk) -> None:
    store = await open_file(disk / "a.db", KEY)
    store.put_draft("before", "kept")
    await store.close()
    mounted(disk, "ro")
    opened = await open_store(disk, HeldKeys(), "a")
    assert opened.fault is not None
    assert opened.fault.reason == "read_only"
    opened.store.put_draft("a", "b")
    assert await opened.store.drafts() == {"a": "b"}
    await opened.store.close()
    with pytest.raises(StoreFault) as fault:
        await open_file(disk / "a.db", KEY)
    assert fault.value.reason == "read_only"
    mounted(disk, "rw")
    store = await open_file(disk / "a.db", KEY)
    assert await store.drafts() == {"before": "kept"}
    await store.close()


async def test_files_that_may_not_be_written_any_more(tmp_path) -> None:
    store = await open_file(tmp_path / "a.db", KEY)
    store.put_draft("before", "kept")
    await store.flush()
    # Not the -shm: the system ends a process that writes to a mapped file that nobody may write to.
    files = [str(tmp_path / name) for name in ("a.db", "a.db-wal")]
    if not shutil.which("chattr") or not done("chattr", "+i", *files):
        pytest.skip("needs files that even their owner may not write")
    try:
        store.put_draft("after", "x")
        with pytest.raises(StoreFault) as fault:
            await store.flush()
        assert fault.value.reason in ("failed", "read_only")
        assert await store.drafts() == {"before": "kept"}
    finally:
        assert done("chattr", "-i", *files)
    await until(lambda: store.trouble is None)
    assert await store.drafts() == {"before": "kept", "after": "x"}
    await store.close()


async def test_a_deleted_file_is_made_again_with_all_that_cannot_be_asked_for(tmp_path) -> None:
    path = tmp_path / "stores" / "a.db"
    store = await open_file(path, KEY)
    store.add_action("a", "queued", b"1")
    store.put_draft("note", "typed before")
    store.note(1.0, "u-1", "checkin", "a", "kept")
    await store.keep_facts("visits", 1.0, lambda: [("1", b"one")])
    await store.flush()
    shutil.rmtree(path.parent)
    store.put_draft("other", "typed after")
    await store.flush()
    assert store.trouble is None
    await store.close()
    store = await open_file(path, KEY)
    assert await store.drafts() == {"note": "typed before", "other": "typed after"}
    assert [row.id for row in await store.actions()] == ["a"]
    assert len(await store.audit()) == 1
    await store.close()


def cut(path: Path) -> None:
    os.truncate(path, 0)


def copied(path: Path, to: Path) -> None:
    to.mkdir()
    for ending in ("", "-wal"):
        if path.with_name(path.name + ending).exists():
            shutil.copy(path.with_name(path.name + ending), to)


async def kept_after_a_kill(path: Path, to: Path) -> tuple[list[str], dict[str, str], int]:
    """What a start finds if the program is killed now: its files, without what memory has."""
    copied(path, to)
    store = await open_file(to / path.name, KEY)
    found = [row.id for row in await store.actions()], await store.drafts(), len(await store.facts("visits"))
    await store.close()
    return found


HARMS = [
    (harm, ending)
    for harm in (Path.unlink, cut)
    for ending in ("", "-wal", "-shm")
    if (harm, ending) != (cut, "-shm")
]


@pytest.mark.parametrize(("harm", "ending"), HARMS)
@pytest.mark.parametrize("is_new", [True, False])
async def test_a_file_or_journal_that_is_deleted_or_cut_in_use_loses_nothing(
    tmp_path, harm, ending, is_new
) -> None:
    path = tmp_path / "stores" / "a.db"
    if not is_new:
        await (await open_file(path, KEY)).close()
    store = await open_file(path, KEY)
    for number in range(5):
        store.add_action(f"{number}", "queued", b"1")
    store.drop_action("3")
    store.put_draft("note", "typed before")
    store.note(1.0, "u-1", "checkin", "0", "kept")
    await store.keep_facts("visits", 1.0, lambda: [("1", b"one"), ("2", b"two")])
    store.put_setting("confirmed", b"1")
    await store.flush()
    harm(path.with_name(path.name + ending))
    # As the outbox does each second.
    assert [row.id for row in await store.actions()] == ["0", "1", "2", "4"]
    expected = ["0", "1", "2", "4"], {"note": "typed before"}, 2
    assert await kept_after_a_kill(path, tmp_path / "first") == expected
    store.add_action("5", "queued", b"1")
    assert await store.claim_action("0", "sending", b"2", b"1")
    await store.flush()
    assert store.trouble is None
    assert await store.settings() == {"confirmed": b"1"}
    assert len(await store.audit()) == 1
    expected = ["0", "1", "2", "4", "5"], {"note": "typed before"}, 2
    assert await kept_after_a_kill(path, tmp_path / "second") == expected
    # Once is enough.
    assert len(list(path.parent.glob("*.damaged-*.db"))) <= 1
    await store.close()
    store = await open_file(path, KEY)
    assert [row.id for row in await store.actions()] == ["0", "1", "2", "4", "5"]
    await store.close()


@pytest.mark.parametrize(("harm", "ending"), HARMS)
async def test_all_who_use_a_harmed_file_go_on_in_the_same_new_one(tmp_path, harm, ending) -> None:
    path = tmp_path / "stores" / "a.db"
    stores = [await open_file(path, KEY) for _ in range(3)]
    for number, store in enumerate(stores):
        store.add_action(f"{number}", "queued", b"1")
        await store.flush()
    for store in stores:
        assert (len(await store.actions()), await store.drafts()) == (3, {})
    harm(path.with_name(path.name + ending))
    # The last writer first: of a journal that was cut, the others may not have read everything before.
    for number, store in enumerate(reversed(stores)):
        store.put_draft(f"{number}", "typed")
        await store.flush()
    for store in stores:
        assert sorted(row.id for row in await store.actions()) == ["0", "1", "2"]
        assert len(await store.drafts()) == 3
        assert store.trouble is None
    for store in stores:
        await store.close()
    assert len(list(path.parent.glob("*.damaged-*.db"))) <= 1
    store = await open_file(path, KEY)
    assert (len(await store.actions()), len(await store.drafts())) == (3, 3)
    await store.close()


@pytest.mark.parametrize("ending", ["", "-wal"])
async def test_one_that_is_cut_in_the_middle_of_a_write_loses_nothing(tmp_path, ending) -> None:
    path = tmp_path / "stores" / "a.db"
    store = await open_file(path, KEY)
    store.add_action("a", "queued", b"1")
    await store.flush()

    def bodies() -> list[tuple[str, bytes]]:
        cut(path.with_name(path.name + ending))
        return [("1", b"one")]

    await store.keep_facts("visits", 1.0, bodies)
    store.add_action("b", "queued", b"1")
    await store.flush()
    assert await kept_after_a_kill(path, tmp_path / "killed") == (["a", "b"], {}, 1)
    await store.close()


async def test_what_cannot_be_read_any_more_is_said(tmp_path) -> None:
    path = tmp_path / "stores" / "a.db"
    store = await open_file(path, KEY)
    store.add_action("a", "queued", b"1")
    store.put_draft("note", "typed before")
    await store.close()
    store = await open_file(path, KEY)
    # It has read nothing of it.
    cut(path)
    store.put_draft("other", "typed after")
    with pytest.raises(StoreFault):
        await store.flush()
    assert store.trouble is not None
    await store.close()


async def test_an_audit_that_cannot_be_read_does_not_hold_up_what_was_typed(tmp_path) -> None:
    path = tmp_path / "stores" / "a.db"
    store = await open_file(path, KEY)
    for number in range(200):
        store.note(1.0, "u-1", "checkin", f"{number}" * 100, "kept")
    store.add_action("a", "queued", b"1")
    store.put_draft("note", "typed before")
    await store.close()
    store = await open_file(path, KEY)
    # As at each start; without a journal nothing tells how long the file was.
    assert (len(await store.actions()), len(await store.drafts())) == (1, 1)
    store.put_draft("note", "typed on")
    await store.flush()
    cut(path)
    store.put_draft("other", "typed after")
    await store.flush()
    expected = ["a"], {"note": "typed on", "other": "typed after"}, 0
    assert await kept_after_a_kill(path, tmp_path / "killed") == expected
    await store.close()


@pytest.mark.parametrize("ending", ["", "-wal"])
async def test_one_that_is_deleted_right_before_the_end_loses_nothing(tmp_path, ending) -> None:
    path = tmp_path / "stores" / "a.db"
    store = await open_file(path, KEY)
    store.put_draft("note", "typed before")
    await store.flush()
    path.with_name(path.name + ending).unlink()
    await store.close()
    store = await open_file(path, KEY)
    assert await store.drafts() == {"note": "typed before"}
    await store.close()


async def test_one_that_cannot_be_made_again_is_said_until_it_can(tmp_path) -> None:
    path = tmp_path / "stores" / "a.db"
    store = await open_file(path, KEY)
    store.put_draft("note", "typed before")
    await store.flush()
    path.unlink()
    fresh = path.with_suffix(".fresh")
    fresh.mkdir()
    store.put_draft("other", "typed after")
    with pytest.raises(StoreFault):
        await store.flush()
    assert store.trouble is not None
    fresh.rmdir()
    await until(lambda: store.trouble is None)
    expected = {"note": "typed before", "other": "typed after"}
    assert await kept_after_a_kill(path, tmp_path / "killed") == ([], expected, 0)
    await store.close()


async def test_a_file_that_gets_smaller_by_our_own_wiping_is_not_harmed(tmp_path) -> None:
    path = tmp_path / "stores" / "a.db"
    store = await open_file(path, KEY)
    await store.keep_facts("visits", 1.0, lambda: [(f"{n}", os.urandom(5000)) for n in range(50)])
    await store.wipe()
    store.put_draft("note", "typed after")
    await store.flush()
    assert await store.drafts() == {"note": "typed after"}
    assert not list(path.parent.glob("*.damaged-*"))
    await store.close()


async def test_a_folder_that_is_gone_for_a_while(tmp_path) -> None:
    path = tmp_path / "stores" / "a.db"
    store = await open_file(path, KEY)
    store.put_draft("note", "typed before")
    await store.flush()
    path.parent.rename(tmp_path / "elsewhere")
    path.parent.write_text("in the way")
    store.put_draft("other", "typed after")
    with pytest.raises(StoreFault) as fault:
        await store.flush()
    assert fault.value.reason == "read_only"
    path.parent.unlink()
    (tmp_path / "elsewhere").rename(path.parent)
    await until(lambda: store.trouble is None)
    await store.close()
    store = await open_file(path, KEY)
    assert await store.drafts() == {"note": "typed before", "other": "typed after"}
    await store.close()


async def test_a_file_that_another_process_has_replaced_gets_what_this_one_knows(tmp_path) -> None:
    path = tmp_path / "a.db"
    store = await open_file(path, KEY)
    store.add_action("a", "queued", b"1")
    await store.flush()
    for ending in ("", "-wal", "-shm"):
        path.with_name("a.db" + ending).rename(tmp_path / ("aside.db" + ending))
    other = await open_file(path, KEY)
    other.add_action("b", "queued", b"2")
    await other.flush()
    store.add_action("c", "queued", b"3")
    await store.flush()
    assert sorted(row.id for row in await other.actions()) == ["a", "b", "c"]
    assert sorted(row.id for row in await store.actions()) == ["a", "b", "c"]
    await store.close()
    await other.close()


async def test_a_file_locked_by_somebody_else_ends_too(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("app.core.store.database._BUSY_MS", 50)
    path = tmp_path / "a.db"
    store, other = await open_file(path, KEY), await open_file(path, KEY)
    hold, held = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def bodies() -> list[tuple[str, bytes]]:
        loop.call_soon_threadsafe(held.set)
        asyncio.run_coroutine_threadsafe(hold.wait(), loop).result(10)
        return []

    holding = asyncio.ensure_future(other.keep_facts("visits", 1.0, bodies))
    await held.wait()
    for number in range(300):
        store.put_draft(f"{number}", "x")
    with pytest.raises(StoreFault) as fault:
        await store.flush()
    assert fault.value.reason == "failed"
    hold.set()
    await holding
    await until(lambda: store.trouble is None)
    assert len(await store.drafts()) == 300
    await store.close()
    await other.close()


async def test_an_opening_that_somebody_else_holds_is_waited_for(tmp_path) -> None:
    path = tmp_path / "a.db"
    lock = locked(path)
    opening = asyncio.ensure_future(open_file(path, KEY))
    done, _ = await asyncio.wait([opening], timeout=0.1)
    assert not done
    lock.release()
    await (await opening).close()
