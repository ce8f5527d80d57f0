"""When to say something that must not be said too often. No Qt."""

import math


class Pace:
    """What is asked for again and again is due once: `settle_s` after it was asked for, so that what comes
    together is said together, and no sooner than `gap_s` after the last time. Moments are monotonic seconds.
    """

    def __init__(self, gap_s: float, settle_s: float) -> None:
        self._gap_s, self._settle_s = gap_s, settle_s
        self._last = -math.inf
        self._due = math.inf

    def ask(self, at: float) -> float:
        """Something is to be said. Returns the seconds until it is due."""
        self._due = min(self._due, max(at + self._settle_s, self._last + self._gap_s))
        return max(0.0, self._due - at)

    def is_due(self, at: float) -> bool:
        """Whether it is to be said now; then it is asked for no more."""
        if at < self._due:
            return False
        self._due = math.inf
        return True

    def said(self, at: float) -> None:
        """It was said: the next waits. What came to nothing makes nobody wait."""
        self._last = at
