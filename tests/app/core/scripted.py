"""A server and an act that do what a test says; what was delivered is counted."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from app.core.action import Action, Attempt, Facts, State, new_action
from app.core.audit import Audit
from app.core.clock import ServerClock
from app.core.outbox import Outbox
from app.core.store.fault import StoreFault
from app.core.store.store import Store, open_file
from app.errors import Failure, SignedOut, Uncertain
from tests.clocks import HandClock
from tests.until import until


class Scripted:
    """An act and its server. Each word of a subject's script is one call; afterwards all goes well.

    For `send`: "ok"; "waits": after it has left, for `go_on`; "lost": it arrives, the answer does not;
    "vanished": it leaves and never arrives; "late": it arrives when `arrive` is called; "hang": it leaves and
    waits for ever; a failure: before it leaves; ("after", failure): after it has left, without arriving;
    ("has it", failure): arrived, then this.
    """

    def __init__(self) -> None:
        self.delivered: Counter[str] = Counter()
        self.sends: list[str] = []
        self.looks: list[str] = []
        self.script: dict[str, list[Any]] = {}
        self.looking: dict[str, list[Any]] = {}
        self.under_way: set[str] = set()
        self.most_at_once = 0
        self.hanging = 0
        self.go_on = asyncio.Event()
        self._late: list[Action] = []

    async def send(self, action: Action, attempt: Attempt) -> Facts:
        assert action.state == State.SENDING
        self.sends.append(action.id)
        assert action.subject not in self.under_way
        self.under_way.add(action.subject)
        self.most_at_once = max(self.most_at_once, len(self.under_way))
        try:
            return await self._send(action, attempt, _next(self.script, action))
        finally:
            self.under_way.discard(action.subject)

    async def _send(self, action: Action, attempt: Attempt, step: Any) -> Facts:
        if isinstance(step, Exception):
            raise step
        await attempt.learnt(member="m-1")
        await attempt.beyond_recall(room="r-1")
        if step == "waits":
            await self.go_on.wait()
            step = "ok"
        if step == "hang":
            self.hanging += 1
            try:
                await asyncio.Event().wait()
            finally:
                self.hanging -= 1
        if isinstance(step, tuple):
            if step[0] == "has it":
                self.delivered[action.id] += 1
            raise step[1]
        if step == "late":
            self._late.append(action)
        elif step != "vanished":
            self.delivered[action.id] += 1
        if step != "ok":
            raise Uncertain
        return {"visit": f"v-{action.id}"}

    async def settle(self, action: Action) -> Facts | None:
        self.looks.append(action.id)
        step = _next(self.looking, action)
        if isinstance(step, Exception):
            raise step
        return {"visit": f"v-{action.id}"} if self.delivered[action.id] else None

    def arrive(self) -> None:
        """What was late is there now."""
        while self._late:
            self.delivered[self._late.pop().id] += 1


def _next(script: dict[str, list[Any]], action: Action) -> Any:
    steps = script.get(action.subject)
    return steps.pop(0) if steps else "ok"


class Desk:
    """An outbox with its store, act and clock."""

    def __init__(self, store: Store, act: Scripted) -> None:
        self.store, self.act = store, act
        self.clock = HandClock()
        self.faults: list[BaseException] = []
        acts = {"checkin": act}
        clock = ServerClock(self.clock)
        audit = Audit(store, "612", clock)
        self.outbox = Outbox(store, acts, clock, _words, self.faults.append, audit=audit)

    async def keep(self, subject: str = "p1", **body: Any) -> str:
        action = new_action("checkin", subject, body, made_at=self.clock.wall())
        assert await self.outbox.keep(action) == action
        return action.id

    def state(self, action_id: str) -> State | None:
        action = self.outbox.actions.get(action_id)
        return None if action is None else action.state

    async def comes_to(self, state: State | None, *action_ids: str) -> None:
        await until(lambda: {self.state(action_id) for action_id in action_ids} == {state})

    async def pass_s(self, seconds: float) -> None:
        """Time passes, and the outbox has seen it."""
        self.clock.advance(seconds)
        self.outbox.wake()
        await self.idle()

    async def idle(self) -> None:
        """Nothing is on its way and nothing else is due."""
        quiet = 0
        while quiet < 5:
            busy = len(self.outbox._under_way) > self.act.hanging or self.outbox._woken.is_set()
            quiet = 0 if busy else quiet + 1
            with suppress(StoreFault):
                await self.store.flush()
            await asyncio.sleep(0.001)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.ensure_future(self.outbox.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])
            assert task.cancelled()


@asynccontextmanager
async def desk(store: Store | None = None, act: Scripted | None = None) -> AsyncIterator[Desk]:
    """A desk in memory, if not in this store."""
    made = Desk(store or await open_file(None), act or Scripted())
    yield made
    await made.store.close()


def _words(failure: Failure) -> str:
    return "signed out" if isinstance(failure, SignedOut) else f"{type(failure).__name__} {failure}".strip()
