"""What must be known of a visit at the moment its call opens (PID-02)."""

from collections.abc import Awaitable
from typing import Final

from app.calls.claim import ReadVisit
from app.calls.refusal import CannotStart
from app.core.clock import ServerClock
from app.visits.record import Status, Visit

FRESH_S: Final = 3.0
"""It is at most so old."""


async def fresh(reading: Awaitable[Visit], read_visit: ReadVisit, clock: ServerClock) -> Visit:
    """What is read; once more where that took so long that the visit may be another by now.

    Raises CannotStart where that takes as long, and Failure.
    """
    began = clock.monotonic()
    visit = await reading
    if clock.monotonic() - began > FRESH_S:
        began = clock.monotonic()
        visit = await read_visit(visit.id)
    if clock.monotonic() - began > FRESH_S:
        raise CannotStart("slow")
    return visit


def not_begun(visit: Visit) -> Visit:
    """The visit. Raises CannotStart when it has begun: with us, as the server says, and not by this press."""
    if visit.status == Status.IN_PROGRESS:
        raise CannotStart("begun")
    return visit


def is_same_patient(one: Visit, other: Visit) -> bool:
    """Whether both name the patient alike: who somebody said yes to is who is called."""
    return _identity(one) == _identity(other)


def _identity(visit: Visit) -> tuple[object, ...] | None:
    return (visit.member.id, visit.member.name, visit.member.born) if visit.member else None
