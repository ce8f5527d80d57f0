"""Pending actions until the server has taken them (design: §6; OFF-02, OFF-04)."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from app.core.action import Act, Action, State, Verdict
from app.core.audit import Audit
from app.core.clock import ServerClock
from app.core.collection import Change, Collection
from app.core.delivery import Delivery
from app.core.doubt import Doubt
from app.core.lines import OPEN, Lines
from app.core.patience import Patience
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
KEEP_SENT_S = 15 * 60.0
"""Seconds for which an action that arrived stays in the list, for people to see."""
_LOOK_EVERY_S = 1.0
_LONGEST_PAUSE_S = 2.0
# Of those that arrived long ago: whatever waits to be sent does not wait for all of them.
_LEAVE_AT_ONCE = 10
_CUT_OFF = "The program ended while this was on its way; whether the server has it is not known yet."
_MAY_NOT_WRITE = "Vestibule may not write to its folder, so nothing is sent from here."


class Outbox:
    """What one person did and the server has not taken yet; sent in order per subject, by one process.

    acts: how each kind is put through. words: what a failure means, for people. report: told of every fault
    of our own. in_doubt_s: how long a request that got no answer may still be carried out. audit: told of
    what becomes of them.
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
        audit: Audit,
    ) -> None:
        self._pending = Pending(store)
        self.actions: Collection[Action] = self._pending.actions
        self._sender = Sender(store.path)
        self._audit = audit
        self._report = report
        self._turns = Turns(clock)
        self._lines = Lines(self.actions)
        self._doubt = Doubt(clock, in_doubt_s)
        self._patience = Patience()
        self._delivery = Delivery(
            self._pending, self._turns, self._doubt, self._patience, acts, clock, words, report, self._note,
            self._sender.holds, self._sender.leaves_untold,
        )  # fmt: skip
        # Their subjects by their ids.
        self._under_way: dict[str, str] = {}
        # Those that arrived long ago.
        self._leaving: deque[Action] = deque()
        self._woken = asyncio.Event()
        self.actions.listen(self._changed)

    # -- what a person does

    async def keep(self, action: Action) -> Action:
        """Keeps an action, and shows it once it is kept; returns it, or the one of its id that is here.

        A disk that does not take it keeps it in memory alone: `Store.trouble` says so.
        """
        if self._sender.is_alone or self._sender.is_held:
            # Nobody else sends it; should that change, nothing is sure any more.
            self._doubt.sure.add(action.id)
        if await self._pending.add(action):
            self._note(action, "kept")
        else:
            self._doubt.sure.discard(action.id)
        self.wake()
        return self.actions.get(action.id) or action

    async def inherit(self, other: "Outbox") -> None:
        """Goes on where another outbox of this store in this process stands, which has ended; also with what
        the disk has not taken. All of it is looked for before it is sent."""
        await self._pending.inherit(other._pending)
        self.wake()

    async def retry(self, action_id: str) -> None:
        """Tries once more, at once: looks first where it may have arrived."""
        action = self.actions.get(action_id)
        if action is None or action.kind == UNREADABLE:
            return
        if action.state != State.SENT:
            self._turns.forget(action_id)
            self._turns.go_on()
            self._lines.call(action.subject)
        if action.state == State.REFUSED:
            # Whoever sends may have been asked for the same, and be faster.
            doubt = action.is_doubtful or action.sent_at is not None or not self._sender.is_held
            await self._pending.move(action, replace(action, state=State.QUEUED, is_doubtful=doubt, words=""))
        self.wake()

    async def send_anyway(self, action_id: str) -> bool:
        """Sends what no look can tell of, for a person who has looked at the clinic; whether it could be.

        Only one whose verdict is wanted. It is looked for once more: only where that tells nothing again it
        is sent unseen.
        """
        action = self.actions.get(action_id)
        if action is None or action.verdict != Verdict.WANTED:
            return False
        told = replace(action, state=State.QUEUED, is_doubtful=True, verdict=Verdict.SEND, words="")
        is_told = await self._pending.move(action, told)
        if is_told:
            self._note(action, "to_be_sent_unseen")
            await self.retry(action_id)
        return is_told

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

    def answered(self) -> None:
        """The server has answered something else well: a fault that it still has will hardly pass."""
        self._patience.answered()

    def try_all(self) -> None:
        """The connection is back: nothing waits any longer."""
        for action in self.actions:
            if action.state != State.SENT:
                self._turns.hurry(action.id)
        self._turns.go_on()
        self._lines.call_all()
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
                if await self._pending.follow():
                    self._hurry_told()
                    self.wake()
            await asyncio.sleep(_LOOK_EVERY_S)

    def _hurry_told(self) -> None:
        """Somebody may have said there that one is to be sent: it waits no longer."""
        for action in self.actions:
            if action.verdict == Verdict.SEND:
                self._turns.hurry(action.id)
                self._lines.call(action.subject)

    async def _send_all(self) -> None:
        tasks = Tasks(self._report)
        self._lines.call_all()
        try:
            while True:
                self._woken.clear()
                pause_s = _LONGEST_PAUSE_S
                if await self._sender.holds() or await self._take_over():
                    await self._forget_sent()
                    for action in self._ready():
                        self._under_way[action.id] = action.subject
                        tasks.start(self._put_through(action), f"outbox.{action.kind}")
                    pause_s = self._turns.pause_s(_LONGEST_PAUSE_S)
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause_s):
                        await self._woken.wait()
        finally:
            await tasks.close()
            self._under_way.clear()

    async def _take_over(self) -> bool:
        """Becomes the one that sends, if nobody is and it can read what there is to send."""
        if not await self._sender.take():
            # Whoever sends may have sent these meanwhile.
            self._doubt.sure.clear()
            if self._sender.may_not_write:
                self._say(_MAY_NOT_WRITE)
            return False
        if not self._sender.is_alone:
            self._doubt.sure.clear()
        untold_s = await self._looked()
        if untold_s is None:
            self._sender.release()
            return False
        self._doubt.begin(self.actions, untold_s)
        for action in self.actions:
            if action.state == State.SENDING:
                left = action.sent_at is not None
                state, words = (State.UNKNOWN, _CUT_OFF) if left else (State.QUEUED, "")
                await self._pending.move(action, replace(action, state=state, is_doubtful=left, words=words))
        return True

    async def _looked(self) -> float | None:
        """Reads what there is to send; how many seconds ago something left that it does not tell of. None:
        it could not be read."""
        if self._sender.is_alone:
            return self._sender.untold_s
        try:
            await self._pending.look()
        except StoreFault as fault:
            # Of a damaged file nobody reads more, ever: what memory has is sent, and may have left just now.
            return 0.0 if fault.reason == "damaged" else None
        return self._sender.untold_s

    def _say(self, words: str) -> None:
        """Why none of the open ones is sent from here; only here, since another process may send them."""
        for action in self.actions:
            if action.state in OPEN and action.words != words:
                self._pending.say(action, words)

    def _ready(self) -> Iterator[Action]:
        """The first open action of each subject, where it is due."""
        for action_id in self._turns.come():
            self._come(action_id)
        while len(self._under_way) < AT_ONCE and not self._turns.all_wait and (action := self._lines.next()):
            if action.subject not in self._under_way.values() and self._turns.is_due(action.id):
                yield action

    def _come(self, action_id: str) -> None:
        action = self.actions.get(action_id)
        if action is not None and action.state == State.SENT:
            self._leaving.append(action)
        elif action is not None:
            self._lines.call(action.subject)

    async def _put_through(self, action: Action) -> None:
        try:
            await self._delivery.put_through(action)
        finally:
            self._under_way.pop(action.id, None)
            self._lines.call(action.subject)
            self.wake()

    async def _forget_sent(self) -> None:
        for _ in range(min(_LEAVE_AT_ONCE, len(self._leaving))):
            await self._pending.drop(self._leaving.popleft())
        if self._leaving:
            self.wake()

    def _changed(self, change: Change) -> None:
        for action_id in (*change.added, *change.updated):
            action = self.actions.get(action_id)
            if action is not None and action.state == State.SENT:
                self._forget(action_id)
                self._turns.put_off(action_id, KEEP_SENT_S)
        for action_id in change.removed:
            self._forget(action_id)

    def _forget(self, action_id: str) -> None:
        """There is nothing to be sent of it any more."""
        self._turns.forget(action_id)
        self._doubt.forget(action_id)
        self._patience.forget(action_id)

    def _note(self, action: Action, outcome: str) -> None:
        self._audit.note(action.kind, action.record_id, outcome)
