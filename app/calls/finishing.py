"""Finishing a visit after a moment in which it can be taken back (PID-09): the server knows no way back."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from app.calls.refusal import CannotStart
from app.calls.untold import Untold
from app.core.clock import Clock
from app.core.listeners import Listeners
from app.core.tasks import Tasks
from app.errors import Failure
from app.visits.record import Visit

Finish = Callable[[str], Awaitable[Visit]]


@dataclass(frozen=True, slots=True)
class Finished:
    """What came of it. visit: as it was when somebody decided. failure: why it is not finished, None when it
    is.
    """

    visit: Visit
    failure: Failure | CannotStart | None = None


@dataclass(slots=True)
class _Pending:
    visit: Visit
    due: float
    now: asyncio.Event
    task: asyncio.Task[None] | None = None
    is_sent: bool = False


class Finishing:
    """The visits of this session that are about to be finished. ended: told of each.

    They are finished whatever is on the screen: a lock, another patient or a closed window do not change what
    somebody decided. Only `undo` does, and the end of the program within that moment, when the server cannot
    be reached: the visit stays in progress then.
    """

    def __init__(self, finish: Finish, clock: Clock, tasks: Tasks) -> None:
        self._finish, self._clock, self._tasks = finish, clock, tasks
        self._pending: dict[str, _Pending] = {}
        self.changed: Listeners[[]] = Listeners()
        self.ended: Untold[Finished] = Untold()

    def begin(self, visit: Visit, undo_s: float) -> None:
        """Finishes the visit in `undo_s` seconds; once more while it is about to be does nothing."""
        if visit.id in self._pending:
            return
        pending = _Pending(visit, self._clock.monotonic() + undo_s, asyncio.Event())
        self._pending[visit.id] = pending
        pending.task = self._tasks.start(self._run(pending, undo_s), "calls.finish")
        self.changed.tell()

    def left_s(self, visit_id: str) -> float | None:
        """Seconds in which it can be taken back; 0 while the server is being told, None when it is not about
        to be finished.
        """
        pending = self._pending.get(visit_id)
        if pending is None:
            return None
        return 0.0 if pending.is_sent else max(0.0, pending.due - self._clock.monotonic())

    def ids(self) -> tuple[str, ...]:
        """Of the visits that are about to be finished."""
        return tuple(self._pending)

    def undo(self, visit_id: str) -> bool:
        """Takes it back; False when it is too late."""
        pending = self._pending.get(visit_id)
        if pending is None or pending.is_sent:
            return False
        del self._pending[visit_id]
        pending.now.set()
        self.changed.tell()
        return True

    async def flush(self, within_s: float) -> None:
        """The session ends: what is pending is sent, and waited for so long."""
        for pending in self._pending.values():
            pending.now.set()
        tasks = [pending.task for pending in self._pending.values() if pending.task is not None]
        if tasks:
            await asyncio.wait(tasks, timeout=within_s)

    async def _run(self, pending: _Pending, undo_s: float) -> None:
        visit = pending.visit
        with suppress(TimeoutError):
            async with asyncio.timeout(undo_s):
                await pending.now.wait()
        if self._pending.get(visit.id) is not pending:
            return
        pending.is_sent = True
        self.changed.tell()
        failure: Failure | CannotStart | None = None
        try:
            await self._finish(visit.id)
        except (Failure, CannotStart) as error:
            failure = error
        finally:
            del self._pending[visit.id]
            self.changed.tell()
        self.ended.tell(Finished(visit, failure))
