"""The audit outlives kills, harmed files and a wipe, with several processes writing to it (AUD-02)."""

import asyncio
import os
import random
import shutil
import threading
import time
from contextlib import suppress
from itertools import pairwise
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from app.core.audit import first_fault, lost
from app.core.store.anchor import Anchor, read_anchor
from app.core.store.chain import LOST, Entry, Lines, Row, bring, entry_of, rows_of, seal_of
from app.core.store.database import connect, lines_in
from app.core.store.existing import NoKey, names_in, open_existing, read_audit
from app.core.store.fault import StoreFault
from app.core.store.opening import open_store
from app.core.store.store import Store, open_file
from app.core.store.thread import StoreThread
from tests.forked import everything, forks, running
from tests.keyrings import HeldKeys
from tests.until import until

__all__ = ["forks"]

KEY = bytes(range(32))
PAGE = 4096
ROUNDS = 40


@pytest.fixture
def keys() -> HeldKeys:
    return HeldKeys()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "stores"


def note(store: Store, subject: object = 1) -> None:
    store.note(1.0, "u-1", "lock", f"{subject}", "ok")


async def used(folder: Path, keys: HeldKeys, lines: int = 300) -> list[Entry]:
    """A closed store with so many lines, an action and a draft; the lines."""
    store = (await open_store(folder, keys, "me")).store
    store.add_action("a", "queued", b"1")
    store.put_draft("place", "typed")
    for number in range(lines):
        note(store, f"{number}" * 40)
    entries = await store.audit()
    await store.close()
    return entries


async def looked(folder: Path, keys: HeldKeys) -> list[Entry]:
    """The lines of a store whose audit holds."""
    entries, anchor = await read_audit(folder, keys, "me")
    assert anchor is not None
    assert first_fault(entries, anchor) is None
    return entries


def key_in(keys: HeldKeys) -> bytes:
    return bytes.fromhex(keys.held["store|me"])


def flip(path: Path, page: int) -> None:
    raw = bytearray(path.read_bytes())
    raw[page * PAGE + 2000] ^= 255
    path.write_bytes(raw)


def flip_lines(path: Path, key: bytes, which: int) -> None:
    """Damages the page that holds the line number `which` * 40, and so none of the first ones."""
    raw = path.read_bytes()
    for page in range(len(raw) // PAGE - 1, 1, -1):
        path.write_bytes(raw)
        flip(path, page)
        with suppress(StoreFault):
            connection = connect(path, key, is_checked=False)
            try:
                connection.execute("select line from audit where number = ?", (which * 40,)).fetchall()
            except dbapi2.DatabaseError:
                with suppress(dbapi2.DatabaseError):
                    connection.close()
                    connection = connect(path, key, is_checked=False)
                    connection.execute("select line from audit where number = 3").fetchall()
                    return
            finally:
                connection.close()
    raise AssertionError("no such page")


# -- harmed files


async def test_every_page_that_is_damaged_is_told_of_where_it_held_lines(folder, keys) -> None:
    before = await used(folder, keys)
    path = folder / "me.db"
    raw, held = path.read_bytes(), dict(keys.held)
    losses = set()
    for page in range(1, len(raw) // PAGE):
        shutil.rmtree(folder)
        folder.mkdir()
        keys.held = dict(held)
        path.write_bytes(raw)
        flip(path, page)
        opened = await open_store(folder, keys, "me")
        assert opened.set_aside is not None
        note(opened.store)
        await opened.store.close()
        entries = await looked(folder, keys)
        saved = [entry for entry in entries[:-1] if entry.what != LOST]
        assert saved == [entry for entry in before if entry in saved]
        assert lost(entries) == (0 if len(saved) == 300 else 300 - len(saved))
        assert sum(entry.what == LOST for entry in entries) == (len(saved) < 300)
        losses.add(lost(entries))
    assert losses > {0}


async def test_damage_after_damage_is_told_of_each_time(folder, keys) -> None:
    before = await used(folder, keys)
    for turn in range(1, 4):
        flip_lines(folder / "me.db", key_in(keys), turn)
        opened = await open_store(folder, keys, "me")
        assert opened.set_aside is not None
        await opened.store.close()
        entries = await looked(folder, keys)
        assert sum(entry.what == LOST for entry in entries) == turn
    assert lost(entries) == 303 - len(entries)
    assert [entry for entry in before if entry in entries] == [e for e in entries if e.what != LOST]


@pytest.mark.parametrize("kind", ["garbage", "half", "empty"])
async def test_a_file_of_which_little_is_left_says_so_from_then_on(folder, keys, kind) -> None:
    await used(folder, keys)
    path = folder / "me.db"
    raw = path.read_bytes()
    path.write_bytes({"garbage": os.urandom(len(raw)), "half": raw[: len(raw) // 2], "empty": b""}[kind])
    opened = await open_store(folder, keys, "me")
    assert opened.set_aside is not None
    # Anchored before anything else comes.
    entries = await looked(folder, keys)
    assert entries[-1].what == LOST
    assert (entries[-1].number, entries[-1].who) == (301, "-")
    note(opened.store)
    await opened.store.close()
    assert len(await looked(folder, keys)) == len(entries) + 1


async def test_a_file_whose_key_is_gone_is_told_of_and_so_is_its_coming_back(folder, keys) -> None:
    before = await used(folder, keys, 5)
    old = dict(keys.held)
    del keys.held["store|me"]
    opened = await open_store(folder, keys, "me")
    note(opened.store)
    await opened.store.close()
    entries = await looked(folder, keys)
    assert [(entry.number, entry.what) for entry in entries] == [(6, LOST), (7, "lock")]
    keys.held["store|me"] = old["store|me"]
    opened = await open_store(folder, keys, "me")
    note(opened.store)
    await opened.store.close()
    entries = await looked(folder, keys)
    assert entries[:5] == before
    assert [(entry.number, entry.what) for entry in entries[5:]] == [(8, LOST), (9, "lock")]


async def test_an_anchor_of_the_file_that_was_used_meanwhile_gives_way(folder, keys) -> None:
    before = await used(folder, keys, 5)
    old = dict(keys.held)
    keys.held.clear()
    opened = await open_store(folder, keys, "me")
    note(opened.store)
    await opened.store.close()
    assert [entry.number for entry in await looked(folder, keys)] == [2, 3]
    # The key comes back, and its anchor does not.
    keys.held["store|me"] = old["store|me"]
    await (await open_store(folder, keys, "me")).store.close()
    assert (await looked(folder, keys))[:5] == before


async def test_what_was_tampered_with_is_not_made_good_by_damage(folder, keys) -> None:
    await used(folder, keys, 100)
    path = folder / "me.db"
    connection = connect(path, key_in(keys))
    connection.execute("update audit set line = replace(line, 'u-1', 'u-2') where number = 3")
    connection.close()
    flip_lines(path, key_in(keys), 2)
    await (await open_store(folder, keys, "me")).store.close()
    fault = first_fault(*await read_audit(folder, keys, "me"))
    assert fault is not None
    assert (fault.kind, fault.number) == ("changed", 3)


@pytest.mark.parametrize("ending", ["", "-wal"])
@pytest.mark.parametrize("harm", [Path.unlink, lambda path: os.truncate(path, 0)])
async def test_a_file_that_is_harmed_in_use_keeps_its_chain(folder, keys, harm, ending) -> None:
    store = (await open_store(folder, keys, "me")).store
    for number in range(20):
        note(store, number)
    await store.flush()
    harm(folder / f"me.db{ending}")
    note(store, "behind")
    await store.flush()
    assert store.renewals == 1
    await store.close()
    entries = await looked(folder, keys)
    assert (len(entries), lost(entries)) == (21, 0)


async def test_an_audit_that_cannot_be_carried_over_is_told_of(folder, keys) -> None:
    await used(folder, keys)
    store = (await open_store(folder, keys, "me")).store
    assert (len(await store.actions()), len(await store.drafts())) == (1, 1)
    store.put_draft("place", "typed on")
    await store.flush()
    os.truncate(folder / "me.db", 0)
    note(store)
    await store.close()
    entries = await looked(folder, keys)
    assert [(entry.number, entry.what) for entry in entries] == [(301, LOST), (302, "lock")]


async def test_three_who_use_a_harmed_file_go_on_with_one_chain(folder, keys) -> None:
    stores = [(await open_store(folder, keys, "me")).store for _ in range(3)]
    for number, store in enumerate(stores):
        note(store, number)
        await store.flush()
        await store.audit()
    (folder / "me.db").unlink()
    for number, store in enumerate(stores):
        note(store, number)
        await store.flush()
    for store in stores:
        await store.close()
    entries = await looked(folder, keys)
    assert (len(entries), lost(entries)) == (6, 0)


# -- lines of another file


def chained(*subjects: str, after: Row | None = None) -> list[Row]:
    number, seal = (after.number, after.seal) if after else (0, "")
    rows = []
    for subject in subjects:
        number += 1
        entry = Entry(number, 1.0, "u-1", "lock", subject, "ok", "")
        seal = seal_of(seal, entry.line)
        rows.append(Row(number, entry.line, seal))
    return rows


def brought(own: list[Row], coming: list[Row], last: int = 0, *, is_whole: bool = True) -> list[Entry]:
    """The lines of a file to which others came."""
    connection = connect(None, b"")
    bring(connection, Lines(own, is_whole=True), 0)
    count = bring(connection, Lines(coming, is_whole), last)
    assert count == len([row for row in coming if row not in own])
    entries = [entry_of(row) for row in rows_of(connection)]
    connection.close()
    assert first_fault(entries, None) is None
    return entries


def test_what_is_there_already_comes_once_and_what_follows_goes_on() -> None:
    common = chained("1", "2", "3")
    more = chained("4", "5", after=common[-1])
    assert [entry.subject for entry in brought(common, common)] == ["1", "2", "3"]
    assert [entry.subject for entry in brought(common, common + more)] == ["1", "2", "3", "4", "5"]


def test_what_was_written_on_both_sides_is_kept_from_both() -> None:
    common = chained("1", "2")
    here, there = (chained(*subjects, after=common[-1]) for subjects in (("a", "b"), ("c", "d", "e")))
    entries = brought(common + here, common + there)
    subjects = [entry.subject for entry in entries if entry.what != LOST]
    assert subjects == ["1", "2", "a", "b", "c", "d", "e"]
    assert sum(entry.what == LOST for entry in entries) == 1
    # An anchor of either side holds.
    for row in here:
        assert first_fault(entries, Anchor(row.number, row.seal)) is None
    assert first_fault(entries, Anchor(there[-1].number, there[-1].seal)) is None


def test_nothing_is_said_where_nothing_is_lost() -> None:
    lines = chained("1", "2", "3")
    assert len(brought([], lines, 3)) == 3
    told = brought([], lines, 5)
    assert [entry.number for entry in told] == [1, 2, 3, 6]
    again = brought([], [Row(entry.number, entry.line, entry.seal) for entry in told], 6)
    assert again == told
    unread = brought([], [], is_whole=False)
    assert [(entry.number, entry.outcome) for entry in unread] == [(2, "lost-1")]


# -- wiping, memory, what is read beside a window


async def test_wiping_leaves_what_the_disk_has_not_taken_yet(tmp_path) -> None:
    store = await open_file(tmp_path / "a.db", KEY)
    held, go = threading.Event(), threading.Event()

    def hold(_connection: object) -> None:
        held.set()
        go.wait(10)

    holding = asyncio.ensure_future(store._thread.ask(hold, is_alone=True))
    await until(held.is_set)
    wiping = asyncio.ensure_future(store.wipe())
    await asyncio.sleep(0)
    note(store, 1)
    note(store, 2)
    go.set()
    await asyncio.gather(holding, wiping)
    await store.flush()
    assert [entry.subject for entry in await store.audit()] == ["1", "2"]
    await store.close()


def test_only_the_audit_is_not_taken_back() -> None:
    thread = StoreThread.__new__(StoreThread)
    thread._turn = threading.Condition()
    thread._unwritten = {("audit", "0"): print, ("draft", "a"): print}
    thread.take_back(but="audit")
    assert thread.unwritten() == {("audit", "0")}


async def test_a_store_in_memory_has_an_audit_and_no_anchor(keys) -> None:
    store = await open_file(None)
    note(store)
    entries = await store.audit()
    assert first_fault(entries, None) is None
    await store.close()
    assert keys.held == {}


async def test_reading_beside_a_window_changes_nothing(folder, keys) -> None:
    store = (await open_store(folder, keys, "me")).store
    for number in range(10):
        note(store, number)
        await store.flush()
        before = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".db-shm"}
        assert len((await read_audit(folder, keys, "me"))[0]) == number + 1
        assert {name: (folder / name).read_bytes() for name in before} == before
    await store.close()
    assert names_in(folder) == ["me"]


async def test_reading_what_a_crash_has_left_leaves_it_as_it_is(tmp_path) -> None:
    store = await open_file(tmp_path / "a.db", KEY)
    for number in range(10):
        note(store, number)
    await store.flush()
    left = tmp_path / "left"
    left.mkdir()
    for ending in ("", "-wal"):
        shutil.copy(tmp_path / f"a.db{ending}", left)
    await store.close()
    before = {path: path.read_bytes() for path in left.iterdir()}
    assert len(lines_in(left / "a.db", KEY)) == 10
    assert {path: path.read_bytes() for path in before} == before


async def test_what_cannot_be_read_is_said_and_nothing_is_made(folder, keys) -> None:
    await used(folder, keys, 1)
    path = folder / "me.db"
    for raw, reason in ((os.urandom(3 * PAGE), "damaged"), (None, "read_only")):
        path.unlink()
        if raw is not None:
            path.write_bytes(raw)
        with pytest.raises(StoreFault) as fault:
            await read_audit(folder, keys, "me")
        assert fault.value.reason == reason
        with pytest.raises(StoreFault):
            await open_existing(folder, keys, "me")
        assert path.exists() == (raw is not None)
    keys.held.clear()
    with pytest.raises(NoKey):
        await read_audit(folder, keys, "me")
    assert (keys.held, list(folder.glob("*damaged*"))) == ({}, [])


async def test_an_audit_of_a_newer_version_is_left_alone(folder, keys) -> None:
    await used(folder, keys, 1)
    connection = connect(folder / "me.db", key_in(keys))
    connection.execute("pragma user_version = 99")
    connection.close()
    with pytest.raises(StoreFault) as fault:
        await read_audit(folder, keys, "me")
    assert fault.value.reason == "newer"


# -- processes


def _note_until_killed(path: Path, turn: int, says: Connection) -> None:
    async def main() -> None:
        store = await open_file(path, KEY)
        number = 0
        while True:
            number += 1
            note(store, f"{turn}-{number}")
            await store.flush()
            says.send(f"{turn}-{number}")

    asyncio.run(main())


def test_lines_that_were_flushed_outlive_sigkill(tmp_path: Path, forks) -> None:
    chance = random.Random(5)
    path = tmp_path / "a.db"
    acknowledged: list[str] = []
    for turn in range(ROUNDS):
        with running(forks, _note_until_killed, path, turn) as (process, hears):
            acknowledged.append(hears.recv())
            time.sleep(chance.random() * 0.01)  # When it is killed is what is tried here.
            process.kill()
            acknowledged += everything(hears)
    entries = [entry_of(row) for row in lines_in(path, KEY)]
    assert len(acknowledged) > ROUNDS
    assert set(acknowledged) <= {entry.subject for entry in entries}
    assert first_fault(entries, Anchor(entries[-1].number, entries[-1].seal)) is None
    assert lost(entries) == 0


def _note_many(path: Path, who: int, go: Barrier, says: Connection) -> None:
    async def main() -> None:
        store = await open_file(path, KEY)
        for number in range(200):
            if number % 20 == 0:
                # Nobody is done before the other begins.
                go.wait(30)
            note(store, f"{who}-{number}")
            if number % 4 == who:
                await store.flush()
        await store.close()
        says.send("done")

    asyncio.run(main())


def test_two_processes_write_one_chain(tmp_path: Path, forks) -> None:
    path, go = tmp_path / "a.db", forks.Barrier(2)
    with (
        running(forks, _note_many, path, 0, go) as (_, first),
        running(forks, _note_many, path, 1, go) as (_, second),
    ):
        assert (first.recv(), second.recv()) == ("done", "done")
    entries = [entry_of(row) for row in lines_in(path, KEY)]
    assert (len(entries), first_fault(entries, None), lost(entries)) == (400, None, 0)
    for who in ("0", "1"):
        own = [int(entry.subject[2:]) for entry in entries if entry.subject.startswith(f"{who}-")]
        assert own == list(range(200))
    whose = [entry.subject[0] for entry in entries]
    assert sum(one != other for one, other in pairwise(whose)) >= 10


async def test_the_anchor_is_that_of_the_last_line(folder, keys) -> None:
    entries = await used(folder, keys, 3)
    assert await read_anchor(keys, "me") == Anchor(3, entries[-1].seal)
