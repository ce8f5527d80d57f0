"""Whose a typed text is, beside it."""

from datetime import date

import pytest

from app.users.record import Person
from app.visits.record import Visit
from app.visits.whose import read_whose, whose


def test_visit_name_and_birth_come_back() -> None:
    member = Person(id="7301", given="María José", family="García Núñez", born=date(1984, 5, 9))
    kept = read_whose(whose(Visit(id="48211", member=member)))
    assert kept is not None
    assert kept.visit_id == "48211"
    assert kept.person == Person(id="", given="María José", family="García Núñez", born=date(1984, 5, 9))


def test_a_patient_nobody_knew_is_none() -> None:
    kept = read_whose(whose(Visit(id="48211")))
    assert kept is not None
    assert (kept.visit_id, kept.person) == ("48211", None)


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"visit_id": 1}'])
def test_what_cannot_be_read_is_nobody(text: str | None) -> None:
    assert read_whose(text) is None
