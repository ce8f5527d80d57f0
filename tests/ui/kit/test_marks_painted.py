"""Marks can be seen without their colour, and words on them can be read (A11-03, A11-04)."""

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from app.core.collection import Collection
from tests.ui.kit.grouped import COLUMNS, Grouped, Rule
from ui.kit.marks import Marks
from ui.kit.record_model import RecordModel
from ui.kit.row_delegate import RowDelegate
from ui.theme.theme import Theme
from ui.theme.tokens import DARK, LIGHT, Tokens, with_contrast

WIDTH = 120


class Painted:
    """Two columns of a row that came, and of one that changed."""

    def __init__(self, theme: Theme) -> None:
        self.theme, self.facts = theme, Collection()
        self.facts.put(Grouped("a"))
        self.marks = Marks(self.facts, COLUMNS)
        self.model = RecordModel(self.facts, COLUMNS, Rule().key, marks=self.marks)
        self.facts.put(Grouped("a", rank=5))
        self.facts.put(Grouped("b", section=1))

    def cell(self, record_id: str, column: int, *, selected: bool = False) -> QImage:
        delegate = RowDelegate(self.theme)
        image = QImage(WIDTH, delegate.row_height(), QImage.Format.Format_RGB32)
        image.fill(QColor(self.theme.tokens.surface))
        option = QStyleOptionViewItem()
        option.rect = QRect(0, 0, WIDTH, image.height())
        option.state = QStyle.StateFlag.State_Enabled
        if selected:
            option.state |= QStyle.StateFlag.State_Selected
        painter = QPainter(image)
        delegate.paint(painter, option, self.model.index(self.model.row_of(record_id), column))
        painter.end()
        return image

    def has_corner(self, record_id: str, column: int, *, selected: bool = False) -> bool:
        image = self.cell(record_id, column, selected=selected)
        # Beside the bar of a selected row.
        return image.pixelColor(3, 1).name() == self.theme.tokens.info.fg.lower()

    def ground(self, record_id: str, column: int) -> str:
        return self.cell(record_id, column).pixelColor(WIDTH - 3, 5).name()


def test_a_new_row_and_a_changed_cell_have_a_corner_and_a_tint(theme: Theme) -> None:
    painted = Painted(theme)
    tint, plain = theme.tokens.info.bg.lower(), theme.tokens.surface.lower()
    assert [painted.has_corner("b", column) for column in range(2)] == [True, False]
    assert [painted.ground("b", column) for column in range(2)] == [tint, tint]
    assert [painted.has_corner("a", column) for column in range(2)] == [False, True]
    assert [painted.ground("a", column) for column in range(2)] == [plain, tint]
    painted.marks.see(["a", "b"])
    assert not any(painted.has_corner(each, column) for each in "ab" for column in range(2))


def test_a_selected_row_keeps_its_corners_and_is_edged(theme: Theme) -> None:
    painted = Painted(theme)
    assert painted.has_corner("a", 1, selected=True)
    image = painted.cell("a", 0, selected=True)
    for y in (0, image.height() - 1):
        assert image.pixelColor(WIDTH // 2, y).name() == theme.tokens.accent.lower()


def luminance(colour: str) -> float:
    parts = [value / 255 for value in QColor(colour).getRgb()[:3]]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    "tokens",
    [LIGHT, DARK, with_contrast(LIGHT), with_contrast(DARK)],
    ids=["light", "dark", "light+", "dark+"],
)
def test_words_can_be_read_on_every_ground(tokens: Tokens) -> None:
    for ground in (tokens.surface, tokens.sunken, tokens.hover, tokens.accent_soft, tokens.info.bg):
        tones = [tokens.tone(tone).fg for tone in ("neutral", "info", "good", "warn", "bad")]
        for ink in (tokens.ink, tokens.ink_soft, *tones):
            assert contrast(ink, ground) >= 4.5, (ink, ground)
    assert contrast(tokens.info.fg, tokens.info.bg) >= 3
    assert contrast(tokens.accent, tokens.accent_soft) >= 3
