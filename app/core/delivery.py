"""Putting one action through, and where it stands afterwards (design: §6)."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace

from app.core.action import Act, Action, Conflict, Facts, State, Unfit
from app.core.attempt import Attempt, UnknownAct
from app.core.clock import ServerClock
from app.core.pending import Pending
from app.core.turns import Turns
from app.errors import Failure, Offline, Refused, SignedOut

KEEP_SENT_S = 15 * 60.0
"""Seconds for which an action that arrived stays in the list, for people to see."""
_OUR_FAULT = "A fault of this program stopped this on its way. It is kept, and tried again."


class Delivery:
    """One action at a time of a subject, as the outbox says.

    note: writes a line of the audit. unsure: ids of queued actions that may have left at an earlier try all
    the same. The rest is as for `Outbox`.
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
        in_doubt_s: float,
    ) -> None:
        self.unsure: set[str] = set()
        self._pending = pending
        self._turns = turns
        self._acts = acts
        self._clock = clock
        self._words = words
        self._report = report
        self._note = note
        self._in_doubt_s = in_doubt_s

    async def put_through(self, action: Action) -> None:
        """Sends it, or looks first where it may have arrived."""
        try:
            if action.state == State.UNKNOWN or action.is_doubtful or action.id in self.unsure:
                await self._settle(action)
            else:
                await self._send(action)
        except Exception as error:  # noqa: BLE001 (whatever our fault is: told, and nothing is lost by it)
            self._report(error)
            await self._stumbled(self._pending.actions.get(action.id))

    async def _send(self, action: Action) -> None:
        sending = replace(action, state=State.SENDING, sent_at=None, words="")
        if not await self._pending.move(action, sending):
            return
        attempt = Attempt(sending, self._clock.now, self._pending.save)
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
            if _is_no(failure) and action.sent_at is None:
                # Nothing of it is known to have left: who may not even look would wait for ever.
                await self._refuse(action, self._words(failure))
                return
            self._postpone(action, failure)
            await self._pending.move(action, replace(action, words=self._words(failure)))
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
            self._turns.put_off(action.id, min(left_s, self._in_doubt_s))
            return
        self.unsure.discard(action.id)
        fresh = replace(action, state=State.QUEUED, is_doubtful=False, sent_at=None, words="")
        await self._pending.move(action, fresh)

    async def _failed(self, action: Action, failure: Failure) -> None:
        words = self._words(failure)
        if _is_no(failure):
            await self._said_no(action, words)
            return
        self._postpone(action, failure)
        if action.sent_at is None or isinstance(failure, Refused | Offline | SignedOut):
            after = replace(action, state=State.QUEUED, sent_at=None, is_doubtful=False, words=words)
        else:
            after = replace(action, state=State.UNKNOWN, is_doubtful=True, words=words)
        await self._pending.move(action, after)

    async def _said_no(self, action: Action, words: str) -> None:
        """It may have arrived at an earlier try, which the server then says it has already."""
        found: Facts | None = None
        if action.sent_at is not None:
            with suppress(Failure, Conflict, Unfit):
                found = await self._act(action).settle(action)
        if found is None:
            # This request was answered: nothing of it is still on its way.
            await self._refuse(replace(action, sent_at=None), words)
        else:
            await self._arrived(action, found)

    async def _refuse(self, action: Action, words: str, found: Facts | None = None) -> None:
        self._note(action, "refused")
        known = {**action.found, **(found or {})}
        await self._pending.move(action, replace(action, state=State.REFUSED, words=words, found=known))

    async def _arrived(self, action: Action, found: Facts) -> None:
        self._note(action, "sent")
        self.unsure.discard(action.id)
        self._turns.forget(action.id)
        self._turns.put_off(action.id, KEEP_SENT_S)
        sent = replace(action, state=State.SENT, is_doubtful=False, words="", found={**action.found, **found})
        await self._pending.move(action, sent)

    async def _stumbled(self, action: Action | None) -> None:
        if action is not None and action.state not in (State.SENT, State.REFUSED):
            self._turns.failed(action.id)
            has_left = action.state != State.QUEUED and action.sent_at is not None
            state = State.UNKNOWN if has_left else State.QUEUED
            await self._pending.move(action, replace(action, state=state, words=_OUR_FAULT))

    def _postpone(self, action: Action, failure: Failure) -> None:
        self._turns.all_wait = self._turns.all_wait or isinstance(failure, SignedOut)
        self._turns.failed(action.id, failure.retry_after)

    def _act(self, action: Action) -> Act:
        return self._acts.get(action.kind, UnknownAct())


def _is_no(failure: Failure) -> bool:
    """Whether the server will not do it; too many requests is only a not now."""
    return isinstance(failure, Refused) and failure.status != 429
