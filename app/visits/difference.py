"""What tells patients of like names apart: the first thing that a reader can go by (PAL-0540)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from app.users.record import Person
from app.visits.alike import fold

Field = Literal["given", "family", "full_name", "day", "month", "year", "born", "phone", "number"]
_WORD = re.compile(r"\S+")
# Beyond them stands how a number is dialled from elsewhere.
_PHONE_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Difference:
    """Where to look. field: number is the patient's number. start, end: of the word, in a name."""

    field: Field
    start: int = 0
    end: int = 0


def difference(person: Person, others: Iterable[Person]) -> Difference:
    """The first that is this person's and none of the others': a word of the name, a part of the date of
    birth or the whole date, the phone number, the patient's number.

    What is not known of somebody tells nobody apart.
    """
    rest = tuple(others)
    words = {word for other in rest for _, word in _words(other)}
    for where, word in _words(person):
        if word and word not in words:
            return where
    if person.born and all(other.born for other in rest):
        for field in ("day", "month", "year"):
            if all(getattr(other.born, field) != getattr(person.born, field) for other in rest):
                return Difference(field)
        if all(other.born != person.born for other in rest):
            return Difference("born")
    phone = _digits(person)
    if phone and all(_digits(other) not in ("", phone) for other in rest):
        return Difference("phone")
    return Difference("number")


def _words(person: Person) -> Iterator[tuple[Difference, str]]:
    """The folded words of the name that is shown, in the order in which they help: the given name first."""
    fields: tuple[Field, ...] = ("given", "family")
    if person.full_name and not (person.given and person.family):
        fields = ("full_name",)
    for field in fields:
        for found in _WORD.finditer(getattr(person, field)):
            yield Difference(field, *found.span()), fold(found[0])


def _digits(person: Person) -> str:
    return "".join(sign for sign in person.phone if sign.isdigit())[-_PHONE_DIGITS:]
