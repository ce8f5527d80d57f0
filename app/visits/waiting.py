"""Who is in the queue, in which order, and who has waited how long. Plain functions over records."""

from enum import IntEnum, StrEnum

from app.core.unreadable import Unreadable
from app.visits.limits import LONGEST_WAIT_S, WaitLimits
from app.visits.record import Status, Subtype, Type, Visit

QueueRow = Visit | Unreadable

CLOSED = frozenset({Status.COMPLETED, Status.CANCELLED, Status.REFUNDED})
_NOT_STARTED = (Status.PENDING, Status.CONFIRMED)

# A start this far ahead of the server's clock is a clock fault, not a wait (DSP-07).
_AHEAD_S = 60
# Nobody sits in a waiting room, or in a call, for a day: a clock was wrong, or the visit was forgotten.
_LONGEST_STAY_S = 24 * 3600
# The question of an e-consult may lie for days while nobody sits and waits.
_LONGEST_ANSWER_S = 30 * 24 * 3600


class ClockFault(StrEnum):
    """Why two moments tell no span: the words are "check clock", never a plausible number (DSP-07)."""

    AHEAD = "ahead"  # it would begin in the future
    TOO_LONG = "too_long"  # it would last longer than anything of its kind does


class WaitLevel(IntEnum):
    """How a wait stands to the clinic's limits (requirements.md §3.3)."""

    SHORT = 0
    LONG = 1
    VERY_LONG = 2
    BEYOND = 3  # longer than anybody should wait at this clinic (`max_wait_time`)


class Group(IntEnum):
    """Where a visit stands in the queue, from top to bottom (requirements.md §3.1)."""

    IN_PROGRESS = 0
    UNCLEAR = 1
    WAITING = 2
    E_CONSULT = 3
    SCHEDULED = 4
    MISSED = 5


def is_open(row: QueueRow) -> bool:
    """Whether a row belongs in the queue. An unreadable row and an unknown status do: better one too many."""
    return isinstance(row, Unreadable) or row.status not in CLOSED


def is_e_consult(visit: Visit) -> bool:
    """An e-consult says so in its type or its subtype (api/visits.md §1)."""
    return visit.type == Type.E_CONSULT or visit.subtype == Subtype.E_CONSULT


def is_missed(visit: Visit, now: float) -> bool:
    """A scheduled visit whose end has passed and that never started (decisions.md, "missed")."""
    return (
        visit.type == Type.SCHEDULED
        and visit.status in _NOT_STARTED
        and visit.actual_start is None
        and visit.end is not None
        and visit.end < now
    )


def group(row: QueueRow, now: float) -> Group:
    """The group of an open row at `now` (the server's Unix s)."""
    if isinstance(row, Unreadable):
        return Group.UNCLEAR
    if row.status == Status.IN_PROGRESS:
        return Group.IN_PROGRESS
    if row.status not in _NOT_STARTED:
        return Group.UNCLEAR
    if is_missed(row, now):
        return Group.MISSED
    if is_e_consult(row):
        return Group.E_CONSULT
    return Group.SCHEDULED if row.type == Type.SCHEDULED else Group.WAITING


def queue_key(row: QueueRow, now: float) -> tuple[int, float]:
    """Sorts the queue: by group, in each the one that began first on top."""
    return group(row, now), (row.start or 0.0) if isinstance(row, Visit) else 0.0


def elapsed(since: float, until: float, at_most_s: float) -> int | ClockFault:
    """Whole seconds from `since` to `until` (Unix s), never negative; why not, where they cannot be true."""
    span = until - since
    if span < -_AHEAD_S:
        return ClockFault.AHEAD
    return ClockFault.TOO_LONG if span > at_most_s else max(0, int(span))


def longest_stay_s(longest_s: float) -> float:
    """Seconds beyond which no wait in a room is believed. longest_s: the clinic's longest wait; a clinic that
    sets more than a day means it."""
    return max(_LONGEST_STAY_S, longest_s)


def wait_of(row: QueueRow, now: float, longest_s: float = LONGEST_WAIT_S) -> int | ClockFault | None:
    """Whole seconds that the patient of a visit has waited, or why its start cannot be true.

    longest_s: the clinic's longest wait. None: nobody waits, or it is not told since when. A scheduled
    patient has no wait (no field says that they have come, api/rooms.md §4), nor has one whose visit is in
    progress or closed.
    """
    if isinstance(row, Unreadable) or row.type == Type.SCHEDULED or row.start is None:
        return None
    if row.status in CLOSED or row.status == Status.IN_PROGRESS:
        return None
    return elapsed(row.start, now, _LONGEST_ANSWER_S if is_e_consult(row) else longest_stay_s(longest_s))


def waiting_s(row: QueueRow, now: float, longest_s: float = LONGEST_WAIT_S) -> int | None:
    """As `wait_of`; None also where the clock is to be checked."""
    waited = wait_of(row, now, longest_s)
    return None if isinstance(waited, ClockFault) else waited


def running(row: QueueRow, now: float) -> int | ClockFault | None:
    """Whole seconds since a visit in progress was started; None for any other, or when that is not told."""
    if isinstance(row, Unreadable) or row.status != Status.IN_PROGRESS or row.actual_start is None:
        return None
    return elapsed(row.actual_start, now, _LONGEST_STAY_S)


def wait_level(waited_s: float, limits: WaitLimits) -> WaitLevel:
    """The last limit that a wait has come to."""
    if waited_s > limits.longest_s:
        return WaitLevel.BEYOND
    if waited_s >= limits.very_long_s:
        return WaitLevel.VERY_LONG
    return WaitLevel.LONG if waited_s >= limits.long_s else WaitLevel.SHORT
