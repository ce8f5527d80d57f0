"""Who waits, how long, in which order."""

from typing import Any

import pytest

from app.core.unreadable import Unreadable
from app.visits.export import visit_json
from app.visits.record import Visit
from app.visits.waiting import Group, group, is_open, queue_key, waiting_s

NOW = 1_780_000_000.0


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
    ],
)
def test_waits_are_honest(values: dict[str, Any], seconds: int | None) -> None:
    assert waiting_s(visit(**values), NOW) == seconds


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
