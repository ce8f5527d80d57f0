"""Parts stand in a row that goes on below where there is no room: never cut, never over each other."""

from itertools import combinations

import pytest
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.rest import rest
from ui.kit.flow import Flow
from ui.theme.theme import Theme

WORDS = ("Start call", "Hand over to another provider", "Finish", "Write the note", "OK")


class Row(QWidget):
    """Buttons in a flow, and below them something that takes the rest."""

    def __init__(self) -> None:
        super().__init__()
        self.flow = Flow()
        self.flow.setSpacing(8)
        self.buttons = [QPushButton(word, self) for word in WORDS]
        for button in self.buttons:
            self.flow.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self.flow)
        self.rest = QWidget(self)
        column.addWidget(self.rest, 1)

    def shown(self) -> list[QPushButton]:
        return [button for button in self.buttons if not button.isHidden()]


@pytest.fixture
def row(qtbot: QtBot, theme: Theme) -> Row:
    made = Row()
    qtbot.addWidget(made)
    made.resize(900, 400)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("width", [900, 500, 330, 290])
def test_nothing_is_cut_or_covered(qtbot: QtBot, theme: Theme, row: Row, width: int, scale: float) -> None:
    theme.set_scale(scale)
    row.resize(width, 500)
    rest(qtbot)
    places = [button.geometry() for button in row.buttons]
    widest = max(button.sizeHint().width() for button in row.buttons)
    for button in row.buttons:
        assert button.height() >= button.sizeHint().height()
        assert button.width() == min(button.sizeHint().width(), row.width())
        assert button.geometry().right() < row.width()
    assert row.width() >= min(width, widest)
    assert not any(one.intersects(other) for one, other in combinations(places, 2))
    # In the order of reading.
    assert sorted(places, key=lambda place: (place.top(), place.left())) == places
    assert all(place.bottom() < row.rest.geometry().top() for place in places)
    assert row.flow.heightForWidth(row.width()) == max(place.bottom() for place in places) + 1


def test_it_wraps_where_the_next_one_has_no_room(qtbot: QtBot, row: Row) -> None:
    hints = [button.sizeHint().width() for button in row.buttons]
    exact = sum(hints) + 8 * (len(hints) - 1)
    assert row.flow.sizeHint().width() == exact
    height = row.buttons[0].sizeHint().height()
    assert row.flow.heightForWidth(exact) == height
    assert row.flow.heightForWidth(exact - 1) == 2 * height + 8
    assert row.flow.minimumSize().width() == max(button.minimumSizeHint().width() for button in row.buttons)


def test_what_is_hidden_takes_no_room(qtbot: QtBot, row: Row) -> None:
    row.buttons[0].hide()
    rest(qtbot)
    assert row.buttons[1].x() == 0
    for button in row.buttons:
        button.hide()
    assert row.flow.heightForWidth(100) == 0
    assert row.flow.sizeHint().width() == 0


def test_parts_can_be_taken_out(row: Row) -> None:
    taken = row.flow.takeAt(1)
    assert taken.widget() is row.buttons[1]
    assert row.flow.count() == len(WORDS) - 1
    assert row.flow.itemAt(9) is None
    assert row.flow.takeAt(9) is None
