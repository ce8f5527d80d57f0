"""Starting, rejoining, handing over and finishing a call (api/calls.md §3; PID-01 to PID-04, PID-09).

The visit is taken first, then the page is opened, then the server is told (`visits.inprogress`). Hanging up
never finishes a visit.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app.calls.claim import Acts, ReadVisit, claimed, holder, taken
from app.calls.opened import OpenedCalls
from app.calls.refusal import CannotStart
from app.calls.target import Target
from app.calls.window import Outside, outside
from app.core.audit import Audit, Event
from app.core.clock import ServerClock
from app.errors import Broken, Failure, Refused, Uncertain
from app.rooms.record import Room
from app.users.record import Person
from app.visits.record import Status, Visit
from app.visits.waiting import is_e_consult
from app.wire.acted import seen
from app.wire.client import Client


@dataclass(frozen=True, slots=True)
class Started:
    """A call page was handed to the desktop.

    unreported: why the server could not be told, None when it knows. also: the provider who turned out to
    have taken the visit in the same moment, "" when nobody.
    """

    visit: Visit
    unreported: Failure | None = None
    also: str = ""


Confirm = Callable[[Visit], Awaitable[bool]]
OpenLink = Callable[[str], bool]


class Calls:
    """The calls of this session.

    me: the person signed in. target: what a started call opens. read_visit: brings a visit as the server has
    it now. room: as far as it is known, by its code.
    """

    def __init__(
        self,
        client: Client,
        me: Person,
        clock: ServerClock,
        target: Target,
        acts: Acts,
        read_visit: ReadVisit,
        room: Callable[[str], Room | None],
        audit: Audit,
    ) -> None:
        self.target = target
        self.opened = OpenedCalls()
        self._client, self._me, self._clock = client, me, clock
        self._acts, self._read_visit, self._room = acts, read_visit, room
        self._audit = audit
        self._busy = False

    def is_mine(self, visit: Visit) -> bool:
        """Whether a visit in progress is ours to rejoin and finish: by its provider, or our own start.

        A visit that the server does not let us take stays somebody else's by name when we start it: our start
        counts then, unless a third provider has taken it.
        """
        if visit.status != Status.IN_PROGRESS:
            return False
        call = self.opened.get(visit.id)
        return holder(visit) == self._me.id or (call is not None and holder(visit) == call.assigned)

    def why_not(self, visit: Visit) -> CannotStart | None:
        """Why a visit may not be started or rejoined, as far as it is known; None when it may."""
        match visit.status:
            case Status.COMPLETED:
                return CannotStart("ended", when=visit.actual_end)
            case Status.CANCELLED:
                return CannotStart("cancelled")
            case Status.REFUNDED:
                return CannotStart("refunded")
            case Status.IN_PROGRESS if not self.is_mine(visit):
                return taken(visit, self._me)
        if is_e_consult(visit):
            return CannotStart("e_consult")
        beside = self.outside(visit)
        return beside.refusal if beside else None

    def outside(self, visit: Visit) -> Outside | None:
        """How an appointment's time stands to now; None when it is within its window."""
        room = self._room(visit.room_code or "")
        return outside(visit, room.start_blackout if room else None, self._clock.now())

    async def start(
        self, visit_id: str, confirm: Confirm, open_link: OpenLink, *, by_phone: bool = False
    ) -> Started | None:
        """Starts or rejoins the call of a visit. None when the person declined.

        confirm: shows two identifiers and asks. open_link: hands an address to the desktop; True if taken.
        by_phone: the person calls by telephone, so nothing is opened.
        A second start while one is under way raises CannotStart("busy"): one launch at most (PID-03).
        Raises CannotStart and Failure; nothing was opened then.
        """
        if self._busy:
            raise CannotStart("busy")
        self._busy = True
        try:
            visit = await self._startable(visit_id)
            if not await confirm(visit):
                return None
            return await self._launch(visit, _nothing_to_open if by_phone else open_link, by_phone=by_phone)
        finally:
            self._busy = False

    async def report(self, visit_id: str) -> Visit:
        """Tells the server of a call that is open here and that it does not know of yet. Raises Failure."""
        visit = await self._read_visit(visit_id)
        if visit.status != Status.IN_PROGRESS:
            visit = await self._tell(visit_id)
        self.opened.reported(visit_id)
        return visit

    async def accept(self, visit_id: str, confirm: Confirm) -> Visit | None:
        """Takes an e-consult that nobody has taken. None when the person declined.

        Raises CannotStart when somebody was faster, and Failure.
        """
        visit = await self._read_visit(visit_id)
        self._check_acceptable(visit)
        if not await confirm(visit):
            return None
        try:
            visit = await self._acts.accept(visit_id)
        except (Refused, Uncertain, Broken):
            visit = await self._read_visit(visit_id)
            if holder(visit) != self._me.id:
                self._check_acceptable(visit)
                raise
        if holder(visit) != self._me.id:
            raise taken(visit, self._me)
        self._audit.note(Event.ECONSULT_ACCEPTED, visit_id)
        return visit

    def check(self, visit_id: str, what: str, *, is_done: bool) -> None:
        """The person ticks off one of `CHECKS` in a call, or takes that back (PID-08)."""
        self.opened.check(visit_id, what, is_done=is_done)
        self._audit.note(Event.CALL_CHECKED, visit_id, what if is_done else f"{what}_undone")

    async def hand_over(self, visit_id: str, provider_id: str, note: str = "") -> Visit:
        """Gives a visit of ours, whose call may run, to another provider of its room.

        Raises CannotStart when it is not ours any more, and Failure.
        """
        visit = await self._read_visit(visit_id)
        if not self.is_mine(visit):
            raise self.why_not(visit) or CannotStart("not_running")
        seen_with = holder(visit) or ""
        try:
            visit = await self._acts.assign(visit_id, provider_id, note=note, seen_with=seen_with)
        except (Uncertain, Broken):
            visit = await self._read_visit(visit_id)
            if holder(visit) != provider_id:
                raise
        if holder(visit) != provider_id:
            raise taken(visit, self._me)
        self._audit.note(Event.REASSIGNED, visit_id)
        self.opened.drop(visit_id)
        return visit

    async def finish(self, visit_id: str) -> Visit:
        """Completes a visit that is ours and in progress. Raises CannotStart and Failure."""
        visit = await self._read_visit(visit_id)
        if visit.status != Status.COMPLETED:
            if not self.is_mine(visit):
                raise self.why_not(visit) or CannotStart("not_running")
            visit = await self._complete(visit_id)
        self.opened.drop(visit_id)
        return visit

    async def _complete(self, visit_id: str) -> Visit:
        end = int(self._clock.now())
        body = {"id": visit_id, "status": int(Status.COMPLETED), "actual_end": end, "reason": "call_ended"}
        try:
            visit = await self._act("visits.close", body, Status.COMPLETED)
        except Failure:
            self._audit.note(Event.CALL_FINISHED, visit_id, "failed")
            raise
        self._audit.note(Event.CALL_FINISHED, visit_id)
        return visit

    async def _launch(self, confirmed: Visit, open_link: OpenLink, *, by_phone: bool) -> Started:
        visit_id = confirmed.id
        link = str if by_phone else await self.target.ready(confirmed)
        visit = await self._startable(visit_id)
        if _identity(visit) != _identity(confirmed):
            raise CannotStart("changed")
        if visit.status == Status.IN_PROGRESS:
            if confirmed.status != Status.IN_PROGRESS:
                # By us, but not by this press.
                raise taken(visit, self._me)
            self._open(visit, link, open_link)
            self.opened.reported(visit_id)
            self._audit.note(Event.CALL_REJOINED, visit_id)
            return Started(visit)
        visit = await claimed(visit, self._me, self._acts, self._read_visit)
        self._open(visit, link, open_link)
        if by_phone:
            self.opened.said(visit_id, is_up=True)
        return await self._started(visit)

    def _open(self, visit: Visit, link: Callable[[], str], open_link: OpenLink) -> None:
        if not open_link(link()):
            raise CannotStart("not_opened")
        self.opened.put(visit.id, self._clock.now(), holder(visit))

    async def _started(self, claim: Visit) -> Started:
        # Before the server is told: the call is open, whatever becomes of that.
        self._audit.note(Event.CALL_STARTED, claim.id)
        try:
            visit = await self._tell(claim.id)
        except Failure as failure:
            self._audit.note(Event.CALL_STARTED, claim.id, "unreported")
            return Started(claim, unreported=failure)
        self.opened.reported(claim.id)
        other = visit.provider if holder(visit) not in (self._me.id, holder(claim)) else None
        return Started(visit, also=other.name or other.id if other else "")

    async def _startable(self, visit_id: str) -> Visit:
        visit = await self._read_visit(visit_id)
        refusal = self.why_not(visit)
        if refusal:
            raise refusal
        return visit

    def _check_acceptable(self, visit: Visit) -> None:
        if visit.status == Status.COMPLETED:
            raise CannotStart("ended", when=visit.actual_end)
        if visit.status in (Status.CANCELLED, Status.REFUNDED):
            raise CannotStart("cancelled")
        if holder(visit) not in (None, self._me.id):
            raise taken(visit, self._me)

    async def _tell(self, visit_id: str) -> Visit:
        call = self.opened.get(visit_id)
        began = int(call.at if call else self._clock.now())
        return await self._act(
            "visits.inprogress", {"id": visit_id, "actual_start": began}, Status.IN_PROGRESS
        )

    async def _act(self, key: str, body: dict[str, object], wanted: Status) -> Visit:
        """Acts and re-reads; an act whose answer was lost or spoilt has succeeded if the visit shows it."""
        try:
            await self._client.post(key, body)
        except (Uncertain, Broken):
            visit = await self._read_visit(str(body["id"]))
            if visit.status == wanted:
                return visit
            raise
        return await seen(self._read_visit(str(body["id"])))


def _nothing_to_open(_link: str) -> bool:
    return True


def _identity(visit: Visit) -> tuple[object, ...]:
    """What the person said yes to: who the patient is, and whose visit it is."""
    member = visit.member
    return ((member.id, member.name, member.born) if member else None), holder(visit)
