"""Which answers were kept on the way and are not the server's word of now."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.wire.envelope import http_date

# An answer older than this (s) is none: by then a patient may have come, or gone.
OLDEST_S = 60.0
# A Date has whole seconds, and an answer takes a while: two of one clock lie as far apart as what passed
# between them, give or take this (s).
_GRAIN_S = 2.0


@dataclass(frozen=True, slots=True)
class _Told:
    """A Date (Unix s), and when it was first seen (monotonic s)."""

    date_s: float
    at: float

    def in_step(self, later: "_Told") -> bool:
        """Whether `later` may come from the same clock, gone on."""
        passed = later.at - self.at
        return later.date_s > self.date_s and abs(later.date_s - self.date_s - passed) <= _GRAIN_S


class KeptAnswers:
    """Tells answers that a proxy kept from fresh ones.

    by_date: whether `Date` is looked at; without it `Age` alone is (RFC 9111 §5.1). A cache that is in order
    says `Age`. One that is not repeats the `Date` of when it kept the answer, which falls behind; the Date of
    a server whose clock was set back goes on, and is believed from the second answer. A server on this
    computer has no proxy before it, and the clock of a practice clinic may stand still.
    """

    def __init__(self, *, by_date: bool) -> None:
        self._by_date = by_date
        self._newest: _Told | None = None
        self._doubtful: _Told | None = None

    def is_one(self, headers: Mapping[str, str], now: float) -> bool:
        """Whether an answer with these headers, come at `now` (monotonic s), is older than `OLDEST_S`."""
        if age_s(headers) > OLDEST_S:
            return True
        date_s = http_date(headers.get("date"))
        if not self._by_date or date_s is None:
            return False
        return self._lags(_Told(date_s, now))

    def _lags(self, told: _Told) -> bool:
        newest = self._newest
        if newest is not None and newest.date_s + told.at - newest.at - told.date_s > OLDEST_S:
            if self._doubtful is None or not self._doubtful.in_step(told):
                self._doubtful = told
                return True
            newest = None
        if newest is None or told.date_s > newest.date_s:
            self._newest, self._doubtful = told, None
        return False


def age_s(headers: Mapping[str, str]) -> float:
    """Seconds that an answer was kept on the way, by its own account; 0 when it says nothing."""
    told = headers.get("age", "").strip()
    return float(told) if told.isascii() and told.isdigit() else 0.0
