"""Every question and act of a session, with arguments that fit a practice clinic: none is forgotten."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.emr.record import Entry
from app.health.record import Device
from app.insurance.record import InsuranceCard
from app.payments.record import Item
from app.pharmacies.search import Search
from app.session import Session
from app.settings.record import Settings
from app.visits.availability import Slot
from app.visits.postvisit import PostVisit
from app.visits.record import CloseReason, Visit
from app.wire.endpoints import TABLE
from app.wire.listing import Listing
from tests.practice import Practice

PATIENT = "7301"
PROVIDER = "612"
PICTURE = Path(__file__).parents[2] / "resources" / "practice" / "pictures" / "rash-1.png"
ENTRY = Entry(section="allergies", id="cf36ab17-f83b-40fd-8a35-f1c5e51ab06f")
DEVICE = Device(id="00AA11BB22CC", name="Gluco+", type="ihealth_bg_bg5s")
CARD = InsuranceCard(
    card_type="primary",
    insurer_code="1001",
    subscriber_number="S-1",
    responsible_party="self",
    consent=True,
)
ITEM = Item(name="Visit", quantity=Decimal(1), unit_price=Decimal("5.00"))
DAY = date(2026, 5, 1)


KEYS = frozenset(key for key, endpoint in TABLE.items() if endpoint.evidence == "assumed")
"""Of the path table: what a real server may not have."""
GONE = "Sorry, this page is not available."
ABSENT: Mapping[str, Mapping[str, Any]] = {
    "404": {"kind": "status", "status": 404, "message": GONE},
    "404 as a page": {"kind": "html", "status": 404},
    "405": {"kind": "status", "status": 405},
    "501": {"kind": "status", "status": 501},
}
"""How a server says that it has no such endpoint; the last three are foreign ones' ways (decisions.md)."""


def without_assumed(clinic: Practice, absent: str) -> None:
    """From now on the clinic's server offers what is documented, and nothing else. absent: of ABSENT."""
    for key in KEYS:
        clinic.weather(match=key, **ABSENT[absent])


@dataclass(frozen=True)
class Have:
    """What there is to ask about, made by documented calls alone. offered: a consultation of the room."""

    room: str
    folder: Path
    visit: str
    appointment: str
    econsult: str
    intake: str
    file: str
    address: str
    offered: str
    now: float

    @classmethod
    async def made(cls, session: Session, room: str, folder: Path) -> "Have":
        now = session.clock.now()
        walkin = await session.visit_acts.add_walkin(await intake(session, room), room, member_id=PATIENT)
        asked = await session.visit_acts.ask_econsult(await intake(session, room), room)
        offered = (await session.rooms.read(room)).prices.consultations[0].id
        booked = await book(session, room, offered, now)
        picture = folder / "rash.png"
        picture.write_bytes(PICTURE.read_bytes())
        file = await session.files.upload(picture, "user_document")
        address = await session.push.add("desk@example.test", 10)
        assert walkin.intake_id
        found = (walkin.id, booked.id, asked.id, walkin.intake_id, file.id, address.id, offered, now)
        return cls(room, folder, *found)


async def intake(session: Session, room: str) -> str:
    """A fresh intake of the patient, to make a visit of."""
    return (await session.intakes.create(room, member_id=PATIENT, reason="Cough")).id


async def slots(
    session: Session, room: str, made: str, offered: str, now: float, days: int = 7
) -> Listing[Slot]:
    """When the patient of an intake can be seen. offered: id of a consultation of the room."""
    return await session.availability.slots(
        PATIENT, now, now + days * 86_400, consultation_id=offered, intake_id=made, room_code=room
    )


async def book(session: Session, room: str, offered: str, now: float) -> Visit:
    made = await intake(session, room)
    found = await slots(session, room, made, offered, now)
    free = next(slot for slot in found.records if slot.available)
    return await session.visit_acts.book(made, room, free.start, free.end, member_id=PATIENT)


async def call(session: Session, have: Have) -> Visit:
    """A call from its start to its end."""

    async def yes(_visit: Visit) -> bool:
        return True

    started = await session.calls.start(have.visit, yes, lambda _link: True)
    assert started is not None
    assert started.unreported is None
    await session.calls.report(have.visit)
    return await session.calls.finish(have.visit)


async def find_registered(session: Session, _have: Have) -> object:
    page = await session.registry.search(Search(zip="89"))
    return await session.registry.find(page.records[0].npi)


async def of_a_room(session: Session, have: Have) -> object:
    """A room of their own, with a provider in it."""
    room = await session.rooms.create("practice", "own-room", "Own room")
    await session.rooms.put_provider(PROVIDER, room.code)
    await session.rooms.read_providers(room.code)
    return await session.rooms.read_provider(room.code, PROVIDER)


async def downloaded(session: Session, have: Have) -> object:
    file = await session.files.get(have.file)
    await session.files.thumbnail(file, 32, 32)
    return await session.files.download(file, have.folder / "again.png")


Call = Callable[[Session, Have], Awaitable[object]]

ASSUMED: Mapping[str, tuple[str, Call]] = {
    "keep_alive.beat": ("auth.alive", lambda s, _h: s.keep_alive.beat()),
    "visit_acts.current": ("visits.current", lambda s, _h: s.visit_acts.current()),
    "visit_acts.confirm": ("visits.confirm", lambda s, h: s.visit_acts.confirm(h.visit)),
    "visit_acts.reschedule": (
        "visits.reschedule",
        lambda s, h: s.visit_acts.reschedule(h.appointment, h.now + 86_400, h.now + 87_300),
    ),
    "visit_acts.assign": ("visits.assign", lambda s, h: s.visit_acts.assign(h.visit, PROVIDER)),
    "visit_acts.accept": ("visits.accept", lambda s, h: s.visit_acts.accept(h.econsult)),
    "notes.read": ("visits.postvisit.get", lambda s, h: s.notes.read(h.visit)),
    "notes.save": (
        "visits.postvisit.save",
        lambda s, h: s.notes.save(h.visit, PostVisit(), PostVisit(diagnosis="Cold")),
    ),
    "rooms.queue": ("rooms.queue", lambda s, h: s.rooms.queue(h.room)),
    "rooms.set_presence": (
        "users.presence",
        lambda s, _h: s.rooms.set_presence(True, provider_id=PROVIDER),
    ),
    "charts.schemas": ("emr.schemas", lambda s, _h: s.charts.schemas()),
    "charts.suggest": ("emr.suggest", lambda s, _h: s.charts.suggest("allergies", "pen")),
    "charts.read_all": ("emr.all", lambda s, _h: s.charts.read_all(PATIENT)),
    "charts.read_section": ("emr.list", lambda s, _h: s.charts.read_section(PATIENT, "allergies")),
    "charts.add": ("emr.add", lambda s, _h: s.charts.add(PATIENT, "allergies", {"substance": "Latex"})),
    "charts.update": ("emr.update", lambda s, _h: s.charts.update(PATIENT, ENTRY, {"reaction": "Itch"})),
    "charts.delete": ("emr.delete", lambda s, _h: s.charts.delete(PATIENT, ENTRY)),
    "charts.state_none": ("emr.add", lambda s, _h: s.charts.state_none(PATIENT, "surgeries")),
    "charts.prescriptions": ("prescriptions.list", lambda s, _h: s.charts.prescriptions(PATIENT)),
    "health.devices": ("health.devices", lambda s, _h: s.health.devices(PATIENT)),
    "health.read": ("health.read", lambda s, _h: s.health.read(PATIENT)),
    "pharmacies.search": ("pharmacies.search", lambda s, _h: s.pharmacies.search(Search(name="Harbor"))),
    "pharmacies.get": ("pharmacies.get", lambda s, _h: s.pharmacies.get("PH-20844")),
    "pharmacies.of_user": ("pharmacies.user", lambda s, _h: s.pharmacies.of_user(PATIENT)),
    "pharmacies.set_default": (
        "pharmacies.default",
        lambda s, _h: s.pharmacies.set_default(PATIENT, "PH-20844"),
    ),
    "pharmacies.remove": ("pharmacies.remove", lambda s, _h: s.pharmacies.remove(PATIENT, "PH-20844")),
    "payments.cards": ("cards.list", lambda s, _h: s.payments.cards(PATIENT)),
    "payments.add_card": ("cards.add", lambda s, _h: s.payments.add_card(PATIENT, "tok_ok")),
    "payments.set_default_card": (
        "cards.default",
        lambda s, _h: s.payments.set_default_card(PATIENT, "f00d3ca7-5961-4df4-8889-31ed98763ec8"),
    ),
    "payments.delete_card": (
        "cards.delete",
        lambda s, _h: s.payments.delete_card(PATIENT, "f00d3ca7-5961-4df4-8889-31ed98763ec8"),
    ),
    "payments.invoice": ("invoice.get", lambda s, h: s.payments.invoice(h.visit)),
    "payments.charge": (
        "visits.charge",
        lambda s, h: s.payments.charge(h.visit, submit=True, items=[ITEM]),
    ),
    "payments.refund": ("visits.refund", lambda s, h: s.payments.refund(h.visit)),
    "payments.list": ("payments.list", lambda s, _h: s.payments.list()),
    "settings.read": ("settings.get", lambda s, _h: s.settings.read()),
    "settings.save": ("settings.save", lambda s, _h: s.settings.save(Settings(language="en"))),
}
"""Method -> the [assumed] key that it needs, and the call."""

DOCUMENTED: Mapping[str, Call] = {
    "rooms.load": lambda s, _h: s.rooms.load(),
    "rooms.codes": lambda s, _h: s.rooms.codes(),
    "rooms.read": lambda s, h: s.rooms.read(h.room),
    "rooms.create rooms.put_provider rooms.read_providers rooms.read_provider": of_a_room,
    "queue.complete": lambda s, _h: s.queue.complete(),
    "queue.read": lambda s, h: s.queue.read(h.visit),
    "intakes.create": lambda s, h: s.intakes.create(h.room, member_id=PATIENT),
    "intakes.read": lambda s, h: s.intakes.read(h.intake),
    "intakes.read_made": lambda s, h: s.intakes.read_made(h.intake, PATIENT),
    "intakes.update": lambda s, h: s.intakes.update(h.intake, {"custom_since": "2 days"}),
    "visit_acts.find_by_intake": lambda s, h: s.visit_acts.find_by_intake(
        h.intake, h.room, h.now - 60, h.now + 60
    ),
    "availability.slots": lambda s, h: slots(s, h.room, h.intake, h.offered, h.now),
    "visit_acts.add_walkin visit_acts.ask_econsult": lambda s, h: Have.made(s, h.room, h.folder),
    "visit_acts.book": lambda s, h: book(s, h.room, h.offered, h.now),
    "visit_acts.leave": lambda s, h: s.visit_acts.leave(h.appointment, CloseReason.PATIENT_EXIT_ROOM),
    "visit_acts.cancel": lambda s, h: s.visit_acts.cancel(h.appointment),
    "calls.start calls.report calls.finish": call,
    "recordings.of_room": lambda s, h: s.recordings.of_room(h.room, h.now - 86_400, h.now),
    "files.upload": lambda s, h: s.files.upload(h.folder / "rash.png", "user_document"),
    "files.of_target": lambda s, _h: s.files.of_target(s.me.id, "user"),
    "files.get files.thumbnail files.download": downloaded,
    "files.rename": lambda s, h: s.files.rename(h.file, "arm.png"),
    "files.delete": lambda s, h: s.files.delete(h.file),
    "health.add_device": lambda s, _h: s.health.add_device(PATIENT, DEVICE.id, DEVICE.name, DEVICE.type),
    "health.submit": lambda s, _h: s.health.submit(DEVICE, DAY, "bg", 112, "mg/dL"),
    "health.submit_pressure": lambda s, _h: s.health.submit_pressure(DEVICE, DAY, 120, 80, "mmHg"),
    "insurance.list": lambda s, _h: s.insurance.list(PATIENT),
    "insurance.import_cards": lambda s, _h: s.insurance.import_cards(PATIENT, [CARD]),
    "insurance.save": lambda s, _h: s.insurance.save(PATIENT, CARD),
    "insurance.insurers": lambda s, _h: s.insurance.insurers(),
    "users.search": lambda s, _h: s.users.search("haddad"),
    "users.read": lambda s, _h: s.users.read(PATIENT),
    "accounts.list": lambda s, _h: s.accounts.list(),
    "accounts.read": lambda s, _h: s.accounts.read(),
    "push.notifications": lambda s, _h: s.push.notifications(),
    "push.addresses": lambda s, _h: s.push.addresses(),
    "push.add": lambda s, _h: s.push.add("other@example.test", 10),
    "push.read": lambda s, h: s.push.read(h.address),
    "push.remove": lambda s, h: s.push.remove(h.address),
    "registry.search registry.find": find_registered,
    # Raises nothing by promise: without payments it is not known whether the visit was charged.
    "payments.settle_charge": lambda s, h: s.payments.settle_charge(h.visit),
}
"""Methods -> a call of them that needs documented endpoints alone."""

ENDLESS = frozenset({"queue.run", "rooms.run", "keep_alive.run", "own_state.run"})
"""They run until they are cancelled; `Session.start` starts them."""

ELSEWHERE = frozenset(
    {
        "calls.accept",
        "calls.hand_over",
        "finishing.flush",
        "own_state.choose",
        "own_state.read",
        "own_state.sign_off",
    }
)
"""They want a visit of a certain kind, or tell of what is missing in their own way: see test_giving.py and
test_finishing.py in tests/app/calls, and tests/app/rooms/test_own_state.py."""


ON_THIS_MACHINE = frozenset({"store", "cache", "outbox", "drafts", "opened"})
"""Parts of a session that speak to this machine's disk, and to the server only through the features."""


def methods(session: Session) -> set[str]:
    """Every public async method of every feature of a session, as `feature.method`."""
    return {
        f"{feature}.{name}"
        for feature, owner in vars(session).items()
        if not feature.startswith("_") and feature not in ON_THIS_MACHINE
        for name, _ in inspect.getmembers(type(owner), inspect.iscoroutinefunction)
        if not name.startswith("_")
    }
