"""The thread in which a store reads and writes its file."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from app.core.listeners import Listeners
from app.core.store.database import Connection, faults
from app.core.store.fault import StoreFault
from app.core.store.files import Files, files_at, is_there, is_whole

T = TypeVar("T")
Work = Callable[[Connection], T]
Key = tuple[str, str]
"""What kind of thing is written, and which one."""

AGAIN_S = 5.0
"""Seconds after which a write that failed is tried again."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something asked, with the way to answer it. is_durable: on the disk before it is answered, even if the
    power goes. is_alone: outside of a transaction."""

    work: Work[Any]
    is_durable: bool
    is_alone: bool
    answer: Future[Any]


class StoreThread:
    """Writes what is handed in until the disk has taken it, and does what is asked, in the order of both.

    path: of the file, None for memory alone. reconnect: opens it once more. renew: opens a whole one instead,
    with all that the connection to a harmed one still knows; it is told what lay there before. trouble: why
    something that was handed in is in memory alone; None when nothing is.
    """

    def __init__(
        self,
        path: Path | None,
        connection: Connection,
        reconnect: Callable[[], Connection],
        renew: Callable[[Connection, Files], Connection],
    ) -> None:
        self.trouble: StoreFault | None = None
        self._path = path
        self._connection = connection
        self._reconnect, self._renew = reconnect, renew
        self._files = files_at(path)
        self._is_sick = False
        self._is_durable: bool | None = None
        self._turn = threading.Condition()
        self._unwritten: dict[Key, Work[None]] = {}
        self._jobs: deque[Job] = deque()
        self._is_closing = False
        self._closed: Future[None] = Future()
        self._listeners: Listeners[[]] = Listeners()
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._run, name="store", daemon=True).start()

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Calls `listener` when `trouble` has changed. Returns the way to stop it."""
        return self._listeners.add(listener)

    def hand_in(self, key: Key, work: Work[None]) -> None:
        """Has it written soon; the latest of one key is enough."""
        with self._turn:
            self._unwritten.pop(key, None)
            self._unwritten[key] = work
            self._turn.notify()

    def take_back(self, but: str) -> None:
        """What was handed in need not be written any more, except for one kind."""
        with self._turn:
            self._unwritten = {key: work for key, work in self._unwritten.items() if key[0] == but}

    def unwritten(self) -> set[Key]:
        """What was handed in and is not on the disk yet."""
        with self._turn:
            return set(self._unwritten)

    async def ask(self, work: Work[T], *, is_durable: bool = False, is_alone: bool = False) -> T:
        """Does it after all that was handed in before; what it brings. Raises StoreFault."""
        job = Job(work, is_durable, is_alone, Future())
        with self._turn:
            if self._is_closing:
                raise StoreFault("failed")
            self._jobs.append(job)
            self._turn.notify()
        # Being cancelled does not undo what was asked for.
        answer: T = await asyncio.shield(asyncio.wrap_future(job.answer))
        return answer

    async def close(self) -> None:
        """Does what is left, then closes the file. A disk that is in trouble is asked once more."""
        with self._turn:
            self._is_closing = True
            self._turn.notify()
        await asyncio.shield(asyncio.wrap_future(self._closed))

    def _run(self) -> None:
        while not self._is_done():
            with self._turn:
                # What the disk has refused is tried again by itself.
                if not self._jobs and not self._is_closing and (self.trouble or not self._unwritten):
                    self._turn.wait(AGAIN_S if self._unwritten else None)
                batch, self._unwritten = self._unwritten, {}
                job = self._jobs.popleft() if self._jobs else None
            self._write(batch)
            if job is not None:
                self._answer(job)
        with suppress(StoreFault), self._file():
            pass
        with suppress(StoreFault), faults():
            self._connection.close()
        self._closed.set_result(None)

    def _is_done(self) -> bool:
        with self._turn:
            return self._is_closing and not self._jobs and (not self._unwritten or self.trouble is not None)

    def _write(self, batch: dict[Key, Work[None]]) -> None:
        fault = None
        if batch:
            try:
                self._in_transaction(lambda connection: [work(connection) for work in batch.values()])
            except Exception:  # noqa: BLE001 (each is tried alone, and says what is wrong)
                left, fault = self._write_each(batch)
                with self._turn:
                    self._unwritten = {
                        **{key: work for key, work in left.items() if key not in self._unwritten},
                        **self._unwritten,
                    }
        self._set_trouble(fault)

    def _write_each(self, batch: dict[Key, Work[None]]) -> tuple[dict[Key, Work[None]], StoreFault | None]:
        """One by one, so that one does not hold up the others; what is left, and why."""
        left: dict[Key, Work[None]] = {}
        fault: StoreFault | None = None
        is_held_up = False
        for key, work in batch.items():
            # What concerns one thing stays in its order.
            if not is_held_up and not any(key[1] == name for _, name in left):
                try:
                    self._in_transaction(work)
                except StoreFault as error:
                    fault = error
                    # Such as a lock of somebody else: each of them would wait for it.
                    is_held_up = error.reason == "failed"
                except Exception:  # noqa: BLE001 (kept in memory, and said)
                    fault = StoreFault("failed")
                else:
                    continue
            left[key] = work
        return left, fault

    def _answer(self, job: Job) -> None:
        try:
            if job.is_alone:
                with self._file():
                    answer = job.work(self._connection)
            else:
                answer = self._in_transaction(job.work, is_durable=job.is_durable)
        except Exception as error:  # noqa: BLE001 (it is raised where it is waited for)
            job.answer.set_exception(error)
        else:
            job.answer.set_result(answer)

    def _in_transaction(self, work: Work[T], *, is_durable: bool = True) -> T:
        with self._file():
            if is_durable != self._is_durable:
                self._connection.execute(f"pragma synchronous = {'full' if is_durable else 'normal'}")
                self._is_durable = is_durable
            self._connection.execute("begin immediate")
            try:
                answer = work(self._connection)
                self._connection.execute("commit")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("rollback")
                raise
        return answer

    @contextmanager
    def _file(self) -> Iterator[None]:
        """Something is read or written: in a file that is whole, and remembered as it is afterwards."""
        try:
            with faults():
                self._stay_with_file()
                yield
                self._remember()
        except StoreFault as fault:
            self._is_sick = self._is_sick or fault.reason == "damaged"
            raise

    def _stay_with_file(self) -> None:
        """A file that somebody deleted, cut or replaced would take everything and show it to nobody.

        A connection that has met a damaged page takes nothing any more, a new one does.
        """
        if not is_whole(self._files, files_at(self._path)):
            fresh = self._renew(self._connection, self._files)
        elif self._is_sick:
            fresh = self._reconnect()
        else:
            return
        self._connection.close()
        self._connection = fresh
        self._files, self._is_sick, self._is_durable = files_at(self._path), False, None

    def _remember(self) -> None:
        """As large as they are now; one that somebody took away or cut meanwhile stays missed."""
        with suppress(OSError):  # the next one finds it, too
            now = files_at(self._path)
            known = [ending for ending in now if is_there(ending, self._files, now)]
            self._files.update({ending: now[ending] for ending in known if now[ending].size >= 0})

    def _set_trouble(self, fault: StoreFault | None) -> None:
        before, self.trouble = self.trouble, fault
        if (before and before.reason) != (fault and fault.reason):
            with suppress(RuntimeError):  # the loop has ended meanwhile
                self._loop.call_soon_threadsafe(self._listeners.tell)
