"""A new file in the place of one that is harmed: whatever ends the program meanwhile, nothing is lost."""

from contextlib import suppress
from pathlib import Path

from app.core.store.chain import Lines, bring
from app.core.store.database import Connection, Saved, carried, connect, faults, locked
from app.core.store.fault import StoreFault
from app.core.store.files import JOURNALS, Files, beside, files_at, is_there, move_away


def replaced(path: Path, key: bytes, kept: Saved, last: int, why: str = "") -> tuple[Path, int]:
    """Puts a new file with what was saved in the place of the one at `path`.

    last: see `bring`. Where that one went, and how many rows came in. Raises StoreFault. To be called by who
    holds `locked`.
    """
    fresh = fresh_of(path)
    with faults():
        # The new file has them before it takes the other's place.
        saved = _fill(fresh, key, kept, last)
        moved = move_away(path, why=why)
        fresh.rename(path)
    return moved, saved


def renewed(path: Path, key: bytes, harmed: Connection, before: Files, last: int) -> Connection:
    """A connection to a whole file, with all that the open connection to a harmed one can still read.

    before: what lay there while it was whole. last: see `bring`. A file that somebody else has put there
    meanwhile stays, and gets the rows that it has not. Raises StoreFault, also where an action or a draft
    that nobody else has cannot be read: it is in memory alone at best, and that must be said.
    """
    lock = locked(path)
    try:
        with faults():
            now = files_at(path)
            if "" not in now or is_there("", before, now):
                replaced(path, key, carried(harmed), last)
                return connect(path, key, is_checked=False)
            # Whoever made the new one has brought over what cannot be read here.
            kept = Saved([], Lines([], is_whole=True))
            with suppress(StoreFault):
                found = carried(harmed)
                kept = Saved(found.rows, Lines(found.lines.rows, is_whole=True))
            # SQLite would take over the journal of the old file, and clear it.
            move_away(path, [ending for ending in JOURNALS if is_there(ending, before, now)])
            connection = connect(path, key, is_checked=False)
            try:
                put_in(connection, kept, last)
            except BaseException:
                connection.close()
                raise
            return connection
    finally:
        lock.release()


def fresh_of(path: Path) -> Path:
    """Where the new file is made; found there without another, it is whole and only lacks its name."""
    return path.with_suffix(".fresh")


def _fill(fresh: Path, key: bytes, kept: Saved, last: int) -> int:
    for ending in ("", *JOURNALS):
        beside(fresh, ending).unlink(missing_ok=True)
    connection = connect(fresh, key)
    try:
        saved = put_in(connection, kept, last)
    finally:
        connection.close()
    if beside(fresh, "-wal").exists():
        raise StoreFault("full")
    return saved


def put_in(connection: Connection, kept: Saved, last: int) -> int:
    """Inserts all of it or nothing; how many rows were not there before. last: see `bring`."""
    connection.execute("begin immediate")
    try:
        saved: int = sum(connection.execute(*row).rowcount for row in kept.rows)
        saved += bring(connection, kept.lines, last)
        connection.execute("commit")
    except BaseException:
        if connection.in_transaction:
            connection.execute("rollback")
        raise
    return saved
