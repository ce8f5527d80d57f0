"""The medical record, entry by entry (api/emr.md §1)."""

from collections.abc import Callable, Mapping

import msgspec

from app.core.unreadable import Unreadable
from app.wire.reader import Json, Row

_ENVELOPE = ("id", "_id", "created", "modified", "creator_id")


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of any section; as such, of a section that is not in the reference (api/emr.md §1).

    id: "" in a section that is one object, and where the server gave none: shown, but not to be changed.
    values: every key but the envelope's, as it came and in the server's order: own keys, and those of the
    clinic's form (reaction, dose, dates ...), to be shown under the titles of the section's schema. Sent
    back whole, they change nothing. created, modified: Unix s. creator_id: of a user, "" not known.
    unread: paths of what came but could not be understood.
    """

    section: str
    id: str = ""
    values: Mapping[str, Json] = {}
    created: float | None = None
    modified: float | None = None
    creator_id: str = ""
    unread: tuple[str, ...] = ()


class Allergy(Entry, frozen=True, kw_only=True):
    """One entry of `allergies`. substance: verbatim, "" not known [sdk]."""

    substance: str = ""


class Condition(Entry, frozen=True, kw_only=True):
    """One entry of `conditions`. condition: verbatim, "" not known [sdk]."""

    condition: str = ""


class Medication(Entry, frozen=True, kw_only=True):
    """One entry of `medications`. name: of the drug, verbatim (DSP-04), "" not known [sdk]."""

    name: str = ""


class Surgery(Entry, frozen=True, kw_only=True):
    """One entry of `surgeries`. procedure: verbatim, "" not known [sdk]."""

    procedure: str = ""


class FamilyHistory(Entry, frozen=True, kw_only=True):
    """One entry of `family_history`. relations: who has or had it, such as "mother"; () not known [sdk]."""

    condition: str = ""
    relations: tuple[str, ...] = ()


class SocialHistory(Entry, frozen=True, kw_only=True):
    """The one object of `social_history` [sdk]. "" not known. num_kids: None not known, 0 none."""

    marital_status: str = ""
    highest_ed: str = ""
    num_kids: int | None = None
    occupation: str = ""


class HealthHabits(Entry, frozen=True, kw_only=True):
    """The one object of `health_habits`: the patient's words [sdk]. "" not known, never "does not"."""

    smoking: str = ""
    alcohol: str = ""
    drugs: str = ""
    exercise: str = ""


def _text(row: Row, name: str) -> str:
    return row.text(name) or ""


_Read = Callable[[Row, str], object]
_KINDS: Mapping[str, tuple[type[Entry], Mapping[str, _Read]]] = {
    "allergies": (Allergy, {"substance": _text}),
    "conditions": (Condition, {"condition": _text}),
    "medications": (Medication, {"name": _text}),
    "surgeries": (Surgery, {"procedure": _text}),
    "family_history": (FamilyHistory, {"condition": _text, "relations": Row.texts}),
    "social_history": (
        SocialHistory,
        {"marital_status": _text, "highest_ed": _text, "num_kids": Row.number, "occupation": _text},
    ),
    "health_habits": (
        HealthHabits,
        {"smoking": _text, "alcohol": _text, "drugs": _text, "exercise": _text},
    ),
}

SECTIONS: tuple[str, ...] = tuple(_KINDS)
"""The sections of the reference, in the order in which they are shown."""

OBJECTS = frozenset(("social_history", "health_habits"))
"""Sections that are one object, not a list."""


def says_anything(row: Row) -> bool:
    """Whether an object holds more than what the server itself adds to it, and unset keys (quirk 6)."""
    return any(row.raw(name) is not None for name in row.rest(_ENVELOPE))


def read_entry(section: str, row: Row) -> Entry | Unreadable:
    """The entry of `section` that a JSON object describes.

    Only an object that says nothing is Unreadable: an allergy without an id is still an allergy.
    """
    if not row:
        return row.unreadable("is no entry")
    before = len(row.complaints)
    kind, own = _KINDS.get(section, (Entry, {}))
    typed = {name: read(row, name) for name, read in own.items()}
    return kind(
        section=section,
        id=row.text("id", "_id") or "",
        values=row.rest(_ENVELOPE),
        created=row.instant("created"),
        modified=row.instant("modified"),
        creator_id=row.text("creator_id") or "",
        unread=tuple(row.complaints[before:]),
        **typed,
    )
