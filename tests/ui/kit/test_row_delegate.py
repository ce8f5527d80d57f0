"""Cells are painted as plain text, in two lines, cut only where they must be."""

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionViewItem

from app.core.collection import Collection
from tests.ui.kit.records import Item
from ui.kit.cell import Cell, Pill
from ui.kit.column import Column
from ui.kit.record_model import RecordModel
from ui.kit.row_delegate import RowDelegate
from ui.theme.theme import Theme

WIDTH = 260


def painted(theme: Theme, cell: Cell, *, selected: bool = False) -> QImage:
    collection: Collection[Item] = Collection()
    collection.put(Item("a"))
    model = RecordModel(collection, [Column("c", "C", cell=lambda _item: cell)], lambda item: item.rank)
    delegate = RowDelegate(theme)
    image = QImage(WIDTH, delegate.row_height(), QImage.Format.Format_RGB32)
    image.fill(QColor(theme.tokens.surface))
    option = QStyleOptionViewItem()
    option.rect = QRect(0, 0, WIDTH, image.height())
    option.state = QStyle.StateFlag.State_Enabled
    if selected:
        option.state |= QStyle.StateFlag.State_Selected
    painter = QPainter(image)
    delegate.paint(painter, option, model.index(0, 0))
    painter.end()
    return image


def ink_columns(image: QImage, theme: Theme) -> int:
    """How many columns of px hold anything but ground."""
    ground = QColor(theme.tokens.surface).rgb()
    rows = range(image.height() - 2)
    return sum(any(image.pixel(x, y) != ground for y in rows) for x in range(image.width()))


def test_markup_is_painted_letter_by_letter(theme: Theme) -> None:
    assert ink_columns(painted(theme, Cell("<b>x</b>")), theme) > 2 * ink_columns(
        painted(theme, Cell("x")), theme
    )


def test_a_selected_row_has_its_bar_and_tint(theme: Theme) -> None:
    image = painted(theme, Cell("x"), selected=True)
    assert image.pixelColor(1, 10) == QColor(theme.tokens.accent)
    assert image.pixelColor(WIDTH - 2, 10) == QColor(theme.tokens.accent_soft)


@pytest.mark.parametrize(
    "cell",
    [
        Cell("word " * 200, "more " * 200, strong=True),
        Cell("x" * 5000, chip=Pill("a very long word " * 9, "bad", "alert"), icon="video"),
        Cell("x" * 5000, wrap=True),
        Cell("", chip=Pill("Waiting", "warn")),
        Cell("two\nlines\u2028and\ttabs", "\u202eturned", tabular=True, tone="bad"),
        Cell("", ""),
    ],
)
def test_nothing_is_painted_over_the_next_cell(theme: Theme, cell: Cell) -> None:
    image = painted(theme, cell)
    ground = QColor(theme.tokens.surface).rgb()
    assert all(image.pixel(WIDTH - 4, y) == ground for y in range(image.height() - 2))


def test_a_cut_text_is_offered_whole(theme: Theme, qapp: QApplication) -> None:
    delegate = RowDelegate(theme)
    rect = QRect(0, 0, 120, delegate.row_height())
    assert delegate._is_cut(Cell("a name that is much longer than its column"), rect)
    assert not delegate._is_cut(Cell("short", "short too"), rect)
