"""The invented pharmacies of the practice clinic, in its own list and in the public directory beside it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from app.sandbox.people import practice_json
from app.sandbox.quirks import form
from app.sandbox.world import World

MAIL_ORDER = "3336M0002X"
NPI_CODE = "npi-"
# NUCC codes and the directory's words for them (api/pharmacy.md B).
TAXONOMIES = {
    "333600000X": "Pharmacy",
    "3336C0002X": "Pharmacy, Clinic Pharmacy",
    "3336C0003X": "Pharmacy, Community/Retail Pharmacy",
    "3336C0004X": "Pharmacy, Compounding Pharmacy",
    "3336H0001X": "Pharmacy, Home Infusion Therapy Pharmacy",
    "3336I0012X": "Pharmacy, Institutional Pharmacy",
    "3336L0003X": "Pharmacy, Long Term Care Pharmacy",
    MAIL_ORDER: "Pharmacy, Mail Order Pharmacy",
    "3336S0011X": "Pharmacy, Specialty Pharmacy",
    "332B00000X": "Durable Medical Equipment & Medical Supplies",
    "183500000X": "Pharmacist",
    "183700000X": "Pharmacy Technician",
}
_OFFICIAL = {"first_name": "AVERY", "last_name": "INVENTED", "telephone_number": "5035550199"}


@dataclass(slots=True)
class Pharmacy:
    """A pharmacy that the clinic knows. zip: 5 digits. position: degrees, None when not known."""

    code: str
    name: str
    address: str
    address_more: str
    city: str
    state: str
    zip: str
    phone: str
    fax: str
    position: tuple[float, float] | None = None
    mail_order: bool = False
    extra: Any = None


@dataclass(slots=True)
class Saved:
    """What one patient has saved, in the order of saving. default: one of the codes, or None."""

    codes: list[str] = field(default_factory=list)
    default: str | None = None


@dataclass(slots=True)
class Registration:
    """A row of the directory, in its present form."""

    npi: str
    row: dict[str, Any]

    @property
    def name(self) -> str:
        """What the directory sorts by."""
        basic = self.row["basic"]
        return str(basic.get("organization_name") or f"{basic['last_name']} {basic['first_name']}")


def furnish(world: World) -> None:
    """Fills the clinic's list and the directory from pharmacies.json, and gives every third patient one."""
    for entry in practice_json("pharmacies.json")["pharmacies"]:
        if "code" in entry:
            world.table(Pharmacy)[entry["code"]] = _pharmacy(entry)
        if "npi" in entry:
            world.table(Registration)[entry["npi"]] = Registration(entry["npi"], _row(entry))
    by_state: dict[str, list[str]] = {}
    for pharmacy in world.table(Pharmacy).values():
        by_state.setdefault(pharmacy.state, []).append(pharmacy.code)
    patients = [person for person in world.people.values() if person.is_patient]
    for number, person in enumerate(patients):
        wanted = (2, 1, 2)[number] if number < 3 else int(form(person.id, "pharmacies", 3) == 0)
        if wanted:
            codes = world.dice("pharmacies", person.id).sample(by_state[person.address["state"]], wanted)
            # The third has a list without a default.
            world.table(Saved)[person.id] = Saved(codes, None if number == 2 else codes[-1])


def from_registration(registration: Registration) -> Pharmacy:
    """What the clinic takes over when somebody saves a pharmacy of the directory."""
    row = registration.row
    at = row["addresses"][0]
    taxonomies = [taxonomy["code"] for taxonomy in row["taxonomies"]]
    trade_names = [other["organization_name"] for other in row["other_names"] if other["code"] == "3"]
    return Pharmacy(
        code=NPI_CODE + registration.npi,
        name=(trade_names or [registration.name])[0],
        address=at["address_1"],
        address_more=at.get("address_2", ""),
        city=at["city"],
        state=at["state"],
        zip=at["postal_code"][:5],
        phone=at["telephone_number"].replace("-", ""),
        fax=at.get("fax_number", "").replace("-", ""),
        mail_order=MAIL_ORDER in taxonomies,
        extra={"source": "nppes", "npi": registration.npi, "taxonomy": taxonomies[0]},
    )


def _pharmacy(entry: dict[str, Any]) -> Pharmacy:
    return Pharmacy(
        code=entry["code"],
        name=entry["name"],
        address=entry["address"],
        address_more=entry.get("more", ""),
        city=entry["city"],
        state=entry["state"],
        zip=entry["zip"],
        phone=entry["phone"],
        fax=entry.get("fax", ""),
        position=(entry["lat"], entry["lng"]) if "lat" in entry else None,
        mail_order=entry["taxonomy"] == MAIL_ORDER,
        extra=entry.get("extra"),
    )


def _row(entry: dict[str, Any]) -> dict[str, Any]:
    """A registration as the directory writes it today (api/pharmacy.md B)."""
    npi = entry["npi"]
    first, last = 2006 + form(npi, "since", 14), 2020 + form(npi, "until", 6)
    return {
        "number": npi,
        "enumeration_type": "NPI-1" if "person" in entry else "NPI-2",
        "created_epoch": _epoch_ms(first),
        "last_updated_epoch": _epoch_ms(last),
        "basic": {**_basic(entry), "enumeration_date": f"{first}-01-01", "last_updated": f"{last}-01-01"},
        "addresses": [_location(entry), _mailing(entry)],
        "practiceLocations": [_place(npi, place) for place in entry.get("places", [])],
        "taxonomies": _taxonomies(entry),
        "identifiers": [],
        "endpoints": [],
        "other_names": _other_names(entry),
    }


def _epoch_ms(year: int) -> str:
    return f"{datetime(year, 1, 1, tzinfo=UTC).timestamp():.0f}000"


def _basic(entry: dict[str, Any]) -> dict[str, Any]:
    if "person" in entry:
        first, last = entry["person"]
        return {"first_name": first, "last_name": last, "status": "A"}
    official = {f"authorized_official_{key}": value for key, value in _OFFICIAL.items()}
    return {"organization_name": entry["legal"], "organizational_subpart": "NO", **official, "status": "A"}


def _location(entry: dict[str, Any]) -> dict[str, Any]:
    phones = {"phone": entry.get("registered_phone", entry["phone"]), "fax": entry.get("fax", "")}
    place = {"street": entry["street"], "city": entry["city"].upper(), "state": entry["state"], **phones}
    found = _place(entry["npi"], {**place, "zip": entry["zip"] + entry.get("plus4", "")})
    return {**found, **({"address_2": entry["more"].upper()} if "more" in entry else {})}


def _mailing(entry: dict[str, Any]) -> dict[str, Any]:
    """Mostly where the pharmacy is; every sixth has its post sent to an office elsewhere."""
    if form(entry["npi"], "mail", 6):
        return {**_location(entry), "address_purpose": "MAILING"}
    office = {"street": "PO BOX 17", "city": "CEDAR NARROWS", "state": "WA", "zip": "983900017"}
    return {**_place(entry["npi"], office), "address_purpose": "MAILING"}


def _place(npi: str, place: dict[str, str]) -> dict[str, Any]:
    phones = {"telephone_number": place.get("phone", ""), "fax_number": place.get("fax", "")}
    return {
        "country_code": "US",
        "country_name": "United States",
        "address_purpose": "LOCATION",
        "address_type": "DOM",
        "address_1": place["street"],
        "city": place["city"],
        "state": place["state"],
        "postal_code": place["zip"],
        **{key: _dashed(npi, phone) for key, phone in phones.items() if phone},
    }


def _dashed(npi: str, phone: str) -> str:
    return f"{phone[:3]}-{phone[3:6]}-{phone[6:]}" if form(npi, "phone", 2) else phone


def _taxonomies(entry: dict[str, Any]) -> list[dict[str, Any]]:
    """Every ninth is registered as a medical supplier first, and as a pharmacy second."""
    codes = [entry["taxonomy"]]
    if "person" not in entry and form(entry["npi"], "supplier", 9) == 0:
        codes.insert(0, "332B00000X")
    return [
        {
            "code": code,
            "taxonomy_group": "",
            "desc": TAXONOMIES[code],
            "state": entry["state"] if form(entry["npi"], "license", 3) else None,
            "license": f"X-{entry['npi'][-5:]}" if form(entry["npi"], "license", 3) else None,
            "primary": position == 0,
        }
        for position, code in enumerate(codes)
    ]


def _other_names(entry: dict[str, Any]) -> list[dict[str, str]]:
    named = (("trade", "Doing Business As", "3"), ("former", "Former Legal Business Name", "4"))
    return [
        {"type": kind, "code": code, "organization_name": entry[key]}
        for key, kind, code in named
        if key in entry
    ]
