"""Which visit stands where, at which moment (requirements.md §3.1)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.unreadable import Unreadable
from app.users.record import Person
from app.visits.postvisit import PostVisit
from app.visits.record import Status, Type, Visit
from app.visits.sections import (
    FOLDABLE,
    OVER_S,
    Moment,
    Section,
    ended_at,
    is_blank,
    moves_at,
    over_s,
    section,
    section_key,
)

NOW = 1_780_000_000.0
ME = "612"
BLANK = PostVisit(physical_exam="", assessment_plan="", diagnosis="", patient_instructions="", disposition="")


def visit(**values: Any) -> Visit:
    return Visit(**{"id": "1", "status": 10, "type": 1, "start": NOW - 600, **values})


def at(now: float = NOW, me: str = ME) -> Moment:
    return Moment(now, NOW - 8 * 3600, me)


RUNNING = {"status": 25, "start": NOW - 7200, "end": NOW - 5400, "actual_start": NOW - 1800}


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({}, Section.WAITING),
        ({"type": 3}, Section.E_CONSULT),
        ({"status": 77}, Section.UNCLEAR),
        ({"status": None}, Section.UNCLEAR),
        ({"type": 2, "start": NOW + 60, "end": NOW + 1800}, Section.SCHEDULED),
        ({"type": 2, "start": NOW - 3600, "end": NOW - 1}, Section.WRAP_UP),  # missed
        (RUNNING, Section.IN_PROGRESS),
        (RUNNING | {"actual_start": NOW - 1800 - OVER_S}, Section.WRAP_UP),  # its call has probably ended
        (RUNNING | {"actual_start": NOW - 86_400, "end": None}, Section.IN_PROGRESS),  # how long is not known
        ({"status": 30, "actual_end": NOW - 60}, Section.DONE),
        ({"status": 30, "actual_end": NOW - 9 * 3600}, None),
        ({"status": 40, "modified": NOW - 60}, Section.DONE),
        ({"status": 40, "modified": NOW - 9 * 3600}, None),
        ({"status": 50}, Section.DONE),  # nobody tells when
    ],
)
def test_where_a_visit_stands(values: dict[str, Any], place: Section | None) -> None:
    assert section(visit(**values), at()) == place


def test_a_row_that_cannot_be_read_is_never_folded_away() -> None:
    assert section(Unreadable(id="u", complaint="x"), at()) == Section.UNCLEAR
    assert {Section.SCHEDULED, Section.WRAP_UP, Section.DONE} == FOLDABLE


@pytest.mark.parametrize(
    ("values", "me", "place"),
    [
        ({}, ME, Section.WRAP_UP),
        ({}, "613", Section.DONE),
        ({}, "", Section.DONE),
        ({"provider": None}, ME, Section.DONE),
        ({"postvisit": None}, ME, Section.DONE),  # of the note nothing is told
        ({"postvisit": PostVisit(disposition="Home")}, ME, Section.DONE),
        ({"postvisit": PostVisit(disposition="")}, ME, Section.DONE),  # of its other fields nothing is told
        ({"status": 40}, ME, Section.DONE),
        ({"actual_end": NOW - 9 * 3600}, ME, Section.WRAP_UP),  # however long ago
    ],
)
def test_who_has_to_write_a_note(values: dict[str, Any], me: str, place: Section) -> None:
    done = {"status": 30, "actual_end": NOW - 60, "provider": Person(id=ME), "postvisit": BLANK}
    assert section(visit(**done | values), at(me=me)) == place


def test_a_note_is_blank_when_every_field_is_said_to_be() -> None:
    assert is_blank(BLANK)
    assert not is_blank(PostVisit())


def test_over_is_told_from_an_hour_on() -> None:
    running = visit(**RUNNING)
    planned_end = NOW - 1800 + 1800
    assert over_s(running, planned_end + OVER_S - 1) is None
    assert over_s(running, planned_end + OVER_S) == OVER_S
    assert over_s(running, planned_end + OVER_S + 90) == OVER_S + 90
    assert over_s(visit(), NOW) is None


def test_the_best_that_is_known_of_an_end() -> None:
    assert ended_at(visit(actual_end=3.0, modified=2.0, end=1.0)) == 3.0
    assert ended_at(visit(modified=2.0, end=1.0)) == 2.0
    assert ended_at(visit(end=1.0)) == 1.0
    assert ended_at(visit()) is None


def ordered(*visits: Visit) -> list[str]:
    keyed = sorted((section_key(each, section(each, at())), each.id) for each in visits)
    return [visit_id for _key, visit_id in keyed]


def test_urgent_ones_come_first_then_who_has_waited_longest() -> None:
    made = (
        visit(id="short", start=NOW - 60),
        visit(id="long", start=NOW - 6000),
        visit(id="urgent", start=NOW - 30, urgent=True),
        visit(id="not urgent", start=NOW - 7000, urgent=False),
        visit(id="call", status=25, start=NOW - 10),
        visit(id="booked", type=2, start=NOW + 10, end=NOW + 900),
        visit(id="question", type=3, start=NOW - 9000),
        visit(id="gone", status=40, modified=NOW - 10),
        visit(id="done", status=30, actual_end=NOW - 5),
        visit(id="odd", status=77),
    )
    places = ["call", "odd", "urgent", "not urgent", "long", "short", "booked", "question", "done", "gone"]
    assert ordered(*made) == places


TIMES = st.one_of(st.none(), st.floats(NOW - 9000, NOW + 9000))
VISITS = st.builds(
    visit,
    status=st.sampled_from([10, 20, 25, 77, None]),
    type=st.sampled_from(list(Type)),
    start=TIMES,
    end=TIMES,
    actual_start=TIMES,
)


@given(VISITS, st.floats(0, 20_000))
def test_time_moves_an_open_visit_when_it_was_said_to(row: Visit, later: float) -> None:
    moment = moves_at(row, NOW)
    assert moment is None or moment >= NOW
    if moment is None or NOW + later < moment:
        assert section(row, at(NOW + later)) == section(row, at())
    elif NOW + later > moment:
        assert section(row, at(NOW + later)) == Section.WRAP_UP != section(row, at())


def test_what_is_over_is_moved_by_the_day_alone() -> None:
    assert moves_at(visit(status=Status.COMPLETED, end=NOW + 10, type=2), NOW) is None
    assert moves_at(Unreadable(id="u", complaint="x"), NOW) is None
