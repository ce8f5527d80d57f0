"""What can be done with visits, by a request or by the day's script. Rights are checked by the caller.

Source: api/visits.md §4, api/decisions.md. Instants in epoch seconds.
"""

from collections.abc import Callable, Iterable
from typing import Any

from app.sandbox.visit_states import KEEP, WrongState, already, close_action, outcome
from app.sandbox.world import (
    COMPLETED,
    CONFIRMED,
    E_CONSULT,
    IN_PROGRESS,
    PENDING,
    SCHEDULED,
    WALK_IN,
    Consultation,
    Intake,
    Person,
    Room,
    Visit,
    World,
)

FIRST_VISIT = 48_211
VIDEO = 3
E_CONSULT_SUBTYPE = 4


def write_intake(
    world: World,
    member: Person,
    room: Room,
    *,
    kind: int = WALK_IN,
    reason: str = "",
    provider_id: str | None = None,
    answers: dict[str, Any] | None = None,
    by_staff: bool = False,
) -> Intake:
    """A fresh intake of a patient for a room."""
    number = world.count("intake")
    intake = Intake(
        id=world.uuid("intake", number),
        member_id=member.id,
        room_code=room.code,
        type=kind,
        reason=reason,
        provider_id=provider_id,
        created=world.now,
        modified=world.now,
        by_staff=by_staff,
        answers=dict(answers or {}),
    )
    world.intakes[intake.id] = intake
    return intake


def book(
    world: World,
    intake: Intake,
    room: Room,
    kind: int,
    *,
    provider_id: str | None = None,
    slot: tuple[int, int] | None = None,
    status: int = PENDING,
) -> Visit:
    """A new visit from an intake: a walk-in now, an appointment in its slot, an e-consult of no length."""
    chosen = _consultation(room, intake)
    start, end = slot or (world.now, world.now + chosen.minutes * 60)
    if kind == E_CONSULT:
        end = start
    visit_id = str(world.count("visit", FIRST_VISIT))
    visit = Visit(
        id=visit_id,
        code=world.hex32("visit code", visit_id),
        member_id=intake.member_id,
        provider_id=None if kind == E_CONSULT else provider_id,
        room_code=room.code,
        type=kind,
        subtype=E_CONSULT_SUBTYPE if kind == E_CONSULT else VIDEO,
        status=status,
        start=start,
        end=end,
        created=world.now,
        modified=world.now,
        intake_id=intake.id,
        minutes=chosen.minutes,
        amount=chosen.amount,
        charge_for=chosen.description,
    )
    intake.visit_id, intake.room_code = visit.id, room.code
    intake.type = SCHEDULED if kind == SCHEDULED else intake.type
    world.keep(visit)
    return visit


def _consultation(room: Room, intake: Intake) -> Consultation:
    """The consultation chosen on the intake, else the room's first one."""
    chosen = intake.answers.get("consultation")
    wanted = chosen.get("id") if isinstance(chosen, dict) else None
    return next((c for c in room.consultations if c.id == wanted), room.consultations[0])


def slot_is_taken(
    world: World, room: Room, slot: tuple[int, int], provider_id: str | None, but: str = ""
) -> bool:
    """An open appointment of the provider overlaps; without a provider: as many as the room has providers.

    [assumed]: the reference names the error only.
    """
    clashes = [visit for visit in appointments(world.open_visits(), slot) if visit.id != but]
    if provider_id:
        return any(visit.provider_id == provider_id for visit in clashes)
    return sum(visit.room_code == room.code for visit in clashes) >= max(1, len(room.provider_ids))


def appointments(visits: Iterable[Visit], span: tuple[int, int]) -> list[Visit]:
    """The open ones among the visits that take up some of a span of time."""
    return [
        visit
        for visit in visits
        if visit.type == SCHEDULED
        and visit.status in {PENDING, CONFIRMED, IN_PROGRESS}
        and visit.start < span[1]
        and span[0] < visit.end
    ]


def confirm(world: World, visit: Visit) -> None:
    """10 becomes 20."""
    _become(world, visit, outcome("confirm", visit))


def start(world: World, visit: Visit, by: Person | None, at: int | None = None) -> None:
    """Bring a visit in progress.

    [assumed] a provider who starts a visit that has no provider becomes its provider; a chosen provider
    stays, whoever starts it (`visits.assign` is the act that changes it).
    """
    result = outcome("inprogress", visit)
    if result == KEEP:
        return
    visit.actual_start = world.now if at is None else at
    if visit.provider_id is None and by is not None and by.sees_patients:
        visit.provider_id = by.id
    _become(world, visit, result)


def close(
    world: World,
    visit: Visit,
    by: Person | None,
    *,
    status: int | None = None,
    reason: str | None = None,
    at: int | None = None,
) -> None:
    """End a visit, or leave an appointment that stays. `completed_by` is set when it turns 30."""
    result = outcome(close_action(visit, status, reason), visit)
    if result == KEEP:
        return
    # A start that was told by a fast clock may lie ahead.
    visit.actual_end = max(world.now if at is None else at, visit.actual_start or 0)
    visit.left_because = reason
    if result == COMPLETED:
        visit.completed_by = by.id if by else None
    _become(world, visit, result)


def delete(world: World, visit: Visit) -> None:
    """Cancel: 10 and 20 become 40."""
    result = outcome("delete", visit)
    if result != KEEP:
        _become(world, visit, result)


def refund(world: World, visit: Visit) -> None:
    """All that a completed visit cost was given back: 30 becomes 50."""
    _become(world, visit, outcome("refund", visit))


def reschedule(world: World, visit: Visit, slot: tuple[int, int], provider_id: str | None) -> None:
    """New times for an appointment, status kept."""
    outcome("reschedule", visit)
    visit.start, visit.end = slot
    visit.provider_id = provider_id or visit.provider_id
    _become(world, visit, visit.status)


def assign(world: World, visit: Visit, provider_id: str, *, seen_with: str | None = None) -> None:
    """Another provider, status kept. seen_with: refused unless the visit is this provider's, "" nobody's."""
    outcome("assign", visit)
    if seen_with not in (None, visit.provider_id or ""):
        raise already(visit, "assigned")
    visit.provider_id = provider_id
    _become(world, visit, visit.status)


def accept(world: World, visit: Visit, by: Person) -> None:
    """The first provider of the room takes an e-consult; the second hears that it is already accepted."""
    if visit.status in {PENDING, CONFIRMED} and visit.provider_id is not None:
        raise already(visit, "accepted")
    if visit.status == PENDING and visit.type != E_CONSULT and visit.subtype != E_CONSULT_SUBTYPE:
        raise WrongState(f"Visit {visit.id} cannot be accepted.")
    result = outcome("accept", visit)
    visit.provider_id = by.id
    _become(world, visit, result)


def take(world: World, visit: Visit, by: Person) -> None:
    """A provider takes a waiting patient into the call; the appointment behind a walk-in goes along."""
    outcome("inprogress", visit)
    visit.provider_id = by.id
    start(world, visit, by)
    _along(world, visit, lambda appointment: take(world, appointment, by))


def finish(world: World, visit: Visit, by: Person | None) -> None:
    """A provider completes a visit, and with a walk-in the appointment behind it."""
    close(world, visit, by, status=COMPLETED)
    _along(world, visit, lambda appointment: finish(world, appointment, by))


def _along(world: World, walkin: Visit, act: Callable[[Visit], None]) -> None:
    for visit in world.open_visits():
        if visit.related_walkin_id == walkin.id and visit.status in {PENDING, CONFIRMED, IN_PROGRESS}:
            act(visit)


def _become(world: World, visit: Visit, status: int) -> None:
    visit.status = status
    visit.modified = world.now
    world.keep(visit)
