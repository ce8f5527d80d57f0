"""How visits look on the wire: detail, poorer row of a list, reply to a walk-in (api/visits.md §2)."""

from typing import Any

from app.emr.sandbox.charts import prescriptions_of
from app.payments.sandbox.ledger import charge_of
from app.sandbox import rows
from app.sandbox.http import Caller
from app.sandbox.quirks import MISSING, encode, form, number, unset, unset_object, without_missing
from app.sandbox.signs import last_sign
from app.sandbox.visit_notes import notes_of, notes_row
from app.sandbox.world import CLINIC_ZONE, COMPLETED, E_CONSULT, ENDED, REFUNDED, Intake, Person, Visit, World

Row = dict[str, Any]

APP = Caller(is_app=True)

_KEPT_IN_LISTS = (
    "id",
    "visit_id",
    "type",
    "reason_for_visit",
    "reasonforvisit",
    "provider",
    "modified",
    "created",
)


def detail(world: World, visit: Visit, caller: Caller = APP) -> Row:
    """`visits.get`: everything that the caller may see, the whole intake included, with usable epochs."""
    row = _whole(world, visit)
    if caller.may_see_clinical:
        row |= _clinical(world, visit, caller)
    return _distort(visit, row)


def _clinical(world: World, visit: Visit, caller: Caller) -> Row:
    """Notes when there are any, for a patient those of a completed visit only (api/visits.md §7)."""
    row: Row = {}
    if notes_of(world, visit) and not (caller.is_patient and visit.status != COMPLETED):
        row["postvisit"] = notes_row(world, visit)
    prescribed = [entry.row for entry in prescriptions_of(world, visit.member_id)]
    row["prescriptions"] = [entry for entry in prescribed if entry.get("visit_id") == visit.id]
    return row


def listed(world: World, visit: Visit) -> Row:
    """A row of `visits.list`, less complete than the detail (quirk 21)."""
    key = visit.id
    row = _whole(world, visit)
    row["intake"] = _short_intake(world.intakes[visit.intake_id])
    for name in _left_out(key):
        row.pop(name, None)
    return _distort(visit, row)


def walk_in_reply(world: World, visit: Visit) -> Row:
    """The reply of `visits.add_walkin`: no `subtype`, numbers as strings, as in the documented sample."""
    row = _whole(world, visit)
    row.pop("subtype", None)
    row |= {
        "type": str(visit.type),
        "status": str(visit.status),
        "start": str(visit.start),
        "end": str(visit.end),
    }
    row |= {"actual_start": None, "actual_end": None, "provider_id": visit.provider_id}
    return _distort(visit, row)


def listed_bytes(world: World, visit: Visit, fields: list[str]) -> bytes:
    """The encoded list row, kept until the visit changes or its patient gives a sign of life; `fields`
    chooses columns, `id` always comes.

    Only they bring recordings (api/visits.md §8).
    """
    chosen, sign = tuple(fields), last_sign(world, visit)
    if sign != visit.encoded_sign:
        visit.encoded.clear()
        visit.encoded_sign = sign
    known = visit.encoded.get(chosen)
    if known is None:
        row = listed(world, visit)
        if chosen:
            row["recordings"] = _recordings(visit)
            row = {name: value for name, value in row.items() if name == rows.ALWAYS or name in chosen}
        known = visit.encoded[chosen] = encode(visit.id, row)
    return known


def _whole(world: World, visit: Visit) -> Row:
    key = visit.id
    member = world.people[visit.member_id]
    provider = world.people.get(visit.provider_id or "")
    return without_missing(
        {
            "id": key,
            "_id": key,
            "code": visit.code,
            "member_id": visit.member_id,
            "provider_id": visit.provider_id or unset(key, "provider_id"),
            "account_code": (None, world.account_code)[form(key, "account_code", 2)],
            "room_id": (None, world.rooms[visit.room_code].id)[form(key, "room_id", 2)],
            "room_code": visit.room_code,
            "type": number(key, "type", visit.type),
            "status": number(key, "status", visit.status),
            "subtype": visit.subtype,
            "state": None,
            "start": number(key, "start", visit.start),
            "end": number(key, "end", visit.end),
            "actual_start": visit.actual_start if visit.actual_start else unset(key, "actual_start"),
            "actual_end": visit.actual_end if visit.actual_end else unset(key, "actual_end"),
            "specialty_id": unset(key, "specialty_id"),
            "completed_by": visit.completed_by or unset(key, "completed_by"),
            "close_reason": visit.left_because,
            "member_alive": _sign(world, visit),
            "created": visit.created,
            "modified": visit.modified,
            "expiry": visit.end + 3_600,
            "related_walkin_id": _related(visit),
            "payment": _payment(world, visit),
            "intake": rows.intake(world.intakes[visit.intake_id]),
            "provider": _provider(key, provider),
            "member": _member(member),
            "room": _room(world, visit),
            "meeting": _meeting(world, visit),
            "vendor_flags": {"beta": ["tiles"], "region": "us/west"}
            if form(key, "extra", 3) == 0
            else MISSING,
        }
    )


def _distort(visit: Visit, row: Row) -> Row:
    """A trainer's or a test's changes to the raw row (control.py, "patch")."""
    row.update(visit.set_raw)
    for name in visit.unset_raw:
        row.pop(name, None)
    return row


def _left_out(key: str) -> list[str]:
    """What this list row lacks; one in twelve lacks its start, one in fifteen its type, few the status."""
    lacking = ["expiry"]
    for names, forms in (
        (("start", "end"), 12),
        (("type",), 15),
        (("status",), 40),
        (("subtype",), 3),
        (("actual_start", "actual_end"), 9),
        (("room",), 5),
        (("meeting",), 4),
        (("payment",), 4),
        (("intake",), 14),
    ):
        if form(key, f"omitted {names[0]}", forms) == 0:
            lacking += names
    return lacking


def _short_intake(written: Intake) -> Row:
    """An intake in a list: no answers."""
    return {name: value for name, value in rows.intake(written).items() if name in _KEPT_IN_LISTS}


def _related(visit: Visit) -> Any:
    """`related_walkin_id` as int or string; no key on other visits."""
    if visit.related_walkin_id is None:
        return MISSING
    return number(visit.id, "related_walkin_id", int(visit.related_walkin_id))


def _sign(world: World, visit: Visit) -> Any:
    sign = last_sign(world, visit)
    return MISSING if sign is None else number(visit.id, "member_alive", sign)


def _payment(world: World, visit: Visit) -> Row:
    """Amount as a string with two digits (quirk 15); that a visit is not charged is said of one in two."""
    row = {"duration": visit.minutes, "amount": f"{visit.amount:05.2f}", "description": visit.charge_for}
    is_charged = bool(charge_of(world, visit.id))
    return {**row, "charged": is_charged} if is_charged or form(visit.id, "charged", 2) else row


def _recordings(visit: Visit) -> Row:
    """None, one or two of a visit that took place as a call."""
    took_place = visit.status in {COMPLETED, REFUNDED} and visit.type != E_CONSULT
    count = form(visit.id, "recordings", 3) if took_place else 0
    last = visit.actual_end or visit.end
    data = [
        {"id": int(visit.id) * 10 + part, "visit_id": visit.id, "end": last - 90 * (count - part)}
        for part in range(1, count + 1)
    ]
    return {"count": number(visit.id, "recordings", count), "data": data}


def _provider(key: str, person: Person | None) -> Any:
    if person is None:
        return unset_object(key, "provider")
    return {
        "id": person.id,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "full_name": person.full_name,
        "vseeid": person.vseeid,
        "title": person.title,
        "suffix": person.suffix,
        "email": person.email,
        "subtype": person.subtype,
    }


def _member(person: Person) -> Row:
    return without_missing(
        {
            "id": person.id,
            "first_name": person.first_name,
            "last_name": person.last_name,
            "full_name": person.full_name,
            "vseeid": person.vseeid,
            "dob": person.dob or unset(person.id, "dob"),
            "gender": rows.gender(person),
            "phone": person.phone,
            "email": person.email,
            # A user's key that other servers may leave out of a visit [assumed].
            "timezone": person.timezone if person.timezone != CLINIC_ZONE else MISSING,
        }
    )


def _room(world: World, visit: Visit) -> Row:
    room = world.rooms[visit.room_code]
    return {"id": room.id, "code": room.code, "name": room.name, "slug": room.slug, "domain": "practice"}


def meeting_id(world: World, visit: Visit) -> str:
    """Of the conference of a visit (api/calls.md §2)."""
    return f"{visit.created * 1000 + int(visit.id) % 1000}_{world.uuid('meeting', visit.id)}__jitsi"


def _meeting(world: World, visit: Visit) -> Any:
    """api/calls.md §2: the PIN int or string, the numbers an object or an array (quirk 18), no host yet."""
    key = visit.id
    if visit.status in ENDED and form(key, "meeting", 3) == 0:
        return unset_object(key, "meeting")
    pin = 100_000 + int(world.hex32("pin", key)[:6], 16) % 900_000
    lines = ["+1.555.010.0199"]
    return {
        "meeting_id": meeting_id(world, visit),
        "conference_pin": number(key, "conference_pin", pin),
        "phone_numbers": {"US": lines} if form(key, "phone_numbers", 2) else lines,
        "hosts": ["host@example.test"] if form(key, "hosts", 2) else [],
        "expiry": visit.end + 3_600,
        "recording_auto_start": False,
    }
