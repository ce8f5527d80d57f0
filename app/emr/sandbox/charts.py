"""The medical records of the practice clinic (api/emr.md §1): what it keeps, and how it looks on the wire."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from app.emr.sandbox.patients import cast
from app.sandbox.people import practice_toml
from app.sandbox.quirks import MISSING, number, object_or_array, unset, without_missing
from app.sandbox.world import ENDED, Person, World

OWN = {
    "allergies": ("substance",),
    "conditions": ("condition",),
    "medications": ("name",),
    "surgeries": ("procedure",),
    "family_history": ("condition", "relations"),
    "social_history": ("marital_status", "highest_ed", "num_kids", "occupation"),
    "health_habits": ("smoking", "alcohol", "drugs", "exercise"),
}
"""The keys of each section's own [sdk]; in a list, the first one is what the entry is about."""

OBJECTS = frozenset({"social_history", "health_habits"})
FLAGS = (*OWN, "family_conditions")
DAY = 86_400


@dataclass(slots=True)
class Note:
    """One entry, or the one object of a section. values: its keys as they were sent."""

    id: str
    values: dict[str, Any]
    created: int
    modified: int
    creator_id: str


@dataclass(slots=True)
class MedicalRecord:
    """One patient's record. stated_none: the flags "nothing to report" that are set."""

    patient_id: str
    notes: dict[str, list[Note]] = field(default_factory=lambda: {section: [] for section in OWN})
    stated_none: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Prescription:
    """One prescription; row: as it goes out."""

    id: str
    patient_id: str
    written: int
    row: dict[str, Any]


def record_of(world: World, patient_id: str) -> MedicalRecord:
    """The patient's record, a blank one the first time."""
    return world.table(MedicalRecord).setdefault(patient_id, MedicalRecord(patient_id))


def prescriptions_of(world: World, patient_id: str) -> list[Prescription]:
    """The patient's prescriptions, newest first."""
    found = [entry for entry in world.table(Prescription).values() if entry.patient_id == patient_id]
    return sorted(found, key=lambda entry: entry.written, reverse=True)


def keep(world: World, record: MedicalRecord, section: str, values: dict[str, Any], author: str) -> Note:
    """A fresh entry: whoever has one does not have none."""
    name = world.uuid("emr", world.count("emr"))
    note = Note(name, values, world.now, world.now, author)
    record.notes[section].append(note)
    take_back(record, section)
    return note


def take_back(record: MedicalRecord, section: str) -> None:
    """The patient no longer states that there is nothing."""
    record.stated_none.discard(section)
    if section == "family_history":
        record.stated_none.discard("family_conditions")


# -- on the wire ---------------------------------------------------------------------------------


def note_row(section: str, note: Note) -> dict[str, Any]:
    """One entry; own keys that nobody gave are unset in one of the four ways (quirk 6)."""
    row = {name: unset(note.id, name) for name in OWN[section]} | note.values
    if isinstance(row.get("num_kids"), int):
        row["num_kids"] = number(note.id, "num_kids", row["num_kids"])
    return without_missing(
        {
            "id": MISSING if section in OBJECTS else note.id,
            **row,
            "created": note.created,
            "modified": note.modified,
            "creator_id": note.creator_id or unset(note.id, "creator_id"),
        }
    )


def section_value(record: MedicalRecord, section: str) -> Any:
    """A section: a list, or an object that is `{}` or `[]` when empty (quirk 7)."""
    rows = [note_row(section, note) for note in record.notes[section]]
    if section not in OBJECTS:
        return rows
    return rows[0] if rows else object_or_array(record.patient_id, section, {})


def whole(record: MedicalRecord) -> dict[str, Any]:
    """`emr.all`."""
    flags = {name: name in record.stated_none for name in FLAGS}
    return {section: section_value(record, section) for section in OWN} | {"data_not_reported": flags}


# -- how the day begins --------------------------------------------------------------------------


def furnish(world: World) -> None:
    """The records and prescriptions of emr.toml."""
    book, people = practice_toml("emr.toml"), cast(world)
    for entry in book["chart"]:
        record = record_of(world, people[entry["patient"]].id)
        for section in OWN:
            written = entry.get(section, [])
            for note in [written] if isinstance(written, dict) else written:
                _write(world, record, section, note, people)
        # Last, so that an entry does not take it back: one of them is contradictory on purpose.
        record.stated_none.update(entry.get("stated_none", []))
    for entry in book["prescription"]:
        for again in range(entry.get("times", 1)):
            _prescribe(world, people, entry, entry["days_ago"] + again * entry.get("every_days", 0))


def _write(
    world: World, record: MedicalRecord, section: str, entry: dict[str, Any], people: dict[str, Person]
) -> None:
    values = {name: value for name, value in entry.items() if name not in {"days_ago", "by"}}
    author = people[entry["by"]].id if "by" in entry else record.patient_id
    note = keep(world, record, section, values, author)
    note.created = note.modified = world.start - entry["days_ago"] * DAY


def _prescribe(world: World, people: dict[str, Person], entry: dict[str, Any], days_ago: int) -> None:
    patient, provider = people[entry["patient"]], people[entry["by"]]
    at = world.start - days_ago * DAY
    name = world.uuid("prescription", world.count("prescription"))
    row = {
        "name": entry["name"],
        "Directions": entry["Directions"],
        "DaysSupply": entry["DaysSupply"],
        "refills": entry["refills"] or unset(name, "refills"),
        "PrescriberName": " ".join(filter(None, (provider.title, provider.full_name, provider.suffix))),
        "prescription_date": datetime.fromtimestamp(at, UTC).strftime(entry.get("written", "%Y-%m-%d")),
        "visit_id": _visit_id(world, patient) if entry.get("in_visit") else MISSING,
    }
    world.table(Prescription)[name] = Prescription(name, patient.id, at, without_missing(row))


def _visit_id(world: World, patient: Person) -> Any:
    """The patient's visit that has ended; a clinic that opens with few visits may have none."""
    ended = (v.id for v in world.visits.values() if v.member_id == patient.id and v.status in ENDED)
    return next(ended, MISSING)
