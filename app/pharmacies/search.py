"""What one may search pharmacies by, and how each source wants to be asked (api/pharmacy.md A and B)."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Reason = Literal["empty", "name", "characters", "city", "state", "state_alone", "zip", "point", "npi"]

_ZIP = re.compile(r"\d{1,5}|(\d{5})-?\d{4}", re.ASCII)
_STATE = re.compile(r"[A-Za-z]{2}", re.ASCII)
# What NPPES takes in names, beside letters and digits.
_TAKEN = re.compile(r"""[A-Za-z0-9 &'@:,/\-().#";]*""", re.ASCII)
_SHORTEST = 2
# Letters whose stroke is no accent of its own in Unicode.
_STROKES = str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"})


class Unsearchable(ValueError):
    """A search that cannot be put; nothing was sent.

    reason: empty (no criterion), name (fewer than 2 characters), characters (one that the directory does not
    take), city (fewer than 2 characters before `*`, or `*` at a source that has none), state (not 2 letters),
    state_alone (wants a city, ZIP or name beside it), zip (not the beginning of one), point (no such place or
    radius), npi (its check digit is wrong).
    """

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What a pharmacy is to be found by: places and pharmacy names, never anything about a patient.

    name: the beginning or a part of it. city: in full; a trailing `*` for the beginning, in the directory
    only. state: 2 letters. zip: 1 to 5 digits, or ZIP+4, of which the first five count. near: latitude and
    longitude in degrees; radius: miles around it. mail_order: False leaves mail order out. The last three
    are the clinic's alone: the directory knows no coordinates.
    """

    name: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    near: tuple[float, float] | None = None
    radius: float = 10.0
    mail_order: bool | None = None


def clinic_query(search: Search) -> dict[str, str | int | float]:
    """The parameters of `pharmacies.search`. Raises Unsearchable."""
    query: dict[str, str | int | float] = {}
    if name := _name(search):
        query["q"] = name
    if city := search.city.strip():
        if "*" in city:
            raise Unsearchable("city")
        query["city"] = city
    if digits := _zip(search):
        query["zip"] = digits
    if search.near is not None:
        query |= _around(search.near, search.radius)
    state = _state(search)
    if not query:
        raise Unsearchable("state_alone" if state else "empty")
    if state:
        query["state"] = state
    if search.mail_order is not None:
        query["mail_order"] = int(search.mail_order)
    return query


def registry_query(search: Search) -> dict[str, str]:
    """The criteria of `nppes.search`, wildcards included. Raises Unsearchable."""
    query: dict[str, str] = {}
    if name := _name(search):
        query["organization_name"] = _taken(name, "name") + "*"
    if city := search.city.strip():
        query["city"] = _taken(city.rstrip("*"), "city") + ("*" if city.endswith("*") else "")
    if digits := _zip(search):
        if len(digits) < _SHORTEST:
            raise Unsearchable("zip")
        query["postal_code"] = digits if len(digits) == 5 else f"{digits}*"
    state = _state(search)
    if not query:
        raise Unsearchable("state_alone" if state else "empty")
    if state:
        query["state"] = state
    return query


def plain(text: str) -> str:
    """Text without case and accents, for comparing."""
    parts = unicodedata.normalize("NFKD", text.translate(_STROKES))
    return "".join(part for part in parts if not unicodedata.combining(part)).casefold()


def _name(search: Search) -> str:
    name = search.name.strip().rstrip("*").rstrip()
    if len(name) < _SHORTEST and search.name.strip():
        raise Unsearchable("name")
    return name


def _taken(text: str, reason: Reason) -> str:
    """As the directory may be asked: it writes without accents, takes few signs and no single character."""
    found = plain(text).strip()
    if not _TAKEN.fullmatch(found):
        raise Unsearchable("characters")
    if len(found) < _SHORTEST:
        raise Unsearchable(reason)
    return found


def _zip(search: Search) -> str:
    text = search.zip.strip().rstrip("*")
    found = _ZIP.fullmatch(text)
    if found is None and search.zip.strip():
        raise Unsearchable("zip")
    return found[1] or found[0] if found else ""


def _state(search: Search) -> str:
    state = search.state.strip()
    if state and not _STATE.fullmatch(state):
        raise Unsearchable("state")
    return state.upper()


def _around(near: tuple[float, float], radius: float) -> dict[str, float]:
    latitude, longitude = near
    # Written so that NaN fails too.
    if not (abs(latitude) <= 90 and abs(longitude) <= 180 and 0 < radius < 20_000):
        raise Unsearchable("point")
    return {"lat": latitude, "lng": longitude, "radius": radius}
