"""Sections, pairs and words of the queue, through its table."""

from collections.abc import Callable, Iterator

import msgspec
import pytest
from PySide6.QtCore import QPersistentModelIndex
from pytestqt.qtbot import QtBot

from app.users.role import Role, rights_of
from app.visits.filter import Filter
from app.visits.postvisit import PostVisit
from app.visits.sections import Section
from tests.ui.rest import rest
from tests.ui.visits.filtered import ME, NOW, PROVIDERS
from tests.ui.visits.queues import Clinic, Desk, booked, waiting
from ui.kit.formats import show_times_in, time_text
from ui.kit.record_model import RecordRole
from ui.theme.theme import Theme

BLANK = PostVisit(physical_exam="", assessment_plan="", diagnosis="", patient_instructions="", disposition="")
Make = Callable[..., Desk]


@pytest.fixture
def open_desk(qtbot: QtBot, theme: Theme) -> Iterator[Make]:
    made: list[Desk] = []

    def make(clinic: Clinic, **options: object) -> Desk:
        made.append(Desk(theme, clinic, **{"folded": (), **options}))
        qtbot.addWidget(made[-1])
        return made[-1]

    yield make
    for desk in made:
        desk.close_listeners()


def everyone() -> Clinic:
    mine = next(person for person in PROVIDERS if person.id == ME)
    return Clinic(
        waiting(1, 30),
        waiting(2, 50),
        waiting(3, 5, urgent=True),
        waiting(4, 20, status=25, actual_start=NOW - 300),
        waiting(5, 20, status=25, start=NOW - 9000, end=NOW - 8100, actual_start=NOW - 9000),
        booked(6, 20),
        booked(7, -60),
        waiting(8, 40, type=3, subtype=4),
        waiting(9, 90, status=30, actual_end=NOW - 600, provider=mine, postvisit=BLANK),
        waiting(10, 90, status=30, actual_end=NOW - 600),
        waiting(11, 90, status=40, modified=NOW - 60),
        waiting(12, 90, status=77),
    )


def test_sections_stand_in_the_order_of_what_is_to_be_done(open_desk: Make) -> None:
    desk = open_desk(everyone())
    assert list(desk.under_each().items()) == [
        (Section.IN_PROGRESS, ["48004"]),
        (Section.UNCLEAR, ["48012"]),
        (Section.WAITING, ["48003", "48002", "48001"]),
        (Section.SCHEDULED, ["48006"]),
        (Section.E_CONSULT, ["48008"]),
        (Section.WRAP_UP, ["48005", "48009", "48007"]),
        (Section.DONE, ["48011", "48010"]),
    ]
    assert desk.model.words_at(desk.model.row_of("48005"), 0).startswith("2 hr 15 min over")


def test_headings_say_title_count_and_whether_they_are_folded(open_desk: Make) -> None:
    desk = open_desk(everyone(), folded=[Section.DONE, Section.SCHEDULED])
    said = [desk.model.words_at(row, 0) for row in desk.model.headings()]
    assert said == [
        "In progress, 1",
        "Unclear: look these up, 1",
        "Waiting, 3",
        "Scheduled, 1, folded",
        "E-consults, 1",
        "Needs wrap-up, 3",
        "Done today, 2, folded",
    ]


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.MONITOR])
def test_who_writes_no_notes_is_reminded_of_none(open_desk: Make, role: Role) -> None:
    desk = open_desk(everyone(), rights=rights_of(role))
    assert desk.under_each()[Section.DONE] == ["48011", "48009", "48010"]


def test_an_appointment_and_its_walk_in_are_one_row(open_desk: Make) -> None:
    show_times_in("")
    mira = waiting(1).member
    clinic = Clinic(booked(0, -5, member=mira, related_walkin_id="48001"))
    desk = open_desk(clinic)
    index = QPersistentModelIndex(desk.model.index(desk.model.row_of("48000"), 0))
    assert desk.under_each() == {Section.SCHEDULED: ["48000"]}
    clinic.put(waiting(1, 2))
    assert desk.under_each() == {Section.WAITING: ["48001"]}
    assert not index.isValid()
    why = desk.model.words_at(desk.model.row_of("48001"), 2)
    assert f"Booked {time_text(NOW - 300, NOW)}" in why
    clinic.put(waiting(1, 2, status=25, actual_start=NOW))
    assert desk.under_each() == {Section.IN_PROGRESS: ["48001"]}
    # They leave the waiting room: their appointment stands as before.
    clinic.put(waiting(1, 2, status=40, modified=NOW))
    assert desk.under_each() == {Section.SCHEDULED: ["48000"], Section.DONE: ["48001"]}
    clinic.put(waiting(2, 1, member=mira))
    clinic.put(booked(0, -5, member=mira, related_walkin_id="48002"))
    assert desk.under_each() == {Section.WAITING: ["48002"], Section.DONE: ["48001"]}
    clinic.put(waiting(2, 1))
    assert desk.under_each() == {
        Section.WAITING: ["48002"],
        Section.SCHEDULED: ["48000"],
        Section.DONE: ["48001"],
    }


def test_a_walk_in_without_an_appointment_says_nothing_of_one(open_desk: Make) -> None:
    desk = open_desk(Clinic(waiting(1)))
    assert "Booked" not in desk.model.words_at(desk.model.row_of("48001"), 2)


def test_the_heads_count_equals_one_made_from_scratch(qtbot: QtBot, open_desk: Make) -> None:
    clinic = everyone()
    desk = open_desk(clinic)
    clinic.put(waiting(1, 30, status=30, actual_end=NOW), waiting(20, 200), booked(6, 20, status=40))
    clinic.take("48012", "48004")
    desk.at(NOW + 600)
    rest(qtbot)
    fresh = open_desk(clinic)
    assert desk.queue.counts() == fresh.queue.counts() != open_desk(everyone()).queue.counts()


def test_whom_a_filter_hides_is_counted_as_they_change(qtbot: QtBot, open_desk: Make) -> None:
    mira = waiting(30).member
    clinic = Clinic(*(waiting(number, 60 - number) for number in range(12)))
    desk = open_desk(clinic)
    desk.queue.filtering.narrow(desk.model, Filter(mine=True))
    assert len(desk.model.ids()) == 4
    for _ in range(2):
        clinic.put(
            waiting(30, 1, provider=None),
            waiting(0, 60, status=25, actual_start=NOW),
            booked(31, 5, member=mira, related_walkin_id="48030", provider=None),
        )
        clinic.put(msgspec.structs.replace(waiting(2, 58), provider=PROVIDERS[0]))
        clinic.take("48003")
        desk.at(clinic.now + 60)
        rest(qtbot)
        told = desk.queue.filter_bar.text()
        fresh = open_desk(clinic)
        fresh.queue.filtering.narrow(fresh.model, Filter(mine=True))
        assert told == fresh.queue.filter_bar.text()
        assert desk.rows() == fresh.rows()
        clinic.put(waiting(30, 1, provider=None, status=40, modified=clinic.now))
        rest(qtbot)


def test_a_list_that_a_filter_leaves_empty_says_so(qtbot: QtBot, open_desk: Make) -> None:
    clinic = Clinic(waiting(1), waiting(2))
    desk = open_desk(clinic)
    desk.queue.filter_bar.field.setText("nobody of this name")
    assert desk.queue._stack.currentIndex() == 1
    assert desk.queue._empty.text() == "Nobody here fits the filter. 2 are hidden."
    desk.queue.filter_bar.show_all()
    assert desk.queue._stack.currentIndex() == 0


def test_rows_of_today_are_all_whatever_is_filtered_or_folded(open_desk: Make) -> None:
    clinic = everyone()
    desk = open_desk(clinic)
    wanted = list(desk.model.ids())
    desk.queue.filter_bar.field.setText("nobody of this name")
    desk.queue.turn_section(Section.DONE)
    assert [row.id for row in desk.queue.rows_of_today()] == wanted


def test_closed_tables_listen_no_more(open_desk: Make) -> None:
    clinic = Clinic(waiting(1))
    desk = open_desk(clinic)
    desk.close_listeners()
    clinic.put(waiting(2))
    clinic.take("48001")
    assert [desk.model.index(row, 0).data(RecordRole) for row in range(2)] == [None, "48001"]
    assert clinic.visits._listeners._all == []
    assert clinic.rooms._listeners._all == clinic.providers._listeners._all == []
