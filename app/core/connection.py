"""How we stand with the server, and how old our facts are (QUE-01)."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from app.core.clock import ServerClock
from app.errors import Broken, Failure, Offline, Refused, SignedOut

# QUE-01: amber past two intervals, red past five.
DELAYED_AFTER = 2
OFFLINE_AFTER = 5


class Light(StrEnum):
    """The connection in one word."""

    CONNECTING = "connecting"
    LIVE = "live"
    DELAYED = "delayed"
    OFFLINE = "offline"
    SIGNED_OUT = "signed_out"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Standing:
    """The connection as it stands now.

    age_s: seconds since the facts were last confirmed, None if never. confirmed_at: when that was, in the
    server's time (Unix s). failure: why the last attempt failed, None if it did not.
    """

    light: Light
    age_s: float | None = None
    confirmed_at: float | None = None
    failure: Failure | None = None


class Connection:
    """Hears of every success and failure of a poller; says how we stand.

    interval_s: seconds between two questions when all is well.
    """

    def __init__(self, clock: ServerClock, interval_s: float) -> None:
        self._clock = clock
        self._interval_s = interval_s
        self._confirmed: float | None = None
        self._failure: Failure | None = None
        self._listeners: list[Callable[[Standing], None]] = []

    def listen(self, listener: Callable[[Standing], None]) -> Callable[[], None]:
        """Calls `listener` after each attempt; between attempts the facts age: ask `standing`.

        Returns the way to stop it.
        """
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def succeeded(self) -> None:
        """The facts were confirmed just now."""
        self._confirmed = self._clock.monotonic()
        self._failure = None
        self._announce()

    def failed(self, failure: Failure) -> None:
        """An attempt failed; the facts stay and age."""
        self._failure = failure
        self._announce()

    def standing(self) -> Standing:
        """How we stand at this moment."""
        age_s = None if self._confirmed is None else self._clock.monotonic() - self._confirmed
        confirmed_at = None if age_s is None else self._clock.now() - age_s
        return Standing(self._light(age_s), age_s, confirmed_at, self._failure)

    def _light(self, age_s: float | None) -> Light:
        match self._failure:
            case SignedOut():
                return Light.SIGNED_OUT
            case Refused(status=429):
                return self._by_age(age_s, Light.DELAYED)
            case Refused() | Broken():
                return Light.TROUBLE
            case Offline() | Failure():
                return self._by_age(age_s, Light.DELAYED)
        return Light.CONNECTING if age_s is None else self._by_age(age_s, Light.LIVE)

    def _by_age(self, age_s: float | None, best: Light) -> Light:
        if age_s is None or age_s > OFFLINE_AFTER * self._interval_s:
            return Light.OFFLINE
        return Light.DELAYED if age_s > DELAYED_AFTER * self._interval_s else best

    def _announce(self) -> None:
        standing = self.standing()
        for listener in tuple(self._listeners):
            listener(standing)
