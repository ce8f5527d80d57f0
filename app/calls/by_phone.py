"""A call by telephone: of a phone visit, and of any other when the internet is down (api/calls.md §2 and §3).

All of it is in the visit as it was last read, so it works offline.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.visits.record import Subtype, Visit

# What people write between the digits of a number.
_BETWEEN = re.compile(r"[\s().\-/\u2010-\u2015]")
_NUMBER = re.compile(r"(\+?)([0-9]{7,15})")
_EXTENSION = re.compile(r"(?:\bext\b\.?|x|;ext=|[,#])\s*([0-9]{1,7})$", re.IGNORECASE | re.ASCII)
# +44 (0)20 ...: the zero is for callers within the country.
_INLAND = re.compile(r"(?<=[0-9])\s*\(0\)")
_FIRST = "US"


@dataclass(frozen=True, slots=True)
class Line:
    """A number that can be called. number: as the server told it. country: two letters, "" when not told."""

    number: str
    country: str = ""

    @property
    def link(self) -> str | None:
        """What a telephone program dials, None when it is no plain number."""
        return tel_link(self.number)


@dataclass(frozen=True, slots=True)
class ByPhone:
    """How a visit's patient is reached by telephone.

    patient: their own number. dial_in: of the meeting, for both sides; the clinic's country first. pin: what
    a caller there types, "" for none. until: Unix s, when the meeting is over, None when not told.
    """

    patient: Line | None = None
    dial_in: tuple[Line, ...] = ()
    pin: str = ""
    until: float | None = None

    def __bool__(self) -> bool:
        return self.patient is not None or bool(self.dial_in)


def is_phone_visit(visit: Visit) -> bool:
    """Whether it was booked as a telephone call."""
    return visit.subtype == Subtype.PHONE


def by_phone(visit: Visit, country: str) -> ByPhone:
    """What is known of it; false when there is no number. country: of the clinic, two letters."""
    phone = visit.member.phone.strip() if visit.member else ""
    patient, meeting = Line(phone) if phone else None, visit.meeting
    if meeting is None or meeting.disabled:
        return ByPhone(patient)
    dial_in = tuple(_lines(meeting.phone_numbers, country))
    return ByPhone(patient, dial_in, meeting.pin if dial_in else "", meeting.expiry)


def tel_link(number: str) -> str | None:
    """A number as a `tel:` address; an extension follows after a pause. None unless it is one: a `*` or `#`
    would be a command to the telephone, and a short number an emergency call."""
    extension = _EXTENSION.search(number.strip())
    whole = number.strip()[: extension.start()] if extension else number
    found = _NUMBER.fullmatch(_BETWEEN.sub("", _INLAND.sub("", whole) if "+" in whole else whole))
    if found is None:
        return None
    return f"tel:{found[1]}{found[2]}" + (f",{extension[1]}" if extension else "")


def _lines(numbers: Mapping[str, tuple[str, ...]], country: str) -> Iterator[Line]:
    """The clinic's country, then the US, then those of no country, then the others; each number once."""
    told = {code.strip().upper(): lines for code, lines in numbers.items()}
    nearest = [country, _FIRST, ""]
    seen: set[str] = set()
    for code in sorted(
        told, key=lambda code: (nearest.index(code) if code in nearest else len(nearest), code)
    ):
        for number in told[code]:
            if number.strip() and number.strip() not in seen:
                seen.add(number.strip())
                yield Line(number.strip(), code)
