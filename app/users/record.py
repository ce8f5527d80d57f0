"""A person: patient, provider or staff (api/users.md §2)."""

from datetime import date

import msgspec

from app.core.unreadable import Unreadable
from app.wire.reader import Row

# api/users.md §1. Other numbers stay visible as they are.
GENDERS = {1: "male", 2: "female"}
_GENDER_CODES = {"1": 1, "2": 2, **{word: code for code, word in GENDERS.items()}}


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Who somebody is, as far as the server said. None and "" mean not known.

    born: a plain date, in no time zone. gender: 1 male, 2 female; other numbers and words as they came.
    title: such as "Dr."; suffix: such as "MD". zone: IANA, where they are.
    """

    id: str
    given: str = ""
    family: str = ""
    full_name: str = ""
    title: str = ""
    suffix: str = ""
    born: date | None = None
    gender: int | str | None = None
    phone: str = ""
    email: str = ""
    zone: str = ""

    @property
    def name(self) -> str:
        """Given and family name as one text, "" when the server named neither."""
        return self.full_name or f"{self.given} {self.family}".strip()


def read_person(row: Row, person_id: str | None = None) -> Person | None:
    """The person that a JSON object describes; None when it names nobody.

    person_id: used when the object carries no id of its own.
    """
    found = row.text("id", "_id") or person_id
    if not found or found == "0":
        return None
    return Person(
        id=found,
        given=row.text("first_name") or "",
        family=row.text("last_name") or "",
        full_name=row.text("full_name", "name") or "",
        title=row.text("title") or "",
        suffix=row.text("suffix") or "",
        born=row.day("dob"),
        gender=read_gender(row, "gender"),
        phone=row.text("phone") or "",
        email=row.text("email") or "",
        zone=row.text("timezone") or "",
    )


def read_user(row: Row) -> Person | Unreadable:
    """The person that a row of a list, or a reply, is about; only a missing id makes it Unreadable."""
    return read_person(row) or row.unreadable("id is missing")


def read_gender(row: Row, *names: str) -> int | str | None:
    """1 male, 2 female, others as they came; an int in replies, a word in some (quirk 10)."""
    word = row.raw(*names)
    if isinstance(word, str):
        return _GENDER_CODES.get(word.lower(), word)
    return row.number(*names) or None
