"""Time that a changed machine clock cannot bend (TIM-03)."""

import sys
import time
from typing import Protocol


class Clock(Protocol):
    """Where time comes from; tests hand in one that they move."""

    def monotonic(self) -> float:
        """Seconds since some fixed moment; never goes back."""
        ...

    def wall(self) -> float:
        """The machine's idea of the time, Unix seconds."""
        ...


# Facts age while the machine sleeps. Python's monotonic clock stands still then on Linux (CLOCK_MONOTONIC,
# clock_getres(2)) and on a Mac (mach_absolute_time, clock_gettime(3) of macOS): these two count sleep.
# On Windows Python's own does (GetTickCount64; Microsoft, "Windows Time").
_COUNTING_SLEEP: int | None = getattr(
    time, {"linux": "CLOCK_BOOTTIME", "darwin": "CLOCK_MONOTONIC_RAW"}.get(sys.platform, ""), None
)


class SystemClock:
    """This machine's clocks. The monotonic one counts the time that the machine sleeps."""

    def monotonic(self) -> float:
        return time.monotonic() if _COUNTING_SLEEP is None else time.clock_gettime(_COUNTING_SLEEP)

    def wall(self) -> float:
        return time.time()


class ServerClock:
    """The server's time: learnt from the `Date` of its replies, carried on by the monotonic clock.

    Before the first reply it is the machine's own time, since nothing better is known: until then, and no
    longer, a change of the machine's clock alters it.
    """

    # A Date header has whole seconds: the true time lies up to this much after it.
    _GRAIN_S = 1.0
    # More than this is no drift: a wrong header, or a server whose clock was set.
    _FAR_S = 5.0

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._offset: float | None = None
        self._doubt = 0.0

    @property
    def machine(self) -> Clock:
        """What this machine's own clocks say."""
        return self._clock

    def observe(self, date_s: float, round_trip_s: float = 0.0) -> None:
        """Learns from a reply that says `date_s` (Unix seconds) and took `round_trip_s` to come.

        The estimate moves only when it contradicts the reply, so that it does not jitter by the header's
        whole seconds. A reply that contradicts it by far is believed when the next one contradicts it in the
        same direction: a single wrong header must not turn all waiting times wrong.
        """
        earliest = date_s - self._clock.monotonic()
        latest = earliest + self._GRAIN_S + round_trip_s
        offset = earliest if self._offset is None else self._offset
        near = min(max(offset, earliest), latest)
        jump = near - offset
        if abs(jump) > self._FAR_S and self._doubt * jump <= 0:
            self._doubt = jump
            return
        self._offset, self._doubt = near, 0.0

    def now(self) -> float:
        """The server's time, Unix seconds."""
        if self._offset is None:
            return self._clock.wall()
        return self._clock.monotonic() + self._offset

    def monotonic(self) -> float:
        """Seconds for measuring spans; the same clock that carries `now`."""
        return self._clock.monotonic()

    def skew_s(self) -> float:
        """How far this machine's clock runs ahead of the server's, in seconds."""
        return self._clock.wall() - self.now()
