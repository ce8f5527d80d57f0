"""Whether what was sent may still be carried out, by a server whose client has given up (design: §6)."""

import math
from collections.abc import Iterable

from app.core.action import Action
from app.core.clock import ServerClock


class Doubt:
    """What one process knows of when its actions left, by the monotonic clock: the server's may be set.

    sure: ids of those that certainly have not left at an earlier try; all others are looked for first.
    lasts_s: for how long a request may be carried out after it left.
    """

    def __init__(self, clock: ServerClock, lasts_s: float) -> None:
        self.sure: set[str] = set()
        self._left_at: dict[str, float] = {}
        self._clock = clock
        self._lasts_s = lasts_s

    def begin(self, actions: Iterable[Action], untold_s: float) -> None:
        """Other processes have sent until now; when is not known in this one's time.

        untold_s: how many seconds ago something left of which the store knows nothing. It may have been any.
        """
        now = self._clock.monotonic()
        self._left_at = {
            action.id: now if action.sent_at is not None else now - untold_s for action in actions
        }

    def left(self, action_id: str) -> None:
        """A request that must not happen twice leaves now."""
        self._left_at[action_id] = self._clock.monotonic()

    def is_over(self, action_id: str) -> None:
        """It was answered, or enough time has passed: nothing of it is on its way."""
        self._left_at.pop(action_id, None)

    def forget(self, action_id: str) -> None:
        """It is no longer to be sent, or not known to be sure any more."""
        self.sure.discard(action_id)
        self.is_over(action_id)

    def left_s(self, action: Action) -> float:
        """Seconds for which the server may still carry out what has left."""
        now = self._clock.monotonic()
        if action.sent_at is not None:
            self._left_at.setdefault(action.id, now)
        return max(0.0, self._left_at.get(action.id, -math.inf) + self._lasts_s - now)
