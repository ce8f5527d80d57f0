"""Prescriptions: texts as received, in old and new spelling (quirk 19)."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.unreadable import Unreadable
from app.emr.prescription import Prescription, read_prescription
from app.wire.reader import Row
from tests.app.wire.test_reader import JSON

ROW: dict[str, Any] = {
    "name": "metformin ER 500 mg tablet",
    "Directions": "Take 2 tablets",
    "DaysSupply": "30",
    "refills": "0",
    "PrescriberName": "Dr. Noor Haddad MD",
    "prescription_date": "2026-01-05",
    "visit_id": 48211,
    "pharmacy": {"code": "x"},
}


def read(row: dict[str, Any]) -> Prescription:
    found = read_prescription(Row(row, "prescription"))
    assert isinstance(found, Prescription)
    return found


def test_a_prescription() -> None:
    assert read(ROW) == Prescription(
        name="metformin ER 500 mg tablet",
        directions="Take 2 tablets",
        days_supply="30",
        refills="0",
        prescriber="Dr. Noor Haddad MD",
        written="2026-01-05",
        visit_id="48211",
        rest={"pharmacy": {"code": "x"}},
    )


def test_snake_case_and_numbers_are_taken_too() -> None:
    row = {"days_supply": 30, "directions": "d", "prescriber_name": "p", "refills": 0}
    found = read(row)
    assert (found.days_supply, found.directions, found.prescriber, found.refills) == ("30", "d", "p", "0")
    assert found.rest == {}


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-01-05", date(2026, 1, 5)),
        ("01/05/2026", None),
        ("20260105", None),
        ("2026-02-30", None),
        ("2026-01-05 10:00", None),
        ("", None),
    ],
)
def test_a_date_that_is_not_sure_stays_a_text(written: str, day: date | None) -> None:
    found = read({**ROW, "prescription_date": written})
    assert (found.written, found.day) == (written, day)


@settings(max_examples=100)
@given(JSON, st.dictionaries(st.sampled_from(sorted(ROW)), JSON))
def test_any_json_is_a_prescription_or_unreadable(value: Any, mutation: dict[str, Any]) -> None:
    assert isinstance(read_prescription(Row(value)), Prescription | Unreadable)
    found = read({**ROW, **mutation})
    assert found.day is None or found.written == found.day.isoformat()
