"""What may become of a visit: the state table of api/visits.md §4 and api/decisions.md, as one table."""

from typing import Final

from app.sandbox.world import (
    CANCELLED,
    COMPLETED,
    CONFIRMED,
    IN_PROGRESS,
    PENDING,
    REFUNDED,
    SCHEDULED,
    Visit,
)

KEEP: Final = 0
"""The act is accepted and changes nothing."""
NO: Final = -1
"""The act is refused with 400."""

STATUSES: Final = (PENDING, CONFIRMED, IN_PROGRESS, COMPLETED, CANCELLED, REFUNDED)

STATE_TABLE: Final[dict[str, tuple[int, int, int, int, int, int]]] = {
    # action                 10           20           25           30         40         50
    "confirm": (CONFIRMED, NO, NO, NO, NO, NO),
    "inprogress": (IN_PROGRESS, IN_PROGRESS, KEEP, NO, NO, NO),
    "close completed": (COMPLETED, COMPLETED, COMPLETED, KEEP, NO, NO),
    "close with reason": (CANCELLED, CANCELLED, COMPLETED, KEEP, KEEP, NO),
    "leave appointment": (CANCELLED, KEEP, COMPLETED, KEEP, KEEP, NO),
    "delete": (CANCELLED, CANCELLED, NO, NO, KEEP, NO),
    "refund": (NO, NO, NO, REFUNDED, NO, NO),
    "reschedule": (KEEP, KEEP, NO, NO, NO, NO),
    "assign": (KEEP, KEEP, KEEP, NO, NO, NO),
    "accept": (CONFIRMED, NO, NO, NO, NO, NO),
}
"""`reschedule`, `assign` and `accept` are the "from" columns of "Our set"; there KEEP keeps the status."""

WORDS: Final = {
    PENDING: "pending",
    CONFIRMED: "confirmed",
    IN_PROGRESS: "in progress",
    COMPLETED: "completed",
    CANCELLED: "cancelled",
    REFUNDED: "refunded",
}
"""The state words of `Visit <id> is already <state>.` (api/decisions.md)."""

CLOSE_REASONS: Final = frozenset(
    {"patient_end_call", "patient_exit_room", "call_ended", "patient_cancel_appointment"}
)


class WrongState(Exception):
    """The visit is in a state in which this act is refused; the text is the documented message."""


def close_action(visit: Visit, status: int | None, reason: str | None) -> str:
    """Which row of the table a close is: with a status, with a reason, or leaving an appointment."""
    if status is not None:
        return "close completed"
    if visit.type == SCHEDULED and reason != "patient_cancel_appointment":
        return "leave appointment"
    return "close with reason"


def outcome(action: str, visit: Visit) -> int:
    """The status that follows, or KEEP; raises WrongState. An unknown status refuses every act."""
    row = STATE_TABLE[action]
    result = row[STATUSES.index(visit.status)] if visit.status in STATUSES else NO
    if result == NO:
        raise already(visit)
    return result


def already(visit: Visit, word: str | None = None) -> WrongState:
    """The documented complaint; an unknown status is named by its number."""
    return WrongState(f"Visit {visit.id} is already {word or WORDS.get(visit.status, visit.status)}.")
