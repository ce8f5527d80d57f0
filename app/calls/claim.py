"""Taking a visit before its call is opened, so that of two who press at once one is told (PID-04).

The server is asked to assign the visit to us only if it is still whose we saw it to be; whose it is then is
read back. Who was faster has the call; the other one opens nothing. A server that does not look at what we
saw (the whole request is [assumed], api/visits.md §4) lets the last one win: the provider who is read back
counts, and a call that began meanwhile is somebody else's. What it took from them by that is given back.

Where a visit cannot be taken, two calls may open. The last word is what is read after the server was told of
the call: whose visit that names as another's, or as nobody's, is told so (`Started`).
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol

from app.calls.refusal import CannotStart
from app.errors import Broken, Failure, NotOffered, Refused, Uncertain
from app.users.record import Person
from app.visits.record import Status, Visit

ReadVisit = Callable[[str], Awaitable[Visit]]
_BUSY = 429


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
    if now.status == Status.IN_PROGRESS:
        raise await _begun(visit, now, me, acts)
    if holder(now) not in (me.id, holder(visit)):
        raise claimed_by(now, me)
    return now


async def _assigned(visit: Visit, me: Person, acts: Acts, read_visit: ReadVisit) -> Visit:
    try:
        return await acts.assign(visit.id, me.id, seen_with=holder(visit) or "")
    except NotOffered:
        return await read_visit(visit.id)
    except Refused as refusal:
        if refusal.status == _BUSY:
            raise
        now = await read_visit(visit.id)
        if holder(now) == me.id:
            # By another program of ours: this press took nothing.
            raise CannotStart("begun") from None
        return now
    except (Uncertain, Broken):
        now = await read_visit(visit.id)
        if holder(now) == me.id:
            return now
        raise


async def _begun(before: Visit, now: Visit, me: Person, acts: Acts) -> CannotStart:
    """A call of somebody else began while we took the visit: why we do not start."""
    theirs = holder(before)
    if holder(now) != me.id:
        return taken(now, me)
    if theirs in (None, me.id):
        return CannotStart("begun")
    # Where that fails the visit is in our name, and its call in our strip, to be handed over.
    with suppress(Failure):
        await acts.assign(now.id, theirs, seen_with=me.id)
    return CannotStart("taken", who=name_of(before), when=now.actual_start)


def holder(visit: Visit) -> str | None:
    """Whose visit it is, by id; None while it is nobody's."""
    return visit.provider.id if visit.provider else None


def name_of(visit: Visit) -> str:
    """Whose visit it is, as far as the server says; "" while it is nobody's."""
    return (visit.provider.name or visit.provider.id) if visit.provider else ""


def taken(visit: Visit, me: Person) -> CannotStart:
    """A call of somebody else runs; whose, as far as the server says."""
    return CannotStart("taken", who=_other(visit, me), when=visit.actual_start)


def claimed_by(visit: Visit, me: Person) -> CannotStart:
    """Somebody else has taken a visit that has not begun."""
    return CannotStart("claimed", who=_other(visit, me))


def _other(visit: Visit, me: Person) -> str:
    return "" if holder(visit) == me.id else name_of(visit)
