"""How long people wait at the clinic today: counts and quantiles, without a name (DSP-07, TIM-02, idea 14).

An arrival is a visit whose patient entered a waiting room in the clinic's day: a walk-in (that of an
appointment, too) or a guest. Its wait begins with the visit's `start` and ends when it is seen
(`actual_start`). Nothing is guessed: what the server does not tell is counted as not told.

Who leaves without being seen counts beside the waits, and within them as "at least so long" (see
`app.visits.product_limit`): the quantiles tell how long one waits until one is seen, and patience that ended
does not make that shorter. So does who was cancelled. That somebody leaves because of the wait is not
reckoned with; the longer they would have waited, the more the quantiles are too low.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import NamedTuple, TypeVar

from app.core.day import day_start, zone_named
from app.core.unreadable import Unreadable
from app.visits.limits import LONGEST_WAIT_S
from app.visits.product_limit import Quantile, Wait, quantiles
from app.visits.record import CloseReason, Status, Type, Visit
from app.visits.waiting import ClockFault, QueueRow, elapsed, is_e_consult, longest_stay_s

K = TypeVar("K")

_HOUR_S = 3600
# The queue knows no more than this (`app.visits.queue.BACK_S`), and a day may have 25 hours.
_KNOWN_S = 24 * _HOUR_S
_SEEN = frozenset({Status.IN_PROGRESS, Status.COMPLETED, Status.REFUNDED})
_WAITING = frozenset({Status.PENDING, Status.CONFIRMED})
_BY_PATIENT = frozenset(
    {CloseReason.PATIENT_EXIT_ROOM, CloseReason.PATIENT_END_CALL, CloseReason.PATIENT_CANCEL_APPOINTMENT}
)


class Outcome(StrEnum):
    """What became of an arrival, as far as the server tells."""

    SEEN = "seen"
    WAITING = "waiting"
    LEFT = "left"  # without being seen: the patient closed the visit
    CANCELLED = "cancelled"  # before it was seen, not by the patient
    ENDED = "ended"  # before it was seen; left or cancelled is not told
    NOT_TOLD = "not_told"


class Arrival(NamedTuple):
    """room_code: "" where it is not told. came_at: Unix s. wait: None where the server does not tell it, or
    tells what cannot be true."""

    room_code: str
    came_at: float
    outcome: Outcome
    wait: Wait | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Some arrivals in numbers. untimed: those whose wait is not known. median, ninth: the waits within which
    half of them, and nine of ten, are seen; None of too few."""

    counts: Counter[Outcome]
    untimed: int
    median: Quantile | None
    ninth: Quantile | None

    @property
    def came(self) -> int:
        """All arrivals."""
        return self.counts.total()


@dataclass(frozen=True, slots=True)
class Hour:
    """start: Unix s, a whole hour of the clinic's clock."""

    start: float
    figures: Figures


@dataclass(frozen=True, slots=True)
class Waits:
    """The waits of a day. since: Unix s. rooms: by code, "" where it is not told.

    hours: by hour of arrival, from the first to now without a gap. earlier: still wait, and came before the
    day. uncounted: visits of which the server does not tell enough. unmet: appointments that took place of
    which nobody knows when the patient came.
    """

    since: float
    whole: Figures
    rooms: tuple[tuple[str, Figures], ...]
    hours: tuple[Hour, ...]
    earlier: int
    uncounted: int
    unmet: int


def waits_of(rows: Iterable[QueueRow], now: float, zone: str, longest_s: float = LONGEST_WAIT_S) -> Waits:
    """The waits of the clinic's day until `now` (Unix s): of facts that are old, when they were confirmed.

    zone: the clinic's, an IANA name; this machine's where it is empty or unknown. longest_s: the clinic's
    longest wait.
    """
    since, there = max(day_start(now, zone), now - _KNOWN_S), zone_named(zone)
    found: list[Arrival] = []
    uncounted = unmet = 0
    for row in rows:
        if _is_untold(row, since, now):
            uncounted += 1
        elif isinstance(row, Visit) and row.type == Type.SCHEDULED:
            unmet += _is_unmet(row, since)
        elif isinstance(row, Visit) and row.start is not None and _is_arrival(row):
            found.append(_arrival(row, row.start, now, longest_stay_s(longest_s)))
    today = [arrival for arrival in found if arrival.came_at >= since]
    by_room = _grouped(today, lambda arrival: arrival.room_code or "")
    by_hour = _grouped(today, lambda arrival: _hour(arrival.came_at, there))
    return Waits(
        since=since,
        whole=figures_of(today),
        rooms=tuple((code, figures_of(by_room[code])) for code in sorted(by_room)),
        hours=tuple(Hour(start, figures_of(by_hour.get(start, ()))) for start in _hours(by_hour, now, there)),
        earlier=sum(arrival.came_at < since and arrival.outcome == Outcome.WAITING for arrival in found),
        uncounted=uncounted,
        unmet=unmet,
    )


def figures_of(arrivals: Sequence[Arrival]) -> Figures:
    """These arrivals in numbers."""
    waits = [arrival.wait for arrival in arrivals if arrival.wait is not None]
    median, ninth = quantiles(waits, 0.5, 0.9)
    return Figures(
        counts=Counter(arrival.outcome for arrival in arrivals),
        untimed=len(arrivals) - len(waits),
        median=median,
        ninth=ninth,
    )


def outcome_of(visit: Visit) -> Outcome:
    """What became of a visit whose patient came. A cancelled visit that was never started was left by its
    patient where the close reason says so; where the server tells no reason, nobody knows (`ENDED`)."""
    if visit.status in _SEEN or visit.actual_start is not None:
        return Outcome.SEEN
    if visit.status in _WAITING:
        return Outcome.WAITING
    if visit.status != Status.CANCELLED:
        return Outcome.NOT_TOLD
    if visit.close_reason in _BY_PATIENT:
        return Outcome.LEFT
    is_stated = visit.close_reason is None and "close_reason" not in visit.absent
    return Outcome.CANCELLED if is_stated or visit.close_reason == CloseReason.CALL_ENDED else Outcome.ENDED


def _arrival(visit: Visit, came_at: float, now: float, at_most_s: float) -> Arrival:
    outcome = outcome_of(visit)
    if outcome == Outcome.WAITING:
        until: float | None = now
    else:
        until = visit.actual_start if outcome == Outcome.SEEN else visit.actual_end
    waited = None if until is None or outcome == Outcome.NOT_TOLD else elapsed(came_at, until, at_most_s)
    wait = Wait(waited, outcome == Outcome.SEEN) if isinstance(waited, int) else None
    return Arrival(visit.room_code or "", came_at, outcome, wait)


def _is_untold(row: QueueRow, since: float, now: float) -> bool:
    """Whether a row may be of somebody who came today and does not tell enough to say so."""
    if isinstance(row, Unreadable):
        return True
    if row.type == Type.SCHEDULED or is_e_consult(row):
        return False
    if row.start is None:
        return (row.modified or since) >= since
    if row.type is None:
        # Nobody can have come in the future: that is an appointment.
        return since <= row.start <= now
    return elapsed(row.start, now, now) == ClockFault.AHEAD


def _is_arrival(visit: Visit) -> bool:
    """Whether somebody came for it and waits in a room; of an unknown kind it is not told."""
    return visit.type is not None and not is_e_consult(visit)


def _is_unmet(appointment: Visit, since: float) -> bool:
    """Whether an appointment took place whose patient was not seen coming."""
    came = outcome_of(appointment) == Outcome.SEEN and appointment.related_walkin_id is None
    return came and (appointment.start or since) >= since


def _grouped(arrivals: Iterable[Arrival], key: Callable[[Arrival], K]) -> dict[K, list[Arrival]]:
    groups: dict[K, list[Arrival]] = {}
    for arrival in arrivals:
        groups.setdefault(key(arrival), []).append(arrival)
    return groups


def _hours(arrived: Iterable[float], now: float, there: tzinfo | None) -> list[float]:
    """Every hour from the first in which somebody arrived to the present one."""
    hours = {*arrived, _hour(now, there)}
    passing, last = min(hours), max(hours)
    while passing < last:
        hours.add(passing)
        passing = _hour(passing + _HOUR_S, there)
    return sorted(hours)


def _hour(moment: float, there: tzinfo | None) -> float:
    """The beginning of the hour on the clock of the place: of an hour that a change of the clock repeats,
    each has its own."""
    clock = datetime.fromtimestamp(moment, UTC).astimezone(there)
    return moment // 1 - clock.minute * 60 - clock.second
