"""When the practice clinic's providers can be seen (api/visits.md §6).

[assumed] Providers mark half days within the clinic's hours, anew for each day by the seed; no half day on
Sundays, none on a Saturday afternoon. Slots are cut from them by the consultation's duration. Booked slots
are told too, as full.
"""

from calendar import SUNDAY, timegm
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from starlette.responses import Response

from app.sandbox.http import Call, Refusal, reply
from app.sandbox.quirks import number
from app.sandbox.visit_acts import appointments
from app.sandbox.world import Consultation, Intake, Person, Room, World

MORNING = (9, 12)
AFTERNOON = (13, 17)
"""Hours by the clock of the clinic, which is that of America/Los_Angeles."""
AHEAD = 31 * 86_400
"""Seconds from now for which providers have marked their time."""
LONGEST = 480
"""Minutes."""
_SATURDAY = 5

Span = tuple[int, int]


def slots(call: Call) -> Response:
    """The slots of a room's providers that begin within the window and have not begun yet."""
    member_id, (first, last) = _needed(call, "member_id"), _window(call)
    consultation_id, intake_id = _needed(call, "consultation_id"), _needed(call, "intake_id")
    intake = _intake(call, call.user(member_id), intake_id)
    room = call.room(call.asked("room_code") or intake.room_code)
    if not call.caller.is_patient and not call.caller.may_enter(room.code):
        raise Refusal(403)
    length = 60 * _minutes(call, _consultation(room, consultation_id))
    wanted = call.provider_in(room, call.asked("provider_id"))
    now = call.world.now
    window = (max(first, now), min(last, now + AHEAD))
    found = [
        (slot, provider.id)
        for provider in _providers(call.world, room)
        if wanted in {None, provider.id}
        for slot in _cut(call.world, provider, window, length)
    ]
    busy = appointments(call.world.open_visits(), (window[0], window[1] + length))
    return reply(
        [
            _row(slot, provider_id, sum(v.provider_id == provider_id for v in appointments(busy, slot)))
            for slot, provider_id in sorted(found)
        ]
    )


def _row(slot: Span, provider_id: str, booked: int) -> dict[str, object]:
    slot_id = f"s-{provider_id}-{slot[0]}"
    return {
        "slot_id": slot_id,
        "slot_start": number(slot_id, "slot_start", slot[0]),
        "slot_end": number(slot_id, "slot_end", slot[1]),
        "slot_booked": booked,
        "slot_available": max(0, 1 - booked),
        "provider_id": provider_id,
    }


# -- what is asked -------------------------------------------------------------------------------


def _needed(call: Call, name: str) -> str:
    value = call.asked(name)
    if value is None:
        raise Refusal(400, f"{name} is required.")
    return value


def _window(call: Call) -> Span:
    for name in ("start", "end"):
        _needed(call, name)
    first, last = call.asked_whole("start") or 0, call.asked_whole("end") or 0
    if last <= first:
        raise Refusal(400, "end is not valid.")
    return first, last


def _intake(call: Call, member: Person, intake_id: str) -> Intake:
    """The patient's own intake; a patient asks for nobody else."""
    if call.caller.is_patient and member.id != call.caller.user_id:
        raise Refusal(403)
    intake = call.world.intakes.get(intake_id)
    if intake is None:
        raise Refusal(404)
    if intake.member_id != member.id:
        raise Refusal(400, "intake_id is not valid.")
    return intake


def _consultation(room: Room, consultation_id: str) -> Consultation:
    found = next((offer for offer in room.consultations if offer.id == consultation_id), None)
    if found is None:
        raise Refusal(400, "consultation_id is not valid.")
    return found


def _minutes(call: Call, consultation: Consultation) -> int:
    asked = call.asked_whole("duration")
    if asked is None:
        return consultation.minutes
    if not 0 < asked <= LONGEST:
        raise Refusal(400, "duration is not valid.")
    return asked


# -- who has time --------------------------------------------------------------------------------


def _providers(world: World, room: Room) -> list[Person]:
    people = (world.people[provider_id] for provider_id in room.provider_ids)
    return [person for person in people if person.active and not person.hidden]


def _cut(world: World, provider: Person, window: Span, length: int) -> Iterator[Span]:
    first, last = window
    if first >= last:
        return
    day = datetime.fromtimestamp(first, UTC).date() - timedelta(days=1)
    while _at(day, 0) < last:
        for begins, ends in _marked(world, provider, day):
            for start in range(begins, ends - length + 1, length):
                if first <= start < last:
                    yield start, start + length
        day += timedelta(days=1)


def _marked(world: World, provider: Person, day: date) -> list[Span]:
    """The half days that a provider has marked on a day."""
    if day.weekday() == SUNDAY:
        return []
    halves = [MORNING] if day.weekday() == _SATURDAY else [MORNING, AFTERNOON]
    dice = world.dice("marked", provider.id, day.isoformat())
    return [(_at(day, begins), _at(day, ends)) for begins, ends in halves if dice.random() < 0.7]


def _at(day: date, hour: int) -> int:
    """Epoch seconds of an hour of the clinic's day. By rule: not every machine has a table of time zones."""
    is_summer = _sunday(day.year, 3, 2) <= day < _sunday(day.year, 11, 1)
    return timegm(day.timetuple()) + (hour + (7 if is_summer else 8)) * 3600


def _sunday(year: int, month: int, which: int) -> date:
    """The first, second ... Sunday of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(SUNDAY - first.weekday()) % 7 + 7 * (which - 1))
