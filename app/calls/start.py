"""Starting, rejoining, handing over and finishing a call (api/calls.md §3; PID-01 to PID-04, PID-09).

The visit is taken first, then the page is opened, then the server is told (`visits.inprogress`). Hanging up
never finishes a visit.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from app.calls.by_phone import is_phone_visit
from app.calls.claim import Acts, ReadVisit, claimed, claimed_by, holder, name_of, taken
from app.calls.fresh import fresh, is_same_patient, not_begun
from app.calls.giving import Confirm, accepted, handed_over
from app.calls.opened import OpenedCalls
from app.calls.refusal import CannotStart
from app.calls.target import Link, Target
from app.calls.telling import Telling
from app.calls.untold import Untold
from app.calls.window import Outside, outside
from app.core.audit import Audit, Event
from app.core.clock import ServerClock
from app.errors import Failure
from app.rooms.record import Room
from app.users.record import Person
from app.visits.record import Status, Visit
from app.visits.waiting import CLOSED, is_e_consult
from app.wire.client import Client


@dataclass(frozen=True, slots=True)
class Started:
    """A call page was handed to the desktop.

    unreported: why the server could not be told, None when it knows. also: the provider who turned out to
    have taken the visit in the same moment, "" when nobody. is_claimed: the server names us; else others see
    nobody, or whoever it was assigned to, and may start it, too.
    """

    visit: Visit
    unreported: Failure | None = None
    also: str = ""
    is_claimed: bool = True


OpenLink = Callable[[str], bool]


class Calls:
    """The calls of this session.

    me: the person signed in. target: what a started call opens. read_visit: brings a visit as the server has
    it now. room: as far as it is known, by its code. lost: visits whose calls are open here, and which are
    somebody else's by now.
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
        self.lost: Untold[Visit] = Untold()
        self._me, self._clock, self._audit = me, clock, audit
        self._acts, self._read_visit, self._room = acts, read_visit, room
        self._telling = Telling(client, read_visit, audit)
        self._starting = ""
        # Of these an act tells what becomes of them.
        self._acting: set[str] = set()

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

    def follow(self, visit: Visit) -> None:
        """What the server says of any visit: a call that is open here may be over, or somebody else's."""
        call = self.opened.get(visit.id)
        if call is None or visit.id in self._acting:
            return
        is_lost = visit.status == Status.IN_PROGRESS and not self.is_mine(visit)
        if is_lost or visit.status in CLOSED:
            self.opened.drop(visit.id)
        else:
            self.opened.known(visit)
        if is_lost:
            self.lost.tell(visit)

    async def start(self, visit_id: str, confirm: Confirm, open_link: OpenLink) -> Started | None:
        """Starts or rejoins the call of a visit. None when the person declined.

        confirm: shows two identifiers and asks. open_link: hands an address to the desktop; True if taken.
        Nothing is opened for a telephone visit: the person calls.
        A second start while one is under way raises CannotStart("busy"): one launch at most (PID-03).
        Raises CannotStart and Failure; nothing was opened then.
        """
        if self._starting:
            raise CannotStart("busy")
        self._starting = visit_id
        try:
            visit = await self._startable(visit_id)
            if not await confirm(visit):
                return None
            with self._acting_on(visit_id):
                return await self._launch(visit, open_link)
        finally:
            self._starting = ""

    async def report(self, visit_id: str) -> Visit:
        """Tells the server of a call that is open here and that it does not know of yet.

        Raises CannotStart when the visit is somebody else's by now, and Failure.
        """
        with self._acting_on(visit_id):
            return await self._reported(await self._read_visit(visit_id))

    async def accept(self, visit_id: str, confirm: Confirm) -> Visit | None:
        """Takes an e-consult that nobody has taken. None when the person declined.

        Raises CannotStart when somebody was faster, and Failure.
        """
        visit = await accepted(visit_id, confirm, self._me, self._acts, self._read_visit)
        if visit is not None:
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
        with self._acting_on(visit_id):
            visit = await self._ours(await self._read_visit(visit_id))
            visit = await handed_over(visit, provider_id, note, self._me, self._acts, self._read_visit)
            self._audit.note(Event.REASSIGNED, visit_id)
            self.opened.drop(visit_id)
            return visit

    async def finish(self, visit_id: str) -> Visit:
        """Completes a visit that is ours and in progress. Raises CannotStart and Failure."""
        with self._acting_on(visit_id):
            visit = await self._read_visit(visit_id)
            if visit.status != Status.COMPLETED:
                await self._ours(visit)
                visit = await self._telling.complete(visit_id, self._clock.now())
            self.opened.drop(visit_id)
            return visit

    @contextmanager
    def _acting_on(self, visit_id: str) -> Iterator[None]:
        self._acting.add(visit_id)
        try:
            yield
        finally:
            self._acting.discard(visit_id)

    async def _ours(self, visit: Visit) -> Visit:
        """The visit, which is ours and in progress; a call that the server does not know of is told first."""
        if self.opened.is_unreported(visit):
            visit = await self._reported(visit)
        if not self.is_mine(visit):
            self.opened.drop(visit.id)
            raise self.why_not(visit) or CannotStart("not_running")
        return visit

    async def _reported(self, visit: Visit) -> Visit:
        call, is_running = self.opened.get(visit.id), visit.status == Status.IN_PROGRESS
        if call is not None and holder(visit) not in (self._me.id, call.assigned):
            self.opened.drop(visit.id)
            raise taken(visit, self._me) if is_running else claimed_by(visit, self._me)
        if not is_running:
            visit = await self._told(visit.id)
        self.opened.reported(visit.id)
        return visit

    # -- starting

    async def _launch(self, confirmed: Visit, open_link: OpenLink) -> Started:
        link = None if is_phone_visit(confirmed) else await self.target.ready(confirmed)
        if confirmed.status == Status.IN_PROGRESS:
            visit = await fresh(self._same(confirmed), self._read_visit, self._clock)
            self._check(visit, confirmed)
            self._open(visit, link, open_link)
            self.opened.reported(visit.id)
            self._audit.note(Event.CALL_REJOINED, visit.id)
            return Started(visit)
        visit = not_begun(await self._same(confirmed))
        claim = claimed(visit, self._me, self._acts, self._read_visit)
        visit = not_begun(await fresh(claim, self._read_visit, self._clock))
        # Since it was taken the patient may have left, or somebody else may have taken it.
        self._check(visit, confirmed)
        if holder(visit) not in (self._me.id, holder(confirmed)):
            raise claimed_by(visit, self._me)
        self._open(visit, link, open_link)
        return await self._started(visit)

    async def _startable(self, visit_id: str) -> Visit:
        visit = await self._read_visit(visit_id)
        if refusal := self.why_not(visit):
            raise refusal
        return visit

    async def _same(self, confirmed: Visit) -> Visit:
        """The visit as it is now, which is what the person said yes to: of whom, and with whom."""
        visit = await self._read_visit(confirmed.id)
        self._check(visit, confirmed)
        if holder(visit) != holder(confirmed):
            raise CannotStart("changed")
        return visit

    def _check(self, visit: Visit, confirmed: Visit) -> None:
        if refusal := self.why_not(visit):
            raise refusal
        if not is_same_patient(visit, confirmed):
            raise CannotStart("changed")

    def _open(self, visit: Visit, link: Link | None, open_link: OpenLink) -> None:
        """link: None for a call by telephone."""
        if link is not None and not open_link(link(visit)):
            raise CannotStart("not_opened")
        self.opened.put(visit, self._clock.now(), is_up=True if link is None else None)

    async def _started(self, claim: Visit) -> Started:
        # Before the server is told: the call is open, whatever becomes of that.
        self._audit.note(Event.CALL_STARTED, claim.id)
        try:
            visit = await self._told(claim.id)
        except Failure as failure:
            self._audit.note(Event.CALL_STARTED, claim.id, "unreported")
            return Started(claim, unreported=failure)
        if holder(visit) not in (self._me.id, holder(claim)):
            self.opened.drop(visit.id)
            return Started(visit, also=name_of(visit), is_claimed=False)
        self.opened.reported(visit.id)
        self.opened.known(visit)
        return Started(visit, is_claimed=holder(visit) == self._me.id)

    async def _told(self, visit_id: str) -> Visit:
        call = self.opened.get(visit_id)
        return await self._telling.begun(visit_id, call.at if call else self._clock.now())
