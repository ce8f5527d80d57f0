"""The store: what one person at one clinic's server keeps on this machine."""

import hmac
import math
import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from app.core.aside import aside
from app.core.store.anchor import Anchor, Anchoring, Last
from app.core.store.chain import Entry, append, entry_of, holds, last_of, rows_of
from app.core.store.connections import Connections, connected
from app.core.store.database import Connection, faults
from app.core.store.fault import StoreFault
from app.core.store.thread import StoreThread

_ADD_ACTION = "insert or ignore into actions (id, state, body) values (?, ?, ?)"
_SAVE_ACTION = "update actions set state = ?, body = ? where id = ?"
_CLAIM_ACTION = _SAVE_ACTION + " and body = ?"
_DROP_ACTION = "delete from actions where id = ?"
_DISCARD_ACTION = _DROP_ACTION + " and body = ?"
_KEEP_FACT = "insert or replace into facts (kind, id, at, body) values (?, ?, ?, ?)"

# What of it is written, in the names by which the thread knows it.
_ACTION = "action"
_AUDIT = "audit"

Anchored = Callable[[Last], Anchoring]
"""Where the end of the audit is noted; see `app.core.store.anchor`."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact as it lies in the store. at: server's time of its last change, Unix s."""

    id: str
    at: float
    body: bytes


@dataclass(frozen=True, slots=True)
class KeptAction:
    """One action as it lies in the store."""

    id: str
    state: str
    body: bytes


class Store:
    """Facts, actions, drafts and settings of one person, in one encrypted file with a thread of its own.

    Everything that a person did is handed in by plain functions, which return at once: the thread writes it
    to the disk at once, and again and again if the disk refuses. Nothing is dropped: `trouble` says why
    something is in memory alone. Facts are asked and written by coroutines.

    path: of the file, None for memory alone.
    """

    def __init__(
        self,
        path: Path | None,
        thread: StoreThread,
        connections: Connections,
        secret: bytes,
        anchored: Anchored | None = None,
    ) -> None:
        self.path = path
        self._secret = secret
        self._anchoring = anchored(self._last_line) if anchored else None
        self._thread = thread
        self._connections = connections
        self._adding = count()

    @property
    def is_kept(self) -> bool:
        """Whether it outlives the program."""
        return self.path is not None

    @property
    def trouble(self) -> StoreFault | None:
        """Why something that was handed in is in memory alone; None when nothing is."""
        return self._thread.trouble

    @property
    def renewals(self) -> int:
        """How often a new file took the place of a harmed one: facts may be missing in it."""
        return self._connections.renewals

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Calls `listener` when `trouble` has changed. Returns the way to stop it."""
        return self._thread.listen(listener)

    def listen_for_renewal(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Calls `listener` when `renewals` has grown. Returns the way to stop it."""
        return self._connections.listen(listener)

    # -- what the person did: never lost, and what concerns one thing in the order in which it was handed in

    def add_action(self, action_id: str, state: str, body: bytes) -> None:
        """Keeps a new action; one that is here already stays as it is."""
        # Not the latest but the first of an id counts, so each has a name of its own.
        self._write(f"{_ACTION} {next(self._adding)}", action_id, _ADD_ACTION, _raw(action_id), state, body)

    def save_action(self, action_id: str, state: str, body: bytes) -> None:
        """Keeps an action as it stands now; one that was discarded does not come back."""
        self._write(_ACTION, action_id, _SAVE_ACTION, state, body, _raw(action_id))

    def drop_action(self, action_id: str) -> None:
        """Keeps an action no longer."""
        self._write(_ACTION, action_id, _DROP_ACTION, _raw(action_id))

    def put_draft(self, place: str, text: str) -> None:
        """Keeps what is typed in one place."""
        self._write("draft", place, "insert or replace into drafts values (?, ?)", _raw(place), _raw(text))

    def drop_draft(self, place: str) -> None:
        """Keeps no longer what was typed in one place."""
        self._write("draft", place, "delete from drafts where place = ?", _raw(place))

    def put_setting(self, name: str, value: bytes) -> None:
        """Keeps something that belongs to the session."""
        self._write("setting", name, "insert or replace into settings values (?, ?)", name, value)

    def note(self, at: float, who: str, what: str, subject: str, outcome: str) -> None:
        """Adds a line to the audit: see `app.core.audit.Audit`, which says what may stand in it. at: Unix s.

        Each line is sealed with the seal of the one before: one that is changed or taken out shows.
        """
        line = Entry(0, at, who, what, subject, outcome, "").line

        def work(connection: Connection) -> None:
            append(connection, line)

        self._thread.hand_in((_AUDIT, f"{next(self._adding)}"), work)
        if self._anchoring is not None:
            self._anchoring.wake()

    def stand_in(self, text: str) -> str:
        """A code in place of a text: always the same in this store, and without its key it tells nothing."""
        raw = b"stand-in\0" + _raw(text)
        return f"x{hmac.digest(self._secret, raw, 'sha256').hex()[:16]}"

    async def flush(self) -> None:
        """Returns when all that was handed in is on the disk. Raises StoreFault when some is not."""
        await self._thread.ask(self._check, is_alone=True)

    # -- asking

    async def actions(self) -> list[KeptAction]:
        """All actions, oldest first. Raises StoreFault, also while one is in memory alone."""
        rows, behind = await self.actions_and_behind()
        if behind and self.trouble is not None:
            raise self.trouble
        return rows

    async def actions_and_behind(self) -> tuple[list[KeptAction], set[str]]:
        """All actions on the disk, oldest first, and the ids of those of which something newer is in memory
        alone. Raises StoreFault."""

        def work(connection: Connection) -> tuple[list[KeptAction], set[str]]:
            behind = {name for kind, name in self._thread.unwritten() if kind.startswith(_ACTION)}
            rows = connection.execute("select id, state, body from actions order by number")
            return [KeptAction(_text(action_id), state, body) for action_id, state, body in rows], behind

        return await self._thread.ask(work, is_alone=True)

    async def claim_action(self, action_id: str, state: str, body: bytes, before: bytes) -> bool:
        """Moves an action to `state`, but only where its body still is `before`; whether it did.

        Another process may have moved or discarded it meanwhile. Raises StoreFault, also while something
        is in memory alone, which could be older than this and come to the disk later.
        """
        return await self._change_action(_CLAIM_ACTION, state, body, _raw(action_id), before)

    async def discard_action(self, action_id: str, before: bytes) -> bool:
        """Drops an action, but only where its body still is `before`; whether it did. Raises StoreFault
        likewise."""
        return await self._change_action(_DISCARD_ACTION, _raw(action_id), before)

    async def drafts(self) -> dict[str, str]:
        """All drafts by their place. Raises StoreFault."""
        rows = await self._read("select place, text from drafts")
        return {_text(place): _text(text) for place, text in rows}

    async def settings(self) -> dict[str, bytes]:
        """All settings by their name. Raises StoreFault."""
        return dict(await self._read("select name, value from settings"))

    async def audit(self) -> list[Entry]:
        """The audit, oldest line first. Raises StoreFault."""
        rows = await self._thread.ask(rows_of, is_alone=True)
        return [entry_of(row) for row in rows]

    async def version(self) -> tuple[int, int]:
        """Another one after another process has written, or may have. Raises StoreFault."""

        def work(connection: Connection) -> tuple[int, int]:
            # Each connection counts for itself.
            return self._connections.number, connection.execute("pragma data_version").fetchone()[0]

        return await self._thread.ask(work, is_alone=True)

    # -- facts: the server has them, so they may be forgotten

    async def facts(self, kind: str) -> list[Fact]:
        """All facts of one kind. Raises StoreFault."""
        rows = await self._read("select id, at, body from facts where kind = ?", kind)
        return [Fact(_text(fact_id), at, body) for fact_id, at, body in rows]

    async def keep_facts(
        self,
        kind: str,
        at: float,
        bodies: Callable[[], Iterable[tuple[str, bytes]]],
        gone: Iterable[str] = (),
    ) -> None:
        """Drops the facts that are gone, and writes others. Raises StoreFault.

        at: when the server confirmed them, Unix s. bodies: makes them, by id; called in the store's thread,
        so that the screen does not wait for it.
        """
        leaving = [(kind, _raw(fact_id)) for fact_id in gone]

        def work(connection: Connection) -> None:
            connection.executemany("delete from facts where kind = ? and id = ?", leaving)
            connection.executemany(
                _KEEP_FACT, ((kind, _raw(fact_id), at, body) for fact_id, body in bodies())
            )

        await self._thread.ask(work)

    async def forget_facts(self, kind: str, before: float = math.inf, after: float = math.inf) -> bool:
        """Drops facts of a kind last changed before a moment or after another (Unix s); whether any were."""

        def work(connection: Connection) -> bool:
            deleted = connection.execute(
                "delete from facts where kind = ? and (at < ? or at > ?)", (kind, before, after)
            )
            return bool(deleted.rowcount > 0)

        return await self._thread.ask(work)

    async def wipe(self) -> None:
        """Forgets facts, actions, drafts and settings for good; the audit stays. Raises StoreFault."""

        def empty(connection: Connection) -> None:
            for table in ("facts", "actions", "drafts", "settings"):
                connection.execute(f"delete from {table}")  # noqa: S608 (names of ours)
            self._thread.take_back(but=_AUDIT)

        def shrink(connection: Connection) -> None:
            connection.execute("vacuum")
            connection.execute("pragma wal_checkpoint(truncate)").fetchone()

        await self._thread.ask(empty, is_durable=True)
        # What was there has been written over already; a full disk only gets no room back.
        with suppress(StoreFault):
            await self._thread.ask(shrink, is_alone=True)

    async def close(self) -> None:
        """Writes what is left, then closes the file."""
        if self._anchoring is not None:
            await self._anchoring.close()
        await self._thread.close()

    # -- handing over to the thread

    def _write(self, kind: str, name: str, statement: str, *values: object) -> None:
        def work(connection: Connection) -> None:
            connection.execute(statement, values)

        self._thread.hand_in((kind, name), work)

    async def _change_action(self, statement: str, *values: object) -> bool:
        def work(connection: Connection) -> bool:
            self._check(connection)
            return bool(connection.execute(statement, values).rowcount > 0)

        return await self._thread.ask(work, is_durable=True)

    async def _read(self, statement: str, *values: object) -> list[Any]:
        def work(connection: Connection) -> list[Any]:
            found: list[Any] = connection.execute(statement, values).fetchall()
            return found

        return await self._thread.ask(work, is_alone=True)

    async def _last_line(self, before: Anchor | None) -> tuple[Anchor | None, bool]:
        def work(connection: Connection) -> tuple[Anchor | None, bool]:
            last = last_of(connection)
            self._connections.last_line = last.number if last else 0
            is_sound = before is None or holds(connection, before.number, before.seal)
            anchor = Anchor(last.number, last.seal) if last and is_sound else None
            return anchor, any(kind == _AUDIT for kind, _ in self._thread.unwritten())

        return await self._thread.ask(work, is_alone=True)

    def _check(self, _connection: Connection) -> None:
        if self._thread.trouble is not None:
            raise self._thread.trouble


async def open_file(path: Path | None, key: bytes = b"") -> Store:
    """The store in the file at `path`, made if need be; None: in memory alone. Raises StoreFault."""
    return store_of(path, key, await aside(lambda: connected(path, key)))


def store_of(
    path: Path | None, key: bytes, connection: Connection, anchored: Anchored | None = None
) -> Store:
    """The store in a file that is open already. anchored: None where its audit has no anchor."""
    last = None
    with suppress(StoreFault), faults():
        last = last_of(connection)
    connections = Connections(path, key, last.number if last else 0)
    thread = StoreThread(path, connection, connections.again, connections.renewed)
    return Store(path, thread, connections, key or secrets.token_bytes(32), anchored)


def _raw(text: str) -> bytes:
    """Any text that was ever typed or sent: half of an emoji is none for SQLite."""
    return text.encode("utf-8", "surrogatepass")


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogatepass")
