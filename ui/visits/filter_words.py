"""What the screen says of a filter: what it asks for, and whom it hides. Plain functions."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.rooms.record import Room
from app.users.record import Person
from app.users.role import Rights
from app.visits.filter import NO_PROVIDER, Filter, Tally
from app.visits.record import Subtype, Type, Visit
from app.visits.views import LONGEST_NAME, NameFault
from app.visits.waiting import QueueRow
from ui.kit.formats import listed
from ui.visits.words import kind_text, provider_name

EVERYBODY = "Nothing is filtered"
MINE = "Mine"
NOBODY_YET = "No provider yet"
TYPES: Mapping[int, str] = {code: kind_text(Visit(id="", type=code)) for code in Type}
SUBTYPES: Mapping[int, str] = {code: kind_text(Visit(id="", subtype=code)) for code in Subtype}

_MOST_NAMED = 3
_MOST_QUOTED = 30
_FAULTS: Mapping[NameFault, str] = {
    "missing": "A view needs a name.",
    "long": f"That is too long: {LONGEST_NAME} characters at most.",
    "taken": "There is a view of this name already.",
}


@dataclass(frozen=True, slots=True)
class Names:
    """What can be chosen, by code and by id."""

    rooms: Mapping[str, str] = field(default_factory=dict)
    providers: Mapping[str, str] = field(default_factory=dict)


def names_of(
    rooms: Iterable[Room], providers: Iterable[Person], rows: Iterable[QueueRow], me_id: str
) -> Names:
    """Also those that only a visit names. me_id: whoever looks; their visits are "Mine"."""
    room_names: dict[str, str] = {}
    people: dict[str, str] = {}
    for row in rows:
        if isinstance(row, Visit):
            if row.room_code is not None:
                room_names[row.room_code] = row.room_name or room_names.get(row.room_code, "")
            if row.provider is not None:
                people[row.provider.id] = _person(row.provider) or people.get(row.provider.id, "")
    room_names |= {room.code: room.name for room in rooms if room.name or room.code not in room_names}
    people |= {each.id: _person(each) for each in providers if each.name or each.id not in people}
    people.pop(me_id, None)
    return Names(
        {code: name or code for code, name in room_names.items()},
        {person_id: name or _nameless(person_id) for person_id, name in people.items()},
    )


def filter_text(wanted: Filter, names: Names) -> str:
    """Search “mira”, Room General Care, Mine or Dr. Ana Ruiz."""
    text = " ".join(wanted.text.split())
    quoted = text if len(text) <= _MOST_QUOTED else f"{text[:_MOST_QUOTED].rstrip()}…"
    people = _several(wanted.providers, lambda code: _provider(code, names), "providers")
    parts = (
        f"Search “{quoted}”" if quoted else "",
        _several(wanted.rooms, lambda code: names.rooms.get(code, code), "rooms", "Room "),
        " or ".join(filter(None, (MINE if wanted.mine else "", people))),
        _several(wanted.types, lambda code: TYPES.get(code, f"Type {code}"), "types"),
        _several(wanted.subtypes, lambda code: SUBTYPES.get(code, f"Kind {code}"), "kinds"),
    )
    return ", ".join(filter(None, parts))


def tally_text(tally: Tally) -> str:
    """4 of 18 shown, 14 hidden, 3 of them waiting."""
    total = tally.shown + tally.hidden
    if not tally.hidden:
        return f"all {total} shown" if total else "nobody is here now"
    parts = [f"{tally.shown} of {total} shown", f"{tally.hidden} hidden"]
    if tally.hidden_waiting:
        parts.append(f"{tally.hidden_waiting} of them waiting")
    if tally.hidden_unclear:
        parts.append(f"{tally.hidden_unclear} {'' if tally.hidden_waiting else 'of them '}unclear")
    return ", ".join(parts)


def band_text(wanted: Filter, names: Names, tally: Tally) -> str:
    """Filtered: Room General Care, Mine · 4 of 18 shown, 14 hidden, 3 of them waiting; "" for everybody."""
    if wanted.is_empty:
        return ""
    return listed((f"Filtered: {filter_text(wanted, names)}", tally_text(tally)))


def nobody_fits_text(tally: Tally) -> str:
    """For a list that the filter leaves empty."""
    if not tally.hidden:
        return ""
    return f"Nobody here fits the filter. {tally.hidden} {'is' if tally.hidden == 1 else 'are'} hidden."


def find_text(rights: Rights) -> str:
    """What the search goes through, for the field while it is empty."""
    parts = ("name", "born", "phone", "reason" if rights.reason else "", "number")
    return f"Find by {', '.join(filter(None, parts))}"


def fault_text(fault: NameFault | None) -> str:
    """Why a view cannot have this name."""
    return "" if fault is None else _FAULTS[fault]


def _several(chosen: Collection[Any], name: Callable[[Any], str], many: str, before: str = "") -> str:
    if len(chosen) > _MOST_NAMED:
        return f"{len(chosen)} {many}"
    return f"{before}{' or '.join(sorted(map(name, chosen), key=str.casefold))}" if chosen else ""


def _provider(person_id: str, names: Names) -> str:
    return NOBODY_YET if person_id == NO_PROVIDER else names.providers.get(person_id, _nameless(person_id))


def _person(person: Person) -> str:
    return provider_name(person) if person.name else ""


def _nameless(person_id: str) -> str:
    return f"Provider {person_id}"
