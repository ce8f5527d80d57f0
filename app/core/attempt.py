"""One try to put an action through."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from app.core.action import Action, Facts, Unfit
from app.core.action import Attempt as AttemptProtocol

_UNKNOWN_KIND = "This version of the program does not know how to send this. Update it, then try again."


class Attempt(AttemptProtocol):
    """Writes down how far it came. action: as it stands now. now: the server's time, Unix s."""

    def __init__(
        self, action: Action, now: Callable[[], float], save: Callable[[Action], Awaitable[None]]
    ) -> None:
        self.action = action
        self._now = now
        self._save = save

    async def learnt(self, **found: Any) -> None:
        await self._note(replace(self.action, found={**self.action.found, **found}))

    async def beyond_recall(self, **found: Any) -> None:
        known = {**self.action.found, **found}
        await self._note(replace(self.action, found=known, sent_at=self._now(), is_doubtful=True))

    async def _note(self, action: Action) -> None:
        self.action = action
        await self._save(action)


class UnknownAct:
    """For what a newer version of the program has kept."""

    async def send(self, _action: Action, _attempt: AttemptProtocol) -> Facts:
        raise Unfit(_UNKNOWN_KIND)

    async def settle(self, _action: Action) -> Facts | None:
        raise Unfit(_UNKNOWN_KIND)
