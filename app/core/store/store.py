"""The store: what one person at one clinic's server keeps on this machine."""

import asyncio
import json
import math
import threading
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from app.core.aside import aside
from app.core.store.database import Connection, Insert, connect, faults
from app.core.store.fault import StoreFault

T = TypeVar("T")
Work = Callable[[Connection], T]
Key = tuple[str, str]

_ADD_ACTION = "insert or ignore into actions (id, state, body) values (?, ?, ?)"
_SAVE_ACTION = "update actions set state = ?, body = ? where id = ?"
_CLAIM_ACTION = _SAVE_ACTION + " and state = ?"
_DISCARD_ACTION = "delete from actions where id = ? and state = ?"
_KEEP_FACT = "insert or replace into facts values (?, ?, ?, ?)"

AGAIN_S = 5.0
"""Seconds after which a write that failed is tried again."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact as it lies in the store. at: server's time of its last confirmation, Unix s."""

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

    def __init__(self, path: Path | None, connection: Connection) -> None:
        self.path = path
        self.trouble: StoreFault | None = None
        self._connection = connection
        self._turn = threading.Condition()
        self._unwritten: dict[Key, Work[None]] = {}
        self._jobs: deque[Job] = deque()
        self._is_closing = False
        self._noted = 0
        self._closed: Future[None] = Future()
        self._is_durable: bool | None = None
        self._listeners: list[Callable[[], None]] = []
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name="store", daemon=True)
        self._thread.start()

    @property
    def is_kept(self) -> bool:
        """Whether it outlives the program."""
        return self.path is not None

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Calls `listener` when `trouble` has changed. Returns the way to stop it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    # -- what the person did: never lost, written in the order in which it was handed in

    def add_action(self, action_id: str, state: str, body: bytes) -> None:
        """Keeps a new action; one that is here already stays as it is."""
        self._write(("new", action_id), _ADD_ACTION, (action_id, state, body))

    def save_action(self, action_id: str, state: str, body: bytes) -> None:
        """Keeps an action as it stands now; one that was discarded does not come back."""
        self._write(("action", action_id), _SAVE_ACTION, (state, body, action_id))

    def drop_action(self, action_id: str) -> None:
        """Keeps an action no longer."""
        self._write(("action", action_id), "delete from actions where id = ?", (action_id,))

    def put_draft(self, place: str, text: str) -> None:
        """Keeps what is typed in one place."""
        self._write(
            ("draft", place), "insert or replace into drafts values (?, ?)", (_raw(place), _raw(text))
        )

    def drop_draft(self, place: str) -> None:
        """Keeps no longer what was typed in one place."""
        self._write(("draft", place), "delete from drafts where place = ?", (_raw(place),))

    def put_setting(self, name: str, value: bytes) -> None:
        """Keeps something that belongs to the session."""
        self._write(("setting", name), "insert or replace into settings values (?, ?)", (name, value))

    def note(self, at: float, what: str, subject: str, outcome: str) -> None:
        """Adds a line to the audit (AUD-01): ids and codes, never names. at: Unix s."""
        line = json.dumps([at, what, subject, outcome])

        def work(connection: Connection) -> None:
            last = connection.execute("select seal from audit order by number desc limit 1").fetchone()
            seal = sha256(f"{last[0] if last else ''}{line}".encode()).hexdigest()
            connection.execute(
                "insert into audit (at, what, subject, outcome, seal) values (?, ?, ?, ?, ?)",
                (at, what, subject, outcome, seal),
            )

        with self._turn:
            self._noted += 1
            self._unwritten["audit", str(self._noted)] = work
            self._turn.notify()

    async def flush(self) -> None:
        """Returns when all that was handed in is on the disk. Raises StoreFault when some is not."""
        await self._ask(lambda _: None)
        if self.trouble is not None:
            raise self.trouble

    # -- asking

    async def actions(self) -> list[KeptAction]:
        """All actions, oldest first. Raises StoreFault."""
        rows = await self._read("select id, state, body from actions order by number")
        return [KeptAction(*row) for row in rows]

    async def claim_action(self, action_id: str, state: str, body: bytes, only_from: str) -> bool:
        """Moves an action to `state`, but only from the state `only_from`; whether it did.

        Another process may have moved or discarded it meanwhile. Raises StoreFault.
        """
        return await self._ask(_changing(_CLAIM_ACTION, (state, body, action_id, only_from)), durable=True)

    async def discard_action(self, action_id: str, only_from: str) -> bool:
        """Drops an action, but only in the state `only_from`; whether it did. Raises StoreFault."""
        return await self._ask(_changing(_DISCARD_ACTION, (action_id, only_from)), durable=True)

    async def drafts(self) -> dict[str, str]:
        """All drafts by their place. Raises StoreFault."""
        rows = await self._read("select place, text from drafts")
        return {_text(place): _text(text) for place, text in rows}

    async def settings(self) -> dict[str, bytes]:
        """All settings by their name. Raises StoreFault."""
        return dict(await self._read("select name, value from settings"))

    async def audit(self) -> list[tuple[float, str, str, str, str]]:
        """The audit, oldest line first: at, what, subject, outcome, seal. Raises StoreFault."""
        return await self._read("select at, what, subject, outcome, seal from audit order by number")

    async def version(self) -> int:
        """Another number after another process has written. Raises StoreFault."""
        return int((await self._read("pragma data_version"))[0][0])

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
        """Writes facts, and drops those that are gone. Raises StoreFault.

        at: when the server confirmed them, Unix s. bodies: makes them, by id; called in the store's thread,
        so that the screen does not wait for it.
        """
        leaving = [(kind, _raw(fact_id)) for fact_id in gone]

        def work(connection: Connection) -> None:
            connection.executemany(
                _KEEP_FACT, [(kind, _raw(fact_id), at, body) for fact_id, body in bodies()]
            )
            connection.executemany("delete from facts where kind = ? and id = ?", leaving)

        await self._ask(work)

    async def forget_facts(self, kind: str, before: float = math.inf) -> bool:
        """Drops facts of a kind last confirmed before a moment (Unix s); whether there were any."""
        return await self._ask(_changing("delete from facts where kind = ? and at < ?", (kind, before)))

    async def wipe(self) -> None:
        """Forgets facts, actions, drafts and settings for good; the audit stays. Raises StoreFault."""
        with self._turn:
            self._unwritten.clear()
        await self._ask(_emptying, durable=True)
        await self._ask(lambda connection: connection.execute("vacuum"), alone=True)

    async def take_over(self, rows: Callable[[], list[Insert]]) -> int:
        """Adds rows of another file, made in the store's thread; how many there were. Raises StoreFault."""

        def work(connection: Connection) -> int:
            found = rows()
            return sum(connection.execute(statement, values).rowcount for statement, values in found)

        return await self._ask(work, durable=True)

    async def close(self) -> None:
        """Writes what is left, then closes the file."""
        with self._turn:
            self._is_closing = True
            self._turn.notify()
        await asyncio.shield(asyncio.wrap_future(self._closed))

    # -- handing over to the thread

    def _write(self, key: Key, statement: str, values: tuple[object, ...]) -> None:
        def work(connection: Connection) -> None:
            connection.execute(statement, values)

        with self._turn:
            self._unwritten[key] = work
            self._turn.notify()

    async def _read(self, statement: str, *values: object) -> list[Any]:
        def work(connection: Connection) -> list[Any]:
            found: list[Any] = connection.execute(statement, values).fetchall()
            return found

        return await self._ask(work, alone=True)

    async def _ask(self, work: Work[T], *, durable: bool = False, alone: bool = False) -> T:
        """Has the thread do it, after all that was handed in before. alone: outside of a transaction."""
        job: Job = Job(work, durable, alone, Future())
        with self._turn:
            if self._is_closing:
                raise StoreFault("failed")
            self._jobs.append(job)
            self._turn.notify()
        # Being cancelled does not undo what was asked for.
        answer: T = await asyncio.shield(asyncio.wrap_future(job.answer))
        return answer

    # -- the thread

    def _run(self) -> None:
        while True:
            with self._turn:
                # What the disk has refused is tried again by itself.
                if not self._jobs and not self._is_closing and (self.trouble or not self._unwritten):
                    self._turn.wait(AGAIN_S if self._unwritten else None)
                batch, self._unwritten = self._unwritten, {}
                jobs, self._jobs = self._jobs, deque()
                is_closing = self._is_closing
            self._write_all(batch)
            for job in jobs:
                self._do(job)
            if is_closing:
                break
        with suppress(StoreFault), faults():
            self._connection.close()
        self._closed.set_result(None)

    def _write_all(self, batch: dict[Key, Work[None]]) -> None:
        """All at once if the disk takes it; one by one if not, so that one does not hold up the others."""
        if not batch:
            return
        fault: StoreFault | None = None
        try:
            self._in_transaction(lambda connection: [work(connection) for work in batch.values()])
        except Exception:  # noqa: BLE001 (each is tried alone, and says what is wrong)
            for key, work in batch.items():
                try:
                    self._in_transaction(work)
                except Exception as error:  # noqa: BLE001 (kept in memory, and said)
                    fault = error if isinstance(error, StoreFault) else StoreFault("failed")
                    with self._turn:
                        self._unwritten = {key: work, **self._unwritten}
        self._set_trouble(fault)

    def _do(self, job: "Job") -> None:
        try:
            if job.is_alone:
                with faults():
                    answer = job.work(self._connection)
            else:
                answer = self._in_transaction(job.work, durable=job.is_durable)
        except Exception as error:  # noqa: BLE001 (it is raised where it is waited for)
            job.answer.set_exception(error)
        else:
            job.answer.set_result(answer)

    def _in_transaction(self, work: Work[T], *, durable: bool = True) -> T:
        with faults():
            if durable != self._is_durable:
                # FULL: on the disk before it is said to be kept, even if the power goes.
                self._connection.execute(f"pragma synchronous = {'full' if durable else 'normal'}")
                self._is_durable = durable
            self._connection.execute("begin immediate")
            try:
                answer = work(self._connection)
                self._connection.execute("commit")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("rollback")
                raise
        return answer

    def _set_trouble(self, fault: StoreFault | None) -> None:
        before, self.trouble = self.trouble, fault
        if (before and before.reason) != (fault and fault.reason):
            with suppress(RuntimeError):  # the loop has ended meanwhile
                self._loop.call_soon_threadsafe(self._announce)

    def _announce(self) -> None:
        for listener in tuple(self._listeners):
            listener()


@dataclass(frozen=True, slots=True)
class Job:
    """Something asked of the store's thread."""

    work: Work[Any]
    is_durable: bool
    is_alone: bool
    answer: Future[Any]


async def open_file(path: Path | None, key: bytes = b"") -> Store:
    """The store in the file at `path`, made if need be; None: in memory alone. Raises StoreFault."""
    return Store(path, await aside(lambda: connect(path, key)))


def _changing(statement: str, values: tuple[object, ...]) -> Work[bool]:
    def work(connection: Connection) -> bool:
        return bool(connection.execute(statement, values).rowcount > 0)

    return work


def _emptying(connection: Connection) -> None:
    for table in ("facts", "actions", "drafts", "settings"):
        connection.execute(f"delete from {table}")  # noqa: S608 (names of ours)


def _raw(text: str) -> bytes:
    """Any text that was ever typed or sent: half of an emoji is none for SQLite."""
    return text.encode("utf-8", "surrogatepass")


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogatepass")
