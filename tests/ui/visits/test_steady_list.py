"""The list is steady: whoever is about to act on a row acts on that row (QUE-02)."""

from collections.abc import Callable, Iterator
from datetime import date
from random import Random

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.users.record import Person
from app.visits.record import Visit
from app.visits.sections import Section
from tests.ui.pointer import point_at, pointer_away
from tests.ui.rest import rest
from tests.ui.visits.filtered import NOW, PROVIDERS
from tests.ui.visits.queues import Clinic, Desk, booked, waiting
from ui.kit.marks import SEEN_AFTER_S
from ui.kit.sections import Heading
from ui.theme.theme import Theme
from ui.visits.queue_columns import ALWAYS

Make = Callable[..., Desk]


@pytest.fixture
def open_desk(qtbot: QtBot, theme: Theme) -> Iterator[Make]:
    """Opens a queue in a window that somebody is at, with the pointer beside it."""
    made: list[Desk] = []

    def make(clinic: Clinic, width: int = 760, height: int = 640, **options: object) -> Desk:
        desk = Desk(theme, clinic, **options)
        qtbot.addWidget(desk)
        desk.resize(width, height)
        with qtbot.waitActive(desk):
            desk.show()
            desk.activateWindow()
        rest(qtbot)
        made.append(desk)
        return desk

    with pointer_away():
        yield make
    for desk in made:
        desk.close_listeners()


def someone(dice: Random, number: int) -> Visit:
    """One of many visits, as it may be now."""
    make = dice.choice((waiting, waiting, booked))
    row = make(number, dice.randrange(1, 300))
    values = {"status": dice.choice((10, 10, 10, 20, 25, 30, 40)), "urgent": dice.random() < 0.1}
    values |= {"provider": dice.choice((None, *PROVIDERS)), "modified": NOW - 60 * dice.randrange(600)}
    return msgspec.structs.replace(row, actual_start=NOW - 60 * dice.randrange(200), **values)


@pytest.mark.timeout(120)
def test_1000_updates_leave_the_row_under_a_resting_pointer(qtbot: QtBot, open_desk: Make) -> None:
    dice = Random(6)
    clinic = Clinic(*(someone(dice, number) for number in range(60)))
    desk = open_desk(clinic)
    QAbstractItemModelTester(desk.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    bar = desk.table.verticalScrollBar()
    bar.setValue(130)
    pointed = desk.table.visible_ids()[4]
    desk.table.select(desk.table.visible_ids()[6])
    chosen = desk.table.selected_id
    desk.point_at(pointed)
    assert desk.queue.updates.hold.is_held
    place = desk.place_of(desk.model.row_of(pointed))
    before, places = desk.rows(), desk.table._places()
    for turn in range(1000):
        number = dice.randrange(90)
        if dice.random() < 0.2:
            clinic.visits.drop(str(48000 + number))
        elif dice.random() < 0.2:
            clinic.put(*(someone(dice, dice.randrange(90)) for _ in range(8)))
        else:
            clinic.visits.put(someone(dice, number))
        assert desk.model.id_at(desk.table.indexAt(place).row()) == pointed
        assert (bar.value(), desk.table.selected_id) == (130, chosen)
        if turn % 100 == 0:
            desk.at(NOW + turn)
            rest(qtbot)
    assert desk.rows() == before
    assert desk.table._places() == places
    assert desk.table.viewport().underMouse()
    point_at(desk.queue.head, desk.queue.head.rect().center())
    qtbot.waitUntil(lambda: not desk.queue.updates.hold.is_held)
    fresh = open_desk(clinic)
    assert desk.rows() == fresh.rows() != before
    assert desk.model.waiting == 0


def test_updates_are_applied_by_f5_and_the_order_is_held_again(qtbot: QtBot, open_desk: Make) -> None:
    clinic = Clinic(*(waiting(number, 60 - number) for number in range(6)))
    desk = open_desk(clinic)
    ids = list(desk.model.ids())
    desk.point_at(ids[2])
    clinic.put(waiting(7, 500))
    clinic.take(ids[1])
    assert list(desk.model.ids()) == ids
    desk.queue.apply_updates()
    ids = ["48007", ids[0], *ids[2:]]
    assert list(desk.model.ids()) == ids
    assert desk.queue.updates.hold.is_held
    clinic.take(ids[3])
    assert list(desk.model.ids()) == ids


def test_keys_hold_and_then_let_go(qtbot: QtBot, open_desk: Make) -> None:
    clinic = Clinic(*(waiting(number, 60 - number) for number in range(6)))
    desk = open_desk(clinic)
    desk.table.setFocus()
    QTest.keyClick(desk.table, Qt.Key.Key_Down)
    chosen = desk.table.selected_id
    clinic.put(waiting(9, 500, urgent=True))
    assert desk.model.row_of("48009") < 0
    QTest.keyClick(desk.table, Qt.Key.Key_Down)
    assert desk.table.selected_id == "48001"
    desk.queue.updates.hold._keys.setInterval(0)
    qtbot.waitUntil(lambda: desk.model.row_of("48009") >= 0)
    assert (chosen, desk.table.selected_id) == ("48000", "48001")


def test_in_an_empty_list_whoever_comes_is_seen_at_once(qtbot: QtBot, open_desk: Make) -> None:
    clinic = Clinic()
    desk = open_desk(clinic)
    point_at(desk.queue, desk.queue.rect().center())
    clinic.put(waiting(1))
    rest(qtbot)
    assert desk.table.visible_ids() == ["48001"]
    assert desk.rows() == [Heading(Section.WAITING), "48001"]


def test_a_held_list_whose_last_row_goes_says_that_nobody_is_here(qtbot: QtBot, open_desk: Make) -> None:
    clinic = Clinic(waiting(1))
    desk = open_desk(clinic)
    desk.point_at("48001")
    clinic.take("48001")
    rest(qtbot)
    assert desk.rows() == [Heading(Section.WAITING), "48001"]
    point_at(desk.queue.head, desk.queue.head.rect().center())
    qtbot.waitUntil(lambda: not desk.model.rowCount())
    assert desk.queue._empty.isVisible()


# -- what is said of it


def test_the_bar_says_what_is_out_of_view_and_moves_nothing(qtbot: QtBot, open_desk: Make) -> None:
    clinic = Clinic(*(waiting(number, 60 - number) for number in range(30)))
    desk = open_desk(clinic)
    ids = desk.model.ids()
    assert desk.words() == ""
    places = desk.table._places()
    top = desk.table.mapTo(desk, desk.table.rect().topLeft())
    desk.point_at(ids[1])
    clinic.put(waiting(40, 0), waiting(0, 60, reason="Other"), waiting(29, 31, reason="Other"))
    rest(qtbot)
    assert desk.words() == "1 new patient waits  ·  3 updates, 2 out of view"
    clinic.put(waiting(41, 0))
    rest(qtbot)
    assert desk.words() == "2 new patients wait  ·  4 updates, 3 out of view"
    assert desk.queue.updates_bar.button.isVisible()
    assert desk.table._places() == places
    assert desk.table.mapTo(desk, desk.table.rect().topLeft()) == top
    clinic.take("48040", "48041")
    rest(qtbot)
    assert desk.words() == "2 updates, 1 out of view"
    QTest.mouseClick(desk.queue.updates_bar.button, Qt.MouseButton.LeftButton)
    rest(qtbot)
    assert ids[29] in desk.table.visible_ids()
    assert desk.words() == "2 updates, 1 out of view"
    desk.queue.marks.see([ids[0]])
    rest(qtbot)
    assert desk.words() == ""
    assert not desk.queue.updates_bar.button.isVisible()


def test_in_a_narrow_window_the_bar_says_what_counts_most_and_widens_nothing(
    qtbot: QtBot, open_desk: Make, theme: Theme
) -> None:
    theme.set_scale(2.0)
    clinic = Clinic(*(waiting(number, 60 - number) for number in range(30)))
    desk = open_desk(clinic, width=560)
    least = desk.queue.head.minimumSizeHint().width()
    desk.point_at(desk.model.ids()[1])
    clinic.put(waiting(40, 0), waiting(29, 31, reason="Other"))
    rest(qtbot)
    assert desk.words().startswith("1 new patient waits")
    assert desk.queue.head.minimumSizeHint().width() <= least + 40
    assert desk.queue.updates_bar.button.geometry().right() < desk.queue.updates_bar.width()
    assert desk.queue.updates_bar._words.toolTip()


def test_a_change_below_the_view_is_told_also_while_nothing_is_held(qtbot: QtBot, open_desk: Make) -> None:
    clinic = Clinic(*(waiting(number, 60 - number) for number in range(30)))
    desk = open_desk(clinic)
    clinic.put(waiting(29, 31, reason="Other"))
    rest(qtbot)
    assert desk.words() == "1 update, 1 out of view"
    desk.table.verticalScrollBar().setValue(desk.table.verticalScrollBar().maximum())
    rest(qtbot)
    assert desk.words() == ""


def test_the_keyboard_is_not_lost_when_the_bar_falls_silent(qtbot: QtBot, open_desk: Make) -> None:
    clinic = Clinic(*(waiting(number, 60 - number) for number in range(30)))
    desk = open_desk(clinic)
    clinic.put(waiting(29, 31, reason="Other"))
    rest(qtbot)
    desk.queue.updates_bar.button.setFocus()
    QTest.keyClick(desk.queue.updates_bar.button, Qt.Key.Key_Space)
    rest(qtbot)
    assert desk.words() == ""
    assert desk.table.hasFocus()


def said(desk: Desk, visit_id: str) -> list[str]:
    row = desk.model.row_of(visit_id)
    texts = [desk.model.data(desk.model.index(row, n), Qt.ItemDataRole.AccessibleTextRole) for n in range(5)]
    return [text.rpartition(", ")[2] if text.endswith((", new", ", changed")) else "" for text in texts]


def test_marks_are_said_in_words(open_desk: Make) -> None:
    clinic = Clinic(waiting(1), waiting(2))
    desk = open_desk(clinic)
    assert [column.name for column in desk.model.columns][4] == "status"
    clinic.put(waiting(1, provider=PROVIDERS[1], status=25, actual_start=NOW - 60), waiting(3))
    assert said(desk, "48001") == ["changed", "", "", "changed", "changed"]
    assert said(desk, "48003") == ["new", "", "", "", ""]
    assert said(desk, "48002") == [""] * 5


def test_what_is_known_later_or_done_by_oneself_is_no_news(open_desk: Make) -> None:
    bare = msgspec.structs.replace(
        waiting(1), reason=None, provider=None, absent=frozenset({"reason", "provider", "urgent"})
    )
    clinic = Clinic(bare, waiting(2))
    desk = open_desk(clinic)
    clinic.put(waiting(1, provider=PROVIDERS[0], urgent=False))
    assert desk.queue.marks.ids == frozenset()
    desk.queue.marks.own("48002")
    clinic.put(waiting(2, status=25, actual_start=NOW))
    assert desk.queue.marks.ids == frozenset()
    nameless = msgspec.structs.replace(PROVIDERS[0], given="", family="", title="")
    clinic.put(waiting(1, provider=nameless, urgent=False))
    assert desk.queue.marks.ids == frozenset()
    clinic.put(waiting(1, provider=PROVIDERS[1], urgent=False))
    assert said(desk, "48001") == ["", "", "", "changed", ""]


def test_a_corrected_patient_is_marked_and_one_who_is_named_later_is_not(open_desk: Make) -> None:
    whole = waiting(1)
    bare = msgspec.structs.replace(whole, member=Person(id=whole.member.id))
    clinic = Clinic(bare)
    desk = open_desk(clinic)
    clinic.put(whole)
    assert desk.queue.marks.ids == frozenset()
    corrected = msgspec.structs.replace(whole.member, family="Okafer")
    clinic.put(msgspec.structs.replace(whole, member=corrected))
    assert said(desk, "48001") == ["", "changed", "", "", ""]
    desk.queue.marks.see(["48001"])
    clinic.put(
        msgspec.structs.replace(whole, member=msgspec.structs.replace(corrected, born=date(1999, 1, 1)))
    )
    assert said(desk, "48001") == ["", "changed", "", "", ""]


def test_a_mark_goes_when_somebody_has_seen_it(
    qtbot: QtBot, open_desk: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = Clinic(*(waiting(number, 60 - number) for number in range(30)))
    desk = open_desk(clinic)
    updates = desk.queue.updates
    changed = [waiting(n, 60 - n, reason="Other") for n in (0, 1, 29)]
    clinic.put(*changed)
    desk.table.select("48001")
    assert desk.queue.marks.ids == {"48000", "48029"}
    monkeypatch.setattr(updates._somebody, "is_here", lambda: False)
    for _ in range(20):
        updates._look()
    assert desk.queue.marks.ids == {"48000", "48029"}
    monkeypatch.setattr(updates._somebody, "is_here", lambda: True)
    for _ in range(int(SEEN_AFTER_S)):
        updates._look()
    assert desk.queue.marks.ids == {"48029"}
    clinic.take("48029")
    assert desk.queue.marks.ids == frozenset()


def test_another_room_is_no_news(open_desk: Make) -> None:
    """Whoever is in another room has neither come nor gone."""
    clinic = Clinic(waiting(1), waiting(2), waiting(3))
    desk = open_desk(clinic)
    clinic.room = "k7m2p"
    clinic.take("48001", "48002")
    desk.queue.show_room("General Care", is_chosen=True)
    assert desk.queue.left_line.text() == ""
    clinic.room, clinic.is_partial = "", True
    desk.queue.show_room("", is_chosen=True)
    clinic.is_partial = False
    clinic.put(waiting(1), waiting(2))
    desk.queue.show_room("", is_chosen=True)
    assert desk.queue.marks.ids == frozenset()
    clinic.put(waiting(4))
    assert desk.queue.marks.ids == {"48004"}


def test_an_answer_that_changed_nothing_ends_the_room_before(open_desk: Make) -> None:
    clinic = Clinic()
    desk = open_desk(clinic)
    clinic.room, clinic.is_partial = "k7m2p", True
    desk.queue.show_room("General Care", is_chosen=True)
    clinic.is_partial = False
    desk.queue.show_room("General Care", is_chosen=True)
    clinic.put(waiting(4))
    assert desk.queue.marks.ids == {"48004"}


# -- who has left


def test_whoever_leaves_leaves_a_note_in_a_place_of_its_own(qtbot: QtBot, open_desk: Make) -> None:
    clinic = Clinic(waiting(0), waiting(1), waiting(2))
    desk = open_desk(clinic)
    places = desk.table._places()[:1], desk.table.geometry()
    clinic.put(waiting(1, status=40, modified=NOW))
    clinic.take("48002")
    rest(qtbot)
    text = desk.queue.left_line.text().replace("\N{NO-BREAK SPACE}", " ")
    assert text.endswith("O’BRIEN-D'ARCY, Sean: cancelled")
    assert "GARCÍA-NÚÑEZ, Zoë: no longer in the list  ·  " in text
    assert (desk.table._places()[:1], desk.table.geometry()) == places
    desk.at(NOW + 91)
    assert desk.queue.left_line.text() == ""


def test_nobody_who_was_not_listed_leaves_a_note(open_desk: Make) -> None:
    clinic = Clinic(
        booked(0, -5, related_walkin_id="48001", member=waiting(1).member),
        waiting(1),
        waiting(2),
        waiting(3, status=30, actual_end=NOW - 60),
    )
    desk = open_desk(clinic)
    desk.queue.filter_bar.field.setText("o'brien")
    clinic.take("48002", "48003")
    assert desk.queue.left_line.text() == ""
    # Appointment and walk-in are one row, and leave one note.
    clinic.put(
        booked(0, -5, related_walkin_id="48001", member=waiting(1).member, status=30),
        waiting(1, status=30, actual_end=NOW),
    )
    assert desk.queue.left_line.text().count("O’BRIEN") == 1


def test_a_clock_that_is_set_back_keeps_no_note_for_ever(open_desk: Make) -> None:
    clinic = Clinic(waiting(1))
    desk = open_desk(clinic)
    clinic.take("48001")
    assert desk.queue.left_line.text()
    desk.at(NOW - 3600)
    assert desk.queue.left_line.text() == ""


# -- what is chosen


def test_columns_can_be_left_out_but_not_wait_and_patient(open_desk: Make) -> None:
    clinic = Clinic(waiting(1))
    desk = open_desk(clinic, width=1400, hidden_columns=["provider", *ALWAYS])
    told: list[tuple[object, object]] = []
    desk.queue.arranged.connect(lambda folded, hidden: told.append((folded, hidden)))

    def shown() -> list[str]:
        columns = desk.model.columns
        return [column.name for n, column in enumerate(columns) if not desk.table.isColumnHidden(n)]

    assert shown() == ["waiting", "patient", "reason", "status"]
    for name in (*ALWAYS, "provider", "reason"):
        desk.queue.turn_column(name)
    assert shown() == ["waiting", "patient", "provider", "status"]
    assert told == [({Section.DONE}, set()), ({Section.DONE}, {"reason"})]


def test_whoever_waits_is_never_folded_away(open_desk: Make) -> None:
    clinic = Clinic(waiting(1), booked(2, 30))
    desk = open_desk(clinic, folded=list(Section))
    assert desk.rows() == [Heading(Section.WAITING), "48001", Heading(Section.SCHEDULED)]
    desk.queue.turn_section(Section.WAITING)
    assert desk.rows()[1] == "48001"


def test_a_pressed_heading_folds(open_desk: Make) -> None:
    clinic = Clinic(waiting(1), booked(2, 30))
    desk = open_desk(clinic)
    told: list[object] = []
    desk.queue.arranged.connect(lambda folded, _hidden: told.append(folded))
    for wanted in (False, True):
        place = desk.place_of(desk.model.row_of(Heading(Section.SCHEDULED)))
        QTest.mouseClick(desk.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert ("48002" in desk.model.ids()) is wanted
    place = desk.place_of(desk.model.row_of(Heading(Section.WAITING)))
    QTest.mouseClick(desk.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert told == [{Section.DONE, Section.SCHEDULED}, {Section.DONE}]


@pytest.mark.qt_log_ignore("grabbing the keyboard")
def test_the_menu_key_brings_the_choice_of_columns_and_sections(qtbot: QtBot, open_desk: Make) -> None:
    clinic = Clinic(waiting(1), booked(2, 30))
    desk = open_desk(clinic)
    desk.table.select("48001")
    desk.table.setFocus()
    place = desk.table.visualRect(desk.table.currentIndex()).center()
    event = QContextMenuEvent(
        QContextMenuEvent.Reason.Keyboard, place, desk.table.viewport().mapToGlobal(place)
    )
    QApplication.sendEvent(desk.table.viewport(), event)
    menu = QApplication.activePopupWidget()
    assert menu is not None
    assert abs(menu.y() - desk.table.viewport().mapToGlobal(place).y()) < menu.height() + 5
    actions = {action.text(): action for action in menu.actions()}
    assert [text for text in actions if not actions[text].isSeparator()] == [
        "Reason", "Provider", "Status", "Scheduled", "Needs wrap-up", "Done today",
    ]  # fmt: skip
    assert actions["Scheduled"].isChecked()
    assert not actions["Done today"].isChecked()
    actions["Scheduled"].trigger()
    assert "48002" not in desk.model.ids()
    menu.close()
    rest(qtbot)
