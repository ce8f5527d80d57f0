"""Reading devices and readings: every value with its own unit, never converted; nothing raises."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.unreadable import Unreadable
from app.health.record import DATA_TYPES, Device, Reading, Value, read_device, read_reading
from app.wire.reader import Row
from tests.app.wire.test_reader import JSON

DAY: dict[str, Any] = {
    "date": "2026-02-11",
    "weight": "176.4",
    "weight_unit": "lbs",
    "bg": 6.2,
    "bg_unit": "mmol/L",
    "hp": 121,
    "lp": "79",
    "bp_unit": "mmHg",
    "hr": 72,
    "sleep": None,
    "mood": "good",
}
DEVICE = {
    "device_id": "00AA",
    "device_name": "Scale",
    "type": "x",
    "invalid": False,
    "last_sync": "1767225600",
}


def read(**changes: Any) -> Reading:
    values = {key: value for key, value in {**DAY, **changes}.items() if value != "drop"}
    found = read_reading(Row(values, "health"))
    assert isinstance(found, Reading)
    return found


def test_a_day() -> None:
    reading = read()
    assert (reading.id, reading.day) == ("2026-02-11", date(2026, 2, 11))
    assert reading.values == {
        "weight": Value(number=176.4, unit="lbs"),
        "bg": Value(number=6.2, unit="mmol/L"),
        "hp": Value(number=121, unit="mmHg"),
        "lp": Value(number=79, unit="mmHg"),
        "hr": Value(number=72),
    }
    assert reading.rest == {"mood": "good"}
    assert reading.unread == ()


@pytest.mark.parametrize("unset", ["drop", None, "", False])
def test_no_value_is_no_reading_and_never_zero(unset: Any) -> None:
    assert "weight" not in read(weight=unset).values
    assert read(weight=0).values["weight"].number == 0


@pytest.mark.parametrize("unset", ["drop", None, ""])
def test_a_unit_that_did_not_come_is_not_known(unset: Any) -> None:
    assert read(weight_unit=unset).values["weight"] == Value(number=176.4)


def test_an_unknown_unit_stays_as_it_is() -> None:
    assert read(weight_unit="stone").values["weight"] == Value(number=176.4, unit="stone")


@pytest.mark.parametrize(("sent", "number"), [(True, 1), (False, 0), (1, 1), ("0", 0)])
def test_movement_is_a_truth(sent: Any, number: float) -> None:
    assert read(movement=sent).values["movement"].number == number


def test_what_cannot_be_understood_is_named_and_the_rest_stays() -> None:
    reading = read(weight="heavy", bg={"x": 1}, hr=[])
    assert set(reading.values) == {"hp", "lp"}
    assert reading.unread == (
        "health.bg is no number",
        "health.weight is no number",
        "health.hr is no number",
    )


@pytest.mark.parametrize("value", [None, "", "02/11/2026", "soon", [], "drop"])
def test_a_day_without_a_date_is_unreadable(value: Any) -> None:
    row = {key: sent for key, sent in {**DAY, "date": value}.items() if sent != "drop"}
    assert isinstance(read_reading(Row(row)), Unreadable)


def test_a_device() -> None:
    assert read_device(Row({**DEVICE, "x": 1})) == Device(
        id="00AA", name="Scale", type="x", is_invalid=False, last_sync=1767225600, rest={"x": 1}
    )
    bare = read_device(Row({"device_id": 12, "last_sync": 0}))
    assert bare == Device(id="12")
    assert isinstance(read_device(Row({"device_name": "Scale"})), Unreadable)


@settings(max_examples=150)
@given(JSON, st.dictionaries(st.sampled_from(sorted({*DAY, *DATA_TYPES})), JSON))
def test_any_json_is_a_reading_or_unreadable(value: Any, mutation: dict[str, Any]) -> None:
    assert isinstance(read_device(Row(value)), Device | Unreadable)
    assert isinstance(read_device(Row({**DEVICE, **mutation})), Device)
    assert isinstance(read_reading(Row(value)), Reading | Unreadable)
    found = read_reading(Row({**DAY, **mutation}))
    assert isinstance(found, Reading | Unreadable)
    if isinstance(found, Reading):
        said = {**DAY, **mutation}
        assert all(name in said for name in found.values)
        assert all(kept.unit == "" or kept.unit in map(str, said.values()) for kept in found.values.values())
