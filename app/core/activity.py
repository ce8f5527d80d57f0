"""How long nobody was at this workstation, and what follows from it: warning, lock, end (SEC-02 to SEC-05).

Only input of a person counts: whatever the program does by itself (polling, timers, messages) does not.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from app.core.clock import Clock

LOCK_S = 5 * 60.0
"""Until the clinic says otherwise."""
LOCK_CEILING_S = 15 * 60.0
LOCK_FLOOR_S = 30.0
WARNING_S = 60.0
WARNING_FLOOR_S = 20.0
END_S = 30 * 60.0
LONGEST_S = 12 * 3600.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds without input until the lock and until the session ends; of a session in all; of the warning
    before the lock. Made by `limits_of`, which keeps them within their bounds."""

    lock_s: float = LOCK_S
    warning_s: float = WARNING_S
    end_s: float = END_S
    longest_s: float = LONGEST_S


WALL_BOARD = Limits(lock_s=LONGEST_S, end_s=LONGEST_S)
"""Of a screen that nobody uses and that shows no patient: it goes on until its day is over. One that ended
after half an hour would leave somebody waiting unseen."""


def limits_of(lock_s: float | None = None, warning_s: float | None = None) -> Limits:
    """What a clinic or a person has chosen, within its bounds; None or 0 (api/settings.md §1: off): nothing.

    No clinic can switch the lock off (SEC-02), and a warning leaves time to answer it (SEC-05).
    """
    lock = min(max(lock_s or LOCK_S, LOCK_FLOOR_S), LOCK_CEILING_S)
    return Limits(lock_s=lock, warning_s=warning_within(lock, warning_s or WARNING_S))


def warning_within(lock_s: float, warning_s: float) -> float:
    """The warning before a lock after `lock_s`: half of that time at most, since a warning that always shows
    is none, yet never less than the 20 s of SEC-05."""
    return max(min(warning_s, lock_s / 2), WARNING_FLOOR_S)


class Presence(StrEnum):
    """What is to be shown."""

    ACTIVE = "active"
    WARNING = "warning"
    LOCKED = "locked"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Idle:
    """Where things stand. left_s: seconds until the lock, or, when locked, until the session ends."""

    presence: Presence
    left_s: float


@dataclass(frozen=True, slots=True)
class Noted:
    """For the next run: when somebody signed in, and used the program last, in Unix s of this machine;
    whether it was locked, how often somebody gave a wrong password since it was unlocked last, and after how
    many seconds without input it ends."""

    began: float
    used: float
    is_locked: bool = False
    wrong: int = 0
    end_s: float = END_S


@dataclass(frozen=True, slots=True)
class Since:
    """How many seconds ago somebody signed in, and used the program last; the rest as in `Noted`."""

    began_s: float
    used_s: float
    is_locked: bool = False
    wrong: int = 0
    end_s: float = END_S

    @property
    def is_over(self) -> bool:
        """Whether that sign-in has ended meanwhile (SEC-03)."""
        return self.used_s >= self.end_s or self.began_s >= LONGEST_S


def since(noted: Noted, now: float) -> Since:
    """As an earlier run has noted it. now: Unix s of this machine. What is still to come, by a clock that was
    set back, is as good as endless ago: nobody can tell."""
    began_s, used_s = (now - moment if moment <= now else math.inf for moment in (noted.began, noted.used))
    return Since(began_s, used_s, noted.is_locked, noted.wrong, noted.end_s)


class Activity:
    """One session's time. It begins with the sign-in, as active.

    clock: one that counts sleep. since: of a sign-in in an earlier run. While it is locked input counts for
    nothing: whoever types there has not said yet who they are. locks: how often it was told to lock. wrong:
    how often somebody gave a wrong password since it was unlocked last. changed: told when one of these is
    another, so that it outlives the program.
    """

    def __init__(self, clock: Clock, within: Limits = Limits(), since: Since | None = None) -> None:
        self._clock = clock
        self.limits = within
        since = since or Since(0.0, 0.0)
        self._began = clock.monotonic() - since.began_s
        self._touched = clock.monotonic() - since.used_s
        self._is_locked = since.is_locked
        self.wrong = since.wrong
        self.locks = 0
        self.changed: Callable[[], None] = lambda: None

    def touch(self) -> None:
        """A person has used keyboard, pointer or screen."""
        if self.idle().presence in (Presence.ACTIVE, Presence.WARNING):
            self._touched = self._clock.monotonic()

    def lock(self) -> None:
        """At once: by a key, or because the desktop was locked or put to sleep (SEC-08)."""
        self.locks += 1
        self._set_locked()

    def unlock(self) -> None:
        """Whoever it is has shown that they are the one signed in."""
        if self.idle().presence == Presence.LOCKED:
            self._is_locked, self.wrong = False, 0
            self._touched = self._clock.monotonic()
            self.changed()

    def guessed(self) -> None:
        """Somebody gave a wrong password."""
        self.wrong += 1
        self.changed()

    def idle(self) -> Idle:
        """Where things stand now. A lock that was due stays, whatever comes later."""
        now, within = self._clock.monotonic(), self.limits
        unused_s = now - self._touched
        end_left_s = min(within.end_s - unused_s, within.longest_s - (now - self._began))
        if end_left_s <= 0:
            self._set_locked()
            return Idle(Presence.ENDED, 0.0)
        lock_left_s = within.lock_s - unused_s
        if self._is_locked or lock_left_s <= 0:
            self._set_locked()
            return Idle(Presence.LOCKED, end_left_s)
        # Where the end comes first nobody can stay by a key.
        is_warning = lock_left_s <= within.warning_s and lock_left_s < end_left_s
        return Idle(Presence.WARNING if is_warning else Presence.ACTIVE, lock_left_s)

    def noted(self) -> Noted:
        """For the next run."""
        ahead_s = self._clock.wall() - self._clock.monotonic()
        began, used = self._began + ahead_s, self._touched + ahead_s
        return Noted(began, used, self._is_locked, self.wrong, self.limits.end_s)

    def _set_locked(self) -> None:
        if not self._is_locked:
            self._is_locked = True
            self.changed()

    @property
    def ends_at(self) -> float:
        """When the session ends if nobody uses it any more, in Unix s of this machine."""
        end = min(self._touched + self.limits.end_s, self._began + self.limits.longest_s)
        return end + self._clock.wall() - self._clock.monotonic()

    @property
    def ends_in_s(self) -> float:
        """Seconds until the session ends however much it is used."""
        return max(0.0, self.limits.longest_s - (self._clock.monotonic() - self._began))
