"""A visit that changes hands without a call: an e-consult that is accepted, a visit that is handed over."""

from collections.abc import Awaitable, Callable

from app.calls.claim import Acts, ReadVisit, holder, name_of, taken
from app.calls.refusal import CannotStart
from app.errors import Broken, Refused, Uncertain
from app.users.record import Person
from app.visits.record import Status, Visit

Confirm = Callable[[Visit], Awaitable[bool]]


async def accepted(
    visit_id: str, confirm: Confirm, me: Person, acts: Acts, read_visit: ReadVisit
) -> Visit | None:
    """An e-consult that is ours now; one that is ours already is not asked for. None: the person declined.

    Raises CannotStart when somebody was faster, and Failure.
    """
    visit = await read_visit(visit_id)
    _check_acceptable(visit, me)
    if holder(visit) == me.id:
        return visit
    if not await confirm(visit):
        return None
    try:
        visit = await acts.accept(visit_id)
    except (Refused, Uncertain, Broken):
        visit = await read_visit(visit_id)
        _check_acceptable(visit, me)
        if holder(visit) != me.id:
            raise
    _check_acceptable(visit, me)
    if holder(visit) is None:
        raise Broken("shape", where="visit.provider.id")
    return visit


async def handed_over(
    visit: Visit, provider_id: str, note: str, me: Person, acts: Acts, read_visit: ReadVisit
) -> Visit:
    """A visit of ours that is another provider's now.

    Raises CannotStart when it is a third one's by then, and Failure.
    """
    mine = holder(visit)
    try:
        visit = await acts.assign(visit.id, provider_id, note=note, seen_with=mine or "")
    except (Refused, Uncertain, Broken):
        visit = await read_visit(visit.id)
        if holder(visit) == mine:
            raise
    if holder(visit) == provider_id:
        return visit
    # A server may take the request and not do it.
    raise CannotStart("not_handed_over") if holder(visit) == mine else taken(visit, me)


def _check_acceptable(visit: Visit, me: Person) -> None:
    if visit.status == Status.COMPLETED:
        raise CannotStart("ended", when=visit.actual_end)
    if visit.status == Status.REFUNDED:
        raise CannotStart("refunded")
    if visit.status == Status.CANCELLED:
        raise CannotStart("cancelled")
    if holder(visit) not in (None, me.id):
        raise CannotStart("taken_econsult", who=name_of(visit))
