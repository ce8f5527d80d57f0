"""What is handed in is on the disk, encrypted, in order, and comes back as it was."""

import asyncio
import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from app.core.store import database, migrations
from app.core.store.database import connect
from app.core.store.fault import StoreFault
from app.core.store.store import KeptAction, Store, open_file

KEY = bytes(range(32))
MARKER = "Zaphod-Beeblebrox-555-0199"
ODD = "half \ud83d of an emoji, a NUL \0, ünï 漢"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "stores" / "person.db"


async def test_all_of_it_comes_back_after_a_restart(path) -> None:
    store = await open_file(path, KEY)
    store.add_action("a", "queued", b"1")
    store.save_action("a", "sending", b"2")
    store.add_action("b", "queued", b"3")
    store.add_action("gone", "queued", b"4")
    store.drop_action("gone")
    store.put_draft("note|1|plan", "rest")
    store.put_draft("note|2|plan", "none")
    store.drop_draft("note|2|plan")
    store.put_setting("me", b"\0\xff")
    store.note(5.0, "u-1", "checkin", "a", "kept")
    await store.keep_facts("visits", 7.0, lambda: [("1", b"one"), ("2", b"two")])
    await store.keep_facts("visits", 8.0, list, gone=["2"])
    await store.close()

    store = await open_file(path, KEY)
    assert await store.actions() == [KeptAction("a", "sending", b"2"), KeptAction("b", "queued", b"3")]
    assert await store.drafts() == {"note|1|plan": "rest"}
    assert await store.settings() == {"me": b"\0\xff"}
    assert [(e.number, e.at, e.who, e.what, e.subject, e.outcome) for e in await store.audit()] == [
        (1, 5.0, "u-1", "checkin", "a", "kept")
    ]
    assert [(fact.id, fact.at, fact.body) for fact in await store.facts("visits")] == [("1", 7.0, b"one")]
    assert await store.facts("rooms") == []
    await store.close()


async def test_nothing_can_be_read_without_the_key(path) -> None:
    store = await open_file(path, KEY)
    for number in range(50):
        store.add_action(f"{number} {MARKER}", "queued", MARKER.encode() * 300)
        store.put_draft(MARKER, MARKER)
        store.put_setting(MARKER, MARKER.encode())
        store.note(1.0, "u-1", MARKER, MARKER, MARKER)
        await store.keep_facts(MARKER, 1.0, lambda: [(MARKER, MARKER.encode() * 3000)])
        await store.flush()
    files = {found.name: found.read_bytes() for found in path.parent.iterdir()}
    assert {"person.db", "person.db-wal", "person.db-shm"} <= files.keys()
    assert not [name for name, body in files.items() if MARKER.encode() in body]
    assert not [name for name, body in files.items() if b"SQLite format" in body]

    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        sqlite3.connect(path).execute("select * from sqlite_master")
    with pytest.raises(StoreFault) as wrong:
        await open_file(path, bytes(32))
    assert wrong.value.reason == "damaged"
    assert len(await store.actions()) == 50
    await store.close()


async def test_files_are_for_their_owner_alone(path) -> None:
    store = await open_file(path, KEY)
    store.put_draft("a", "b")
    await store.flush()
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    modes = {found.suffix: stat.S_IMODE(found.stat().st_mode) for found in path.parent.iterdir()}
    assert modes == dict.fromkeys((".db", ".db-wal", ".db-shm", ".opening"), 0o600)
    await store.close()


async def test_any_text_survives(path) -> None:
    store = await open_file(path, KEY)
    store.put_draft(ODD, ODD)
    store.put_draft(ODD + "2", ODD)
    store.drop_draft(ODD + "2")
    store.add_action(ODD, "queued", b"body")
    store.note(1.0, "u-1", ODD, ODD, "kept")
    await store.keep_facts("visits", 1.0, lambda: [(ODD, b"fact")])
    await store.flush()
    assert await store.claim_action(ODD, "sent", b"", b"body")
    await store.close()
    store = await open_file(path, KEY)
    assert await store.drafts() == {ODD: ODD}
    assert await store.actions() == [KeptAction(ODD, "sent", b"")]
    assert [fact.id for fact in await store.facts("visits")] == [ODD]
    assert [(e.what, e.subject) for e in await store.audit()] == [(ODD, ODD)]
    await store.close()


async def test_memory_alone_works_alike_and_leaves_nothing(tmp_path) -> None:
    store = await open_file(None)
    assert not store.is_kept
    store.add_action("a", "queued", b"1")
    store.put_draft("a", "b")
    await store.keep_facts("visits", 1.0, lambda: [("1", b"one")])
    assert len(await store.actions()) == len(await store.facts("visits")) == len(await store.drafts()) == 1
    assert store.trouble is None
    await store.close()
    assert not list(tmp_path.rglob("*.db*"))


async def test_an_action_is_moved_only_from_where_it_stands(path) -> None:
    store = await open_file(path, KEY)
    store.add_action("a", "queued", b"1")
    store.add_action("a", "sent", b"another of the same id")
    assert not await store.claim_action("a", "sent", b"2", b"another of the same id")
    assert await store.claim_action("a", "sending", b"3", b"1")
    assert not await store.discard_action("a", b"1")
    assert not await store.claim_action("b", "sending", b"4", b"1")
    assert await store.actions() == [KeptAction("a", "sending", b"3")]
    assert await store.discard_action("a", b"3")
    store.save_action("a", "sent", b"does not come back")
    assert await store.actions() == []
    await store.close()


class Held:
    """Keeps the store's thread busy, so that what is handed in meanwhile waits."""

    def __init__(self, store: Store) -> None:
        self._began, self._free = threading.Event(), threading.Event()
        self._task = asyncio.ensure_future(store.keep_facts("held", 0.0, self._wait))

    def _wait(self) -> list[tuple[str, bytes]]:
        self._began.set()
        self._free.wait(10)
        return []

    async def __aenter__(self) -> None:
        await asyncio.to_thread(self._began.wait, 10)

    async def __aexit__(self, *_: object) -> None:
        self._free.set()
        await self._task


async def test_the_latest_draft_wins_and_the_ones_before_are_not_written(path) -> None:
    store = await open_file(path, KEY)
    written = count_statements(store)
    async with Held(store):
        for length in range(200):
            store.put_draft("note", "x" * length)
        store.put_draft("other", "y")
    await store.flush()
    assert await store.drafts() == {"note": "x" * 199, "other": "y"}
    assert written("insert or replace into drafts") == 2
    await store.close()


async def test_what_concerns_one_action_is_written_in_its_order(path) -> None:
    store = await open_file(path, KEY)
    async with Held(store):
        store.add_action("a", "queued", b"1")
        store.save_action("a", "sending", b"2")
        store.add_action("b", "queued", b"1")
        store.drop_action("b")
        store.add_action("b", "queued", b"once more")
    assert await store.actions() == [
        KeptAction("a", "sending", b"2"),
        KeptAction("b", "queued", b"once more"),
    ]
    await store.close()


async def test_facts_do_not_hold_up_what_a_person_did(path) -> None:
    store = await open_file(path, KEY)
    order: list[str] = []
    async with Held(store):
        slices = [
            asyncio.ensure_future(
                store.keep_facts("visits", 1.0, lambda n=n: order.append(f"slice {n}") or [])
            )
            for n in range(5)
        ]
        await asyncio.sleep(0)
        connection = store._thread._connection
        connection.set_trace_callback(lambda said: order.append("draft") if "drafts" in said else None)
        store.put_draft("a", "b")
    await asyncio.gather(*slices)
    assert order == ["draft", "slice 0", "slice 1", "slice 2", "slice 3", "slice 4"]
    connection.set_trace_callback(None)
    await store.close()


async def test_a_cancelled_caller_does_not_undo_a_write(path) -> None:
    store = await open_file(path, KEY)
    async with Held(store):
        caller = asyncio.ensure_future(store.keep_facts("visits", 1.0, lambda: [("1", b"one")]))
        store.add_action("a", "queued", b"1")
        claim = asyncio.ensure_future(store.claim_action("a", "sending", b"2", b"1"))
        await asyncio.sleep(0)
        caller.cancel()
        claim.cancel()
    await asyncio.wait([caller, claim])
    assert caller.cancelled()
    assert claim.cancelled()
    assert [fact.id for fact in await store.facts("visits")] == ["1"]
    assert await store.actions() == [KeptAction("a", "sending", b"2")]
    await store.close()


async def test_closing_writes_what_was_just_handed_in(path) -> None:
    for number in range(20):
        store = await open_file(path, KEY)
        store.put_draft(f"{number}", "x")
        await store.close()
        with pytest.raises(StoreFault):
            await store.flush()
    store = await open_file(path, KEY)
    assert len(await store.drafts()) == 20
    await store.close()


async def test_a_fault_in_making_facts_is_the_callers_alone(path) -> None:
    store = await open_file(path, KEY)
    await store.keep_facts("visits", 1.0, lambda: [("1", b"one")])

    def bodies():
        yield "1", b"other"
        raise LookupError

    with pytest.raises(LookupError):
        await store.keep_facts("visits", 2.0, bodies)
    assert [fact.body for fact in await store.facts("visits")] == [b"one"]
    assert store.trouble is None
    await store.close()


async def test_facts_are_forgotten_by_kind_and_age(path) -> None:
    store = await open_file(path, KEY)
    await store.keep_facts("visits", 10.0, lambda: [("1", b"")])
    await store.keep_facts("visits", 20.0, lambda: [("2", b"")])
    await store.keep_facts("rooms", 10.0, lambda: [("1", b"")])
    assert await store.forget_facts("visits", 15.0)
    assert not await store.forget_facts("visits", 15.0)
    assert [fact.id for fact in await store.facts("visits")] == ["2"]
    assert await store.forget_facts("visits")
    assert await store.facts("visits") == []
    assert len(await store.facts("rooms")) == 1
    await store.close()


async def test_wiping_leaves_the_audit_and_room_on_the_disk(path) -> None:
    store = await open_file(path, KEY)
    store.put_draft("a", "b" * 500_000)
    store.add_action("a", "queued", b"x" * 500_000)
    store.put_setting("me", b"x")
    await store.keep_facts("visits", 10.0, lambda: [("1", b"x" * 500_000)])
    store.note(1.0, "u-1", "store", "", "reset")
    async with Held(store):
        store.put_draft("typed before", "wiped, too")
        wiping = asyncio.ensure_future(store.wipe())
        await asyncio.sleep(0)
    await wiping
    assert await store.drafts() == await store.settings() == {}
    assert await store.actions() == await store.facts("visits") == []
    assert len(await store.audit()) == 1
    assert sum(found.stat().st_size for found in path.parent.iterdir()) < 200_000
    await store.close()


async def test_the_audit_is_a_chain(path) -> None:
    store = await open_file(path, KEY)
    for number in range(3):
        store.note(float(number), "u-1", "checkin", f"{number}", "kept")
    await store.close()
    store = await open_file(path, KEY)
    store.note(0.1 + 0.2, "u-1", "checkin", "3", "sent")
    lines = await store.audit()
    assert [line.subject for line in lines] == ["0", "1", "2", "3"]
    assert len({line.seal for line in lines}) == 4
    assert lines[3].at == 0.1 + 0.2
    await store.close()


async def test_another_process_shows_in_the_version(path) -> None:
    one, other = await open_file(path, KEY), await open_file(path, KEY)
    before = await one.version()
    one.put_draft("own", "write")
    await one.flush()
    assert await one.version() == before
    other.add_action("a", "queued", b"1")
    await other.flush()
    assert await one.version() != before
    assert len(await one.actions()) == 1
    await one.close()
    await other.close()


async def test_steps_are_taken_once_and_whole(path, monkeypatch) -> None:
    store = await open_file(path, KEY)
    store.put_draft("a", "kept by every step")
    await store.close()
    broken = (*migrations.MIGRATIONS, ("create table more (a)", "create table more (a)"))
    monkeypatch.setattr(database, "MIGRATIONS", broken)
    with pytest.raises(StoreFault):
        await open_file(path, KEY)
    mended = (*migrations.MIGRATIONS, ("create table more (a)", "alter table more add column b"))
    monkeypatch.setattr(database, "MIGRATIONS", mended)
    for _ in range(2):
        store = await open_file(path, KEY)
        assert await store.drafts() == {"a": "kept by every step"}
        assert await store._read("pragma user_version") == [(len(mended),)]
        await store.close()


async def test_a_file_of_a_newer_version_is_left_alone(path) -> None:
    store = await open_file(path, KEY)
    store.put_draft("a", "b")
    await store.close()
    connection = connect(path, KEY)
    connection.execute("pragma user_version = 99")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreFault) as fault:
        await open_file(path, KEY)
    assert fault.value.reason == "newer"
    assert path.read_bytes() == before


def count_statements(store: Store):
    """How often the store's thread says something from now on."""
    said: list[str] = []
    store._thread._connection.set_trace_callback(said.append)
    return lambda beginning: sum(statement.startswith(beginning) for statement in said)
