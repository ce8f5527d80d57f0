"""Pending actions until the server has taken them (design: §6; OFF-02, OFF-04)."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from app.core.action import Act, Action, State
from app.core.clock import ServerClock
from app.core.collection import Collection
from app.core.delivery import KEEP_SENT_S, Delivery
from app.core.pending import UNREADABLE, Pending
from app.core.sender import Sender
from app.core.store.fault import StoreFault
from app.core.store.store import Store
from app.core.tasks import Tasks
from app.core.turns import Turns
from app.errors import Failure

AT_ONCE = 3
"""Patients whose actions are on their way at the same time."""
IN_DOUBT_S = 45.0
"""Seconds after sending in which a request that got no answer may still be carried out by the server."""
_LOOK_EVERY_S = 1.0
_LONGEST_PAUSE_S = 2.0
_OPEN = (State.QUEUED, State.SENDING, State.UNKNOWN)
_CUT_OFF = "The program ended while this was on its way; whether the server has it is not known yet."


class Outbox:
    """What one person did and the server has not taken yet; sent in order per subject, by one process.

    acts: how each kind is put through. words: what a failure means, for people. report: told of every fault
    of our own. in_doubt_s: how long a request that got no answer may still be carried out.
    """

    def __init__(
        self,
        store: Store,
        acts: Mapping[str, Act],
        clock: ServerClock,
        words: Callable[[Failure], str],
        report: Callable[[BaseException], None],
        *,
        in_doubt_s: float = IN_DOUBT_S,
    ) -> None:
        self._pending = Pending(store)
        self.actions: Collection[Action] = self._pending.actions
        self._sender = Sender(store.path)
        self._store = store
        self._report = report
        self._turns = Turns(clock)
        self._delivery = Delivery(
            self._pending, self._turns, acts, clock, words, report, self._note, in_doubt_s
        )
        self._clock = clock
        self._under_way: set[str] = set()
        # Kept by this process, so that no other can have sent them.
        self._own: set[str] = set()
        self._version: int | None = None
        self._woken = asyncio.Event()

    # -- what a person does

    async def keep(self, action: Action) -> Action:
        """Keeps an action, and shows it once it is kept; returns it, or the one of its id that is here.

        A disk that does not take it keeps it in memory alone: `Store.trouble` says so.
        """
        if await self._pending.add(action):
            self._own.add(action.id)
            self._note(action, "kept")
        self.wake()
        return self.actions.get(action.id) or action

    async def retry(self, action_id: str) -> None:
        """Tries once more, at once: looks first where it may have arrived."""
        action = self.actions.get(action_id)
        if action is None or action.kind == UNREADABLE:
            return
        if action.state != State.SENT:
            self._turns.forget(action_id)
        if action.state == State.REFUSED:
            # Whoever sends may have been asked for the same, and be faster.
            doubt = action.is_doubtful or action.sent_at is not None or not self._sender.is_held
            await self._pending.move(action, replace(action, state=State.QUEUED, is_doubtful=doubt, words=""))
        self.wake()

    async def discard(self, action_id: str) -> bool:
        """Drops an action for good; whether it could be: not while it is on its way."""
        action = self.actions.get(action_id)
        if action is None or action.state == State.SENDING or action_id in self._under_way:
            return False
        is_gone = await self._pending.drop(action)
        if is_gone:
            self._note(action, "discarded")
            self._turns.forget(action_id)
        return is_gone

    def wake(self) -> None:
        """Sends what is due, now: after an act, a sign-in, or when the connection is back."""
        self._woken.set()

    def try_all(self) -> None:
        """The connection is back: nothing waits any longer."""
        for action in self.actions:
            if action.state != State.SENT:
                self._turns.hurry(action.id)
        self._turns.all_wait = False
        self.wake()

    # -- loading and sending

    async def load(self) -> None:
        """Brings back what was kept before. Raises StoreFault."""
        await self._pending.look()

    async def run(self) -> None:
        """Sends until cancelled, as long as no other process does for the same person."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._watch_store(), name="outbox.store")
                group.create_task(self._send_all(), name="outbox.send")
        finally:
            self._sender.release()

    async def _watch_store(self) -> None:
        """Sees what another process of the same person does."""
        while True:
            with suppress(StoreFault):
                version = await self._store.version()
                if version != self._version:
                    await self._pending.look()
                    self._version = version
                    self.wake()
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _send_all(self) -> None:
        tasks = Tasks(self._report)
        try:
            while True:
                self._woken.clear()
                if self._sender.is_held or await self._take_over():
                    await self._forget_sent()
                    for action in self._ready():
                        self._under_way.add(action.id)
                        tasks.start(self._put_through(action), f"outbox.{action.kind}")
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._turns.pause_s(_LONGEST_PAUSE_S)):
                        await self._woken.wait()
        finally:
            await tasks.close()
            self._under_way.clear()

    async def _take_over(self) -> bool:
        """Becomes the one that sends, if nobody is."""
        if not await self._sender.take():
            # Whoever sends may have sent these meanwhile.
            self._own.clear()
            return False
        with suppress(StoreFault):
            await self._pending.look()
        for action in tuple(self.actions):
            if action.state in _OPEN and action.id not in self._own:
                # A disk that was full may have kept its sender from writing down that it left.
                self._delivery.unsure.add(action.id)
            if action.state == State.SENDING:
                left = action.sent_at is not None
                state, words = (State.UNKNOWN, _CUT_OFF) if left else (State.QUEUED, "")
                await self._pending.move(action, replace(action, state=state, is_doubtful=left, words=words))
        return True

    def _ready(self) -> Iterator[Action]:
        """The first open action of each subject, where it is due."""
        busy = {action.subject for action in self.actions if action.id in self._under_way}
        for action in tuple(self.actions):
            if len(self._under_way) >= AT_ONCE or self._turns.all_wait:
                return
            if action.state in _OPEN and action.subject not in busy:
                busy.add(action.subject)
                if self._turns.is_due(action.id):
                    yield action

    async def _put_through(self, action: Action) -> None:
        try:
            await self._delivery.put_through(action)
        finally:
            self._under_way.discard(action.id)
            self.wake()

    async def _forget_sent(self) -> None:
        for action in tuple(self.actions):
            if action.state == State.SENT:
                if action.id not in self._turns:
                    self._turns.put_off(action.id, KEEP_SENT_S)
                elif self._turns.is_due(action.id) and await self._pending.drop(action):
                    self._turns.forget(action.id)

    def _note(self, action: Action, outcome: str) -> None:
        self._store.note(self._clock.now(), action.kind, action.id, outcome)
