"""Putting one action through, and where it stands afterwards (design: §6)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from app.core.action import Act, Action, Conflict, Facts, State, Unfit, Verdict
from app.core.attempt import Attempt, Overtaken, UnknownAct
from app.core.clock import ServerClock
from app.core.doubt import Doubt
from app.core.patience import Patience, is_no, stays
from app.core.pending import Pending
from app.core.turns import Turns
from app.errors import Failure, Offline, Refused, SignedOut

_OUR_FAULT = "A fault of this program stopped this on its way. It is kept, and tried again."
_ASKS = (
    "So it cannot be told whether this has arrived. Look at the clinic: if it is there, discard this;"
    " if it is not, send it anyway."
)


class Delivery:
    """One action at a time of a subject, as the outbox says.

    note: writes a line of the audit. may_send: whether this process still is the one that sends.
    leaves_untold: told when something leaves of which the disk knows nothing. What is not sure by `doubt` is
    looked for first. The rest is as for `Outbox`.
    """

    def __init__(
        self,
        pending: Pending,
        turns: Turns,
        doubt: Doubt,
        patience: Patience,
        acts: Mapping[str, Act],
        clock: ServerClock,
        words: Callable[[Failure], str],
        report: Callable[[BaseException], None],
        note: Callable[[Action, str], None],
        may_send: Callable[[], Awaitable[bool]],
        leaves_untold: Callable[[], Awaitable[None]],
    ) -> None:
        self._pending = pending
        self._turns = turns
        self._doubt = doubt
        self._patience = patience
        self._acts = acts
        self._clock = clock
        self._words = words
        self._report = report
        self._note = note
        self._may_send = may_send
        self._leaves_untold = leaves_untold

    async def put_through(self, action: Action) -> None:
        """Sends it, or looks first where it may have arrived."""
        try:
            if action.state == State.UNKNOWN or action.is_doubtful or action.id not in self._doubt.sure:
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
            self._doubt.left(after.id)
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
            self._patience.answered()
            await (self._not_there(action) if found is None else self._arrived(action, found))

    async def _not_told(self, action: Action, failure: Failure) -> None:
        """Only a person can end what no look ever will."""
        words = self._words(failure)
        if is_no(failure) and action.sent_at is None:
            # Nothing of it is known to have left: who may not even look would wait for ever.
            await self._refuse(action, words)
            return
        is_in_vain = self._patience.is_in_vain(action.id, failure)
        if action.verdict == Verdict.SEND and (is_in_vain or stays(failure)):
            await self._not_there(action)
            return
        self._postpone(action, failure)
        after = replace(action, words=words)
        if is_in_vain and action.verdict != Verdict.SEND and not self._doubt.left_s(action):
            after = replace(after, state=State.UNKNOWN, verdict=Verdict.WANTED, words=f"{words} {_ASKS}")
        await self._pending.move(action, after)

    async def _not_there(self, action: Action) -> None:
        doubt_s = self._doubt.left_s(action)
        if doubt_s:
            self._turns.put_off(action.id, doubt_s)
            return
        if self._patience.is_over(action.id) and action.verdict != Verdict.SEND:
            # Tried again and again, and never there: it would go on for ever.
            await self._refuse(action, action.words, is_settled=True)
            return
        self._doubt.forget(action.id)
        self._patience.was_told(action.id)
        fresh = replace(
            action, state=State.QUEUED, is_doubtful=False, verdict=Verdict.NONE, sent_at=None, words=""
        )
        is_told = await self._pending.move(action, fresh)
        # A word that stands on the disk as ever would count once more after a crash.
        if is_told and (action.verdict != Verdict.SEND or self._pending.is_written(action.id)):
            self._doubt.sure.add(action.id)

    async def _failed(self, action: Action, failure: Failure) -> None:
        words = self._words(failure)
        if is_no(failure):
            await self._said_no(action, words)
            return
        is_clear = action.sent_at is None or isinstance(failure, Refused | Offline | SignedOut)
        if self._patience.is_in_vain(action.id, failure) and is_clear:
            # It would wait for ever, and nobody would know.
            await self._refuse(action, words, is_settled=True)
            return
        self._postpone(action, failure)
        if is_clear:
            self._doubt.is_over(action.id)
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
            self._doubt.is_over(action.id)
            await self._refuse(action, words, is_settled=True)
        else:
            await self._arrived(action, found)

    async def _refuse(
        self, action: Action, words: str, found: Facts | None = None, *, is_settled: bool = False
    ) -> None:
        """is_settled: nothing of it is on its way, and nothing has arrived."""
        self._note(action, "refused")
        self._patience.forget(action.id)
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
        self._patience.answered()
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
