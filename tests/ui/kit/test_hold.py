"""The order is held while somebody is about to act on a row, under a real pointer and real keys (QUE-02)."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.core.collection import Collection
from tests.ui.kit.records import Item, filled, model_of, with_rank
from tests.ui.pointer import point_at, pointer_away
from tests.ui.rest import rest
from ui.kit.hold import Hold
from ui.kit.record_table import RecordTable
from ui.theme.theme import Theme


class Desk(QWidget):
    """A table with something beside it, and its hold."""

    def __init__(self, theme: Theme, facts: Collection[Item]) -> None:
        super().__init__()
        self.facts = facts
        self.model = model_of(facts)
        self.table = RecordTable(self.model, theme, self)
        self.field = QLineEdit(self)
        self.hold = Hold(self.table, self.model)
        self.told: list[bool] = []
        self.hold.changed.connect(self.told.append)
        column = QVBoxLayout(self)
        column.addWidget(self.field)
        column.addWidget(self.table)

    def point_at(self, row: int) -> None:
        place = self.table.rowViewportPosition(row) + self.table.rowHeight(row) // 2
        point_at(self.table.viewport(), QPoint(40, place))

    def point_elsewhere(self) -> None:
        point_at(self.field, QPoint(5, 5))


@pytest.fixture
def desk(qtbot: QtBot, theme: Theme) -> Iterator[Callable[[int], Desk]]:
    def make(count: int) -> Desk:
        made = Desk(theme, filled(count))
        qtbot.addWidget(made)
        made.resize(500, 500)
        with qtbot.waitExposed(made):
            made.show()
        made.activateWindow()
        qtbot.waitUntil(made.isActiveWindow)
        made.field.setFocus()
        assert not made.hold.is_held
        return made

    with pointer_away():
        yield make


def test_a_pointer_over_the_rows_holds_until_it_leaves(qtbot: QtBot, desk: Callable[[int], Desk]) -> None:
    made = desk(5)
    made.point_at(2)
    qtbot.waitUntil(lambda: made.hold.is_held)
    with_rank(made.facts, "i00000", 99)
    assert made.model.ids()[0] == "i00000"
    made.point_at(4)
    rest(qtbot)
    assert made.hold.is_held
    made.point_elsewhere()
    qtbot.waitUntil(lambda: not made.hold.is_held)
    assert made.model.ids()[-1] == "i00000"
    assert made.told == [True, False]


def test_a_table_that_goes_from_under_the_pointer_holds_nothing(
    qtbot: QtBot, desk: Callable[[int], Desk]
) -> None:
    made = desk(5)
    made.point_at(2)
    qtbot.waitUntil(lambda: made.hold.is_held)
    made.table.hide()
    assert not made.hold.is_held


def test_a_pointer_that_left_and_was_not_told_of_holds_nothing(
    qtbot: QtBot, desk: Callable[[int], Desk]
) -> None:
    made = desk(5)
    made.hold._checks.setInterval(1)
    # As of a desktop that says it is here, and never that it has gone.
    QApplication.sendEvent(made.table.viewport(), QEnterEvent(QPointF(5, 5), QPointF(5, 5), QPointF(5, 5)))
    assert made.hold.is_held
    qtbot.waitUntil(lambda: not made.hold.is_held)
    made.point_at(2)
    qtbot.waitUntil(lambda: made.hold.is_held)
    rest(qtbot)
    assert made.hold.is_held


def test_keys_hold_for_a_while(qtbot: QtBot, desk: Callable[[int], Desk]) -> None:
    made = desk(5)
    made.table.setFocus()
    assert not made.hold.is_held
    QTest.keyClick(made.table, Qt.Key.Key_Down)
    assert made.hold.is_held
    with_rank(made.facts, "i00000", 99)
    assert made.table.selected_id == made.model.ids()[0] == "i00000"
    # The while is over.
    made.hold._keys.setInterval(0)
    qtbot.waitUntil(lambda: not made.hold.is_held)
    assert made.model.ids()[-1] == made.table.selected_id == "i00000"


def test_keys_elsewhere_hold_no_longer(qtbot: QtBot, desk: Callable[[int], Desk]) -> None:
    made = desk(5)
    made.table.setFocus()
    QTest.keyClick(made.table, Qt.Key.Key_Down)
    assert made.hold.is_held
    made.field.setFocus()
    assert not made.hold.is_held
    QTest.keyClick(made.field, Qt.Key.Key_A)
    assert not made.hold.is_held


def test_the_pointer_holds_on_when_the_keys_time_is_over(qtbot: QtBot, desk: Callable[[int], Desk]) -> None:
    made = desk(5)
    made.table.setFocus()
    QTest.keyClick(made.table, Qt.Key.Key_Down)
    made.point_at(2)
    rest(qtbot)
    made.field.setFocus()
    assert made.hold.is_held


def test_updates_are_applied_under_the_pointer_and_held_again(
    qtbot: QtBot, desk: Callable[[int], Desk]
) -> None:
    made = desk(5)
    made.point_at(2)
    qtbot.waitUntil(lambda: made.hold.is_held)
    with_rank(made.facts, "i00000", 99)
    made.hold.apply()
    assert made.model.ids()[-1] == "i00000"
    with_rank(made.facts, "i00001", 999)
    assert made.model.ids()[-1] == "i00000"
    assert made.told == [True]
    made.point_elsewhere()
    qtbot.waitUntil(lambda: not made.hold.is_held)
    made.hold.apply()
    assert not made.hold.is_held


def test_in_an_empty_list_nobody_is_held_back(qtbot: QtBot, desk: Callable[[int], Desk]) -> None:
    made = desk(0)
    point_at(made.table.viewport(), QPoint(40, 40))
    qtbot.waitUntil(lambda: made.hold.is_held)
    made.facts.put(Item("first", 1))
    assert made.model.ids() == ("first",)
    made.facts.put(Item("second", 0))
    assert made.model.ids() == ("first",)
