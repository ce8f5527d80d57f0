"""Opening the encrypted file (design/findings.md §3). The only place that imports the database."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from app.core.store.fault import FaultReason, StoreFault
from app.core.store.migrations import MIGRATIONS

Connection = Any
"""A DB-API connection of sqlcipher3, which has no types."""
Insert = tuple[str, tuple[object, ...]]
"""A statement and its values."""

_NOT_AT_THE_SERVER = {
    "actions": "number, id, state, body",
    "drafts": "place, text",
    "audit": "number, at, what, subject, outcome, seal",
}

# Another process of the same person may be writing: a command beside the window.
_BUSY_MS = 5000
_REASONS: dict[str, FaultReason] = {
    "SQLITE_FULL": "full",
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
        primary = next((known for known in _REASONS if name.startswith(known)), "")
        # SQLite tells neither value nor row in its messages, but the cause is dropped all the same.
        raise StoreFault(_REASONS.get(primary, "failed")) from None


def connect(path: Path | None, key: bytes) -> Connection:
    """A connection to the file at `path`, made if need be; in memory alone when it is None.

    key: 32 random bytes. To be used in one thread at a time. Raises StoreFault.
    """
    with faults():
        if path is not None:
            _make_private(path)
        connection = dbapi2.connect(
            ":memory:" if path is None else str(path), isolation_level=None, check_same_thread=False
        )
        try:
            _prepare(connection, None if path is None else key)
            _migrate(connection)
        except BaseException:
            connection.close()
            raise
    return connection


def rescued(path: Path, key: bytes) -> list[Insert]:
    """What can still be read of a damaged file and cannot be asked of the server, as inserts."""
    found: list[Insert] = []
    with suppress(dbapi2.DatabaseError):
        connection = dbapi2.connect(str(path), isolation_level=None, check_same_thread=False)
        try:
            _unlock(connection, key)
            for table, columns in _NOT_AT_THE_SERVER.items():
                found += _readable(connection, table, columns)
        finally:
            connection.close()
    return found


def _readable(connection: Connection, table: str, columns: str) -> Iterator[Insert]:
    """The rows before the first damaged page, and those behind the last one."""
    marks = ",".join("?" * (columns.count(",") + 1))
    insert = f"insert or ignore into {table} ({columns}) values ({marks})"  # noqa: S608 (names of ours)
    for order in ("asc", "desc"):
        with suppress(dbapi2.DatabaseError):
            for row in connection.execute(f"select {columns} from {table} order by 1 {order}"):  # noqa: S608
                yield insert, row


def _make_private(path: Path) -> None:
    """Before the database makes it for everybody to read: what lies in it is encrypted, its size is not."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise StoreFault("full" if error.errno in (28, 122) else "read_only") from None


def _prepare(connection: Connection, key: bytes | None) -> None:
    if key is not None:
        _unlock(connection, key)
        if connection.execute("pragma cipher_integrity_check").fetchone() is not None:
            raise StoreFault("damaged")
    connection.execute(f"pragma busy_timeout = {_BUSY_MS}")
    # Sorting and large transactions would spill into plain files otherwise.
    connection.execute("pragma temp_store = memory")
    connection.execute("pragma secure_delete = on")
    # Where a network folder cannot do this, SQLite stays with its older journal.
    connection.execute("pragma journal_mode = wal").fetchone()


def _unlock(connection: Connection, key: bytes) -> None:
    # The first statement, else the file would be read as a plain one.
    connection.execute(f"pragma key = \"x'{key.hex()}'\"")
    connection.execute("pragma cipher_log_level = NONE")


def _migrate(connection: Connection) -> None:
    """Brings the file to this version, each step whole or not at all."""
    version = connection.execute("pragma user_version").fetchone()[0]
    if version > len(MIGRATIONS):
        raise StoreFault("newer")
    for number, script in enumerate(MIGRATIONS[version:], version + 1):
        connection.execute("begin immediate")
        try:
            # Another process may have done it while this one waited for its turn.
            if connection.execute("pragma user_version").fetchone()[0] < number:
                for statement in script:
                    connection.execute(statement)
                connection.execute(f"pragma user_version = {number}")
        except BaseException:
            connection.execute("rollback")
            raise
        connection.execute("commit")
