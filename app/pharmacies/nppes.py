"""How the NPPES NPI Registry answers, and what of it is a pharmacy (api/pharmacy.md B)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from app.core.unreadable import Unreadable
from app.errors import Broken, Refused
from app.pharmacies.record import NPI_CODE, Pharmacy, read_zip
from app.pharmacies.search import Search, plain
from app.wire.reader import Row, decode

_NPI = re.compile(r"\d{10}", re.ASCII)
_ISSUER = "80840"
"""The United States and health care, as card numbers would begin; part of the NPI's check sum."""
_PHARMACY = "3336"
_DOING_BUSINESS_AS = "3"
_NO_LETTER_OR_DIGIT = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class _Place:
    """One location of a registration, and where it lies."""

    row: Row
    city: str
    state: str
    zip: str


def is_npi(text: str) -> bool:
    """Ten digits with the right check digit (Luhn over 80840 and the NPI)."""
    if not _NPI.fullmatch(text):
        return False
    digits = [int(digit) for digit in reversed(_ISSUER + text)]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def registrations(body: bytes) -> list[Row]:
    """The rows of a reply.

    Raises Refused with the directory's own words where it refused the question, under HTTP 200; Broken when
    it is no reply of the directory. Neither may be taken for "no pharmacy found".
    """
    try:
        reply = decode(body)
    except ValueError:
        raise Broken("not_json") from None
    if not isinstance(reply, dict):
        raise Broken("shape", where="nppes")
    row = Row(reply, "nppes")
    if row.raw("Errors"):
        words = [error.text("description") or "" for error in row.objects("Errors")]
        raise Refused(400, "; ".join(word for word in words if word))
    found = reply.get("results")
    if not isinstance(found, list) or (not found and row.number("result_count")):
        raise Broken("shape", where="nppes.results")
    return [Row(value, f"nppes.results[{index}]") for index, value in enumerate(found)]


def read_registration(row: Row, search: Search) -> Pharmacy | Unreadable | None:
    """The pharmacy that a registration describes, at its location that fits the search.

    None when it is no pharmacy, or has no location that fits. A row that does not say which is Unreadable:
    it is shown, not left out. Nothing about the official who registered it is kept.
    """
    npi = row.text("number") or ""
    if not _NPI.fullmatch(npi):
        return row.unreadable("number is no NPI")
    basic = row.object("basic")
    kind = _kind(row)
    place = next((place for place in _places(row) if _fits(place, search)), None)
    if kind is None or place is None:
        return row.unreadable("what it is stays unclear") if row.complaints else None
    at = place.row
    return Pharmacy(
        code=NPI_CODE + npi,
        name=_trade_name(row) or basic.text("organization_name", "name") or "",
        address=at.text("address_1") or "",
        address_more=at.text("address_2") or "",
        city=place.city,
        state=place.state,
        zip=place.zip,
        country=at.text("country_code") or "",
        phone=_digits(at.text("telephone_number")),
        fax=_digits(at.text("fax_number")),
        source="nppes",
        kind=kind,
        extra={"source": "nppes", "npi": npi, "taxonomy": kind, "last_updated": _updated(row, basic)},
        unread=tuple(row.complaints),
    )


def _kind(row: Row) -> str | None:
    """The primary taxonomy's code; None when not one of all taxonomies is a pharmacy's."""
    taxonomies = [(one.text("code") or "", one.flag("primary")) for one in row.objects("taxonomies")]
    pharmacy = next((code for code, _ in taxonomies if code.startswith(_PHARMACY)), None)
    primary = next((code for code, is_primary in taxonomies if is_primary and code), None)
    return (primary or pharmacy) if pharmacy else None


def _places(row: Row) -> list[_Place]:
    """Where the public is served: practice locations, the primary one first, never the mailing address."""
    addresses = [one for one in row.objects("addresses") if _is_location(one)]
    return [
        _Place(
            one,
            one.text("city") or "",
            one.text("state") or "",
            read_zip(one, "postal_code", one.text("country_code") or "").partition("-")[0],
        )
        for one in [*addresses, *row.objects("practiceLocations")]
    ]


def _is_location(address: Row) -> bool:
    return (address.text("address_purpose") or "").upper() == "LOCATION"


def _fits(place: _Place, search: Search) -> bool:
    """The directory matches loosely; what is shown lies where it was searched."""
    city, state = search.city.strip(), search.state.strip()
    wanted, found = _letters(city), _letters(place.city)
    in_city = found.startswith(wanted) if city.endswith("*") else found == wanted
    in_zip = place.zip.startswith(search.zip.strip().rstrip("*")[:5])
    return (in_city or not city) and in_zip and (not state or place.state.upper() == state.upper())


def _trade_name(row: Row) -> str:
    for other in row.objects("other_names"):
        kind = (other.text("type") or "").casefold()
        if other.text("code") == _DOING_BUSINESS_AS or kind == "doing business as":
            return other.text("organization_name") or ""
    return ""


def _updated(row: Row, basic: Row) -> str | None:
    """The day of the last change, such as 2025-01-01."""
    day = basic.day("last_updated")
    if day is None and (moment := row.instant("last_updated_epoch")) is not None:
        day = datetime.fromtimestamp(moment, UTC).date()
    return day.isoformat() if day else None


def _letters(text: str) -> str:
    return _NO_LETTER_OR_DIGIT.sub("", plain(text))


def _digits(text: str | None) -> str:
    return re.sub(r"[^0-9]", "", text or "")
