"""Putting one action through, and where it stands afterwards (design: §6)."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace

from app.core.action import Act, Action, Conflict, Facts, State, Unfit
from app.core.attempt import Attempt, Overtaken, UnknownAct
from app.core.clock import ServerClock
from app.core.pending import Pending
from app.core.turns import Turns
from app.errors import Failure, Offline, Refused, SignedOut

_OUR_FAULT = "A fault of this program stopped this on its way. It is kept, and tried again."


class Delivery:
    """One action at a time of a subject, as the outbox says.

    note: writes a line of the audit. may_send: whether this process still is the one that sends. sure: ids of
    those that certainly have not left at an earlier try: all others are looked for first. The rest is as for
    `Outbox`.
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
        in_doubt_s: float,
    ) -> None:
        self.sure: set[str] = set()
        # When it left, by the monotonic clock: the server's may be set meanwhile.
        self._left_at: dict[str, float] = {}
        self._pending = pending
        self._turns = turns
        self._acts = acts
        self._clock = clock
        self._words = words
        self._report = report
        self._note = note
        self._may_send = may_send
        self._in_doubt_s = in_doubt_s

    def begin(self, actions: Iterable[Action]) -> None:
        """This process is the one that sends from now on. Others have: when is not known in its own time."""
        now = self._clock.monotonic()
        self._left_at = {action.id: now for action in actions if action.sent_at is not None}

    def forget(self, action_id: str) -> None:
        """It is no longer to be sent."""
        self.sure.discard(action_id)
        self._left_at.pop(action_id, None)

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
        return await self._pending.move(before, after)

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
        if action.sent_at is not None:
            now = self._clock.monotonic()
            left_s = self._left_at.setdefault(action.id, now) + self._in_doubt_s - now
            if left_s > 0:
                self._turns.put_off(action.id, left_s)
                return
        self.sure.add(action.id)
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
            await self._refuse(replace(action, sent_at=None), words)
        else:
            await self._arrived(action, found)

    async def _refuse(self, action: Action, words: str, found: Facts | None = None) -> None:
        self._note(action, "refused")
        known = {**action.found, **(found or {})}
        await self._pending.move(action, replace(action, state=State.REFUSED, words=words, found=known))

    async def _arrived(self, action: Action, found: Facts) -> None:
        self._note(action, "sent")
        self._turns.go_on()
        sent = replace(action, state=State.SENT, is_doubtful=False, words="", found={**action.found, **found})
        await self._pending.move(action, sent)

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
