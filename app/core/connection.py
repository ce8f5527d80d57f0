"""How we stand with the server, and how old our facts are (QUE-01)."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from app.core.clock import ServerClock
from app.core.listeners import Listeners
from app.errors import Broken, Failure, Offline, Refused, SignedOut

# QUE-01: amber past two intervals, red past five.
DELAYED_AFTER = 2
OFFLINE_AFTER = 5
# A server whose Date has whole seconds, and clocks that are set by hand.
_AHEAD_S = 60.0


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

    age_s: seconds since the facts were last confirmed; None if never, or where nobody knows: this machine's
    clock is before that, and the server has not told its time. confirmed_at: when that was, in the server's
    time (Unix s), None if never. failure: why the last attempt failed, None if it did not. is_restored: the
    facts are as they were kept on this computer; the server has not confirmed them since. is_too_old: they
    are too old to act on (QUE-01: red).
    """

    light: Light
    age_s: float | None = None
    confirmed_at: float | None = None
    failure: Failure | None = None
    is_restored: bool = False
    is_too_old: bool = False


class Connection:
    """Hears of every success and failure of a poller; says how we stand.

    interval_s: seconds between two questions when all is well.
    """

    def __init__(self, clock: ServerClock, interval_s: float) -> None:
        self._clock = clock
        self._interval_s = self._next_interval_s = interval_s
        # Monotonic, since a changed clock must not change their age; until the first success of this run all
        # that is known is the server's time at which they were kept.
        self._confirmed: float | None = None
        self._restored_from: float | None = None
        self._failure: Failure | None = None
        self._listeners: Listeners[Standing] = Listeners()

    def listen(self, listener: Callable[[Standing], None]) -> Callable[[], None]:
        """Calls `listener` after each attempt and `restore`; in between the facts age: ask `standing`.

        Returns the way to stop it.
        """
        return self._listeners.add(listener)

    def restore(self, confirmed_at: float) -> None:
        """The facts are those kept on this computer, confirmed at `confirmed_at` (server's time, Unix s).

        Call it once they are in their collections, before the first attempt.
        """
        self._restored_from = confirmed_at
        self._announce()

    def set_interval(self, interval_s: float) -> None:
        """Questions are put this often from the next success on; facts of before were to be older."""
        self._next_interval_s = interval_s

    def succeeded(self) -> None:
        """The facts were confirmed just now."""
        self._interval_s = self._next_interval_s
        self._confirmed = self._clock.monotonic()
        self._failure = None
        self._announce()

    def failed(self, failure: Failure) -> None:
        """An attempt failed; the facts stay and age."""
        self._failure = failure
        self._announce()

    def standing(self) -> Standing:
        """How we stand at this moment."""
        age_s, confirmed_at = self._age()
        is_restored = self._confirmed is None and self._restored_from is not None
        return Standing(
            Light.CONNECTING if is_restored and self._failure is None else self._light(age_s),
            age_s,
            confirmed_at,
            self._failure,
            is_restored,
            is_too_old=is_restored or (age_s is not None and age_s > self.too_old_s),
        )

    @property
    def too_old_s(self) -> float:
        """Seconds without a success after which the line counts as cut."""
        return OFFLINE_AFTER * self._interval_s

    def _age(self) -> tuple[float | None, float | None]:
        """Seconds since the last confirmation where they can be told, and when that was."""
        if self._confirmed is not None:
            age_s = self._clock.monotonic() - self._confirmed
            return age_s, self._clock.now() - age_s
        if self._restored_from is None:
            return None, None
        # Before the server has told its time the machine's own may lie before the confirmation: by far, and
        # nobody knows how long ago that was.
        age_s = self._clock.now() - self._restored_from
        return (None if age_s < -_AHEAD_S else max(0.0, age_s)), self._restored_from

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
        if age_s is None or age_s > self.too_old_s:
            return Light.OFFLINE
        return Light.DELAYED if age_s > DELAYED_AFTER * self._interval_s else best

    def _announce(self) -> None:
        self._listeners.tell(self.standing())
