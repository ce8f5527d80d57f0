"""Pending actions until the server has taken them (design: §6; OFF-02, OFF-04)."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from app.core.action import Act, Action, Attempt, Conflict, Facts, State, Unfit
from app.core.backoff import backoff_s
from app.core.clock import ServerClock
from app.core.collection import Collection
from app.core.pending import UNREADABLE, Pending
from app.core.sender import Sender
from app.core.store.fault import StoreFault
from app.core.store.store import Store
from app.core.tasks import Tasks
from app.errors import Failure, Offline, Refused, SignedOut

AT_ONCE = 3
"""Patients whose actions are on their way at the same time."""
KEEP_SENT_S = 15 * 60.0
"""Seconds for which an action that arrived stays in the list, for people to see."""
IN_DOUBT_S = 45.0
"""Seconds after sending in which a request that got no answer may still be carried out by the server."""
_LOOK_EVERY_S = 1.0
_UNKNOWN_KIND = "This version of the program does not know how to send this. Update it, then try again."
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
        self._sender = Sender(store.path)
        self._pending = Pending(store, lambda: self._sender.is_held)
        self.actions: Collection[Action] = self._pending.actions
        self._store = store
        self._acts = acts
        self._clock = clock
        self._words = words
        self._report = report
        self._in_doubt_s = in_doubt_s
        self._tries: dict[str, int] = {}
        self._due: dict[str, float] = {}
        self._under_way: set[str] = set()
        self._is_signed_out = False
        self._version: int | None = None
        self._woken = asyncio.Event()

    # -- what a person does

    async def keep(self, action: Action) -> Action:
        """Keeps an action, and shows it once it is kept; returns it, or the one of its id that is here.

        A disk that does not take it keeps it in memory alone: `Store.trouble` says so.
        """
        if await self._pending.add(action):
            self._note(action, "kept")
        self.wake()
        return self.actions.get(action.id) or action

    async def retry(self, action_id: str) -> None:
        """Tries once more, at once: looks first whether it has arrived."""
        action = self.actions.get(action_id)
        if action is None or action.kind == UNREADABLE:
            return
        self._tries.pop(action_id, None)
        self._due.pop(action_id, None)
        if action.state == State.REFUSED:
            doubt = action.is_doubtful or action.sent_at is not None
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
        return is_gone

    def wake(self) -> None:
        """Sends what is due, now: after an act, a sign-in, or when the connection is back."""
        self._woken.set()

    def try_all(self) -> None:
        """The connection is back: nothing waits any longer."""
        for action in self.actions:
            if action.state != State.SENT:
                self._due.pop(action.id, None)
        self._is_signed_out = False
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
                    self._version = version
                    await self._pending.look()
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
                    async with asyncio.timeout(self._pause_s()):
                        await self._woken.wait()
        finally:
            await tasks.close()
            self._under_way.clear()

    async def _take_over(self) -> bool:
        """Becomes the one that sends, if nobody is."""
        if not await self._sender.take():
            return False
        with suppress(StoreFault):
            await self._pending.look()
        for action in tuple(self.actions):
            if action.state == State.SENDING:
                left = action.sent_at is not None
                state, words = (State.UNKNOWN, _CUT_OFF) if left else (State.QUEUED, "")
                await self._pending.move(action, replace(action, state=state, is_doubtful=left, words=words))
            elif action.state == State.QUEUED and action.id not in self._pending.added:
                # A disk that was full may have kept us from writing down that it left.
                self.actions.put(replace(action, is_doubtful=True))
        return True

    def _ready(self) -> Iterator[Action]:
        """The first open action of each subject, where it is due."""
        now = self._clock.monotonic()
        busy = {action.subject for action in self.actions if action.id in self._under_way}
        for action in tuple(self.actions):
            if len(self._under_way) >= AT_ONCE or self._is_signed_out:
                return
            if action.state in _OPEN and action.subject not in busy:
                busy.add(action.subject)
                if self._due.get(action.id, 0.0) <= now:
                    yield action

    def _pause_s(self) -> float:
        now = self._clock.monotonic()
        waits = (self._due[action.id] - now for action in self.actions if action.id in self._due)
        return min([_LONGEST_PAUSE_S, *(wait for wait in waits if wait > 0)])

    async def _put_through(self, action: Action) -> None:
        try:
            if action.state == State.UNKNOWN or action.is_doubtful:
                await self._settle(action)
            else:
                await self._send(action)
        finally:
            self._under_way.discard(action.id)
            self.wake()

    async def _send(self, action: Action) -> None:
        sending = replace(action, state=State.SENDING, sent_at=None, words="")
        if not await self._pending.move(action, sending):
            return
        attempt = _Attempt(sending, self._clock.now, self._pending.save)
        try:
            found = await self._act(action).send(sending, attempt)
        except Failure as failure:
            await self._failed(attempt.action, failure)
        except Conflict as conflict:
            await self._refuse(attempt.action, conflict.words, {"theirs": conflict.theirs})
        except Unfit as unfit:
            await self._refuse(attempt.action, str(unfit))
        else:
            await self._arrived(attempt.action, found)

    async def _settle(self, action: Action) -> None:
        """Looks whether it has arrived; it is sent again only when it certainly has not."""
        try:
            found = await self._act(action).settle(action)
        except Failure as failure:
            self._postpone(action, failure)
            self.actions.put(replace(action, words=self._words(failure)))
        except Conflict as conflict:
            await self._refuse(action, conflict.words, {"theirs": conflict.theirs})
        except Unfit as unfit:
            await self._refuse(action, str(unfit))
        else:
            await (self._not_there(action) if found is None else self._arrived(action, found))

    async def _not_there(self, action: Action) -> None:
        sent_at = action.sent_at
        left_s = 0.0 if sent_at is None else sent_at + self._in_doubt_s - self._clock.now()
        if left_s > 0:
            self._due[action.id] = self._clock.monotonic() + min(left_s, self._in_doubt_s)
            return
        fresh = replace(action, state=State.QUEUED, is_doubtful=False, sent_at=None, words="")
        await self._pending.move(action, fresh)

    async def _failed(self, action: Action, failure: Failure) -> None:
        words = self._words(failure)
        is_busy = isinstance(failure, Refused) and failure.status == 429
        if isinstance(failure, Refused) and not is_busy:
            await self._said_no(action, words)
            return
        self._postpone(action, failure)
        if action.sent_at is None or is_busy or isinstance(failure, Offline | SignedOut):
            waiting = replace(action, state=State.QUEUED, sent_at=None, is_doubtful=False, words=words)
            await self._pending.move(action, waiting)
        else:
            await self._pending.move(
                action, replace(action, state=State.UNKNOWN, is_doubtful=True, words=words)
            )

    async def _said_no(self, action: Action, words: str) -> None:
        """It may have arrived at an earlier try, which the server then says it has already."""
        found: Facts | None = None
        if action.sent_at is not None:
            with suppress(Failure, Conflict, Unfit):
                found = await self._act(action).settle(action)
        await (self._refuse(action, words) if found is None else self._arrived(action, found))

    async def _refuse(self, action: Action, words: str, found: Facts | None = None) -> None:
        self._note(action, "refused")
        refused = replace(action, state=State.REFUSED, words=words, found={**action.found, **(found or {})})
        await self._pending.move(action, refused)

    async def _arrived(self, action: Action, found: Facts) -> None:
        self._note(action, "sent")
        self._tries.pop(action.id, None)
        self._due[action.id] = self._clock.monotonic() + KEEP_SENT_S
        sent = replace(action, state=State.SENT, is_doubtful=False, words="", found={**action.found, **found})
        await self._pending.move(action, sent)

    def _postpone(self, action: Action, failure: Failure) -> None:
        self._is_signed_out = self._is_signed_out or isinstance(failure, SignedOut)
        tries = self._tries[action.id] = self._tries.get(action.id, 0) + 1
        pause_s = backoff_s(tries, failure.retry_after, random.random())  # noqa: S311 (spreads workstations)
        self._due[action.id] = self._clock.monotonic() + pause_s

    async def _forget_sent(self) -> None:
        now = self._clock.monotonic()
        for action in tuple(self.actions):
            if action.state == State.SENT and now >= self._due.setdefault(action.id, now + KEEP_SENT_S):
                await self._pending.drop(action)

    def _act(self, action: Action) -> Act:
        return self._acts.get(action.kind, _UNKNOWN_ACT)

    def _note(self, action: Action, outcome: str) -> None:
        self._store.note(self._clock.now(), action.kind, action.id, outcome)


class _Attempt:
    """One try: writes down how far it came."""

    def __init__(
        self, action: Action, now: Callable[[], float], save: Callable[[Action], Awaitable[None]]
    ) -> None:
        self.action = action
        self._now = now
        self._save = save

    async def learnt(self, **found: Any) -> None:
        self.action = replace(self.action, found={**self.action.found, **found})
        await self._save(self.action)

    async def beyond_recall(self, **found: Any) -> None:
        self.action = replace(
            self.action, found={**self.action.found, **found}, sent_at=self._now(), is_doubtful=True
        )
        await self._save(self.action)


class _UnknownAct:
    """For what a newer version of the program has kept."""

    async def send(self, _action: Action, _attempt: Attempt) -> Facts:
        raise Unfit(_UNKNOWN_KIND)

    async def settle(self, _action: Action) -> Facts | None:
        raise Unfit(_UNKNOWN_KIND)


_UNKNOWN_ACT = _UnknownAct()
