"""Starting, rejoining and finishing a call (api/calls.md §3; PID-01 to PID-04).

The page is opened first, then the server is told (`visits.inprogress`). Hanging up never finishes a visit.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from app.calls.refusal import CannotStart
from app.core.audit import Audit, Event
from app.core.clock import ServerClock
from app.errors import Broken, Failure, Refused, SignedOut, Uncertain
from app.profile import CallTarget, Profile
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


ReadVisit = Callable[[str], Awaitable[Visit]]
ReadRoom = Callable[[str], Awaitable[Room]]
Confirm = Callable[[Visit], Awaitable[bool]]
OpenLink = Callable[[str], bool]


class Calls:
    """The calls of this session.

    read_visit, read_room: bring a record as the server has it now. me: the person signed in. target: the
    page that a started call opens, the profile's until somebody chooses another.
    """

    def __init__(
        self,
        client: Client,
        profile: Profile,
        me: Person,
        clock: ServerClock,
        read_visit: ReadVisit,
        read_room: ReadRoom,
        audit: Audit,
    ) -> None:
        self._client = client
        self._profile = profile
        self.target: CallTarget = profile.call_target
        self._me = me
        self._clock = clock
        self._read_visit = read_visit
        self._read_room = read_room
        self._audit = audit
        self._busy = False
        self._opened: dict[str, _Opened] = {}
        self._unreported: set[str] = set()

    def is_mine(self, visit: Visit) -> bool:
        """Whether a visit in progress is ours to rejoin and finish: by its provider, or our own start.

        A visit assigned to somebody else stays theirs by name when we start it: our start counts then, unless
        a third provider has taken it.
        """
        if visit.status != Status.IN_PROGRESS:
            return False
        provider = visit.provider.id if visit.provider else None
        return provider == self._me.id or (
            visit.id in self._opened and provider == self._opened[visit.id].assigned
        )

    def is_unreported(self, visit: Visit) -> bool:
        """Whether we opened this visit's call and the server does not know it yet."""
        return visit.id in self._unreported and visit.status != Status.IN_PROGRESS

    async def start(self, visit_id: str, confirm: Confirm, open_link: OpenLink) -> Started | None:
        """Starts or rejoins the call of a visit. None when the person declined.

        confirm: shows two identifiers and asks. open_link: hands an address to the desktop; True if taken.
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
            return await self._launch(visit, open_link)
        finally:
            self._busy = False

    async def report(self, visit_id: str) -> Visit:
        """Tells the server of a call that is open here and that it does not know of yet. Raises Failure."""
        visit = await self._read_visit(visit_id)
        if visit.status != Status.IN_PROGRESS:
            visit = await self._tell(visit_id)
        self._unreported.discard(visit_id)
        return visit

    async def finish(self, visit_id: str) -> Visit:
        """Completes a visit that is ours and in progress. Raises CannotStart and Failure."""
        visit = await self._read_visit(visit_id)
        if visit.status == Status.COMPLETED:
            return visit
        if not self.is_mine(visit):
            raise self._refusal(visit) or CannotStart("not_running")
        end = int(self._clock.now())
        body = {"id": visit_id, "status": int(Status.COMPLETED), "actual_end": end, "reason": "call_ended"}
        try:
            visit = await self._act("visits.close", body, Status.COMPLETED)
        except Failure:
            self._audit.note(Event.CALL_FINISHED, visit_id, "failed")
            raise
        self._audit.note(Event.CALL_FINISHED, visit_id)
        return visit

    async def _launch(self, confirmed: Visit, open_link: OpenLink) -> Started:
        visit_id = confirmed.id
        page = await self._page(visit_id)
        visit = await self._startable(visit_id)
        if _identity(visit) != _identity(confirmed):
            raise CannotStart("changed")
        if not open_link(self._link(page)):
            raise CannotStart("not_opened")
        assigned = visit.provider.id if visit.provider else None
        self._opened.setdefault(visit_id, _Opened(self._clock.now(), assigned))
        if visit.status == Status.IN_PROGRESS:
            self._audit.note(Event.CALL_REJOINED, visit_id)
            return Started(visit)
        # Before the server is told: the call is open, whatever becomes of that.
        self._audit.note(Event.CALL_STARTED, visit_id)
        try:
            visit = await self._tell(visit_id)
        except Failure as failure:
            self._audit.note(Event.CALL_STARTED, visit_id, "unreported")
            self._unreported.add(visit_id)
            return Started(visit, unreported=failure)
        expected = {self._me.id, confirmed.provider.id if confirmed.provider else self._me.id}
        other = visit.provider if visit.provider and visit.provider.id not in expected else None
        return Started(visit, also=other.name or other.id if other else "")

    async def _startable(self, visit_id: str) -> Visit:
        visit = await self._read_visit(visit_id)
        refusal = self._refusal(visit)
        if refusal:
            raise refusal
        return visit

    def _refusal(self, visit: Visit) -> CannotStart | None:
        match visit.status:
            case Status.COMPLETED:
                return CannotStart("ended", when=visit.actual_end)
            case Status.CANCELLED:
                return CannotStart("cancelled")
            case Status.REFUNDED:
                return CannotStart("refunded")
            case Status.IN_PROGRESS if not self.is_mine(visit):
                who = (visit.provider.name or visit.provider.id) if visit.provider else ""
                return CannotStart("taken", who=who, when=visit.actual_start)
        return CannotStart("e_consult") if is_e_consult(visit) else None

    async def _page(self, visit_id: str) -> str:
        """The path of the page to open, after asking it, without the token, whether it is there."""
        if not self._profile.portal:
            raise CannotStart("no_portal")
        key, values = await self._target(visit_id)
        try:
            await self._client.page(key, **values)
        except (Refused, SignedOut) as failure:
            raise CannotStart("no_page", message=failure.message or _number(failure)) from None
        except Broken as failure:
            raise CannotStart("no_page", message=_number(failure)) from None
        table = self._client.endpoints
        return "/" + table.url(table.find(key), values).removeprefix(self._profile.portal)

    async def _target(self, visit_id: str) -> tuple[str, dict[str, str]]:
        match self.target:
            case "visit":
                return "portal.visit", {"id": visit_id}
            case "dashboard":
                return "portal.dashboard", {}
            case "room":
                return "portal.room", {"slug": await self._slug(visit_id)}

    async def _slug(self, visit_id: str) -> str:
        visit = await self._read_visit(visit_id)
        if not visit.room_code:
            raise CannotStart("no_room")
        room = await self._read_room(visit.room_code)
        if room.is_closed:
            raise CannotStart("room_closed", message=room.close_message)
        if not room.slug:
            raise CannotStart("no_room")
        return room.slug

    def _link(self, page: str) -> str:
        """The portal's sign-in redirect to `page`. It holds the token: never kept or logged."""
        table = self._client.endpoints
        query = urlencode({"sso_token": self._client.credentials.token, "next": page})
        return f"{table.url(table.find('auth.redirect'), {})}?{query}"

    async def _tell(self, visit_id: str) -> Visit:
        opened = self._opened.get(visit_id)
        began = int(opened.at if opened else self._clock.now())
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


@dataclass(frozen=True, slots=True)
class _Opened:
    """A call that we opened. at: server time, Unix s. assigned: the visit's provider then, by id."""

    at: float
    assigned: str | None


def _identity(visit: Visit) -> tuple[object, ...]:
    """What the person said yes to: who the patient is, and whose visit it is."""
    member = visit.member
    who = (member.id, member.name, member.born) if member else None
    return who, visit.provider.id if visit.provider else None


def _number(failure: Refused | SignedOut | Broken) -> str:
    match failure:
        case SignedOut():
            return "error 401"
        case Broken(reason="redirect"):
            return "it leads to another address"
        case Broken(reason="status") | Refused():
            return f"error {failure.status}"
    return "what came is no web page"
