"""What the screen says of a visit."""

from datetime import date
from typing import Any

import pytest

from app.core.unreadable import Unreadable
from app.users.record import Person
from app.visits.record import Visit
from ui.visits.words import gender_text, kind_text, patient_cell, provider_name, status_pill, waiting_cell

NOW = 1_780_000_000.0


def visit(**values: Any) -> Visit:
    return Visit(**{"id": "1", "status": 10, "type": 1, "subtype": 3, "start": NOW - 240, **values})


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({}, "Waiting"),
        ({"status": 25}, "In progress"),
        ({"status": 30}, "Completed"),
        ({"status": 40}, "Cancelled"),
        ({"status": 77}, "Status 77"),
        ({"status": None}, "Status unknown"),
        ({"type": 2, "start": NOW + 900, "end": NOW + 1800}, "Scheduled"),
        ({"type": 2, "status": 20, "start": NOW + 900, "end": NOW + 1800}, "Confirmed"),
        ({"type": 2, "start": NOW - 1800, "end": NOW - 900}, "Missed"),
        ({"type": 3}, "E-consult"),
    ],
)
def test_every_state_has_its_word_and_its_icon(values: dict[str, Any], word: str) -> None:
    pill = status_pill(visit(**values), NOW)
    assert pill.text == word
    assert pill.icon


def test_an_unreadable_row_says_so() -> None:
    row = Unreadable(id="u", complaint="visit.id is missing")
    assert status_pill(row, NOW).text == "Unreadable"
    assert "portal" in patient_cell(row, NOW).text()


@pytest.mark.parametrize(
    ("values", "primary", "tone"),
    [
        ({}, "4 min", None),
        ({"start": NOW - 11 * 60}, "11 min", "warn"),
        ({"start": NOW - 65 * 60}, "1 hr 5 min, long wait", "bad"),
        ({"start": None}, "—", None),
        ({"start": NOW + 3600}, "Check clock", "warn"),
        ({"status": 25, "actual_start": NOW - 120}, "2 min", None),
        ({"status": 25}, "In call", None),
        ({"type": 3, "start": NOW - 7200}, "2 hr", None),
    ],
)
def test_waits_are_said_with_words_not_colour_alone(
    values: dict[str, Any], primary: str, tone: str | None
) -> None:
    cell = waiting_cell(visit(**values), NOW)
    assert (cell.primary, cell.tone) == (primary, tone)
    assert (cell.icon is not None) == (tone is not None)


def test_an_appointment_says_when_and_how_late() -> None:
    def words(start: float) -> str:
        return waiting_cell(visit(type=2, start=start, end=start + 900), NOW).secondary

    assert words(NOW + 480) == "in 8 min"
    assert words(NOW - 60) == "due now"
    assert words(NOW - 420) == "7 min late"
    assert words(NOW - 4200) == "did not start"


def test_a_patient_is_named_with_the_date_of_birth() -> None:
    member = Person(id="7", given="Mira", family="Okafor", born=date(1984, 5, 9))
    assert patient_cell(visit(member=member), NOW).text() == "OKAFOR, Mira, Born 09-May-1984 (42 y)"
    assert patient_cell(visit(), NOW).text() == "Name not known, Born: not known"


def test_codes_that_nobody_knows_stay_visible() -> None:
    assert kind_text(visit(type=9, subtype=8)) == "type 9 (unrecognised) · subtype 8 (unrecognised)"
    assert gender_text(3) == "Unrecognised (3)"
    assert gender_text(None) is None
    assert kind_text(visit(type=3, subtype=4)) == "E-consult"


def test_a_providers_name_has_title_and_suffix() -> None:
    assert (
        provider_name(Person(id="1", given="Ana", family="Ruiz", title="Dr.", suffix="MD"))
        == "Dr. Ana Ruiz, MD"
    )
