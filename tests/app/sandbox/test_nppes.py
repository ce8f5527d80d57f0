"""The public NPPES directory as the practice clinic serves it (api/pharmacy.md B)."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.pharmacies.sandbox import nppes as sandbox_nppes
from app.pharmacies.sandbox.opening import furnish
from app.sandbox.app import build
from app.sandbox.http import Call, Caller
from app.sandbox.opening import open_clinic
from app.sandbox.world import World
from tests.app.sandbox.conftest import START, Asker
from tests.app.wire.test_reader import JSON


@pytest.fixture(scope="module")
def town() -> Asker:
    """A clinic for tests that only read."""
    return Asker(build(open_clinic(7, START)))


def nppes(town: Asker, version: str | None = "2.1", **criteria: Any) -> dict[str, Any]:
    params = {**({"version": version} if version else {}), **criteria}
    reply = town.get("/nppes/api/", None, **params)
    assert reply.status_code == 200, reply.text
    answer: dict[str, Any] = reply.json()
    return answer


def rows(town: Asker, **criteria: Any) -> list[dict[str, Any]]:
    answer = nppes(town, limit=200, **criteria)
    results: list[dict[str, Any]] = answer["results"]
    assert answer["result_count"] == len(results)
    return results


def name(row: dict[str, Any]) -> str:
    basic = row["basic"]
    return str(basic.get("organization_name") or basic.get("name") or basic["last_name"])


@pytest.mark.parametrize(
    ("criteria", "number", "field"),
    [
        ({"version": None, "city": "Salem"}, "05", "version"),
        ({"version": "2.0", "city": "Salem"}, "05", "version"),
        ({"city": "S*"}, "03", "city"),
        ({"organization_name": "*"}, "03", "organization_name"),
        ({"postal_code": "9*"}, "03", "postal_code"),
        ({}, "04", ""),
        ({"country_code": "US"}, "04", ""),
        ({"address_purpose": "LOCATION"}, "04", ""),
        ({"city": ""}, "04", ""),
        ({"enumeration_type": "NPI-3"}, "05", "enumeration_type"),
        ({"city": "Salem", "state": "O*"}, "05", "state"),
        ({"city": "Salem", "limit": "ten"}, "05", "limit"),
        ({"city": "Salem", "address_purpose": "HOME"}, "05", "address_purpose"),
        ({"organization_name": "tom=jerry"}, "05", "organization_name"),
        ({"number": "12345"}, "06", "number"),
        ({"state": "OR"}, "07", "state"),
        ({"state": "OR", "enumeration_type": "NPI-2", "country_code": "US"}, "07", "state"),
        ({"enumeration_type": "NPI-2"}, "09", "enumeration_type"),
        ({"organization_name": "harbor*", "last_name": "INVENTED"}, "13", ""),
        ({"organization_name": "harbor*", "enumeration_type": "NPI-1"}, "13", ""),
        ({"last_name": "INVENTED", "enumeration_type": "NPI-2"}, "13", ""),
    ],
)
def test_what_the_directory_refuses(town: Asker, criteria: dict[str, Any], number: str, field: str) -> None:
    answer = nppes(town, **criteria)
    assert list(answer) == ["Errors"]
    (error,) = answer["Errors"]
    assert (error["number"], error["field"]) == (number, field)
    assert error["description"]


def test_pages_of_the_directory(town: Asker) -> None:
    everyone = rows(town, taxonomy_description="Pharm")
    assert len(everyone) > 100
    assert len(nppes(town, taxonomy_description="Pharm")["results"]) == 10
    assert len(nppes(town, taxonomy_description="Pharm", limit=0)["results"]) == 10
    assert len(nppes(town, taxonomy_description="Pharm", limit=-3)["results"]) == 1
    assert nppes(town, taxonomy_description="Pharm", limit=999)["results"] == everyone
    page = nppes(town, taxonomy_description="Pharm", limit=30, skip=20)
    assert (page["result_count"], page["results"]) == (30, everyone[20:50])
    beyond = nppes(town, taxonomy_description="Pharm", limit=30, skip=5000)
    assert beyond == {"result_count": 0, "results": []}
    assert nppes(town, taxonomy_description="Pharm", skip=-4)["results"] == everyone[:10]


def test_a_town_has_more_than_a_page(town: Asker) -> None:
    criteria = {"city": "Salem", "state": "OR", "taxonomy_description": "Pharmacy"}
    assert len(rows(town, enumeration_type="NPI-2", address_purpose="LOCATION", **criteria)) > 50


def test_names_are_exact_or_begin_so(town: Asker) -> None:
    assert rows(town, organization_name="Harbor") == []
    assert [name(row) for row in rows(town, organization_name="harbor str*")] == [
        "HARBOR STREET PHARMACY LLC"
    ]
    by_trade_name = rows(town, organization_name="Harbor Street Pharmacy")
    assert [row["number"] for row in by_trade_name] == ["1234567893"]
    former = next(row for row in rows(town, city="Salem") if len(row["other_names"]) > 0)
    other = former["other_names"][-1]["organization_name"]
    assert former in rows(town, organization_name=other)
    assert {name(row) for row in rows(town, last_name="inv*")} == {"INVENTED"}
    assert {row["enumeration_type"] for row in rows(town, last_name="INVENTED")} == {"NPI-1"}


def test_number_is_exact(town: Asker) -> None:
    assert [name(row) for row in rows(town, number="1234567893")] == ["HARBOR STREET PHARMACY LLC"]
    assert rows(town, number="1000000004") == []


def test_places(town: Asker) -> None:
    assert rows(town, city="Sale") == []
    assert rows(town, city="Sal*") == rows(town, city="SALEM")
    assert {row["number"] for row in rows(town, postal_code="97301")} < {
        row["number"] for row in rows(town, postal_code="973*")
    }
    assert rows(town, postal_code="973") == []
    assert "1234567893" in {str(row["number"]) for row in rows(town, postal_code="97301-0000")}
    assert rows(town, city="Salem", state="MA") == []
    assert rows(town, country_code="CA") == []


def test_the_purpose_of_an_address(town: Asker) -> None:
    def numbers(**criteria: Any) -> set[str]:
        return {str(row["number"]) for row in rows(town, city="Cedar Narrows", **criteria)}

    location, mailing = numbers(address_purpose="LOCATION"), numbers(address_purpose="MAILING")
    primary, secondary = numbers(address_purpose="PRIMARY"), numbers(address_purpose="SECONDARY")
    assert mailing - location
    assert numbers() == location | mailing
    assert location == primary | secondary
    assert len(secondary) == 1
    assert not primary & secondary


def test_taxonomies_are_found_by_words_not_by_codes(town: Asker) -> None:
    assert rows(town, taxonomy_description="3336C0003X") == []
    everyone = rows(town, taxonomy_description="pharmacy", city="Salem")
    retail = rows(town, taxonomy_description="Community/Retail Pharmacy", city="Salem")
    assert 0 < len(retail) < len(everyone)
    codes = {taxonomy["code"] for row in everyone for taxonomy in row["taxonomies"]}
    assert {"183700000X", "333600000X"} <= codes
    # Any taxonomy counts, not only the primary one.
    assert any(not row["taxonomies"][-1]["primary"] for row in retail)


def test_old_forms_are_among_the_rows(town: Asker) -> None:
    everyone = rows(town, taxonomy_description="pharmacy")
    old = [row for row in everyone if isinstance(row["number"], int)]
    new = [row for row in everyone if isinstance(row["number"], str)]
    assert old
    assert len(new) > len(old)
    for row in old:
        assert isinstance(row["created_epoch"], int)
        assert row["created_epoch"] < 10_000_000_000
        assert "organization_name" not in row["basic"]
        assert not any(taxonomy["desc"].startswith("Pharmacy, ") for taxonomy in row["taxonomies"])
    assert all(row["created_epoch"].endswith("000") for row in new)
    phones = [row["addresses"][0]["telephone_number"] for row in everyone]
    assert {"-" in phone for phone in phones} == {True, False}


def test_everything_in_it_is_invented_and_well_formed(town: Asker) -> None:
    everyone = rows(town, taxonomy_description="pharm")
    numbers = [str(row["number"]) for row in everyone]
    assert len(set(numbers)) == len(numbers)
    for number in numbers:
        doubled = (int(digit) * (2 if at % 2 else 1) for at, digit in enumerate(reversed("80840" + number)))
        assert sum(value // 10 + value % 10 for value in doubled) % 10 == 0
    for row in everyone:
        for address in [*row["addresses"], *row["practiceLocations"]]:
            assert address.get("telephone_number", "5550100").replace("-", "")[-7:-2] == "55501"


def test_the_directory_is_the_same_in_every_clinic_and_in_another_body(town: Asker) -> None:
    again = Asker(build(open_clinic(7, START)))
    assert rows(again, city="Salem") == rows(town, city="Salem")
    strange = town.ask("GET", "/nppes/api/", content=json.dumps({"version": {"a": 1}, "city": [[]]}))
    assert strange.json()["Errors"][0]["field"] == "version"
    doubled = town.ask("GET", "/nppes/api/?version=2.1&city=Nowhere&city=Salem&limit=5")
    assert doubled.json()["result_count"] == 5


TYPED = JSON | st.sampled_from(["Salem", "OR", "97301", "973*", "harbor*", "NPI-1", "LOCATION", "-1", "5"])
SMALL = World(7, START)
furnish(SMALL)


@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from(sandbox_nppes.NAMES), TYPED, max_size=5))
def test_the_directory_answers_whatever_it_is_asked(query: dict[str, Any]) -> None:
    reply = sandbox_nppes.search(Call(SMALL, Caller(), {}, {"version": "2.1", **query}))
    answer = json.loads(reply.body)
    assert set(answer) in ({"Errors"}, {"result_count", "results"})
