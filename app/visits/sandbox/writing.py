"""The practice clinic's visits, written (api/visits.md §4, api/decisions.md "Visits")."""

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from app.sandbox import day, visit_acts, visit_rows
from app.sandbox.http import Call, Refusal
from app.sandbox.visit_states import CLOSE_REASONS, WrongState
from app.sandbox.world import (
    COMPLETED,
    CONFIRMED,
    E_CONSULT,
    PENDING,
    SCHEDULED,
    WALK_IN,
    Intake,
    Person,
    Room,
    Visit,
)
from app.visits.sandbox.reading import answer, answer_row, find

LONGEST_SLOT = 8 * 3_600
"""Seconds."""
CLOCKS_APART = 86_400
"""Seconds that a sender's clock may be wrong."""


def add_walkin(call: Call) -> Response:
    """A patient enters a waiting room, or staff enters for the intake's patient."""
    intake, room = _intake_and_room(call)
    if room.closed and call.caller.is_patient:
        raise Refusal(400, f"Room {room.code} is closed.")
    provider_id = call.provider_in(room, call.text("provider_id") or intake.provider_id)
    visit = visit_acts.book(call.world, intake, room, WALK_IN, provider_id=provider_id)
    return answer_row(visit, visit_rows.walk_in_reply(call.world, visit))


def create(call: Call) -> Response:
    """An appointment: 20 when staff books, 10 when the patient does; without `provider_id` it has none."""
    intake, room = _intake_and_room(call, room_needed=True)
    slot = _slot(call)
    if call.needed_whole("type") != SCHEDULED:
        raise Refusal(400, "type is not valid.")
    provider_id = call.provider_in(room, call.text("provider_id"))
    if visit_acts.slot_is_taken(call.world, room, slot, provider_id):
        raise Refusal(400, "Slot is already taken.")
    status = PENDING if call.caller.is_patient else CONFIRMED
    visit = visit_acts.book(
        call.world, intake, room, SCHEDULED, provider_id=provider_id, slot=slot, status=status
    )
    day.expect(call.world, visit)
    return answer(call, visit)


def add_econsult(call: Call) -> Response:
    """A question to all providers of the room; `provider_id` is accepted and ignored."""
    intake, room = _intake_and_room(call)
    return answer(call, visit_acts.book(call.world, intake, room, E_CONSULT))


def inprogress(call: Call) -> Response:
    """Staff brings a visit in progress (see `visit_acts.start` for whose it becomes)."""
    visit = _staff_target(call)
    at = _moment(call, "actual_start")
    return _act(call, visit, lambda: visit_acts.start(call.world, visit, call.caller.person, at))


def close(call: Call) -> Response:
    """With a status: staff completes. With a reason only: leaving, by the patient or on their behalf."""
    visit = _target(call)
    status, reason = call.whole("status"), call.text("reason")
    if status is None and reason is None:
        raise Refusal(400, "status is required.")
    if status is not None:
        call.staff_only()
        if status != COMPLETED:
            raise Refusal(400, "status is not valid.")
    if reason is not None and reason not in CLOSE_REASONS:
        raise Refusal(400, "reason is not valid.")
    at = _moment(call, "actual_end")
    if at is not None and at < (visit.actual_start or 0):
        raise Refusal(400, "actual_end is not valid.")
    by = call.caller.person
    return _act(
        call, visit, lambda: visit_acts.close(call.world, visit, by, status=status, reason=reason, at=at)
    )


def delete(call: Call) -> Response:
    """Cancels; a room may forbid it to patients."""
    visit = _target(call)
    if call.caller.is_patient and not call.world.rooms[visit.room_code].allow_cancel:
        raise Refusal(403)
    return _act(call, visit, lambda: visit_acts.delete(call.world, visit))


def confirm(call: Call) -> Response:
    """Pending becomes confirmed."""
    visit = _staff_target(call)
    return _act(call, visit, lambda: visit_acts.confirm(call.world, visit))


def reschedule(call: Call) -> Response:
    """New times for an appointment."""
    visit = _staff_target(call)
    slot = _slot(call)
    room = call.world.rooms[visit.room_code]
    provider_id = call.provider_in(room, call.text("provider_id"))
    if visit.type != SCHEDULED:
        raise Refusal(400, f"Visit {visit.id} cannot be rescheduled.")
    holder = provider_id or visit.provider_id

    def move() -> None:
        if visit.is_open and visit_acts.slot_is_taken(call.world, room, slot, holder, but=visit.id):
            raise Refusal(400, "Slot is already taken.")
        visit_acts.reschedule(call.world, visit, slot, provider_id)
        day.expect(call.world, visit)

    return _act(call, visit, move)


def assign(call: Call) -> Response:
    """Another provider of the room; the note is accepted and not kept.

    With `if_provider_id` only while the visit is that provider's, "" while it is nobody's [assumed].
    """
    visit = _staff_target(call)
    provider_id = call.needed("provider_id")
    call.provider_in(call.world.rooms[visit.room_code], provider_id)
    seen_with = (call.text("if_provider_id") or "") if "if_provider_id" in call.body else None
    return _act(call, visit, lambda: visit_acts.assign(call.world, visit, provider_id, seen_with=seen_with))


def accept(call: Call) -> Response:
    """The first provider of the room takes an e-consult."""
    visit = _staff_target(call)
    by = call.caller.person
    if by is None or not by.sees_patients:
        raise Refusal(403)
    return _act(call, visit, lambda: visit_acts.accept(call.world, visit, by))


# -- shared steps --------------------------------------------------------------------------------


def _target(call: Call) -> Visit:
    """The visit whose `id` is in the body."""
    return find(call, call.needed("id"))


def _staff_target(call: Call) -> Visit:
    call.staff_only()
    return _target(call)


def _act(call: Call, visit: Visit, act: Callable[[], Any]) -> Response:
    """Do it and answer the visit as it is now; a wrong state is 400 with the documented words."""
    try:
        act()
    except WrongState as error:
        raise Refusal(400, str(error)) from error
    return answer(call, visit)


def _slot(call: Call) -> tuple[int, int]:
    start, end = call.needed_whole("slot_start"), call.needed_whole("slot_end")
    if start < call.world.now:
        raise Refusal(400, "slot_start is not valid.")
    if not start < end <= start + LONGEST_SLOT:
        raise Refusal(400, "slot_end is not valid.")
    return start, end


def _moment(call: Call, name: str) -> int | None:
    """When something happened, in epoch seconds: clocks may differ, by a day at most."""
    at = call.whole(name)
    if at is not None and (at <= 0 or abs(at - call.world.now) > CLOCKS_APART):
        raise Refusal(400, f"{name} is not valid.")
    return at


def _intake_and_room(call: Call, *, room_needed: bool = False) -> tuple[Intake, Room]:
    """The unused intake a visit is made of, and its room (the body's, else the intake's)."""
    intake_id = call.needed("intake_id")
    if room_needed:
        call.needed("room_code")
    intake = call.world.intakes.get(intake_id)
    if intake is None:
        raise Refusal(404)
    room = call.room(call.text("room_code") or intake.room_code)
    _patient_of(call, intake)
    if not call.caller.is_patient and not call.caller.may_enter(room.code):
        raise Refusal(403)
    if intake.visit_id is not None:
        raise Refusal(400, f"Intake {intake.id} is already used.")
    return intake, room


def _patient_of(call: Call, intake: Intake) -> Person:
    """The intake's patient; a patient may use own intakes only, staff may name nobody else."""
    if call.caller.is_patient and intake.member_id != call.caller.user_id:
        raise Refusal(403)
    named = call.text("member_id")
    if named is not None and named != intake.member_id:
        raise Refusal(400, "member_id is not valid.")
    return call.world.people[intake.member_id]
