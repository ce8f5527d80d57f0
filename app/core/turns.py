"""When it is whose turn to be sent."""

import random

from app.core.backoff import backoff_s
from app.core.clock import ServerClock


class Turns:
    """The moments until which actions wait, by their id; one that is not named here is due.

    all_wait: nobody's turn comes, whatever the time: the server takes nothing from this person.
    """

    def __init__(self, clock: ServerClock) -> None:
        self.all_wait = False
        self._clock = clock
        self._due: dict[str, float] = {}
        self._tries: dict[str, int] = {}

    def __contains__(self, action_id: str) -> bool:
        return action_id in self._due

    def is_due(self, action_id: str) -> bool:
        """Whether its time has come."""
        return self._due.get(action_id, 0.0) <= self._clock.monotonic()

    def put_off(self, action_id: str, pause_s: float) -> None:
        """Not before `pause_s` seconds."""
        self._due[action_id] = self._clock.monotonic() + pause_s

    def failed(self, action_id: str, retry_after: float | None = None) -> None:
        """Later each time; as late as the server wants. retry_after: seconds."""
        tries = self._tries[action_id] = self._tries.get(action_id, 0) + 1
        # Chance spreads the workstations of a clinic.
        self.put_off(action_id, backoff_s(tries, retry_after, random.random()))  # noqa: S311

    def hurry(self, action_id: str) -> None:
        """It waits no longer; after another failure it waits as long as it would have."""
        self._due.pop(action_id, None)

    def forget(self, action_id: str) -> None:
        """It waits no longer, and how often it failed does not count."""
        self._due.pop(action_id, None)
        self._tries.pop(action_id, None)

    def pause_s(self, longest_s: float) -> float:
        """Seconds until somebody's time comes, at most `longest_s`."""
        now = self._clock.monotonic()
        return min([longest_s, *(due - now for due in self._due.values() if due > now)])
