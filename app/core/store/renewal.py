"""A new file in the place of one that is harmed: whatever ends the program meanwhile, nothing is lost."""

from contextlib import suppress
from pathlib import Path

from app.core.store.database import Connection, Insert, carried, connect, faults, locked
from app.core.store.fault import StoreFault
from app.core.store.files import JOURNALS, Files, beside, files_at, is_there, move_away


def replaced(path: Path, key: bytes, rows: list[Insert], why: str = "") -> tuple[Path, int]:
    """Puts a new file with these rows in the place of the one at `path`.

    Where that one went, and how many rows came in. Raises StoreFault. To be called by who holds `locked`.
    """
    fresh = fresh_of(path)
    with faults():
        # The new file has them before it takes the other's place.
        saved = _fill(fresh, key, rows)
        moved = move_away(path, why=why)
        fresh.rename(path)
    return moved, saved


def renewed(path: Path, key: bytes, harmed: Connection, before: Files) -> Connection:
    """A connection to a whole file, with all that the open connection to a harmed one can still read.

    before: what lay there while it was whole. A file that somebody else has put there meanwhile stays, and
    gets the rows that it has not. Raises StoreFault, also where an action or a draft that nobody else has
    cannot be read: it is in memory alone at best, and that must be said.
    """
    lock = locked(path)
    try:
        with faults():
            now = files_at(path)
            if "" not in now or is_there("", before, now):
                replaced(path, key, carried(harmed))
                return connect(path, key, is_checked=False)
            rows: list[Insert] = []
            with suppress(StoreFault):  # whoever made the new one has brought them over
                rows = carried(harmed)
            # SQLite would take over the journal of the old file, and clear it.
            move_away(path, [ending for ending in JOURNALS if is_there(ending, before, now)])
            connection = connect(path, key, is_checked=False)
            try:
                _insert(connection, rows)
            except BaseException:
                connection.close()
                raise
            return connection
    finally:
        lock.release()


def fresh_of(path: Path) -> Path:
    """Where the new file is made; found there without another, it is whole and only lacks its name."""
    return path.with_suffix(".fresh")


def _fill(fresh: Path, key: bytes, rows: list[Insert]) -> int:
    for ending in ("", *JOURNALS):
        beside(fresh, ending).unlink(missing_ok=True)
    connection = connect(fresh, key)
    try:
        saved = _insert(connection, rows)
    finally:
        connection.close()
    if beside(fresh, "-wal").exists():
        raise StoreFault("full")
    return saved


def _insert(connection: Connection, rows: list[Insert]) -> int:
    """Inserts them all or none; how many were not there before."""
    connection.execute("begin immediate")
    try:
        saved: int = sum(connection.execute(*row).rowcount for row in rows)
        connection.execute("commit")
    except BaseException:
        if connection.in_transaction:
            connection.execute("rollback")
        raise
    return saved
