"""A patient's whole record, and what an empty section of it means (api/emr.md §1, DSP-03)."""

from collections.abc import Iterable, Mapping
from enum import Enum

import msgspec

from app.core.unreadable import Unreadable
from app.emr.record import OBJECTS, SECTIONS, Entry, read_entry, says_anything
from app.wire.reader import Json, Row


class State(Enum):
    """What is known of a section. An empty list alone never means that there is nothing."""

    ENTRIES = "entries"
    STATED_NONE = "stated none"  # empty, and the patient states that there is none
    NOT_ASKED = "not asked"  # empty, and nobody stated anything: "not recorded"
    NOT_KNOWN = "not known"  # not read, not offered, or not to be understood: "unavailable"


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One section of a record; without anything said about it, it is not known.

    unreadable: entries that are there and could not be read. is_read: the server gave a list (or object).
    says_none: its flag says that the patient states none; when and to whom is not in the API.
    """

    section: str
    entries: tuple[Entry, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    is_read: bool = False
    says_none: bool = False

    @property
    def state(self) -> State:
        """Which of the four states; entries win over a flag."""
        if self.entries:
            return State.ENTRIES
        if not self.is_read or self.unreadable:
            return State.NOT_KNOWN
        return State.STATED_NONE if self.says_none else State.NOT_ASKED

    @property
    def is_contradictory(self) -> bool:
        """The flag says none although entries are there: to be shown, and cleared up with the patient."""
        return self.says_none and bool(self.entries or self.unreadable)


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """All sections of one patient's record, those of the reference first. An empty Chart knows nothing.

    flags: "nothing to report" as the server has it, by name; `family_conditions` is a flag without a
    section. A name that is not there is not known.
    """

    parts: tuple[Part, ...] = tuple(Part(section=name) for name in SECTIONS)
    flags: Mapping[str, bool] = {}

    def part(self, section: str) -> Part:
        """The section of that name; not known when the server did not speak of it."""
        return next((part for part in self.parts if part.section == section), Part(section=section))


def read_chart(row: Row) -> Chart | Unreadable:
    """The record in the data of `emr.all`. Sections the reference does not know stay visible, at the end."""
    if not isinstance(row.value, dict) and row.value != []:
        return row.unreadable("is no record")
    said = row.object("data_not_reported")
    flags = {name: flag for name in said.values if (flag := said.flag(name)) is not None}
    names = (*SECTIONS, *(name for name in row.values if name not in (*SECTIONS, "data_not_reported")))
    parts = (
        read_part(name, row.values[name], flags.get(name)) if name in row.values else Part(section=name)
        for name in names
    )
    return Chart(parts=tuple(parts), flags=flags)


def read_part(section: str, value: Json, flag: bool | None) -> Part:
    """One section from its JSON and its flag. Anything but a list (or object) leaves it not known."""
    found = _items(section, value)
    if found is None:
        nothing = value in (None, "", False, {})
        unreadable = () if nothing else (Row(value, section).unreadable("is no section"),)
        return Part(section=section, unreadable=unreadable, says_none=flag is True)
    read = [read_entry(section, Row(item, f"{section}[{index}]")) for index, item in enumerate(found)]
    return Part(
        section=section,
        entries=tuple(entry for entry in read if isinstance(entry, Entry)),
        unreadable=tuple(entry for entry in read if isinstance(entry, Unreadable)),
        is_read=True,
        says_none=flag is True,
    )


def _items(section: str, value: Json) -> Iterable[Json] | None:
    """The entries, undecoded; None when the server gave neither a list nor an object."""
    if isinstance(value, list):  # [] also stands for an empty object (quirk 7)
        return value
    if not isinstance(value, dict):
        return None
    if section in OBJECTS:
        return [value] if says_anything(Row(value)) else []
    if not value:
        return None
    # PHP writes a list with gaps as an object of its entries; any other object is one entry.
    return value.values() if all(isinstance(part, dict) for part in value.values()) else [value]
