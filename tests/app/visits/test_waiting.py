"""Who waits, how long, in which order."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.unreadable import Unreadable
from app.visits.export import visit_json
from app.visits.limits import WaitLimits
from app.visits.record import Visit
from app.visits.waiting import (
    ClockFault,
    Group,
    WaitLevel,
    elapsed,
    group,
    is_open,
    queue_key,
    running,
    wait_level,
    wait_of,
    waiting_s,
)

NOW = 1_780_000_000.0
DAY = 86_400


def visit(**values: Any) -> Visit:
    return Visit(**{"id": "1", "status": 10, "type": 1, "start": NOW - 600, **values})


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({}, Group.WAITING),
        ({"status": 20}, Group.WAITING),
        ({"status": 25}, Group.IN_PROGRESS),
        ({"status": 77}, Group.UNCLEAR),
        ({"status": None}, Group.UNCLEAR),
        ({"type": 2, "start": NOW + 600, "end": NOW + 1500}, Group.SCHEDULED),
        ({"type": 2, "start": NOW - 600, "end": NOW + 300}, Group.SCHEDULED),
        ({"type": 2, "start": NOW - 1800, "end": NOW - 900}, Group.MISSED),
        ({"type": 2, "status": 25, "end": NOW - 900}, Group.IN_PROGRESS),
        ({"type": 3, "end": NOW - 900}, Group.E_CONSULT),
        ({"subtype": 4}, Group.E_CONSULT),
        ({"type": 10}, Group.WAITING),
        ({"type": 99}, Group.WAITING),
        ({"end": NOW - 60}, Group.WAITING),
    ],
)
def test_groups(values: dict[str, Any], place: Group) -> None:
    assert group(visit(**values), NOW) == place


@pytest.mark.parametrize(
    ("status", "is_in"),
    [(10, True), (20, True), (25, True), (30, False), (40, False), (50, False), (77, True), (None, True)],
)
def test_what_is_open(status: int | None, is_in: bool) -> None:
    assert is_open(visit(status=status)) is is_in
    assert is_open(Unreadable(id="u", complaint="x"))


@pytest.mark.parametrize(
    ("values", "seconds"),
    [
        ({}, 600),
        ({"start": NOW}, 0),
        ({"start": NOW + 30}, 0),
        ({"start": NOW + 61}, None),
        ({"start": None}, None),
        ({"status": 25}, None),
        ({"status": 40}, None),
        ({"type": 2}, None),
        ({"type": 3}, 600),
        ({"type": None}, 600),
        ({"start": NOW - DAY}, DAY),
        ({"start": NOW - DAY - 1}, None),
        ({"start": 1.0}, None),
        # An e-consult may lie for days, but not since 1970.
        ({"type": 3, "start": NOW - 3 * DAY}, 3 * DAY),
        ({"type": 3, "start": 1.0}, None),
    ],
)
def test_waits_are_honest(values: dict[str, Any], seconds: int | None) -> None:
    assert waiting_s(visit(**values), NOW) == seconds


@pytest.mark.parametrize(
    ("values", "waited"),
    [
        ({}, 600),
        ({"start": NOW + 61}, ClockFault.AHEAD),
        ({"start": NOW - 3 * DAY}, ClockFault.TOO_LONG),
        ({"start": 1.0}, ClockFault.TOO_LONG),
        ({"start": None}, None),
        ({"status": 25}, None),
        ({"type": 2}, None),
    ],
)
def test_why_a_wait_is_not_told(values: dict[str, Any], waited: int | ClockFault | None) -> None:
    assert wait_of(visit(**values), NOW) == waited
    assert wait_of(Unreadable(id="u", complaint="x"), NOW) is None


def test_a_clinic_that_means_more_than_a_day_is_believed() -> None:
    waiting = visit(start=NOW - 2 * DAY)
    assert wait_of(waiting, NOW, longest_s=3600) == ClockFault.TOO_LONG
    assert wait_of(waiting, NOW, longest_s=3 * DAY) == 2 * DAY


@pytest.mark.parametrize(
    ("values", "seconds"),
    [
        ({"actual_start": NOW - 90}, 90),
        ({"actual_start": NOW + 30}, 0),
        ({"actual_start": NOW + 90}, ClockFault.AHEAD),
        ({"actual_start": NOW - DAY - 1}, ClockFault.TOO_LONG),
        ({"actual_start": None}, None),
        ({"status": 30, "actual_start": NOW - 90}, None),
    ],
)
def test_a_running_call_is_as_honest(values: dict[str, Any], seconds: int | ClockFault | None) -> None:
    assert running(visit(**{"status": 25, **values}), NOW) == seconds
    assert running(Unreadable(id="u", complaint="x"), NOW) is None


def test_the_last_limit_that_was_reached() -> None:
    limits = WaitLimits(600, 1200, 300, 7200)
    reached = {0: 0, 599: 0, 600: 1, 1199: 1, 1200: 2, 7200: 2, 7201: 3}
    assert {waited: wait_level(waited, limits) for waited in reached} == reached
    assert wait_level(90_000, limits) is WaitLevel.BEYOND


@given(st.floats(0, 4e9), st.floats(0, 4e9), st.floats(0, 1e9))
def test_no_span_is_negative_or_beyond_its_bound(since: float, until: float, at_most_s: float) -> None:
    span = elapsed(since, until, at_most_s)
    assert isinstance(span, ClockFault) or 0 <= span <= at_most_s
    assert span != ClockFault.AHEAD or since > until


def test_the_order_is_by_group_then_longest_first() -> None:
    rows: list[Visit | Unreadable] = [
        visit(id="scheduled", type=2, start=NOW + 60),
        visit(id="short", start=NOW - 60),
        visit(id="long", start=NOW - 900),
        visit(id="running", status=25),
        Unreadable(id="unreadable", complaint="x"),
        visit(id="missed", type=2, start=NOW - 9000, end=NOW - 8000),
    ]
    ordered = sorted(rows, key=lambda row: queue_key(row, NOW))
    assert [row.id for row in ordered] == ["running", "unreadable", "long", "short", "scheduled", "missed"]


def test_the_promised_json_of_a_visit() -> None:
    assert visit_json(visit(subtype=3, room_code="k7", reason="Cough", actual_start=None), NOW) == {
        "id": "1",
        "status": "pending",
        "status_code": 10,
        "type": "walk_in",
        "subtype": "video",
        "patient": {"id": None, "name": None, "born": None},
        "provider": None,
        "room": "k7",
        "reason": "Cough",
        "start": "2026-05-28T20:16:40Z",
        "actual_start": None,
        "waiting_s": 600,
        "unreadable": False,
    }


def test_unknown_numbers_stay_visible_in_json() -> None:
    told = visit_json(visit(status=77, type=9, subtype=8), NOW)
    assert (told["status"], told["status_code"], told["type"], told["subtype"]) == (
        "unrecognised",
        77,
        "9",
        "8",
    )


def test_rows_that_cannot_be_read_are_marked_in_json() -> None:
    unreadable = visit_json(Unreadable(id="u", complaint="x"), NOW)
    assert (unreadable["id"], unreadable["unreadable"], unreadable["status"]) == ("u", True, None)
    assert visit_json(visit(unread=("visit.start is no moment in time",)), NOW)["unreadable"] is True
