"""The practice clinic's room endpoints: rooms, providers, queue, presence (api/rooms.md)."""

import re
from dataclasses import dataclass

from starlette.responses import Response

from app.sandbox import rows
from app.sandbox.http import PAGING, Call, Endpoint, Param, Refusal, as_truth, reply
from app.sandbox.opening import FIRST_ROOM
from app.sandbox.world import Consultation, Person, Room, World

CAPACITY = 20
AVERAGE_VISIT = 600
"""Seconds; the unit is [assumed]."""
CODE_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
CODE_LENGTH = 5
_IN_A_PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


@dataclass(slots=True)
class Domain:
    """The domain of a room that was made here; the clinic's own rooms are in `rows.DOMAIN`."""

    name: str


def listing(call: Call) -> Response:
    """All rooms, `page` from 1 and `limit` 20."""
    found = list(call.world.rooms.values())
    shown = [rows.room_row(room, _domain(call.world, room)) for room in call.page_of(found)]
    return reply(shown, total_count=len(found))


def get(call: Call) -> Response:
    """One room by its code."""
    return _answer(call, call.room(call.params["code"]))


def create(call: Call) -> Response:
    """A new, empty room with one kind of visit; a slug stands once in its domain."""
    _admin_only(call)
    world, domain, slug = call.world, call.needed("domain"), call.needed("slug")
    name, code = call.needed("name"), call.text("code")
    if not _IN_A_PATH.fullmatch(slug):
        raise Refusal(400, "slug is not valid.")
    if code is not None and (not _IN_A_PATH.fullmatch(code) or code in world.rooms):
        raise Refusal(400, "code is not valid.")
    if any(room.slug == slug and _domain(world, room) == domain for room in world.rooms.values()):
        raise Refusal(400, f"In domain '{domain}' slug '{slug}' already exists.")
    code = code or _free_code(world)
    world.rooms[code] = Room(
        id=str(world.count("room", FIRST_ROOM)),
        code=code,
        slug=slug,
        name=name,
        description="",
        provider_ids=[],
        specialties=[],
        consultations=[Consultation(world.uuid("consultation", code, 0), "Standard visit", 15, 0)],
        created=world.now,
        modified=world.now,
    )
    world.table(Domain)[code] = Domain(domain)
    return _answer(call, world.rooms[code])


def _free_code(world: World) -> str:
    """What patients type in the app (api/rooms.md §1)."""
    while True:
        dice = world.dice("room code", world.count("room code"))
        code = "".join(dice.choices(CODE_LETTERS, k=CODE_LENGTH))
        if code not in world.rooms:
            return code


def _domain(world: World, room: Room) -> str:
    made = world.table(Domain).get(room.code)
    return made.name if made else rows.DOMAIN


def _answer(call: Call, room: Room) -> Response:
    return reply(rows.room(call.world, room, _domain(call.world, room)))


def _admin_only(call: Call) -> None:
    """403 for everybody but a clinic admin and the clinic's app."""
    if not call.caller.is_admin:
        raise Refusal(403)


def add_provider(call: Call) -> Response:
    """A provider joins a room; once more changes nothing."""
    _admin_only(call)
    person = call.user(call.params["id"])
    room = call.room(call.needed("room_code"))
    if not person.sees_patients:
        raise Refusal(400, "id is not valid.")
    if room.code not in person.rooms:
        person.rooms.append(room.code)
        room.provider_ids.append(person.id)
        room.modified = call.world.now
    return reply({"id": room.id, "code": room.code, "provider_ids": list(room.provider_ids)})


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


_NEW_ROOM = (
    Param("domain", about="The room's slug is unique inside it.", required=True),
    Param("slug", about="Letters, digits, - and _; the waiting room is at {portal}u/<slug>.", required=True),
    Param("name", required=True),
    Param("code", about="Made when not given: five small letters and digits."),
)
_PRESENCE = (
    Param("is_available", "boolean", required=True),
    Param("room_code", about="This room alone; all of the provider's by default."),
)

ENDPOINTS = (
    Endpoint("rooms.list", "GET", "/rooms", listing, public=True, query=PAGING, data="array"),
    Endpoint("rooms.create", "POST", "/rooms", create, body=_NEW_ROOM),
    Endpoint("rooms.get", "GET", "/rooms/:code", get, public=True),
    Endpoint("rooms.providers", "GET", "/rooms/:code/providers", providers, public=True, data="array"),
    Endpoint("rooms.provider", "GET", "/rooms/:code/providers/:id", provider, public=True),
    Endpoint("rooms.queue", "GET", "/rooms/:code/queue", queue),
    Endpoint(
        "users.rooms.add", "POST", "/users/:id/rooms", add_provider, body=(Param("room_code", required=True),)
    ),
    Endpoint("users.presence", "POST", "/users/:id/availability-status", presence, body=_PRESENCE),
)
