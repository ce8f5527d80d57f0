"""The table speaks in ids, repaints only what changed, and keeps selection and place."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from app.core.collection import Collection
from tests.ui.kit.records import Item, filled, items, model_of, with_rank
from tests.ui.rest import rest
from ui.kit.column_widths import Wish, widths
from ui.kit.record_table import RecordTable
from ui.kit.row_delegate import RowDelegate
from ui.theme.theme import Theme


@pytest.fixture
def shown(qtbot: QtBot, theme: Theme) -> Callable[..., RecordTable]:
    """Makes a table of a collection and shows it."""

    def make(collection: Collection[Item], width: int = 500, height: int = 400) -> RecordTable:
        model = model_of(collection)
        table = RecordTable(model, theme)
        model.setParent(table)
        qtbot.addWidget(table)
        table.resize(width, height)
        with qtbot.waitExposed(table):
            table.show()
        rest(qtbot)
        return table

    return make


def paints(monkeypatch: pytest.MonkeyPatch) -> set[tuple[int, int]]:
    """The cells painted from now on."""
    painted: set[tuple[int, int]] = set()
    paint = RowDelegate.paint

    def counted(self: RowDelegate, painter: QPainter, option: QStyleOptionViewItem, index: object) -> None:
        painted.add((index.row(), index.column()))
        paint(self, painter, option, index)

    monkeypatch.setattr(RowDelegate, "paint", counted)
    return painted


def test_one_changed_row_of_1000_repaints_one_row(qtbot, shown, monkeypatch) -> None:
    painted = paints(monkeypatch)
    collection = filled(1000)
    table = shown(collection)
    painted.clear()
    collection.put(replace(collection.get("i00003"), word="new"))
    rest(qtbot)
    assert {row for row, _column in painted} == {3}
    painted.clear()
    collection.put(replace(collection.get("i00900"), word="out of view"))
    rest(qtbot)
    assert painted == set()
    table.repaint_column("word")
    rest(qtbot)
    assert {column for _row, column in painted} == {0}
    assert {row for row, _column in painted} == set(range(len(table.visible_ids())))


def test_rows_that_move_keep_selection_and_scroll(qtbot, shown) -> None:
    collection = filled(1000)
    table = shown(collection)
    table.select("i00500")
    table.verticalScrollBar().setValue(table._rows.row_height() * 498 + 7)
    before = table._places()
    told: list[object] = []
    table.selected.connect(told.append)
    with_rank(collection, "i00010", 99_999)
    with_rank(collection, "i00900", -5)
    with_rank(collection, "i00901", -6)
    assert table._places() == before
    assert table.selected_id == "i00500"
    assert told == []


def test_rows_above_come_and_go_without_a_jump(qtbot, shown) -> None:
    collection = filled(300)
    table = shown(collection)
    table.verticalScrollBar().setValue(table._rows.row_height() * 100 + 3)
    before = table._places()
    collection.replace(items(300) | {f"n{n}": Item(f"n{n}", n) for n in range(40)})
    rest(qtbot)
    assert table._places() == before
    collection.replace({i: item for i, item in items(300).items() if item.rank >= 500})
    rest(qtbot)
    assert table._places() == before
    first_gone = before[0][0]
    collection.replace({i: item for i, item in items(300).items() if item.rank >= 500 and i != first_gone})
    assert table._places()[-2:] == before[-2:] or before[1] in table._places()


def test_at_the_top_a_new_first_row_is_seen(qtbot, shown) -> None:
    collection = filled(100)
    table = shown(collection)
    collection.put(Item("first", -1))
    rest(qtbot)
    assert table.visible_ids()[0] == "first"


def test_a_removed_selection_is_told_and_no_neighbour_is_taken(qtbot, shown) -> None:
    collection = filled(10)
    table = shown(collection)
    table.selected_id = "i00004"
    told: list[object] = []
    table.selected.connect(told.append)
    collection.replace({i: item for i, item in items(10).items() if i != "i00004"})
    assert told == [None]
    assert table.selected_id is None
    assert not table.selectionModel().hasSelection()
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert table.selected_id == "i00005"


def test_a_selection_made_by_id_is_told_once(shown) -> None:
    table = shown(filled(10))
    told: list[object] = []
    table.selected.connect(told.append)
    assert table.select("i00002")
    assert table.select("i00002")
    assert not table.select("unknown")
    assert told == ["i00002", None]


def test_keys(qtbot, shown) -> None:
    table = shown(filled(50))
    opened: list[object] = []
    table.opened.connect(opened.append)
    for key, wanted in (
        (Qt.Key.Key_Down, "i00000"),
        (Qt.Key.Key_Down, "i00001"),
        (Qt.Key.Key_End, "i00049"),
        (Qt.Key.Key_Up, "i00048"),
        (Qt.Key.Key_Home, "i00000"),
        (Qt.Key.Key_I, "i00000"),
        (Qt.Key.Key_Right, "i00000"),
    ):
        qtbot.keyClick(table, key)
        assert table.selected_id == wanted
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert opened == ["i00000"]


def test_a_double_click_opens(qtbot, shown) -> None:
    table = shown(filled(10))
    middle = QPoint(20, table._rows.row_height() * 2 + 5)
    with qtbot.waitSignal(table.opened) as opened:
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=middle)
        qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert opened.args == ["i00002"]
    assert table.selected_id == "i00002"


def test_a_narrow_table_hides_by_priority_and_fills_its_width(qtbot, shown, theme) -> None:
    table = shown(filled(3), width=500)
    assert [table.isColumnHidden(n) for n in range(3)] == [False, False, False]
    theme.set_scale(2.0)
    table.resize(260, 300)
    rest(qtbot)
    assert [table.isColumnHidden(n) for n in range(3)] == [False, True, True]
    assert table.columnWidth(0) == table.viewport().width()
    table.resize(900, 300)
    rest(qtbot)
    assert [table.isColumnHidden(n) for n in range(3)] == [False, False, False]


def test_rows_grow_with_the_text(shown, theme) -> None:
    table = shown(filled(3))
    before = table.rowHeight(0)
    theme.set_scale(2.0)
    assert table.rowHeight(0) >= 1.9 * before


def test_the_header_is_aligned_as_its_column(shown) -> None:
    table = shown(filled(1))
    side = table.model().headerData(0, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
    assert side & Qt.AlignmentFlag.AlignLeft


@pytest.mark.parametrize(
    ("available", "wanted"),
    [(400, [150, 150, 100]), (250, [125, 125, 0]), (150, [75, 75, 0])],
)
def test_widths(available: int, wanted: list[int]) -> None:
    assert widths([Wish(100, 1, 0), Wish(100, 1, 0), Wish(100, 0, 1)], available) == wanted
