"""A pharmacy, from the clinic's server or from the public NPPES directory (api/pharmacy.md)."""

import re
from collections.abc import Mapping
from typing import Literal

import msgspec

from app.core.unreadable import Unreadable
from app.wire.reader import Json, Row

Source = Literal["clinic", "nppes"]

NPI_CODE = "npi-"
"""A code that begins so is a registration's number in the directory, not the clinic's own code."""

UNSPECIFIED = "333600000X"
# NUCC taxonomy codes (api/pharmacy.md B). Other codes stay visible as they are.
KINDS: Mapping[str, str] = {
    UNSPECIFIED: "unspecified",
    "3336C0002X": "clinic",
    "3336C0003X": "community/retail",
    "3336C0004X": "compounding",
    "3336H0001X": "home infusion therapy",
    "3336I0012X": "institutional",
    "3336L0003X": "long term care",
    "3336M0002X": "mail order",
    "3336M0003X": "managed care organization",
    "3336N0007X": "nuclear",
    "3336S0011X": "specialty",
}

# Where postal codes are ZIP codes; "" is a server that does not name the country.
_ZIP_COUNTRIES = frozenset({"", "US", "USA", "UNITED STATES", "PR", "VI", "GU", "AS", "MP"})
_WHOLE = re.compile(r"(\d+)(\.0+)?", re.ASCII)


class Pharmacy(msgspec.Struct, frozen=True, kw_only=True):
    """A pharmacy (api/pharmacy.md). None and "" mean not known.

    code: the clinic's key, or `npi-` and the NPI. address, address_more: the lines of the street address.
    zip: text of five digits, or ZIP+4 with a dash where the server gave one; other countries' codes as they
    came. phone, fax: as they came; digits only from the directory. latitude, longitude: degrees, both or
    none. distance: miles from the point that was searched from. is_default: None where nobody was asked
    about. source: where this record was read. kind: NUCC code of its main taxonomy, see KINDS. extra: the
    free-form value of the clinic, exactly as it came. unread: what came and could not be understood, by path.

    A record of the directory proves a self-reported registration: not that the pharmacy is open, licensed,
    or reachable by e-prescription.
    """

    code: str
    name: str = ""
    address: str = ""
    address_more: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = ""
    phone: str = ""
    fax: str = ""
    latitude: float | None = None
    longitude: float | None = None
    distance: float | None = None
    is_default: bool | None = None
    source: Source = "clinic"
    kind: str = ""
    extra: Json = None
    unread: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Pharmacies are keyed by their code."""
        return self.code

    @property
    def npi(self) -> str:
        """Its number in the public directory, "" when not known."""
        if self.code.startswith(NPI_CODE):
            return self.code.removeprefix(NPI_CODE)
        return _noted(self.extra, "npi")


def read_pharmacy(row: Row) -> Pharmacy | Unreadable:
    """The pharmacy that a JSON object of the clinic describes; only a missing code makes it Unreadable."""
    code = row.text("code")
    if not code:
        return row.unreadable("code is missing")
    extra = row.values.get("extra")
    country = row.text("country") or ""
    latitude, longitude = _position(row)
    return Pharmacy(
        code=code,
        name=row.text("name") or "",
        address=row.text("address") or "",
        address_more=row.text("address_more") or "",
        city=row.text("city") or "",
        state=row.text("state") or "",
        zip=read_zip(row, "zip", country),
        country=country,
        phone=row.text("phone") or "",
        fax=row.text("fax") or "",
        latitude=latitude,
        longitude=longitude,
        distance=row.real("distance"),
        is_default=row.flag("is_default"),
        kind=_noted(extra, "taxonomy"),
        extra=extra,
        unread=tuple(row.complaints),
    )


def read_zip(row: Row, name: str, country: str) -> str:
    """A postal code. A ZIP sent as a number has lost its leading zeros (quirk 17) and gets them back.

    country: as the server names it; a number that is no ZIP code is not padded to one.
    """
    text = (row.text(name) or "").strip()
    digits = _WHOLE.fullmatch(text)
    if digits is None or country.strip().upper() not in _ZIP_COUNTRIES:
        return text
    number = digits[1]
    if not number.strip("0"):
        return ""
    if len(number) <= 5:
        return number.zfill(5)
    # No ZIP lies below 00501: six digits are no ZIP+4 either.
    return f"{number.zfill(9)[:5]}-{number[-4:]}" if 7 <= len(number) <= 9 else number


def _position(row: Row) -> tuple[float, float] | tuple[None, None]:
    """Where it is; 0/0 is the server's way not to know."""
    latitude, longitude = row.real("latitude"), row.real("longitude")
    if latitude is None or longitude is None or (latitude, longitude) == (0, 0):
        return None, None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else (None, None)


def _noted(extra: Json, name: str) -> str:
    """A text in the free-form value, when that is an object of the form the directory's records have."""
    value = extra.get(name) if isinstance(extra, dict) else None
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
