"""Who is in the queue, in which order, and who has waited how long. Plain functions over records."""

from enum import IntEnum

from app.core.unreadable import Unreadable
from app.visits.record import Status, Subtype, Type, Visit

QueueRow = Visit | Unreadable

CLOSED = frozenset({Status.COMPLETED, Status.CANCELLED, Status.REFUNDED})
_NOT_STARTED = (Status.PENDING, Status.CONFIRMED)

# Start values of requirements.md §3.3, in seconds.
LONG_WAIT_S = 10 * 60
VERY_LONG_WAIT_S = 20 * 60
LATE_S = 5 * 60
# A start this far ahead of the server's clock is a clock fault, not a wait (DSP-07).
_CLOCK_FAULT_S = 60


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


def waiting_s(row: QueueRow, now: float) -> int | None:
    """Whole seconds that the patient of a visit has waited; None when that cannot be said.

    A scheduled patient has none (no field says that they have come, api/rooms.md §4), nor has one whose
    visit is in progress, has no start, or starts in the future.
    """
    if isinstance(row, Unreadable) or row.type == Type.SCHEDULED or row.start is None:
        return None
    if row.status in CLOSED or row.status == Status.IN_PROGRESS:
        return None
    waited = now - row.start
    return None if waited < -_CLOCK_FAULT_S else max(0, int(waited))
