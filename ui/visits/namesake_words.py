"""What is said of patients who could be taken for each other, and what is emphasised (PID-07).

Plain functions. The texts are those of `ui.kit.formats`: "OKAFOR, Mira" and "Born 09-May-1984 (42 y)".
"""

from dataclasses import dataclass
from typing import Final

from app.users.record import Person
from app.visits.alike import Likeness
from app.visits.difference import Difference, difference
from app.visits.namesakes import Namesake, Other
from ui.kit.cell import Pill
from ui.kit.formats import born_text, day_text, name_text, phone_text

WORDS: Final[dict[Likeness, str]] = {"same": "Same name", "similar": "Similar name"}
_MOST_NAMED = 3
# Where day, month and year stand in 09-May-1984 (`day_text`).
_DATE_PARTS = {"day": (0, 2), "month": (3, 6), "year": (7, 11), "born": (0, 11)}

Span = tuple[int, int]
"""Where something begins and ends in a text, in characters."""


@dataclass(frozen=True, slots=True)
class Emphasis:
    """What a reader must look at; None: nothing in this text. phone, number: the whole of it."""

    name: Span | None = None
    born: Span | None = None
    phone: bool = False
    number: bool = False


def pill(found: Namesake) -> Pill:
    """The flag beside the name: symbol and word."""
    return Pill(WORDS[found.likeness], "warn", "alert")


def emphasis(found: Namesake, now: float) -> Emphasis:
    """What tells this patient from the others. now: as for `born_text`."""
    told, person = found.difference, found.person
    match told.field:
        case "given" | "family" | "full_name":
            return Emphasis(name=_in_name(person, told))
        case "phone":
            return Emphasis(phone=True)
        case "number":
            return Emphasis(number=True)
        case part if person.born is not None:
            at = born_text(person.born, now).index(day_text(person.born))
            start, end = _DATE_PARTS[part]
            return Emphasis(born=(at + start, at + end))
    return Emphasis()


def sentence(found: Namesake) -> str:
    """Who else there is: "Another patient has this name: born 17-Feb-1996."

    For tips, the banner and questions; not for a title, a log or a notification: it names patients.
    """
    same = [other for other in found.others if other.likeness == "same"]
    similar = [other for other in found.others if other.likeness == "similar"]
    of_same = "; ".join(_same(found.person, other.person) for other in same[:_MOST_NAMED])
    of_similar = "; ".join(_similar(other) for other in similar[:_MOST_NAMED])
    return " ".join(
        f"{_how_many(others, what)}: {listed}{_rest(others)}."
        for others, what, listed in ((same, "this name", of_same), (similar, "a similar name", of_similar))
        if others
    )


def _how_many(others: list[Other], what: str) -> str:
    return f"Another patient has {what}" if len(others) == 1 else f"{len(others)} other patients have {what}"


def _rest(others: list[Other]) -> str:
    return f"; and {len(others) - _MOST_NAMED} more" if len(others) > _MOST_NAMED else ""


def _same(person: Person, other: Person) -> str:
    """What is the other's alone: the name is not."""
    if other.born and other.born != person.born:
        return f"born {day_text(other.born)}"
    since = "the same date of birth" if other.born else "date of birth not known"
    told = difference(other, (person,))
    return f"{since}, {_phone(other) if told.field == 'phone' else _number(other)}"


def _similar(other: Other) -> str:
    person = other.person
    born = f"born {day_text(person.born)}" if person.born else "date of birth not known"
    return f"{name_text(person.family, person.given, person.full_name)}, {born}"


def _phone(person: Person) -> str:
    return f"phone {phone_text(person.phone)}"


def _number(person: Person) -> str:
    return f"patient {person.id}"


def _in_name(person: Person, told: Difference) -> Span:
    """Where a word of the record's name stands in `name_text`, which writes the family name in capitals."""
    before, word = "", getattr(person, told.field)
    start, end = word[: told.start], word[told.start : told.end]
    if told.field == "family":
        # Capitals can be longer than what they are of: ß.
        start, end = start.upper(), end.upper()
    elif told.field == "given" and person.family:
        before = f"{person.family.upper()}, "
    return len(before) + len(start), len(before) + len(start) + len(end)
