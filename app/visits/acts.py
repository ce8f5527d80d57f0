"""Writing visits: entering, booking, and what becomes of a visit (api/visits.md §3 and §4).

Starting and finishing a call is `app.calls.start`.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from app.core.unreadable import Unreadable
from app.errors import Broken, Uncertain
from app.visits.between import visits_between
from app.visits.record import CloseReason, Type, Visit, read_visit
from app.wire.acted import seen
from app.wire.client import Client, Reply

T = TypeVar("T")
ReadVisit = Callable[[str], Awaitable[Visit]]

MOST_DETAILS = 20
"""Visits that are read one by one to find that of an intake."""


class VisitActs:
    """What can be done with visits. Every act is sent once and answers the visit as the server has it then.

    read_visit: brings a visit as the server has it now, and keeps it (`Queue.read`).

    All acts raise Failure. Uncertain: the server may have acted, because no answer came or none that can be
    read. Broken: it has acted, and told of another visit, patient or intake than was asked. After either
    re-read before repeating: the visit with `read_visit`, a new one with `find_by_intake`, since no act
    carries a key of its own that would make a repetition harmless (api/README.md §5). Refused 400 has the
    server's words, such as `Visit 48211 is already completed.` NotOffered on confirm, reschedule, assign,
    accept, current: the way out is the portal's dashboard (api/README.md §12).
    Times are Unix seconds, ids are the server's.
    """

    def __init__(self, client: Client, read_visit: ReadVisit) -> None:
        self._client = client
        self._read_visit = read_visit

    async def add_walkin(
        self, intake_id: str, room_code: str, *, provider_id: str | None = None, member_id: str | None = None
    ) -> Visit:
        """Puts the patient of an intake into a waiting room, now.

        provider_id: None for whichever provider of the room comes first. member_id: the intake's patient;
        the visit that comes back must be theirs, else Broken.
        """
        body = _told(intake_id=intake_id, room_code=room_code, provider_id=provider_id, member_id=member_id)
        return await self._made(await self._client.post("visits.add_walkin", body), intake_id, member_id)

    async def book(
        self,
        intake_id: str,
        room_code: str,
        start: float,
        end: float,
        *,
        provider_id: str | None = None,
        member_id: str | None = None,
    ) -> Visit:
        """Makes an appointment in the slot from `start` to `end`. Refused 400 when the slot is taken.

        member_id: the intake's patient, needed when staff books; the visit must be theirs, else Broken.
        """
        body = _told(
            intake_id=intake_id,
            room_code=room_code,
            type=int(Type.SCHEDULED),
            slot_start=int(start),
            slot_end=int(end),
            provider_id=provider_id,
            member_id=member_id,
        )
        return await self._made(await self._client.post("visits.create", body), intake_id, member_id)

    async def ask_econsult(self, intake_id: str, room_code: str, *, provider_id: str | None = None) -> Visit:
        """Puts a question to all providers of a room; one of them must accept it.

        provider_id: a wish, which the server may ignore (decisions.md).
        """
        body = _told(intake_id=intake_id, room_code=room_code, provider_id=provider_id)
        return await self._made(await self._client.post("visits.add_econsult", body), intake_id, None)

    async def find_by_intake(
        self, intake_id: str, room_code: str, start: float, end: float, *, member_id: str | None = None
    ) -> Visit | None:
        """The visit that was made of an intake, or None when there is none: then it may be made again.

        start, end: the window in which it would take place; for a walk-in or e-consult from a minute before
        it was sent until now. member_id: the intake's patient; visits of others are passed over then. The
        detail of each visit whose row does not name its intake is read.

        Raises Failure; Broken when it cannot be told: the list is cut however narrow the window, a row cannot
        be read, a visit does not name its intake in its detail either, or more than MOST_DETAILS rows are
        silent.
        """
        visits, is_whole = await visits_between(self._client, room_code, start, end)
        found = next((visit for visit in visits if visit.intake_id == intake_id), None)
        if found is not None:
            return await self._read_visit(found.id)
        silent = [visit for visit in visits if _may_be_of(visit, member_id)]
        is_clear = is_whole and len(silent) <= MOST_DETAILS
        for row in silent[:MOST_DETAILS]:
            visit = await self._read_visit(row.id)
            if visit.intake_id == intake_id:
                return visit
            is_clear = is_clear and not _may_be_of(visit, member_id)
        if not is_clear:
            raise Broken("shape", where="visits.intake.id")
        return None

    async def current(self) -> Visit | None:
        """The visit that this person is in, by the server's account; None when in none.

        NotOffered: filter the queue instead.
        """
        reply = await self._client.get("visits.current")
        if not reply.value():
            return None
        visit = read_visit(bytes(reply.data))
        if isinstance(visit, Unreadable):
            raise Broken("shape", where=visit.complaint)
        return visit

    async def confirm(self, visit_id: str) -> Visit:
        """Confirms a pending visit."""
        await self._client.post("visits.confirm", {"id": visit_id})
        return await self._now(visit_id)

    async def reschedule(
        self, visit_id: str, start: float, end: float, *, provider_id: str | None = None
    ) -> Visit:
        """Moves an appointment to another slot, on wish to another provider. Refused 400 when it is taken."""
        body = _told(id=visit_id, slot_start=int(start), slot_end=int(end), provider_id=provider_id)
        await self._client.post("visits.reschedule", body)
        return await self._now(visit_id)

    async def assign(
        self, visit_id: str, provider_id: str, *, note: str = "", seen_with: str | None = None
    ) -> Visit:
        """Gives a visit to another provider of its room.

        note: to them; a server may drop it. seen_with: only while the visit is this provider's, "" while it
        is nobody's [assumed]: a server that knows this refuses with 400 otherwise, another one ignores it.
        """
        body = _told(id=visit_id, provider_id=provider_id, note=note or None, if_provider_id=seen_with)
        await self._client.post("visits.assign", body)
        return await self._now(visit_id)

    async def accept(self, visit_id: str) -> Visit:
        """Takes an e-consult that nobody has taken. Refused 400 when somebody was faster."""
        await self._client.post("visits.accept", {"id": visit_id})
        return await self._now(visit_id)

    async def cancel(self, visit_id: str) -> Visit:
        """Cancels a visit that has not begun."""
        await self._client.post("visits.delete", {"id": visit_id})
        return await self._now(visit_id)

    async def leave(self, visit_id: str, reason: CloseReason) -> Visit:
        """Closes a visit as the patient leaving it does, with a reason and no status (visits.md §4).

        An appointment outlives a patient who leaves, unless the reason is that it is cancelled.
        """
        await self._client.post("visits.close", {"id": visit_id, "reason": reason.value})
        return await self._now(visit_id)

    async def _now(self, visit_id: str) -> Visit:
        """What an act answers is not documented: the visit is read again (api/README.md §6)."""
        return await seen(self._read_visit(visit_id))

    async def _made(self, reply: Reply, intake_id: str, member_id: str | None) -> Visit:
        made = read_visit(bytes(reply.data))
        if isinstance(made, Unreadable):
            raise Uncertain(made.complaint)
        visit = await self._now(made.id)
        if visit.intake_id not in (None, intake_id):
            raise Broken("shape", where="visit.intake.id")
        if member_id and visit.member and visit.member.id != member_id:
            raise Broken("shape", where="visit.member.id")
        return visit


def _may_be_of(visit: Visit, member_id: str | None) -> bool:
    """It does not name its intake, and is not known to be another patient's."""
    return visit.intake_id is None and (not member_id or not visit.member or visit.member.id == member_id)


def _told(**values: Any) -> dict[str, Any]:
    """A body without the keys that there is nothing to say about."""
    return {name: value for name, value in values.items() if value is not None}
