"""The practice clinic's room endpoints: rooms, providers, queue, presence (api/rooms.md)."""

from starlette.responses import Response

from app.sandbox import rows
from app.sandbox.http import Call, Endpoint, Refusal, as_truth, reply
from app.sandbox.world import Person, Room

CAPACITY = 20
AVERAGE_VISIT = 600
"""Seconds; the unit is [assumed]."""
PAGE = 20
LARGEST_PAGE = 100


def listing(call: Call) -> Response:
    """All rooms, `page` from 1 and `limit` 20."""
    page = max(1, call.asked_whole("page") or 1)
    limit = min(LARGEST_PAGE, max(1, call.asked_whole("limit") or PAGE))
    found = list(call.world.rooms.values())
    shown = found[(page - 1) * limit : page * limit]
    return reply([rows.room_row(room) for room in shown], total_count=len(found))


def get(call: Call) -> Response:
    """One room by its code."""
    return reply(rows.room(call.world, call.room(call.params["code"])))


def providers(call: Call) -> Response:
    """Who works in the room; somebody who is not active yet is left out [assumed]."""
    room = call.room(call.params["code"])
    return reply([rows.provider_row(person, room) for person in _providers(call, room)])


def provider(call: Call) -> Response:
    """One provider of the room."""
    room = call.room(call.params["code"])
    person = next((p for p in _providers(call, room) if p.id == call.params["id"]), None)
    if person is None:
        raise Refusal(404)
    return reply(rows.provider(person, room))


def _providers(call: Call, room: Room) -> list[Person]:
    people = (call.world.people[provider_id] for provider_id in room.provider_ids)
    return [person for person in people if person.active]


def queue(call: Call) -> Response:
    """How many wait; `before_me` is null for staff and for a patient who does not wait here."""
    room = call.room(call.params["code"])
    if not call.caller.is_patient and not call.caller.may_enter(room.code):
        raise Refusal(403)
    waiting = [visit.member_id for visit in call.world.waiting(room.code)]
    mine = call.caller.user_id
    before_me = waiting.index(mine) if call.caller.is_patient and mine in waiting else None
    return reply(
        {
            "length": len(waiting),
            "capacity": CAPACITY,
            "before_me": before_me,
            "average_visit_time": AVERAGE_VISIT,
        }
    )


def presence(call: Call) -> Response:
    """A provider's own availability, or with the admin token another's; in one room or in all."""
    person = call.user(call.params["id"])
    if not call.caller.is_app and person.id != call.caller.user_id:
        raise Refusal(403)
    if not person.sees_patients:
        raise Refusal(403)
    if call.body.get("is_available") is None:
        raise Refusal(400, "is_available is required.")
    wanted = as_truth(call.body["is_available"])
    if wanted is None:
        raise Refusal(400, "is_available is not valid.")
    room_code = call.text("room_code")
    codes = [call.room(room_code).code] if room_code else list(person.rooms)
    if any(code not in person.rooms for code in codes):
        raise Refusal(400, "room_code is not valid.")
    others = [code for code in person.online if code not in codes]
    person.online = others + codes if wanted else others
    return reply({"id": person.id, "is_available": wanted, "rooms": codes})


ENDPOINTS = (
    Endpoint("rooms.list", "GET", "/rooms", listing, public=True),
    Endpoint("rooms.get", "GET", "/rooms/:code", get, public=True),
    Endpoint("rooms.providers", "GET", "/rooms/:code/providers", providers, public=True),
    Endpoint("rooms.provider", "GET", "/rooms/:code/providers/:id", provider, public=True),
    Endpoint("rooms.queue", "GET", "/rooms/:code/queue", queue),
    Endpoint("users.presence", "POST", "/users/:id/availability-status", presence),
)
