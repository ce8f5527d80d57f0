"""One try to put an action through."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from app.core.action import Action, Facts, Unfit
from app.core.action import Attempt as AttemptProtocol

_UNKNOWN_KIND = "This version of the program does not know how to send this. Update it, then try again."


class Overtaken(Exception):
    """Another process sends, or has moved or discarded the action: this try ends, and nothing was sent."""


class Attempt(AttemptProtocol):
    """Writes down how far it came, and goes on only as long as the action is its own.

    action: as it stands now. now: the server's time, Unix s. move: see `Pending.move`. may_send: whether this
    process still is the one that sends.
    """

    def __init__(
        self,
        action: Action,
        now: Callable[[], float],
        move: Callable[[Action, Action], Awaitable[bool]],
        may_send: Callable[[], Awaitable[bool]],
    ) -> None:
        self.action = action
        self._now = now
        self._move = move
        self._may_send = may_send

    async def learnt(self, **found: Any) -> None:
        await self._note(replace(self.action, found={**self.action.found, **found}))

    async def beyond_recall(self, **found: Any) -> None:
        known = {**self.action.found, **found}
        await self._note(replace(self.action, found=known, sent_at=self._now(), is_doubtful=True))
        if not await self._may_send():
            raise Overtaken

    async def _note(self, action: Action) -> None:
        if not await self._move(self.action, action):
            raise Overtaken
        self.action = action


class UnknownAct:
    """For what a newer version of the program has kept."""

    async def send(self, _action: Action, _attempt: AttemptProtocol) -> Facts:
        raise Unfit(_UNKNOWN_KIND)

    async def settle(self, _action: Action) -> Facts | None:
        raise Unfit(_UNKNOWN_KIND)
