"""Ids and other values that mean something in an opened clinic, by the name of the field they go into."""

from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

from app.emr.sandbox.charts import OBJECTS, OWN, record_of
from app.files.sandbox.stored import StoredFile
from app.health.sandbox.readings import Device
from app.payments.sandbox.ledger import PAID, Line, cards_of, new_payment
from app.pharmacies.sandbox.opening import Pharmacy, Saved
from app.push.sandbox import Address
from app.sandbox.http import Endpoint
from app.sandbox.people import PASSWORD
from app.sandbox.visit_acts import book, finish, start, write_intake
from app.sandbox.world import E_CONSULT, SCHEDULED, WALK_IN, Visit, World
from tests.app.sandbox.conftest import Asker

PATIENT, ROOM, ME = "7301", "k7m2p", "612"
HOUR = 3_600
DAY = 86_400

_BOOKINGS = {"visits.create", "visits.add_walkin", "visits.add_econsult"}
_ACTS = {
    *("visits.inprogress", "visits.close", "visits.delete", "visits.confirm", "visits.reschedule"),
    *("visits.assign", "visits.accept", "visits.charge", "visits.refund"),
}
_KINDS = {"visits.accept": E_CONSULT, "visits.reschedule": SCHEDULED, "visits.confirm": SCHEDULED}
_INSURANCE = {
    "card_type": "primary",
    "insurer_code": "1001",
    "subscriber_number": "1",
    "responsible_party": "self",
}
FIXED: dict[str, dict[str, list[Any]]] = {
    "auth.login": {"username": ["noor.haddad"], "password": [PASSWORD], "email_token": [""]},
    "auth.sso": {"code": ["ext-1"], "dob": ["1990-01-01"]},
    "rooms.provider": {":id": [ME]},
    "users.rooms.add": {":id": [ME]},
    "users.presence": {":id": [ME]},
    "settings.save": {"timezone": ["UTC"], "language": ["en"], "notifications": [{"email": True}]},
    "emr.suggest": {"section": list(OWN)},
    "emr.add": {"condition": ["Asthma"], "substance": ["Latex"], "name": ["Aspirin"], "procedure": ["None"]},
    "health.read": {"start": ["2025-12-01"], "end": ["2026-01-01"]},
    "health.submit": {"data_type": ["steps"], "steps": [5], "data_class": ["body"]},
    "pharmacies.search": {"zip": ["9"], "lat": [45], "lng": [-120], "radius": [10], "state": ["CA"]},
    "visits.refund": {"amount": ["1.00"], "reason": ["x"]},
    "visits.charge": {"items": [[{"name": "Visit", "unit_price": "5.00"}]], "promo_code": ["HARBOR10"]},
    "payments.list": {"start_time": [0], "end_time": [2**31]},
    "insurance.import": {"insurances": [[_INSURANCE]]},
    "insurance.save": {name: [value] for name, value in _INSURANCE.items()}
    | {"guarantor_dob": ["1990-01-01"]},
    "rooms.create": {
        "domain": ["practice"],
        "name": ["Attic"],
        "slug": ["attic", "cellar"],
        "code": ["attic", "cellar"],
    },
    "messenger.users": {":action": ["list", "create"], "username": ["u"]},
    "messenger.uri": {"uris": [[[{"exit": {}}]]]},
    "messenger.stats": {"start": [0], "end": [2**42]},
    "push.add": {"key": ["a@example.test"]},
}


def real_values(asker: Asker, endpoint: Endpoint) -> dict[str, list[Any]]:
    """What a careful client could send to this endpoint now; mostly about one patient, so that ids fit."""
    world = asker.world
    return {**_common(world), **_by_resource(world, endpoint), **_by_key(asker, endpoint)}


def _common(world: World) -> dict[str, list[Any]]:
    now = world.now
    return {
        "room_code": [ROOM],
        "room": [ROOM],
        "provider": [ME],
        "provider_id": [ME],
        "member_id": [PATIENT],
        "target_id": [PATIENT],
        "target_type": ["user"],
        ":section": list(OWN),
        ":card_type": ["primary", "secondary"],
        "consultation_id": [offer.id for offer in world.rooms[ROOM].consultations],
        "device_id": [ident for ident, device in world.table(Device).items() if device.patient_id == PATIENT],
        "slot_start": [now + HOUR * hours for hours in range(1, 5)],
        "slot_end": [now + HOUR * hours for hours in range(5, 8)],
        "actual_start": [now],
        "actual_end": [now],
        "attachments": [[file.id] for file in world.table(StoredFile).values() if file.user_id == PATIENT],
        "apikey": [world.api_key],
        "secretkey": [world.api_secret],
        "date": ["2026-01-01"],
    }


def _by_resource(world: World, endpoint: Endpoint) -> dict[str, list[Any]]:
    """What `:id` and `:code` of a path are of."""
    resource = endpoint.path.split("/")[1]
    ids: dict[str, list[Any]] = {
        "visits": [visit.id for visit in world.visits.values() if visit.status in {25, 30}],
        "users": [PATIENT],
        "intakes": [ident for ident, written in world.intakes.items() if written.member_id == PATIENT],
        "files": [file.id for file in world.table(StoredFile).values() if file.creator_id == PATIENT],
        "endpoints": list(world.table(Address)),
        "rooms": [ROOM],
        "pharmacies": list(world.table(Pharmacy)),
        "accounts": [world.account_code],
    }
    return {":id": ids[resource], ":code": ids[resource]} if ids.get(resource) else {}


def _by_key(asker: Asker, endpoint: Endpoint) -> dict[str, list[Any]]:
    """What only one endpoint takes; acts on visits get a fresh visit each time."""
    world, key = asker.world, endpoint.key
    fixed = FIXED.get(key, {})
    if key in _ACTS:
        slot = {"slot_start": [world.now + DAY], "slot_end": [world.now + DAY + HOUR]}
        return {**fixed, **slot, "id": [_fresh(world, key).id]}
    if key in _BOOKINGS:
        return {"intake_id": [write_intake(world, world.people[PATIENT], world.rooms[ROOM]).id]}
    if key == "availability.list":
        intakes = [ident for ident, written in world.intakes.items() if written.member_id == PATIENT]
        return {"intake_id": intakes, "start": [world.now], "end": [world.now + DAY], "duration": [15]}
    if key == "files.download":
        file = next(iter(world.table(StoredFile)))
        link = parse_qs(urlsplit(asker.data(f"files/{file}", "app")["fullpath"]).query)
        return {":id": [file], **link}
    if key in {"emr.update", "emr.delete"}:
        return _entry(world)
    if key in {"cards.default", "cards.delete"}:
        return {"id": [card.id for card in cards_of(world, PATIENT)]}
    if key in {"pharmacies.default", "pharmacies.remove"}:
        saved = world.table(Saved).get(PATIENT, Saved()).codes if key == "pharmacies.remove" else []
        return {"code": saved or list(world.table(Pharmacy))}
    if key == "auth.refresh":
        return {"refresh_token": [world.sign_in(world.people[PATIENT]).refresh_token]}
    return fixed


def _entry(world: World) -> dict[str, list[Any]]:
    """An entry of the patient's record, for the path and for the body."""
    notes = record_of(world, PATIENT).notes
    section = next(name for name in OWN if notes[name] and name not in OBJECTS)
    ids = [note.id for note in notes[section]]
    words = {OWN[section][0]: ["Latex"]}
    return {":section": [section], ":record_id": ids, "id": ids, **words}


def _fresh(world: World, key: str) -> Visit:
    """A visit on which this act can be done."""
    room = world.rooms[ROOM]
    intake = write_intake(world, world.people[PATIENT], room)
    slot = (world.now + 2 * DAY, world.now + 2 * DAY + HOUR) if key == "visits.reschedule" else None
    provider = None if key == "visits.accept" else ME
    visit = book(world, intake, room, _KINDS.get(key, WALK_IN), provider_id=provider, slot=slot)
    if key in {"visits.charge", "visits.close", "visits.refund"}:
        start(world, visit, world.people[ME])
    if key == "visits.refund":
        line = Line("Visit", "", Decimal(1), Decimal("20.00"))
        new_payment(world, visit, (line,)).status = PAID
        finish(world, visit, world.people[ME])
    return visit
