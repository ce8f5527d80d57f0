"""Reading the public directory: "no pharmacy" only where it says so (api/pharmacy.md B)."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.unreadable import Unreadable
from app.errors import Broken, Refused
from app.pharmacies.nppes import is_npi, read_registration, registrations
from app.pharmacies.record import KINDS, Pharmacy
from app.pharmacies.search import Search
from app.wire.reader import Row
from tests.app.wire.test_reader import JSON

# The sample of api/pharmacy.md B.
LOCATION: dict[str, Any] = {
    "country_code": "US",
    "country_name": "United States",
    "address_purpose": "LOCATION",
    "address_type": "DOM",
    "address_1": "18 HARBOR ST",
    "city": "SALEM",
    "state": "OR",
    "postal_code": "973010000",
    "telephone_number": "503-555-0142",
    "fax_number": "503-555-0143",
}
BASIC: dict[str, Any] = {
    "organization_name": "HARBOR STREET PHARMACY LLC",
    "organizational_subpart": "NO",
    "authorized_official_last_name": "INVENTED",
    "enumeration_date": "2010-01-01",
    "last_updated": "2025-01-01",
    "status": "A",
}
RETAIL: dict[str, Any] = {
    "code": "3336C0003X",
    "desc": "Pharmacy, Community/Retail Pharmacy",
    "primary": True,
}
TRADE_NAME = {
    "type": "Doing Business As",
    "code": "3",
    "organization_name": "HARBOR STREET PHARMACY",
}
ROW: dict[str, Any] = {
    "number": "1234567893",
    "enumeration_type": "NPI-2",
    "created_epoch": "1262304000000",
    "last_updated_epoch": "1735689600000",
    "basic": BASIC,
    "addresses": [LOCATION],
    "practiceLocations": [],
    "taxonomies": [RETAIL],
    "identifiers": [],
    "endpoints": [],
    "other_names": [TRADE_NAME],
}
SALEM = Search(city="Salem", state="OR")


def read(search: Search = SALEM, **changes: Any) -> Pharmacy:
    found = read_registration(Row({**ROW, **changes}, "row"), search)
    assert isinstance(found, Pharmacy)
    return found


def test_the_sample() -> None:
    assert read() == Pharmacy(
        code="npi-1234567893",
        name="HARBOR STREET PHARMACY",
        address="18 HARBOR ST",
        city="SALEM",
        state="OR",
        zip="97301",
        country="US",
        phone="5035550142",
        fax="5035550143",
        source="nppes",
        kind="3336C0003X",
        extra={
            "source": "nppes",
            "npi": "1234567893",
            "taxonomy": "3336C0003X",
            "last_updated": "2025-01-01",
        },
    )


def test_an_old_sample_says_the_same() -> None:
    basic = {"name": "HARBOR STREET PHARMACY", "status": "A", "last_updated": "2025-01-01"}
    old = read(
        number=1234567893,
        created_epoch=1262304000,
        last_updated_epoch=1735689600,
        basic=basic,
        other_names=[],
        taxonomies=[{**RETAIL, "desc": "Community/Retail Pharmacy"}],
    )
    assert old == read()


@pytest.mark.parametrize("epoch", [1735689600, "1735689600", "1735689600000", 1735689600000])
def test_the_day_of_the_last_change_comes_from_the_epoch_where_no_date_is(epoch: Any) -> None:
    found = read(basic={"organization_name": "X"}, last_updated_epoch=epoch)
    assert found.extra["last_updated"] == "2025-01-01"


def test_the_trade_name_goes_first_and_a_former_name_does_not() -> None:
    former = {"type": "Former Legal Business Name", "code": "4", "organization_name": "OLDGATE"}
    assert read(other_names=[former]).name == "HARBOR STREET PHARMACY LLC"
    assert read(other_names=[former, TRADE_NAME]).name == "HARBOR STREET PHARMACY"


def test_the_kind_is_that_of_the_primary_taxonomy() -> None:
    supplier = {"code": "332B00000X", "primary": True}
    assert read(taxonomies=[supplier, {**RETAIL, "primary": False}]).kind == "332B00000X"
    assert read(taxonomies=[{**RETAIL, "primary": False}]).kind == "3336C0003X"
    unspecified = read(taxonomies=[{"code": "333600000X", "primary": True}])
    assert KINDS[unspecified.kind] == "unspecified"


@pytest.mark.parametrize(
    "changes",
    [
        {"taxonomies": [{"code": "183700000X", "desc": "Pharmacy Technician", "primary": True}]},
        {"taxonomies": []},
        {"addresses": [{**LOCATION, "address_purpose": "MAILING"}]},
        {"addresses": []},
        {"addresses": [{**LOCATION, "city": "PORTLAND"}]},
        {"addresses": [{**LOCATION, "state": "MA"}]},
    ],
)
def test_what_is_no_pharmacy_there_is_left_out(changes: dict[str, Any]) -> None:
    assert read_registration(Row({**ROW, **changes}, "row"), SALEM) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"number": "12345"},
        {"number": None},
        {"taxonomies": "3336C0003X"},
        {"taxonomies": [7]},
        {"addresses": [{**LOCATION, "city": ["SALEM"]}]},
        {"addresses": "18 HARBOR ST"},
    ],
)
def test_a_row_that_does_not_say_what_it_is_is_shown(changes: dict[str, Any]) -> None:
    assert isinstance(read_registration(Row({**ROW, **changes}, "row"), SALEM), Unreadable)


def test_the_location_that_fits_is_shown() -> None:
    further = {**LOCATION, "address_1": "2 WHARF RD", "city": "PORT AMITY", "state": "MA"}
    further["postal_code"] = 21900001
    amity = read(Search(zip="021"), practiceLocations=[further])
    assert (amity.address, amity.city, amity.zip) == ("2 WHARF RD", "PORT AMITY", "02190")
    assert read(Search(name="harbor"), practiceLocations=[further]).city == "SALEM"


@pytest.mark.parametrize("city", ["salem", " SALEM ", "Sal*"])
def test_a_city_is_compared_without_case_and_signs(city: str) -> None:
    assert read(Search(city=city)).city == "SALEM"
    other = Row({**ROW, "addresses": [{**LOCATION, "city": "SALEMVILLE"}]}, "row")
    assert (read_registration(other, Search(city=city)) is None) == (not city.endswith("*"))


def test_the_check_digit() -> None:
    assert is_npi("1234567893")
    assert not any(is_npi(f"123456789{digit}") for digit in "012456789")
    assert not is_npi("123456789")
    assert not is_npi("12345678931")
    assert not is_npi("١٢٣٤٥٦٧٨٩٣")


def test_refused_under_200_is_refused_with_its_words() -> None:
    error = {
        "description": "Field state requires additional search criteria",
        "field": "state",
        "number": "07",
    }
    with pytest.raises(Refused) as raised:
        registrations(json.dumps({"Errors": [error]}).encode())
    assert (raised.value.status, raised.value.message) == (400, error["description"])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html></html>",
        b'{"result_count": 1, "results": [',
        b"\xff",
        b"[]",
        b"null",
        b"{}",
        b'{"result_count": 0}',
        b'{"result_count": 0, "results": null}',
        b'{"result_count": 0, "results": {}}',
        b'{"result_count": 3, "results": []}',
        b'{"data": []}',
        b'{"Errors": "no"}',
        b'{"Errors": [7], "results": [], "result_count": 0}',
    ],
)
def test_neither_fault_nor_refusal_is_no_pharmacy_found(body: bytes) -> None:
    with pytest.raises((Broken, Refused)):
        registrations(body)


def test_nothing_found_is_nothing_found() -> None:
    assert registrations(b'{"result_count": 0, "results": []}') == []


def paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    return [at, *(path for key, child in children for path in paths(child, (*at, key)))]


REPLY = {"result_count": 1, "results": [ROW]}


@settings(max_examples=500)
@given(st.sampled_from(paths(REPLY)[1:]), JSON)
def test_any_mutation_of_a_reply_is_read_or_fails_as_documented(path: tuple[Any, ...], value: Any) -> None:
    reply = copy.deepcopy(REPLY)
    inner: Any = reply
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    try:
        rows = registrations(json.dumps(reply).encode())
    except Broken:
        # Never Refused: nobody refused anything.
        return
    for row in rows:
        found = read_registration(row, SALEM)
        assert found is None or isinstance(found, Pharmacy | Unreadable)
        if isinstance(found, Pharmacy):
            assert found.extra["npi"] == found.code.removeprefix("npi-")
            assert len(found.npi) == 10
            assert "INVENTED" not in str(found)
