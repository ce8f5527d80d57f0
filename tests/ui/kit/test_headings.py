"""Headings of a table: passed by keys, pressed by the pointer, as low as they should be, in words."""

from collections.abc import Callable
from random import Random

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.collection import Collection
from tests.ui.kit.grouped import COLUMNS, Grouped, Rule, anyone, heading, rows_of
from tests.ui.rest import rest
from ui.kit.record_model import RecordModel
from ui.kit.record_table import RecordTable
from ui.kit.sections import Heading
from ui.theme.theme import Theme

LEFT = Qt.MouseButton.LeftButton


def people(*sizes: int) -> Collection[Grouped]:
    """So many records in each section: 0a, 0b, 1a ..."""
    made: Collection[Grouped] = Collection()
    ids = [(section, letter) for section, size in enumerate(sizes) for letter in "abcdefghijkl"[:size]]
    made.replace({f"{s}{letter}": Grouped(f"{s}{letter}", s, ord(letter)) for s, letter in ids})
    return made


@pytest.fixture
def shown(qtbot: QtBot, theme: Theme) -> Callable[..., RecordTable]:
    def make(collection: Collection[Grouped], height: int = 400, folded: tuple[int, ...] = ()) -> RecordTable:
        model = RecordModel(collection, COLUMNS, Rule().key, heading=heading, folded=folded)
        table = RecordTable(model, theme)
        model.setParent(table)
        qtbot.addWidget(table)
        table.resize(400, height)
        with qtbot.waitExposed(table):
            table.show()
        rest(qtbot)
        return table

    return make


def press(table: RecordTable, *keys: Qt.Key) -> list[str | None]:
    told = []
    for key in keys:
        QTest.keyClick(table, key)
        told.append(table.selected_id)
    return told


def middle_of(table: RecordTable, row: int) -> QPoint:
    return QPoint(30, table.rowViewportPosition(row) + table.rowHeight(row) // 2)


def test_keys_pass_over_headings(shown: Callable) -> None:
    table, keys = shown(people(2, 0, 2, 1), folded=(3,)), Qt.Key
    assert rows_of(table.model()) == [Heading(0), "0a", "0b", Heading(2), "2a", "2b", Heading(3)]
    down = press(table, *[keys.Key_Down] * 6)
    assert down == ["0a", "0b", "2a", "2b", "2b", "2b"]
    assert press(table, *[keys.Key_Up] * 5) == ["2a", "0b", "0a", "0a", "0a"]
    assert press(table, keys.Key_End, keys.Key_End, keys.Key_Home, keys.Key_Home) == ["2b", "2b", "0a", "0a"]


@pytest.mark.parametrize(("key", "wanted"), [(Qt.Key.Key_End, "2a"), (Qt.Key.Key_Home, "0a")])
def test_the_first_key_finds_a_record(shown: Callable, key: Qt.Key, wanted: str) -> None:
    assert press(shown(people(1, 0, 1, 1), folded=(3,)), key) == [wanted]


def test_pages_end_on_records_and_reach_both_ends(shown: Callable) -> None:
    table, keys = shown(people(5, 5, 5, 5), height=230), Qt.Key
    first = press(table, keys.Key_Down)[0]
    seen = press(table, *[keys.Key_PageDown] * 12)
    assert None not in seen
    assert seen == sorted(seen)
    assert seen[-1] == "3e"
    back = press(table, *[keys.Key_PageUp] * 12)
    assert back == sorted(back, reverse=True)
    assert (first, back[-1]) == ("0a", "0a")


def test_keys_pass_over_whoever_has_gone_from_a_held_list(shown: Callable) -> None:
    facts = people(4)
    table = shown(facts)
    table.model().hold()
    facts.drop("0b")
    facts.drop("0d")
    assert press(table, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down) == ["0a", "0c", "0c"]
    assert press(table, Qt.Key.Key_Up, Qt.Key.Key_End, Qt.Key.Key_Home) == ["0a", "0c", "0a"]


def test_keys_in_a_list_of_headings_alone_find_nobody(shown: Callable) -> None:
    table = shown(people(2), folded=(0,))
    assert press(table, Qt.Key.Key_Down, Qt.Key.Key_End, Qt.Key.Key_Home) == [None, None, None]


def test_the_first_of_a_section_comes_into_view_with_its_heading(shown: Callable) -> None:
    table = shown(people(6, 6), height=260)
    press(table, Qt.Key.Key_End)
    assert table.verticalScrollBar().value() > 0
    press(table, Qt.Key.Key_Home)
    assert table.verticalScrollBar().value() == 0
    press(table, Qt.Key.Key_End)
    row = table.model().row_of("1a")
    while table.selected_id != "1a":
        press(table, Qt.Key.Key_Up)
    assert table.rowViewportPosition(row - 1) >= 0


def test_a_pressed_heading_is_told_and_selects_nobody(shown: Callable) -> None:
    table = shown(people(1, 2))
    told: list[object] = []
    table.heading_pressed.connect(told.append)
    table.select("0a")
    row = table.model().row_of(Heading(1))
    QTest.mouseClick(table.viewport(), LEFT, pos=middle_of(table, row))
    assert (told, table.selected_id) == ([1], "0a")
    QTest.mouseClick(table.viewport(), Qt.MouseButton.RightButton, pos=middle_of(table, row))
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert told == [1]


@pytest.mark.parametrize("pressed", [Heading(1), "0a"])
def test_a_press_that_slips_selects_nobody_else(shown: Callable, pressed: str | Heading) -> None:
    table = shown(people(2, 2))
    table.select("0a")
    view, where = table.viewport(), middle_of(table, table.model().row_of("1b"))
    QTest.mousePress(view, LEFT, pos=middle_of(table, table.model().row_of(pressed)))
    # QTest moves the pointer with no button down.
    QApplication.sendEvent(
        view,
        QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(where),
            QPointF(view.mapToGlobal(where)),
            Qt.MouseButton.NoButton,
            LEFT,
            Qt.KeyboardModifier.NoModifier,
        ),
    )
    QTest.mouseRelease(view, LEFT, pos=where)
    assert table.selected_id == "0a"


def test_a_double_click_on_a_heading_opens_nobody(shown: Callable) -> None:
    table = shown(people(2))
    opened: list[object] = []
    table.opened.connect(opened.append)
    QTest.mouseDClick(table.viewport(), LEFT, pos=middle_of(table, 0))
    assert opened == []


def test_heights_are_right_after_any_change(shown: Callable, theme: Theme) -> None:
    facts = people(5, 5, 5, 5)
    table, dice = shown(facts), Random(7)
    model, rows = table.model(), table._rows

    def heights() -> bool:
        return all(
            table.rowHeight(row) == (rows.heading_height() if model.heading_at(row) else rows.row_height())
            for row in range(model.rowCount())
        )

    for _ in range(60):
        facts.put(anyone(dice, 30))
        assert heights()
    for scale in (2.0, 1.0, 1.5):
        theme.set_scale(scale)
        assert heights()
        model.fold(1, scale == 2.0)
        facts.replace({})
        facts.replace({item.id: item for item in (anyone(dice, 90) for _ in range(90))})
        assert heights()
    assert rows.heading_height() < rows.row_height()


def test_a_heading_is_read_aloud_once(shown: Callable) -> None:
    table = shown(people(2, 3), folded=(1,))
    told = QAccessible.queryAccessibleInterface(table)
    # Both headers have cells, too.
    first = (table.model().row_of(Heading(1)) + 1) * 3 + 1
    cells = [told.child(first + column).text(QAccessible.Text.Name) for column in range(2)]
    assert cells == ["Section 1, 3, folded", ""]


def test_a_heading_is_painted_over_the_whole_width(shown: Callable, theme: Theme) -> None:
    table = shown(people(1))
    picture = table.viewport().grab().toImage()
    middle = table.rowHeight(0) // 2
    for x in (table.columnWidth(0) + 10, table.viewport().width() - 5):
        assert picture.pixelColor(x, middle).name() == theme.tokens.sunken.lower()
