"""Putting one action through, and where it stands afterwards (design: §6)."""

import math
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace

from app.core.action import Act, Action, Conflict, Facts, State, Unfit, Verdict
from app.core.attempt import Attempt, Overtaken, UnknownAct
from app.core.clock import ServerClock
from app.core.pending import Pending
from app.core.turns import Turns
from app.errors import Broken, Failure, Offline, Refused, SignedOut, Uncertain

LOOKS = 3
"""Looks and tries that led nowhere, and by no passing fault, after which a person is told."""
LONG_LOOKS = 10
"""The same for a fault that may pass, while the server answers other things well."""
_OUR_FAULT = "A fault of this program stopped this on its way. It is kept, and tried again."
_ASKS = (
    "So it cannot be told whether this has arrived. Look at the clinic: if it is there, discard this;"
    " if it is not, send it anyway."
)


class Delivery:
    """One action at a time of a subject, as the outbox says.

    note: writes a line of the audit. may_send: whether this process still is the one that sends.
    leaves_untold: told when something leaves of which the disk knows nothing. sure: ids of those that
    certainly have not left at an earlier try: all others are looked for first. The rest is as for `Outbox`.
    """

    def __init__(
        self,
        pending: Pending,
        turns: Turns,
        acts: Mapping[str, Act],
        clock: ServerClock,
        words: Callable[[Failure], str],
        report: Callable[[BaseException], None],
        note: Callable[[Action, str], None],
        may_send: Callable[[], Awaitable[bool]],
        leaves_untold: Callable[[], Awaitable[None]],
        in_doubt_s: float,
    ) -> None:
        self.sure: set[str] = set()
        # When it left, or may have, by the monotonic clock: the server's may be set meanwhile.
        self._left_at: dict[str, float] = {}
        # How often they were looked for or tried in vain.
        self._looks: dict[str, int] = {}
        # How often the server had a fault with them, and what it had answered well by then.
        self._faults: dict[str, tuple[int, int]] = {}
        self._answers = 0
        self._pending = pending
        self._turns = turns
        self._acts = acts
        self._clock = clock
        self._words = words
        self._report = report
        self._note = note
        self._may_send = may_send
        self._leaves_untold = leaves_untold
        self._in_doubt_s = in_doubt_s

    def begin(self, actions: Iterable[Action], untold_s: float) -> None:
        """This process is the one that sends from now on. Others have: when is not known in its own time.

        untold_s: how many seconds ago something left of which the store knows nothing. It may have been any.
        """
        now = self._clock.monotonic()
        self._left_at = {
            action.id: now if action.sent_at is not None else now - untold_s for action in actions
        }

    def forget(self, action_id: str) -> None:
        """It is no longer to be sent."""
        self.sure.discard(action_id)
        self._left_at.pop(action_id, None)
        self._looks.pop(action_id, None)
        self._faults.pop(action_id, None)

    def answered(self) -> None:
        """See `Outbox.answered`."""
        self._answers += 1

    async def put_through(self, action: Action) -> None:
        """Sends it, or looks first where it may have arrived."""
        try:
            if action.state == State.UNKNOWN or action.is_doubtful or action.id not in self.sure:
                await self._settle(action)
            else:
                await self._send(action)
        except Overtaken:
            # Whoever moved it knows how it goes on.
            return
        except Exception as error:  # noqa: BLE001 (whatever our fault is: told, and nothing is lost by it)
            self._report(error)
            await self._stumbled(self._pending.actions.get(action.id))

    async def _send(self, action: Action) -> None:
        sending = replace(action, state=State.SENDING, sent_at=None, words="")
        if not await self._pending.move(action, sending):
            return
        attempt = Attempt(sending, self._clock.now, self._moved, self._may_send)
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

    async def _moved(self, before: Action, after: Action) -> bool:
        if after.sent_at is not None:
            self._left_at[after.id] = self._clock.monotonic()
        moved = await self._pending.move(before, after)
        if moved and after.sent_at is not None and not self._pending.is_written(after.id):
            await self._leaves_untold()
        return moved

    async def _settle(self, action: Action) -> None:
        """Looks whether it has arrived; it is sent again only when it certainly has not."""
        try:
            found = await self._act(action).settle(action)
        except Failure as failure:
            await self._not_told(action, failure)
        except Conflict as conflict:
            await self._refuse(action, conflict.words, {"theirs": conflict.theirs})
        except Unfit as unfit:
            await self._refuse(action, str(unfit))
        else:
            self.answered()
            await (self._not_there(action) if found is None else self._arrived(action, found))

    async def _not_told(self, action: Action, failure: Failure) -> None:
        """Only a person can end what no look ever will."""
        words = self._words(failure)
        if _is_no(failure) and action.sent_at is None:
            # Nothing of it is known to have left: who may not even look would wait for ever.
            await self._refuse(action, words)
            return
        is_in_vain = self._is_in_vain(action, failure)
        if action.verdict == Verdict.SEND and (is_in_vain or _stays(failure)):
            await self._not_there(action)
            return
        self._postpone(action, failure)
        after = replace(action, words=words)
        if is_in_vain and action.verdict != Verdict.SEND and not self._doubt_s(action):
            after = replace(after, state=State.UNKNOWN, verdict=Verdict.WANTED, words=f"{words} {_ASKS}")
        await self._pending.move(action, after)

    def _is_in_vain(self, action: Action, failure: Failure) -> bool:
        """Counts the failure; whether the next try will most likely lead nowhere again."""
        faults, answers = self._faults.get(action.id, (0, -1))
        # A server that has a fault with everything is only down.
        if _is_fault(failure) and answers < self._answers:
            self._faults[action.id] = faults + 1, self._answers
        if not _stays(failure):
            return _is_fault(failure) and self._has_faults(action)
        looks = self._looks[action.id] = self._looks.get(action.id, 0) + 1
        return looks >= LOOKS

    def _has_faults(self, action: Action) -> bool:
        return self._faults.get(action.id, (0, 0))[0] >= LONG_LOOKS

    async def _not_there(self, action: Action) -> None:
        doubt_s = self._doubt_s(action)
        if doubt_s:
            self._turns.put_off(action.id, doubt_s)
            return
        if self._has_faults(action) and action.verdict != Verdict.SEND:
            # Tried again and again, and never there: it would go on for ever.
            await self._refuse(action, action.words, is_settled=True)
            return
        self.sure.discard(action.id)
        self._left_at.pop(action.id, None)
        self._looks.pop(action.id, None)
        fresh = replace(
            action, state=State.QUEUED, is_doubtful=False, verdict=Verdict.NONE, sent_at=None, words=""
        )
        is_told = await self._pending.move(action, fresh)
        # A word that stands on the disk as ever would count once more after a crash.
        if is_told and (action.verdict != Verdict.SEND or self._pending.is_written(action.id)):
            self.sure.add(action.id)

    def _doubt_s(self, action: Action) -> float:
        """Seconds for which the server may still carry out what has left."""
        now = self._clock.monotonic()
        if action.sent_at is not None:
            self._left_at.setdefault(action.id, now)
        return max(0.0, self._left_at.get(action.id, -math.inf) + self._in_doubt_s - now)

    async def _failed(self, action: Action, failure: Failure) -> None:
        words = self._words(failure)
        if _is_no(failure):
            await self._said_no(action, words)
            return
        is_clear = action.sent_at is None or isinstance(failure, Refused | Offline | SignedOut)
        if self._is_in_vain(action, failure) and is_clear:
            # It would wait for ever, and nobody would know.
            await self._refuse(action, words, is_settled=True)
            return
        self._postpone(action, failure)
        if is_clear:
            self._left_at.pop(action.id, None)
            after = replace(action, state=State.QUEUED, sent_at=None, is_doubtful=False, words=words)
        else:
            after = replace(action, state=State.UNKNOWN, is_doubtful=True, words=words)
        await self._pending.move(action, after)

    async def _said_no(self, action: Action, words: str) -> None:
        """It may have arrived at an earlier try, which the server then says it has already."""
        found: Facts | None = None
        if action.sent_at is not None:
            try:
                found = await self._act(action).settle(action)
            except Failure as failure:
                # The no may be to what is there already: that is looked for again before it is believed.
                self._postpone(action, failure)
                after = replace(action, state=State.UNKNOWN, is_doubtful=True, words=words)
                await self._pending.move(action, after)
                return
            except (Conflict, Unfit):
                pass
        if found is None:
            # This request was answered: nothing of it is still on its way.
            self._left_at.pop(action.id, None)
            await self._refuse(action, words, is_settled=True)
        else:
            await self._arrived(action, found)

    async def _refuse(
        self, action: Action, words: str, found: Facts | None = None, *, is_settled: bool = False
    ) -> None:
        """is_settled: nothing of it is on its way, and nothing has arrived."""
        self._note(action, "refused")
        self._looks.pop(action.id, None)
        self._faults.pop(action.id, None)
        refused = replace(
            action,
            state=State.REFUSED,
            sent_at=None if is_settled else action.sent_at,
            verdict=Verdict.NONE,
            words=words,
            found={**action.found, **(found or {})},
        )
        await self._pending.move(action, refused)

    async def _arrived(self, action: Action, found: Facts) -> None:
        self._note(action, "sent")
        self.answered()
        self._turns.go_on()
        sent = replace(action, state=State.SENT, is_doubtful=False, verdict=Verdict.NONE, words="")
        await self._pending.move(action, replace(sent, found={**action.found, **found}))

    async def _stumbled(self, action: Action | None) -> None:
        if action is not None and action.state not in (State.SENT, State.REFUSED):
            self._turns.failed(action.id)
            has_left = action.state != State.QUEUED and action.sent_at is not None
            state = State.UNKNOWN if has_left else State.QUEUED
            await self._pending.move(action, replace(action, state=state, words=_OUR_FAULT))

    def _postpone(self, action: Action, failure: Failure) -> None:
        if isinstance(failure, SignedOut):
            self._turns.stop_all()
        self._turns.failed(action.id, failure.retry_after)

    def _act(self, action: Action) -> Act:
        return self._acts.get(action.kind, UnknownAct())


def _is_no(failure: Failure) -> bool:
    """Whether the server will not do it; too many requests is only a not now."""
    return isinstance(failure, Refused) and failure.status != 429


def _stays(failure: Failure) -> bool:
    """Whether the next try will most likely end in the same way: no fault of the line or the server's."""
    return _is_no(failure) or (isinstance(failure, Broken) and failure.reason in ("shape", "partial"))


def _is_fault(failure: Failure) -> bool:
    """Whether it may pass, or go on for as long as the server meets what it has a fault with."""
    is_too_slow = isinstance(failure, Offline) and failure.reason == "timeout"
    return is_too_slow or isinstance(failure, Broken | Uncertain)
