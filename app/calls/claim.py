"""Taking a visit before its call is opened, so that of two who press at once one is told (PID-04).

The server is asked to assign the visit to us only if it is still whose we saw it to be; whose it is then is
read back. Who was faster has the call; the other one opens nothing. A server that does not look at what we
saw (the whole request is [assumed], api/visits.md §4) lets the last one win: the provider who is read back
counts, and a call that began meanwhile is somebody else's.
"""

from collections.abc import Awaitable, Callable
from typing import Protocol

from app.calls.refusal import CannotStart
from app.errors import Broken, NotOffered, Refused, Uncertain
from app.users.record import Person
from app.visits.record import Status, Visit

ReadVisit = Callable[[str], Awaitable[Visit]]


class Acts(Protocol):
    """What `VisitActs` can do for a call."""

    async def assign(
        self, visit_id: str, provider_id: str, *, note: str = "", seen_with: str | None = None
    ) -> Visit: ...

    async def accept(self, visit_id: str) -> Visit: ...


async def claimed(visit: Visit, me: Person, acts: Acts, read_visit: ReadVisit) -> Visit:
    """The visit, ours as far as the server lets us. visit: not begun, as the person saw it and said yes.

    Where assigning is not offered, or not to this person, the visit is only read again. Raises CannotStart
    when somebody was faster, and Failure.
    """
    if holder(visit) == me.id:
        now = await read_visit(visit.id)
    else:
        now = await _assigned(visit, me, acts, read_visit)
    is_somebody_elses = holder(now) not in (me.id, holder(visit))
    if is_somebody_elses or now.status == Status.IN_PROGRESS:
        raise taken(now, me)
    return now


async def _assigned(visit: Visit, me: Person, acts: Acts, read_visit: ReadVisit) -> Visit:
    try:
        return await acts.assign(visit.id, me.id, seen_with=holder(visit) or "")
    except NotOffered:
        return await read_visit(visit.id)
    except Refused as refusal:
        now = await read_visit(visit.id)
        if refusal.status == 400 and holder(now) not in (me.id, holder(visit)):
            raise taken(now, me) from None
        return now
    except (Uncertain, Broken):
        now = await read_visit(visit.id)
        if holder(now) == me.id:
            return now
        raise


def holder(visit: Visit) -> str | None:
    """Whose visit it is, by id; None while it is nobody's."""
    return visit.provider.id if visit.provider else None


def taken(visit: Visit, me: Person) -> CannotStart:
    """Somebody was faster; who, as far as the server says."""
    other = visit.provider if visit.provider and visit.provider.id != me.id else None
    return CannotStart("taken", who=(other.name or other.id) if other else "", when=visit.actual_start)
