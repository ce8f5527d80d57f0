"""Any JSON in: a value or a complaint with its path, never an exception (api/README.md §8)."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.wire.reader import Row, decode

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
)


@settings(max_examples=400)
@given(JSON)
def test_any_value_is_read_or_complained_of(value: Any) -> None:
    row = Row({"x": value}, "thing")
    for read in (row.text, row.number, row.flag, row.instant, row.day):
        before = len(row.complaints)
        found = read("x")
        assert found is None or len(row.complaints) == before
    assert all(complaint.startswith("thing.x ") for complaint in row.complaints)
    row.object("x")
    row.array("x")
    Row(value)


@pytest.mark.parametrize("unset", [None, "", False])
def test_unset_is_none_without_complaint(unset: Any) -> None:
    row = Row({"x": unset})
    assert (row.text("x"), row.number("x"), row.instant("x"), row.day("x")) == (None, None, None, None)
    assert (row.text("missing"), row.complaints) == (None, [])


@pytest.mark.parametrize(
    ("value", "number"), [(10, 10), ("10", 10), (" 10", 10), (10.0, 10), ("10.0", 10), (0, 0)]
)
def test_numbers_come_as_number_or_text(value: Any, number: int) -> None:
    assert Row({"x": value}).number("x") == number


@pytest.mark.parametrize("value", ["ten", "1e3", 1.5, True, [], {"a": 1}, "9" * 400, float("nan")])
def test_what_is_no_number_is_complained_of(value: Any) -> None:
    row = Row({"x": value})
    assert row.number("x") is None
    assert row.complaints or value in ([],)


@pytest.mark.parametrize(
    "value",
    [
        *(1767225600, "1767225600", 1767225600000, "1767225600000", {"sec": 1767225600, "usec": 5}),
        *("2026-01-01", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", "2026-01-01 00:00:00"),
    ],
)
def test_instants_come_as_seconds_milliseconds_or_pairs(value: Any) -> None:
    assert Row({"x": value}).instant("x") == 1767225600


@pytest.mark.parametrize("value", ["soon", "1026-01-01", -5, 1e300, [], {"usec": 1}])
def test_an_absurd_instant_is_never_a_plausible_one(value: Any) -> None:
    assert Row({"x": value}).instant("x") is None


def test_dates_pass_through_no_zone() -> None:
    row = Row({"dob": "1984-05-09", "long": "1984-05-09 00:00:00", "zero": "0000-00-00", "bad": "09/05/1984"})
    assert row.day("dob") == row.day("long") == date(1984, 5, 9)
    assert Row({"dob": "452908800"}).day("dob") == date(1984, 5, 9)
    assert row.day("zero") is None
    assert row.complaints == []
    assert row.day("bad") is None
    assert row.complaints == ["bad is no date"]


def test_an_empty_list_stands_for_an_empty_object() -> None:
    row = Row({"payment": []})
    assert not row.object("payment")
    assert row.complaints == []


def test_complaints_of_inner_objects_carry_the_whole_path() -> None:
    row = Row({"member": {"dob": "x"}, "room": "k7"}, "visit")
    row.object("member").day("dob")
    row.object("room")
    assert row.complaints == ["visit.member.dob is no date", "visit.room is no object"]


def test_old_names_are_read_after_new_ones() -> None:
    assert Row({"reasonforvisit": "old"}).text("reason_for_visit", "reasonforvisit") == "old"
    assert (
        Row({"reason_for_visit": "new", "reasonforvisit": "old"}).text("reason_for_visit", "reasonforvisit")
        == "new"
    )


@given(st.binary(max_size=60))
def test_decoding_any_bytes_gives_a_value_or_a_value_error(raw: bytes) -> None:
    try:
        decode(raw)
    except ValueError:
        return


def test_deep_nesting_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="recursion"):
        decode(b"[" * 100_000)


@pytest.mark.parametrize(
    ("sent", "day"),
    [
        ("1984-05-09", date(1984, 5, 9)),
        ("1984-05-09T00:00:00Z", date(1984, 5, 9)),
        ("19840509", date(1984, 5, 9)),
        (453_000_000, date(1984, 5, 10)),
        ("-453000000", date(1955, 8, 24)),
        (0, None),
        ("0", None),
        ("1984", None),
        (1984, None),
        (19840509, None),
        ({"sec": 1}, None),
        ([1984], None),
        ("1984-13-01", None),
        (True, None),
    ],
)
def test_a_date_of_birth_is_never_guessed(sent: Any, day: date | None) -> None:
    assert Row({"dob": sent}).day("dob") == day
