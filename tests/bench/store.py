"""What keeping costs: an action on the disk, and five thousand changed visits beside a living window."""

import asyncio
import sqlite3
import tempfile
import time
from pathlib import Path
from statistics import median

import msgspec

from app.core.action import new_action
from app.core.collection import Collection
from app.core.mirror import Mirror
from app.core.store.database import connect
from app.core.store.store import Store, open_file
from app.visits.record import Visit

KEY = bytes(range(32))
ACTIONS = 60
VISITS = 5000
FEW_VISITS = 2000
TICK_S = 0.001


async def keeping() -> list[tuple[str, float, str]]:
    """(what, ratio, beside) of one pending action safely on disk against a bare SQLite commit, in turns."""
    body = new_action("checkin", "p", {"reason": "x" * 600}, 1.0).to_bytes()
    with tempfile.TemporaryDirectory() as folder:
        bare = sqlite3.connect(Path(folder) / "bare.db", isolation_level=None)
        bare.execute("pragma synchronous = full")
        bare.execute("create table actions (number integer primary key, id, state, body)")
        wal = sqlite3.connect(Path(folder) / "wal.db", isolation_level=None)
        wal.execute("pragma journal_mode = wal")
        wal.execute("pragma synchronous = full")
        wal.execute("create table actions (number integer primary key, id, state, body)")
        store = await open_file(Path(folder) / "store.db", KEY)
        took: dict[str, list[float]] = {"bare": [], "wal": [], "ours": []}
        for number in range(ACTIONS):
            for name, connection in (("bare", bare), ("wal", wal)):
                began = time.perf_counter()
                connection.execute("insert into actions values (null, ?, 'queued', ?)", (f"{number}", body))
                took[name].append(time.perf_counter() - began)
            began = time.perf_counter()
            store.add_action(f"{number}", "queued", body)
            await store.flush()
            took["ours"].append(time.perf_counter() - began)
        bare.close()
        wal.close()
        await store.close()
    ms = {name: median(times) * 1000 for name, times in took.items()}
    beside = f"bare {ms['bare']:.2f} ms, bare with WAL {ms['wal']:.2f} ms, ours {ms['ours']:.2f} ms"
    return [("a pending action safely on disk", ms["ours"] / ms["bare"], beside)]


async def mirroring() -> tuple[float, float, float]:
    """(longest block of the loop in ms while 5,000 changed visits are written, the same while it idles as
    long, seconds until the last is on disk). Under Qt's loop or any other."""
    with tempfile.TemporaryDirectory() as folder:
        store = await open_file(Path(folder) / "store.db", KEY)
        visits: Collection[Visit] = Collection()
        mirror = Mirror(
            visits, "visits", msgspec.json.encode, msgspec.json.Decoder(Visit).decode, store, time.time
        )
        running = asyncio.ensure_future(mirror.run())
        visits.replace(_visits("before"))
        await _kept(mirror, store)
        # What it costs the collection to compare them has a bench of its own (refresh.py).
        visits.replace(_visits("after"))
        ticking = asyncio.ensure_future(_longest_block())
        began = time.perf_counter()
        await _kept(mirror, store)
        took_s = time.perf_counter() - began
        block = await _stopped(ticking)
        idle = asyncio.ensure_future(_longest_block())
        await asyncio.sleep(took_s)
        idle_block = await _stopped(idle)
        running.cancel()
        await asyncio.wait([running])
        await store.close()
    return block * 1000, idle_block * 1000, took_s


def opening() -> list[tuple[str, float, str]]:
    """(what, ratio, beside) of opening a file of 2,000 visits with every page checked against without."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        connection = connect(path, KEY)
        connection.execute("begin")
        connection.executemany(
            "insert into facts values ('visits', ?, 1.0, ?)",
            ((f"{number}".encode(), number.to_bytes(2, "big") * 500) for number in range(FEW_VISITS)),
        )
        connection.execute("commit")
        connection.close()
        took: dict[bool, list[float]] = {True: [], False: []}
        for _ in range(9):
            for is_checked, times in took.items():
                began = time.perf_counter()
                connect(path, KEY, is_checked=is_checked).close()
                times.append(time.perf_counter() - began)
    checked, bare = (median(took[is_checked]) * 1000 for is_checked in (True, False))
    beside = f"checked {checked:.1f} ms, unchecked {bare:.1f} ms"
    return [("opening a store of 2,000 visits", checked / bare, beside)]


def _visits(words: str) -> dict[str, Visit]:
    return {
        f"{number}": Visit(id=f"{number}", description=f"Visit {number}", reason=f"{words} {'x' * 700}")
        for number in range(VISITS)
    }


async def _kept(mirror: Mirror[Visit], store: Store) -> None:
    while mirror._changed:  # noqa: ASYNC110 (the mirror tells nobody)
        await asyncio.sleep(0.01)
    await store.flush()


async def _longest_block() -> float:
    """Seconds by which a tick came late at most, until it is cancelled."""
    longest = 0.0
    try:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(TICK_S)
            longest = max(longest, time.perf_counter() - began - TICK_S)
    except asyncio.CancelledError:
        return longest


async def _stopped(ticking: "asyncio.Future[float]") -> float:
    ticking.cancel()
    return await ticking


if __name__ == "__main__":
    for what, ratio, beside in [*asyncio.run(keeping()), *opening()]:
        print(f"{what:44}{ratio:6.2f} x   {beside}", flush=True)
    block, idle, took_s = asyncio.run(mirroring())
    print(f"longest block while 5,000 visits are written {block:.1f} ms (idle {idle:.1f} ms), {took_s:.2f} s")
