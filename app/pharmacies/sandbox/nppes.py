"""The public NPPES directory, as the practice clinic serves it (api/pharmacy.md B)."""

import re
from typing import Any

import msgspec
from starlette.responses import Response

from app.pharmacies.sandbox.opening import Registration
from app.sandbox.http import Call, json_response
from app.sandbox.quirks import form

PAGE = 10
LARGEST_PAGE = 200
FURTHEST = 1000
_PERSONS = ("first_name", "last_name")
_WITH_WILDCARD = (*_PERSONS, "organization_name", "taxonomy_description", "city", "postal_code")
_CRITERIA = frozenset({*_WITH_WILDCARD, "number", "state", "country_code", "enumeration_type"})
_WEAK = frozenset({"state", "country_code", "enumeration_type"})
_PURPOSES = ("LOCATION", "MAILING", "PRIMARY", "SECONDARY")
_FORMS = {
    "number": ("06", re.compile(r"\d{10}", re.ASCII)),
    "enumeration_type": ("05", re.compile("NPI-[12]")),
    "state": ("05", re.compile("[A-Za-z]{2}")),
    "country_code": ("05", re.compile("[A-Za-z]{2}")),
    "address_purpose": ("05", re.compile("|".join(_PURPOSES))),
    "limit": ("05", re.compile(r"-?\d{1,9}", re.ASCII)),
    "skip": ("05", re.compile(r"-?\d{1,9}", re.ASCII)),
    **{name: ("05", re.compile(r"""[\w &'@:,/\-().#";*]*""")) for name in (*_PERSONS, "organization_name")},
}
NAMES = ("version", *_WITH_WILDCARD, *_FORMS)
"""All parameters that are looked at."""

Asked = dict[str, str]


class _Wrong(Exception):
    """A question that the directory does not answer."""

    def __init__(self, number: str, name: str, description: str) -> None:
        super().__init__(description)
        self.error = {"description": description, "field": name, "number": number}


def search(call: Call) -> Response:
    """One page of registrations; what is wrong with the question comes under HTTP 200."""
    try:
        asked = _asked(call)
        _check_values(asked)
        _check_criteria(asked)
    except _Wrong as wrong:
        return json_response(msgspec.json.encode({"Errors": [wrong.error]}))
    found = [one for one in call.world.table(Registration).values() if _fits(asked, one.row)]
    found.sort(key=lambda one: (one.name, one.npi))
    first = min(max(int(asked.get("skip", "0")), 0), FURTHEST)
    limit = min(max(int(asked.get("limit", "0")) or PAGE, 1), LARGEST_PAGE)
    rows = [_shown(one.row) for one in found[first : first + limit]]
    return json_response(msgspec.json.encode({"result_count": len(rows), "results": rows}))


def _asked(call: Call) -> Asked:
    """The parameters that say something; of a repeated one the last."""
    asked = {}
    for name in dict.fromkeys(NAMES):
        value = call.query.get(name)
        text = str(value[-1] if isinstance(value, list) and value else value or "").strip()
        if text:
            asked[name] = text
    return asked


def _check_values(asked: Asked) -> None:
    if asked.get("version") != "2.1":
        raise _Wrong("05", "version", "Unsupported Version")
    for name in _WITH_WILDCARD:
        value = asked.get(name, "")
        if "*" in value and len(value.replace("*", "")) < 2:
            raise _Wrong(
                "03", name, f"Field {name} requires at least 2 characters when performing a wildcard search"
            )
    for name, (number, pattern) in _FORMS.items():
        if name in asked and not pattern.fullmatch(asked[name]):
            raise _Wrong(
                number, name, "NPI must be 10 digits" if name == "number" else f"Field {name} has a bad value"
            )


def _check_criteria(asked: Asked) -> None:
    """Which criteria may stand alone, and which together."""
    kind, given = asked.get("enumeration_type"), _CRITERIA.intersection(asked)
    persons = given.intersection(_PERSONS) or kind == "NPI-1"
    if persons and ("organization_name" in given or kind == "NPI-2"):
        raise _Wrong("13", "", "Individual and organization criteria cannot be combined")
    if given - _WEAK:
        return
    if "state" in given:
        raise _Wrong("07", "state", "Field state requires additional search criteria")
    if asked.get("country_code", "US").upper() != "US":
        return
    if kind:
        raise _Wrong("09", "enumeration_type", "Field enumeration_type requires additional search criteria")
    raise _Wrong("04", "", "No valid search criteria provided")


def _fits(asked: Asked, row: dict[str, Any]) -> bool:
    if asked.get("number", row["number"]) != row["number"]:
        return False
    if asked.get("enumeration_type", row["enumeration_type"]) != row["enumeration_type"]:
        return False
    return _fits_names(asked, row) and _fits_taxonomy(asked, row) and _fits_place(asked, row)


def _fits_names(asked: Asked, row: dict[str, Any]) -> bool:
    basic = row["basic"]
    for name in _PERSONS:
        if name in asked and not _like(asked[name], basic.get(name, "")):
            return False
    names = [basic.get("organization_name", ""), *(one["organization_name"] for one in row["other_names"])]
    wanted = asked.get("organization_name")
    return wanted is None or any(_like(wanted, name) for name in names)


def _fits_taxonomy(asked: Asked, row: dict[str, Any]) -> bool:
    """A part of the words of any taxonomy; codes do not work."""
    wanted = asked.get("taxonomy_description", "").replace("*", "").casefold()
    return any(wanted in taxonomy["desc"].casefold() for taxonomy in row["taxonomies"])


def _fits_place(asked: Asked, row: dict[str, Any]) -> bool:
    """One address has to fit in everything that was asked of it."""
    if not {"city", "state", "postal_code", "country_code"}.intersection(asked):
        return True
    first, mailing = row["addresses"]
    further = row["practiceLocations"]
    looked_at = {
        "LOCATION": [first, *further],
        "MAILING": [mailing],
        "PRIMARY": [first],
        "SECONDARY": further,
    }.get(asked.get("address_purpose", ""), [first, mailing, *further])
    return any(_is_there(asked, address) for address in looked_at)


def _is_there(asked: Asked, address: dict[str, Any]) -> bool:
    return (
        _like(asked.get("city", address["city"]), address["city"])
        and asked.get("state", address["state"]).upper() == address["state"]
        and asked.get("country_code", "US").upper() == address["country_code"]
        and ("postal_code" not in asked or _in_zip(asked["postal_code"], address["postal_code"]))
    )


def _in_zip(wanted: str, found: str) -> bool:
    wanted = wanted.replace("-", "")
    return found[:5] == wanted if len(wanted) == 5 and wanted.isdecimal() else _like(wanted, found)


def _like(wanted: str, found: str) -> bool:
    """The same, or with a wildcard the beginning; every `*` is dropped, wherever it stands."""
    text, name = wanted.replace("*", "").casefold(), found.casefold()
    return name.startswith(text) if "*" in wanted else name == text


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """Every eighth row in the form of old samples: numbers as such, other names for the same things."""
    if form(row["number"], "form", 8):
        return row
    basic = dict(row["basic"])
    if "organization_name" in basic:
        basic["name"] = basic.pop("organization_name")
    return {
        **row,
        "number": int(row["number"]),
        "created_epoch": int(row["created_epoch"]) // 1000,
        "last_updated_epoch": int(row["last_updated_epoch"]) // 1000,
        "basic": basic,
        "taxonomies": [{**one, "desc": one["desc"].rpartition(", ")[2]} for one in row["taxonomies"]],
    }
