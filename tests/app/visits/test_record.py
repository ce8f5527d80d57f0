"""Reading visits: only a missing id makes a row unreadable; nothing raises (decisions.md)."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.unreadable import Unreadable
from app.visits.record import Visit, filled, is_complete, read_visit
from tests.app.wire.test_reader import JSON

ROW: dict[str, Any] = {
    "id": "48211",
    "status": "10",
    "type": 1,
    "subtype": 3,
    "start": "1767225600",
    "end": 1767226500,
    "actual_start": None,
    "created": 1767225600,
    "member_id": "7301",
    "provider_id": "612",
    "room_code": "k7m2p",
    "member": {"id": "7301", "first_name": "Mira", "last_name": "Okafor", "dob": "1984-05-09", "gender": 2},
    "provider": {"id": "612", "first_name": "Ana", "last_name": "Ruiz", "title": ""},
    "intake": {"id": "i-1", "reason_for_visit": "Cough", "custom_smoker": False},
    "payment": [],
}


def read(**changes: Any) -> Visit:
    values = {**ROW, **changes}
    visit = read_visit(json.dumps({key: value for key, value in values.items() if value != "drop"}).encode())
    assert isinstance(visit, Visit)
    return visit


def test_a_visit() -> None:
    visit = read()
    assert (visit.status, visit.type, visit.subtype, visit.start) == (10, 1, 3, 1767225600)
    assert visit.member is not None
    assert (visit.member.name, visit.member.born, visit.member.gender) == ("Mira Okafor", date(1984, 5, 9), 2)
    assert visit.provider is not None
    assert visit.provider.id == "612"
    assert (visit.reason, visit.room_code, visit.intake_id) == ("Cough", "k7m2p", "i-1")
    assert visit.intake is not None
    assert visit.intake.answers == {"custom_smoker": False}
    assert visit.unread == ()


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"id": 48211}, "id", "48211"),
        ({"id": "drop", "_id": "5"}, "id", "5"),
        ({"status": 77}, "status", 77),
        ({"start": "drop"}, "start", None),
        ({"type": "drop"}, "type", None),
        ({"room_code": "drop", "room": {"code": "r9"}}, "room_code", "r9"),
        ({"intake": {"id": "i", "reasonforvisit": "old name"}}, "reason", "old name"),
        ({"related_walkin_id": 0}, "related_walkin_id", None),
        ({"provider": False, "provider_id": 0, "intake": {"id": "i"}}, "provider", None),
        ({"start": "2026-01-01T00:00:00Z"}, "start", 1767225600),
        ({"related_walkin_id": 9}, "related_walkin_id", "9"),
    ],
)
def test_quirks(changes: dict[str, Any], field: str, value: Any) -> None:
    visit = read(**changes)
    assert getattr(visit, field) == value
    assert visit.unread == ()


def test_nobody_is_none_and_an_id_alone_is_somebody() -> None:
    assert read(provider=None, provider_id=None).provider is None
    provider = read(provider=[], provider_id="9").provider
    assert provider is not None
    assert (provider.id, provider.name) == ("9", "")


def test_what_cannot_be_understood_is_named_and_the_rest_stays() -> None:
    visit = read(
        status={"weird": 1}, start="yesterday", member={"id": "7", "first_name": "Jo", "dob": "05/09/84"}
    )
    assert visit.unread == (
        "visit.status is no whole number",
        "visit.start is no moment in time",
        "visit.member.dob is no date",
    )
    assert visit.member is not None
    assert visit.member.given == "Jo"


@pytest.mark.parametrize(
    "raw", [b"null", b'"text"', b"[]", b"{}", b'{"status": 10}', b'{"id": ""}', b'{"id"', b"\xff"]
)
def test_a_row_without_an_id_is_unreadable_and_keeps_its_place(raw: bytes) -> None:
    row = read_visit(raw)
    assert isinstance(row, Unreadable)
    assert row.complaint
    assert read_visit(raw) == row
    assert read_visit(b'{"status": 77}').id != row.id


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from(sorted(ROW)), JSON, max_size=6))
def test_any_mutation_is_a_visit_or_unreadable(mutation: dict[str, Any]) -> None:
    row = read_visit(json.dumps({**ROW, **mutation}).encode())
    assert isinstance(row, Visit | Unreadable)
    if isinstance(row, Visit) and "status" in mutation:
        sent = mutation["status"]
        assert (
            row.status is None
            or str(row.status) == str(sent).strip().removesuffix(".0").lstrip("+")
            or row.status == int(float(sent))
        )


def test_a_row_is_completed_from_its_detail_and_wins_where_it_speaks() -> None:
    row = read(start="drop", status=25)
    complete = filled(row, read(status=10))
    assert (complete.start, complete.status) == (1767225600, 25)


def test_null_is_a_statement_and_is_not_filled() -> None:
    row = read(provider=None, provider_id=None, actual_start=None, intake={"id": "i-1"})
    complete = filled(row, read(actual_start=1767225700))
    assert (complete.provider, complete.actual_start, complete.reason) == (None, None, None)


def test_a_person_of_whom_the_row_gives_the_id_alone_keeps_the_name() -> None:
    complete = filled(read(member={"id": "7301"}), read())
    assert complete.member is not None
    assert complete.member.name == "Mira Okafor"
    other = filled(read(member={"id": "9999"}), read())
    assert other.member is not None
    assert other.member.name == ""


@pytest.mark.parametrize(
    ("changes", "complete"),
    [
        ({}, True),
        ({"start": "drop"}, False),
        ({"status": "drop"}, False),
        ({"member": {"id": "7"}}, False),
        ({"status": 25}, False),
        ({"status": 25, "actual_start": 1767225700}, True),
        ({"intake": "drop"}, False),
        ({"intake": {"id": "i", "reason_for_visit": ""}}, True),
    ],
)
def test_what_a_row_must_say_to_need_no_detail(changes: dict[str, Any], complete: bool) -> None:
    assert is_complete(read(**changes)) is complete
