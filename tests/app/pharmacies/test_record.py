"""Reading pharmacies: only a missing code makes a row unreadable; nothing raises."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.unreadable import Unreadable
from app.pharmacies.record import KINDS, Pharmacy, read_pharmacy
from app.wire.reader import Row
from tests.app.wire.test_reader import JSON

ROW: dict[str, Any] = {
    "code": "PH-20417",
    "name": "Harbor Street Pharmacy",
    "address": "18 Harbor St",
    "address_more": "",
    "city": "Salem",
    "state": "OR",
    "country": "US",
    "zip": 97301,
    "phone": "5035550142",
    "fax": "5035550143",
    "latitude": 44.9401,
    "longitude": -123.0402,
}


def read(**changes: Any) -> Pharmacy:
    values = {key: value for key, value in {**ROW, **changes}.items() if value != "drop"}
    pharmacy = read_pharmacy(Row(values, "pharmacy"))
    assert isinstance(pharmacy, Pharmacy)
    return pharmacy


def test_a_pharmacy() -> None:
    pharmacy = read()
    assert (pharmacy.id, pharmacy.name, pharmacy.address) == (
        "PH-20417",
        "Harbor Street Pharmacy",
        "18 Harbor St",
    )
    assert (pharmacy.city, pharmacy.state, pharmacy.zip) == ("Salem", "OR", "97301")
    assert (pharmacy.latitude, pharmacy.longitude) == (44.9401, -123.0402)
    assert (pharmacy.source, pharmacy.is_default, pharmacy.distance, pharmacy.extra) == (
        "clinic",
        None,
        None,
        None,
    )
    assert pharmacy.unread == ()


@pytest.mark.parametrize(
    ("sent", "country", "read_as"),
    [
        (2190, "US", "02190"),
        (907, "US", "00907"),
        (907, "PR", "00907"),
        (2190.0, "", "02190"),
        ("2190", "", "02190"),
        ("02190", "US", "02190"),
        ("97301-0042", "US", "97301-0042"),
        (973010042, "US", "97301-0042"),
        (21900001, "US", "02190-0001"),
        ("973010042", "US", "97301-0042"),
        (0, "US", ""),
        ("00000", "US", ""),
        (2000, "AU", "2000"),
        ("K1A 0B1", "CA", "K1A 0B1"),
        (560001, "", "560001"),
        (None, "US", ""),
        ("", "US", ""),
        (False, "US", ""),
    ],
)
def test_a_zip_gets_its_zeros_back(sent: Any, country: str, read_as: str) -> None:
    pharmacy = read(zip=sent, country=country)
    assert (pharmacy.zip, pharmacy.unread) == (read_as, ())


@given(st.integers(1, 99_999))
def test_every_number_of_five_digits_is_a_zip_of_five_digits(number: int) -> None:
    assert read(zip=number).zip == f"{number:05d}" == read(zip=str(number)).zip
    assert int(read(zip=number).zip) == number


@pytest.mark.parametrize(
    ("latitude", "longitude", "known"),
    [
        (44.9, -123.0, True),
        ("44.9", "-123.0", True),
        (0, 0, False),
        ("0", 0.0, False),
        (0, 12.5, True),
        (44.9, "drop", False),
        (None, None, False),
        (91, 0.5, False),
        (44.9, 181, False),
    ],
)
def test_a_position_is_both_or_none(latitude: Any, longitude: Any, known: bool) -> None:
    pharmacy = read(latitude=latitude, longitude=longitude)
    found = (pharmacy.latitude, pharmacy.longitude)
    assert found == ((float(latitude), float(longitude)) if known else (None, None))


@pytest.mark.parametrize("extra", [None, False, "", 0, [], {}, {"a": [1, {"b": None}]}, "note", [1]])
def test_extra_stays_as_it_came(extra: Any) -> None:
    assert read(extra=extra).extra == extra


def test_the_number_in_the_directory() -> None:
    assert read().npi == ""
    assert read(code="npi-1234567893", extra={"npi": "2"}).npi == "1234567893"
    assert read(code="PH-npi-7").npi == ""
    assert read(extra={"npi": "1234567893", "taxonomy": "3336C0003X"}).npi == "1234567893"
    assert read(extra={"npi": 1234567893}).npi == "1234567893"
    assert read(extra={"npi": True}).npi == ""
    assert KINDS[read(extra={"taxonomy": "3336M0002X"}).kind] == "mail order"
    assert read(extra={"taxonomy": "333X"}).kind == "333X"


def test_what_cannot_be_understood_is_named_and_the_rest_stays() -> None:
    pharmacy = read(name=["x"], distance="far")
    assert pharmacy.unread == ("pharmacy.name is no text", "pharmacy.distance is no number")
    assert (pharmacy.name, pharmacy.distance, pharmacy.city) == ("", None, "Salem")


@pytest.mark.parametrize("value", [None, "text", [], {}, 7, {"code": ""}, {"name": "x"}, {"code": {}}])
def test_without_a_code_it_is_unreadable(value: Any) -> None:
    assert isinstance(read_pharmacy(Row(value, "pharmacy")), Unreadable)


@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from([*sorted(ROW), "extra", "distance", "is_default"]), JSON, max_size=3))
def test_any_mutation_is_a_pharmacy_or_unreadable(mutation: dict[str, Any]) -> None:
    found = read_pharmacy(Row({**ROW, **mutation}, "pharmacy"))
    assert isinstance(found, Pharmacy | Unreadable)
    if isinstance(found, Pharmacy):
        assert found.is_default in (None, True, False)
        assert (found.latitude is None) == (found.longitude is None)
