"""One try of an act as its test sees it, in place of the outbox."""

from dataclasses import replace
from typing import Any

from app.core.action import Action


class Recorded:
    """An attempt that notes down what the act tells it.

    found: all that was learnt. recalls: how often a request that cannot be recalled was about to leave.
    """

    def __init__(self) -> None:
        self.found: dict[str, Any] = {}
        self.recalls = 0

    async def learnt(self, **found: Any) -> None:
        self.found.update(found)

    async def beyond_recall(self, **found: Any) -> None:
        self.found.update(found)
        self.recalls += 1

    def kept(self, action: Action) -> Action:
        """The action as the outbox would keep it after this try."""
        found = {**action.found, **self.found}
        return replace(action, found=found, is_doubtful=action.is_doubtful or self.recalls > 0)
