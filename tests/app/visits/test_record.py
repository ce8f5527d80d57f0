"""Reading visits: only a missing id makes a row unreadable; nothing raises (decisions.md)."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.unreadable import Unreadable
from app.intakes.record import Attachment
from app.payments.record import VisitPayment
from app.visits.meeting import Meeting
from app.visits.postvisit import PostVisit
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
MEETING: dict[str, Any] = {
    "meeting_id": "1767225600123_0f1e__jitsi",
    "conference_pin": "0604417",
    "phone_numbers": {"US": ["+1.555.010.0199"], "CA": "+1.555.010.0123"},
    "hosts": ["host@example.test"],
    "expiry": 1767229200,
    "recording_auto_start": False,
}
DETAIL: dict[str, Any] = {
    **ROW,
    "code": "0f" * 16,
    "account_code": "harbor",
    "room_id": 171,
    "state": 25,
    "description": "Standard visit",
    "specialty_id": "",
    "completed_by": 0,
    "close_reason": "patient_exit_room",
    "member_alive": "1767226000",
    "expiry": "1767229200",
    "upcoming": True,
    "visit_group_id": 9,
    "payment": {"duration": "15", "amount": "045.50", "description": "Extended visit", "charged": False},
    "meeting": MEETING,
    "postvisit": {"diagnosis": "J06.9", "disposition": "", "attachments": ["f-1"]},
    "recordings": {"count": "2", "data": []},
    "prescriptions": [{"name": "metformin"}],
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


def test_a_whole_visit() -> None:
    visit = read(**DETAIL)
    assert visit.unread == ()
    assert (visit.code, visit.account_code, visit.room_id) == ("0f" * 16, "harbor", "171")
    assert (visit.state, visit.description, visit.upcoming) == ("25", "Standard visit", True)
    assert (visit.specialty_id, visit.completed_by, visit.expiry) == (None, None, 1767229200)
    assert (visit.close_reason, visit.last_alive) == ("patient_exit_room", 1767226000)
    assert visit.visit_group_id == "9"
    assert visit.payment == VisitPayment(
        minutes=15, amount=Decimal("45.50"), description="Extended visit", charged=False
    )
    assert str(visit.payment.amount) == "45.50"
    assert visit.postvisit == PostVisit(
        diagnosis="J06.9", disposition="", attachments=(Attachment(id="f-1"),)
    )
    assert (visit.recordings, visit.prescriptions) == (2, ({"name": "metformin"},))
    assert visit.absent == {"related_walkin_id", "actual_end", "modified", "room_name", "room_slug"}


@pytest.mark.parametrize("intake", [{"reason_for_visit": "Fever"}, {"type": "1"}])
def test_an_intake_without_its_id_does_not_say_which_it_is(intake: dict[str, Any]) -> None:
    row = read(intake=intake)
    assert {"intake", "intake_id"} <= row.absent
    whole = filled(row, read())
    assert (whole.intake_id, whole.intake) == ("i-1", read().intake)
    assert whole.reason == intake.get("reason_for_visit")
    told = read(intake=intake, intake_id="i-2")
    assert (told.intake_id, told.absent & {"intake", "intake_id"}) == ("i-2", {"intake"})
    assert "intake" not in read(intake=None).absent


def test_a_meeting() -> None:
    assert read(meeting=MEETING).meeting == Meeting(
        id="1767225600123_0f1e__jitsi",
        pin="0604417",
        phone_numbers={"US": ("+1.555.010.0199",), "CA": ("+1.555.010.0123",)},
        hosts=("host@example.test",),
        expiry=1767229200,
        recording_auto_start=False,
    )


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"conference_pin": 604417}, "pin", "604417"),
        ({"phone_numbers": ["+1.555.010.0199"]}, "phone_numbers", {"": ("+1.555.010.0199",)}),
        ({"phone_numbers": []}, "phone_numbers", {}),
        ({"phone_numbers": None}, "phone_numbers", {}),
        ({"disabled": True}, "disabled", True),
        ({"recording_auto_start": None}, "recording_auto_start", None),
        ({"hosts": None}, "hosts", ()),
        ({"expiry": "x"}, "expiry", None),
    ],
)
def test_quirks_of_meetings(changes: dict[str, Any], field: str, value: Any) -> None:
    visit = read(meeting={**MEETING, **changes})
    assert getattr(visit.meeting, field) == value
    assert visit.unread == (("visit.meeting.expiry is no moment in time",) if "expiry" in changes else ())


@pytest.mark.parametrize("unset", [None, "", False, [], {}])
def test_parts_that_are_not_there(unset: Any) -> None:
    names = ("payment", "meeting", "postvisit", "recordings", "visit_group_id")
    visit = read(**dict.fromkeys(names, unset))
    assert [getattr(visit, name) for name in names] == [None] * len(names) or unset == {}
    assert not visit.absent.intersection(names)


@pytest.mark.parametrize(
    ("sent", "known"), [(None, None), ("drop", None), ([], ()), ({"3": {"name": "x"}}, ({"name": "x"},))]
)
def test_no_prescriptions_are_not_unknown_prescriptions(sent: Any, known: Any) -> None:
    assert read(prescriptions=sent).prescriptions == known


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
@given(st.dictionaries(st.sampled_from(sorted(DETAIL)), JSON, max_size=6))
def test_any_mutation_is_a_visit_or_unreadable(mutation: dict[str, Any]) -> None:
    row = read_visit(json.dumps({**DETAIL, **mutation}).encode())
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


@given(
    st.sampled_from(("meeting", "payment", "postvisit", "recordings")),
    st.dictionaries(st.sampled_from(sorted({*MEETING, *DETAIL["payment"], "count"})), JSON, max_size=4),
)
def test_any_mutation_of_a_part_is_a_visit_or_unreadable(name: str, mutation: dict[str, Any]) -> None:
    assert isinstance(read_visit(json.dumps({**DETAIL, name: mutation}).encode()), Visit | Unreadable)


def test_a_row_gets_from_its_detail_what_it_says_nothing_of() -> None:
    row = read(payment="drop")
    complete = filled(row, read(**DETAIL))
    detail = read(**DETAIL)
    assert (complete.meeting, complete.payment, complete.postvisit) == (
        detail.meeting,
        detail.payment,
        detail.postvisit,
    )
    assert complete.absent == detail.absent
    assert filled(read(payment=None, meeting=None), detail).meeting is None


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
