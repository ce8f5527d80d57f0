"""Two parts side by side, or one above the other, and a line that stays where it was moved."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ui.kit.sides import Sides
from ui.theme.theme import Theme


@pytest.fixture
def sides(theme: Theme, qtbot: QtBot) -> Iterator[Sides]:
    made = Sides(theme, 60, 0.6)
    made.put(QWidget(made.first), QWidget(made.second))
    qtbot.addWidget(made)
    made.resize(1000, 600)
    made.show()
    yield made
    theme.set_scale(1.0)


def test_they_stand_beside_each_other_while_there_is_room(sides: Sides, theme: Theme) -> None:
    assert sides.orientation() == Qt.Orientation.Horizontal
    first, second = sides.sizes()
    assert first / (first + second) == pytest.approx(0.6, abs=0.02)
    sides.resize(300, 600)
    assert sides.orientation() == Qt.Orientation.Vertical
    first, second = sides.sizes()
    assert first / (first + second) == pytest.approx(0.6, abs=0.02)


def test_larger_text_puts_one_above_the_other(sides: Sides, theme: Theme, qtbot: QtBot) -> None:
    sides.resize(700, 600)
    assert sides.orientation() == Qt.Orientation.Horizontal
    theme.set_scale(2.0)
    qtbot.waitUntil(lambda: sides.orientation() == Qt.Orientation.Vertical)


def test_the_line_stays_where_somebody_moved_it_until_the_parts_turn(sides: Sides) -> None:
    sides.moveSplitter(250, 1)
    sides.resize(1100, 600)
    assert sides.sizes()[0] / sum(sides.sizes()) < 0.3
    sides.resize(300, 600)
    sides.resize(1100, 600)
    assert sides.sizes()[0] / sum(sides.sizes()) > 0.55
