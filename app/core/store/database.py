"""Opening the encrypted file (design/findings.md §3). The only place that imports the database."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from filelock import FileLock, Timeout
from sqlcipher3 import dbapi2

from app.core.store.chain import Lines, Row, rows_of
from app.core.store.fault import FaultReason, StoreFault
from app.core.store.migrations import MIGRATIONS

Connection = Any
"""A DB-API connection of sqlcipher3, which has no types."""
Insert = tuple[str, tuple[object, ...]]
"""A statement and its values."""


class Saved(NamedTuple):
    """What could be read of a harmed file: rows of all tables as inserts, and the audit."""

    rows: list[Insert]
    lines: Lines


_OWN = {
    "actions": "id, state, body",
    "drafts": "place, text",
}
_AUDIT = "number, line, seal"
_AT_THE_SERVER = {
    "settings": "name, value",
    "facts": "kind, id, at, body",
}

# Another process of the same person may be writing: a command beside the window.
_BUSY_MS = 2000
_OPENING_S = 10.0
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_REASONS: dict[str, FaultReason] = {
    "SQLITE_FULL": "full",
    "SQLITE_IOERR_SHMSIZE": "full",
    "SQLITE_READONLY": "read_only",
    "SQLITE_CANTOPEN": "read_only",
    "SQLITE_PERM": "read_only",
    "SQLITE_AUTH": "read_only",
    "SQLITE_NOTADB": "damaged",
    "SQLITE_CORRUPT": "damaged",
}


@contextmanager
def faults() -> Iterator[None]:
    """What the database raises, as StoreFault. A fault of our own SQL is none: it stays what it is."""
    try:
        yield
    except dbapi2.DatabaseError as error:
        if isinstance(error, dbapi2.ProgrammingError | dbapi2.IntegrityError):
            raise
        name = getattr(error, "sqlite_errorname", "")
        known = next((known for known in _REASONS if name.startswith(known)), "")
        # SQLite tells neither value nor row in its messages, but the cause is dropped all the same.
        raise StoreFault(_REASONS.get(known, "failed")) from None
    except OSError as error:
        raise StoreFault("full" if error.errno in _NO_ROOM else "read_only") from None


def locked(path: Path) -> FileLock:
    """The right to open, make or replace the file at `path`, held until it is released. Raises StoreFault.

    Of two processes that make the same file each would give it a salt of its own, and find it damaged.
    """
    with faults():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(path.with_suffix(".opening"), mode=0o600, thread_local=False)
        try:
            lock.acquire(timeout=_OPENING_S)
        except Timeout:
            raise StoreFault("failed") from None
    return lock


def connect(path: Path | None, key: bytes, *, is_checked: bool = True) -> Connection:
    """A connection to the file at `path`, made if need be; in memory alone when it is None.

    key: 32 random bytes. is_checked: reads every page, so that a damaged one is found now. To be used in one
    thread at a time, and called by who holds `locked`. Raises StoreFault.
    """
    with faults():
        if path is not None:
            # Before the database makes it for everybody to read.
            path.touch(mode=0o600)
        connection = _connection(path, key)
        try:
            if is_checked:
                _check(connection)
            _prepare(connection)
            _migrate(connection)
        except BaseException:
            connection.close()
            raise
    return connection


def lines_in(path: Path, key: bytes) -> list[Row]:
    """The audit of a file, in which nothing is changed. To be called by who holds `locked`.

    Raises StoreFault.
    """
    with faults():
        if not path.stat().st_size:
            return []
        connection = _connection(path, key, is_read_only=True)
        try:
            if _version(connection) > len(MIGRATIONS):
                raise StoreFault("newer")
            return rows_of(connection)
        finally:
            connection.close()


def carried(connection: Connection) -> Saved:
    """All of an open file. Raises StoreFault where an action or a draft cannot be read.

    What else cannot be read is left out; half of the facts would look like all of them.
    """
    with faults():
        rows = _rows(connection, _OWN)
    with suppress(dbapi2.DatabaseError):
        rows += _rows(connection, _AT_THE_SERVER)
    try:
        lines = Lines(rows_of(connection), is_whole=True)
    except dbapi2.DatabaseError:
        lines = Lines([], is_whole=False)
    return Saved(rows, lines)


def rescued(path: Path, key: bytes) -> Saved:
    """What cannot be asked of the server again, of a damaged file: the rows before the first damaged page,
    and those behind the last one."""
    rows = [
        (_insert(table, columns), row)
        for table, columns in _OWN.items()
        for row in _readable(path, key, table, columns)[0]
    ]
    lines, is_whole = _readable(path, key, "audit", _AUDIT)
    return Saved(rows, Lines([Row(*line) for line in lines], is_whole))


def _rows(connection: Connection, tables: dict[str, str]) -> list[Insert]:
    return [
        (_insert(table, columns), row)
        for table, columns in tables.items()
        for row in connection.execute(_select(table, columns, "asc"))
    ]


def _readable(path: Path, key: bytes, table: str, columns: str) -> tuple[list[tuple[Any, ...]], bool]:
    """The rows that can be read, and whether these are all."""
    found: dict[int, tuple[Any, ...]] = {}
    is_whole = False
    for order in ("asc", "desc"):
        with suppress(dbapi2.DatabaseError):
            # A connection that has met a damaged page reads nothing any more.
            connection = _connection(path, key)
            try:
                # Else SQLite reads nothing of a file that was cut.
                connection.execute("pragma writable_schema = on")
                for number, *row in connection.execute(_select(table, f"rowid, {columns}", order)):
                    found[number] = tuple(row)
                is_whole = True
            finally:
                connection.close()
    return [found[number] for number in sorted(found)], is_whole


def _select(table: str, columns: str, order: str) -> str:
    return f"select {columns} from {table} order by rowid {order}"  # noqa: S608 (names of ours)


def _insert(table: str, columns: str) -> str:
    marks = ",".join("?" * (columns.count(",") + 1))
    return f"insert or ignore into {table} ({columns}) values ({marks})"  # noqa: S608 (names of ours)


def _connection(path: Path | None, key: bytes, *, is_read_only: bool = False) -> Connection:
    where = ":memory:" if path is None else str(path)
    if path is not None and is_read_only:
        where = f"{path.absolute().as_uri()}?mode=ro"
    connection = dbapi2.connect(where, isolation_level=None, check_same_thread=False, uri=is_read_only)
    if path is not None:
        # The first statement, else the file would be read as a plain one.
        connection.execute(f"pragma key = \"x'{key.hex()}'\"")
        connection.execute("pragma cipher_log_level = NONE")
    connection.execute(f"pragma busy_timeout = {_BUSY_MS}")
    return connection


def _check(connection: Connection) -> None:
    # 20 µs a page: 2,000 visits take 15 ms.
    if connection.execute("pragma cipher_integrity_check").fetchone() is not None:
        raise StoreFault("damaged")


def _prepare(connection: Connection) -> None:
    # Sorting and large transactions would spill into plain files otherwise.
    connection.execute("pragma temp_store = memory")
    connection.execute("pragma secure_delete = on")
    # Where a network folder cannot do this, SQLite stays with its older journal.
    connection.execute("pragma journal_mode = wal").fetchone()


def _migrate(connection: Connection) -> None:
    """Brings the file to this version, each step whole or not at all."""
    version = _version(connection)
    if version > len(MIGRATIONS):
        raise StoreFault("newer")
    for number, script in enumerate(MIGRATIONS[version:], version + 1):
        connection.execute("begin immediate")
        for statement in script:
            connection.execute(statement)
        connection.execute(f"pragma user_version = {number}")
        connection.execute("commit")


def _version(connection: Connection) -> int:
    version: int = connection.execute("pragma user_version").fetchone()[0]
    return version
