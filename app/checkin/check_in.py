"""Checking a patient in, exactly once on an API that does not offer it (design: §6, requirements OFF-02)."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any, Protocol

from app.checkin.patients import Patients
from app.checkin.record import MARK, WISH, CheckIn, read_check_in
from app.checkin.refs import REF_LIVES_S, Refs
from app.core.action import Action, Attempt, Facts, new_action
from app.core.clock import ServerClock
from app.core.outbox import IN_DOUBT_S
from app.errors import Broken, Failure, Offline, Refused, SignedOut
from app.intakes.record import Intake
from app.visits.between import MOST_QUESTIONS, visits_between
from app.visits.record import Type, Visit
from app.wire.client import Client

KIND = "check_in"
WALK_IN_INTAKE = 1
MOST_INTAKES = 20
"""Intakes that are read to find a mark."""
MOST_AT_FIRST = 10
"""The same before the first try, where nothing is known to have left."""
_SPARE_S = 60.0

ReadVisit = Callable[[str], Awaitable[Visit]]


class Intakes(Protocol):
    """Where intakes are read and made: `app.intakes.intakes.Intakes`."""

    async def read(self, intake_id: str) -> Intake: ...

    async def create(
        self,
        room_code: str,
        *,
        kind: int | None,
        member_id: str | None,
        provider_id: str | None,
        reason: str | None,
        location: str | None,
        phone: str | None,
        answers: Mapping[str, Any] | None,
        named: Callable[[str], Awaitable[None]] | None,
    ) -> Intake: ...

    async def read_made(self, intake_id: str, member_id: str | None) -> Intake: ...


class WalkIns(Protocol):
    """Where visits are made: `app.visits.acts.VisitActs`."""

    async def add_walkin(
        self, intake_id: str, room_code: str, *, provider_id: str | None, member_id: str | None
    ) -> Visit: ...

    async def find_by_intake(
        self, intake_id: str, room_code: str, start: float, end: float, *, member_id: str | None
    ) -> Visit | None: ...


def check_in(values: object, made_at: float) -> Action:
    """A check-in to be kept. values: see `read_check_in`. made_at: the server's Unix s. Raises Unfit.

    Its `ref` becomes the action's id, so that a script that starts again keeps nothing twice.
    """
    asked = read_check_in(values)
    return new_action(KIND, asked.subject, asked.body(), made_at, mark=asked.ref)


class CheckInAct:
    """Puts a check-in through: finds the patient, writes an intake, makes a visit of it.

    An intake does no harm; the visit is what must not be made twice. Three things keep it single: the
    action's id lies in the intake as MARK; the intake is kept before the visit is asked for, and every
    further try takes the same one, of which a server makes one visit; and a try of which no answer came is
    looked for before the next. A ref that was brought along is looked for at the server even before the
    first try, for REF_LIVES_S: of two workstations with the same ref the second finds the visit of the
    first, unless both send within the same moment. That look is a precaution, cheap, and holds nothing up:
    what it cannot see counts as not there. What a ref became at this computer is known without a look.

    client: of the clinic, for its list of visits. read_visit: `Queue.read`.
    """

    def __init__(
        self,
        client: Client,
        clock: ServerClock,
        patients: Patients,
        intakes: Intakes,
        walk_ins: WalkIns,
        read_visit: ReadVisit,
        refs: Refs,
    ) -> None:
        self._client = client
        self._clock = clock
        self._patients = patients
        self._intakes = intakes
        self._walk_ins = walk_ins
        self._read_visit = read_visit
        self._refs = refs
        # What each visit's intake carries as MARK, by the id of the visit: it is written once.
        self._marks: dict[str, Any] = {}

    async def send(self, action: Action, attempt: Attempt) -> Facts:
        """Checks in; {"visit_id", "intake_id", "member_id"}.

        Raises Failure, Unfit. Broken after the request has left: the server told of another patient's visit,
        so that nothing is known of ours.
        """
        asked = read_check_in(action.body)
        member_id, intake_id = action.found.get("member_id"), action.found.get("intake_id")
        if member_id is None:
            member_id = await self._patients.find(asked, f"vestibule-{action.id}")
            await attempt.learnt(member_id=member_id)
        if asked.ref and intake_id is None:
            made = await self._foreseen(action, asked, member_id)
            if made is not None:
                return made
        if intake_id is None or not action.found.get("intake_is_seen"):
            intake_id = await self._seen_intake(action, asked, member_id, attempt)
        # By now the server has told the time: when the action was made, it may not have.
        left_at = action.found.get("left_at", self._clock.now())
        await attempt.beyond_recall(left_at=left_at, intake_is_seen=True)
        visit = await self._walk_ins.add_walkin(
            intake_id, asked.room, provider_id=asked.provider_id or None, member_id=member_id
        )
        return await self._came_of(action, visit, intake_id, member_id)

    async def settle(self, action: Action) -> Facts | None:
        """The visit that was made, whatever has become of it since; None when there is none.

        Raises Failure, Unfit; Broken when it cannot be told.
        """
        asked = read_check_in(action.body)
        intake_id = action.found.get("intake_id")
        if intake_id is not None:
            return await self._made_of(intake_id, action, asked)
        found = action.found.get("member_id")
        members = [found] if found else await self._patients.known(asked)
        if not members:
            return None
        made, is_clear = await self._marked(action, asked, members)
        if made is None and not is_clear:
            raise Broken("partial", where="visits.intake")
        return made

    async def _foreseen(self, action: Action, asked: CheckIn, member_id: str) -> Facts | None:
        """The visit that another workstation has made of the same ref, as far as it can be seen."""
        try:
            made, _ = await self._marked(action, asked, [member_id], is_precaution=True)
        except Failure as failure:
            if _holds_up_all(failure):
                raise
            return None
        return made

    async def _seen_intake(self, action: Action, asked: CheckIn, member_id: str, attempt: Attempt) -> str:
        """The id of an intake that is this patient's: of the last try, where there is one."""
        intake_id: str | None = action.found.get("intake_id")
        try:
            if intake_id is None:
                intake_id = await self._write_intake(action, asked, member_id, attempt)
            else:
                await self._intakes.read_made(intake_id, member_id)
        except Broken:
            # No visit is to be made of another patient's, now or later.
            await attempt.learnt(intake_id=None)
            raise
        return intake_id

    async def _write_intake(self, action: Action, asked: CheckIn, member_id: str, attempt: Attempt) -> str:
        wish = {WISH: asked.way} if asked.way else {}

        async def named(intake_id: str) -> None:
            await attempt.learnt(intake_id=intake_id)

        intake = await self._intakes.create(
            asked.room,
            kind=WALK_IN_INTAKE,
            member_id=member_id,
            provider_id=asked.provider_id or None,
            reason=asked.reason or None,
            location=asked.location or None,
            phone=asked.phone or (asked.patient.phone if asked.patient else "") or None,
            answers={**asked.answers, **wish, MARK: action.id},
            named=named,
        )
        return intake.id

    async def _made_of(self, intake_id: str, action: Action, asked: CheckIn) -> Facts | None:
        """The visit of our intake: the intake names it, or it names the intake."""
        intake = await self._intakes.read(intake_id)
        member_id = action.found.get("member_id") or intake.member_id
        if intake.visit_id:
            visit = await self._read_visit(intake.visit_id)
        else:
            found = await self._found_by(intake_id, action, asked, member_id)
            if found is None:
                return None
            visit = found
        if visit.intake_id not in (None, intake_id):
            raise Broken("shape", where="visit.intake.id")
        return await self._came_of(action, visit, intake_id, member_id)

    async def _found_by(self, intake_id: str, action: Action, asked: CheckIn, member_id: str) -> Visit | None:
        """The visit that names our intake. When the request left is asked for by itself, too: of a long time
        a server may show the newest visits only, without a word."""
        start, end = self._window(action)
        windows = [(start, end)]
        left_at = action.sent_at or action.found.get("left_at")
        if left_at is not None:
            narrow = (left_at - _SPARE_S, left_at + _SPARE_S + IN_DOUBT_S)
            if narrow[1] - narrow[0] < end - start:
                windows.insert(0, narrow)
        for first, last in windows:
            found = await self._walk_ins.find_by_intake(
                intake_id, asked.room, first, last, member_id=member_id or None
            )
            if found is not None:
                return found
        return None

    async def _marked(
        self, action: Action, asked: CheckIn, members: Collection[str], *, is_precaution: bool = False
    ) -> tuple[Facts | None, bool]:
        """The visit whose intake carries the action's mark, for when the id of the intake is not known; and
        whether all that may be it were seen. The latest visits are looked at first.
        """
        made = await self._refs.made_of(asked.ref) if asked.ref else None
        if made is not None and made["member_id"] in members:
            return made, True
        start, end = self._window(action, REF_LIVES_S if is_precaution else 0.0)
        questions, most = (1, MOST_AT_FIRST) if is_precaution else (MOST_QUESTIONS, MOST_INTAKES)
        visits, is_clear = await visits_between(self._client, asked.room, start, end, most=questions)
        marks = self._marks
        likely = [visit for visit in visits if _may_be_of(visit, members)]
        likely = [visit for visit in likely if marks.get(visit.id, action.id) == action.id]
        likely.sort(key=lambda visit: (visit.id in marks, visit.start or end), reverse=True)
        is_clear = is_clear and len(likely) <= most
        for visit in likely[:most]:
            intake = await self._intake_of(visit, is_precaution=is_precaution)
            if intake is None:
                is_clear = False
                continue
            marks[visit.id] = intake.answers.get(MARK)
            if marks[visit.id] == action.id:
                whole = await self._read_visit(visit.id)
                return await self._came_of(action, whole, intake.id, intake.member_id), True
        return None, is_clear

    async def _intake_of(self, visit: Visit, *, is_precaution: bool) -> Intake | None:
        """None when it cannot be told, now or later; as a precaution, when it cannot be told now."""
        try:
            intake_id = visit.intake_id or (await self._read_visit(visit.id)).intake_id
            return await self._intakes.read(intake_id) if intake_id else None
        except (Refused, Broken) as failure:
            if _holds_up_all(failure) if is_precaution else _may_pass(failure):
                raise
            return None

    async def _came_of(self, action: Action, visit: Visit, intake_id: str, member_id: str) -> Facts:
        """What came of it. Raises Broken when the visit is another patient's."""
        if member_id and visit.member and visit.member.id != member_id:
            raise Broken("shape", where="visit.member.id")
        came = {"visit_id": visit.id, "intake_id": intake_id, "member_id": member_id}
        if action.body.get("ref"):
            await self._refs.keep(action.id, came)
        return came

    def _window(self, action: Action, since_s: float = 0.0) -> tuple[float, float]:
        """When the visit may have begun. The machine's clock may have been wrong when the action was made."""
        now = self._clock.now()
        first = min(action.made_at, action.found.get("left_at", action.made_at))
        if first > now:
            first = now - REF_LIVES_S
        return first - since_s - _SPARE_S, now + _SPARE_S


def _may_be_of(visit: Visit, members: Collection[str]) -> bool:
    """A walk-in of one of these patients, as far as its row tells."""
    return visit.type in (None, Type.WALK_IN) and (visit.member is None or visit.member.id in members)


def _holds_up_all(failure: Failure) -> bool:
    """Whether the next request would most likely fail like this one. A list may be too long to come in time,
    and nothing else."""
    if isinstance(failure, Offline):
        return failure.reason != "timeout"
    return isinstance(failure, SignedOut) or (isinstance(failure, Refused) and failure.status == 429)


def _may_pass(failure: Refused | Broken) -> bool:
    """Too many requests, a fault of the server, or something on the way; not a record that cannot be had."""
    if isinstance(failure, Refused):
        return failure.status == 429
    return failure.reason not in ("shape", "partial") and failure.status != 404
