"""When it is whose turn to be sent."""

import heapq
import random
from collections.abc import Iterator

from app.core.backoff import backoff_s
from app.core.clock import ServerClock

ALL_WAIT_S = 60.0
"""Seconds for which nothing is sent when the server accepts the sign-in no more; then it is tried again."""


class Turns:
    """The moments until which actions wait, by their id; one that is not named here is due."""

    def __init__(self, clock: ServerClock) -> None:
        self._clock = clock
        self._due: dict[str, float] = {}
        self._tries: dict[str, int] = {}
        # The next first; those that stand otherwise in `_due` by now are passed over.
        self._coming: list[tuple[float, str]] = []
        self._all_due = 0.0

    @property
    def all_wait(self) -> bool:
        """Nobody's turn comes now: the server takes nothing from this person."""
        return self._all_due > self._clock.monotonic()

    def stop_all(self) -> None:
        """Nobody's turn comes for ALL_WAIT_S, or until `go_on`."""
        self._all_due = self._clock.monotonic() + ALL_WAIT_S

    def go_on(self) -> None:
        """The server takes something again."""
        self._all_due = 0.0

    def is_due(self, action_id: str) -> bool:
        """Whether its time has come."""
        return self._due.get(action_id, 0.0) <= self._clock.monotonic()

    def put_off(self, action_id: str, pause_s: float) -> None:
        """Not before `pause_s` seconds."""
        due = self._due[action_id] = self._clock.monotonic() + pause_s
        heapq.heappush(self._coming, (due, action_id))

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

    def come(self) -> Iterator[str]:
        """Those whose time has come since this was asked last."""
        while self._next_due() <= self._clock.monotonic():
            yield heapq.heappop(self._coming)[1]

    def pause_s(self, longest_s: float) -> float:
        """Seconds until somebody's time comes, at most `longest_s`."""
        now = self._clock.monotonic()
        due = min(self._next_due(), self._all_due if self._all_due > now else now + longest_s)
        return min(longest_s, max(0.0, due - now))

    def _next_due(self) -> float:
        coming = self._coming
        while coming and self._due.get(coming[0][1]) != coming[0][0]:
            heapq.heappop(coming)
        return coming[0][0] if coming else float("inf")
