"""The banner is always there while something stands, holds everything at 200 %, and moves no row."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QListWidget, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.alerts.record import Alarm, Priority
from app.core.connection import Light
from tests.ui.rest import rest
from ui.alerts.banner import AlertBanner
from ui.alerts.tray import badged
from ui.theme.theme import Theme

WAITING = Alarm(patients=2, longest_s=300, priority=Priority.MEDIUM, first_id="1")


class Place(QWidget):
    """A list over a banner, as in the window."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.rows = QListWidget(self)
        self.rows.addItems([f"row {number}" for number in range(100)])
        self.banner = AlertBanner(theme, self)
        column = QVBoxLayout(self)
        column.addWidget(self.rows, 1)
        column.addWidget(self.banner)


@pytest.fixture
def place(qtbot: QtBot, theme: Theme) -> Iterator[Place]:
    made = Place(theme)
    qtbot.addWidget(made)
    made.resize(1200, 600)
    made.show()
    rest(qtbot)
    yield made
    QCursor.setPos(QPoint(0, 0))


def test_nothing_stands_nothing_is_shown(place: Place) -> None:
    assert not place.banner.isVisible()
    place.banner.show_alarm(WAITING, is_locked=False)
    assert place.banner.isVisible()
    assert place.banner.text().startswith("Waiting 2 patients came")


def test_while_locked_there_is_nothing_to_press(place: Place) -> None:
    place.banner.show_alarm(WAITING, is_locked=True)
    assert not [button for button in place.banner.findChildren(QPushButton) if button.isVisible()]


@pytest.mark.parametrize(
    ("alarm", "word", "can_acknowledge"),
    [
        (WAITING, "Waiting", True),
        (Alarm(lost=Light.OFFLINE), "Waiting", True),
        (Alarm(lost=Light.OFFLINE, lost_waiting=2), "Urgent", True),
        (Alarm(lost=Light.OFFLINE, lost_waiting=2, is_lost_known=True), "Urgent", False),
        (Alarm(paused_s=60), "", False),
    ],
)
def test_what_can_be_acknowledged(place: Place, alarm: Alarm, word: str, can_acknowledge: bool) -> None:
    place.banner.show_alarm(alarm, is_locked=False)
    assert place.banner.text().startswith(word)
    assert place.banner.acknowledge_button.isVisible() == can_acknowledge


@pytest.mark.parametrize("width", [640, 1200])
def test_at_200_per_cent_nothing_is_cut(place: Place, theme: Theme, qtbot: QtBot, width: int) -> None:
    theme.set_scale(2.0)
    place.resize(width, 800)
    lost = Alarm(4, 1, 7200, Priority.HIGH, True, True, "1", Light.OFFLINE, 12, False, 600)
    place.banner.show_alarm(lost, is_locked=False)
    rest(qtbot)
    banner = place.banner
    shown = [part for part in banner.findChildren(QWidget) if part.isVisible()]
    for part in shown:
        assert banner.rect().contains(part.geometry()), part
        grows = part.hasHeightForWidth()
        needs = part.heightForWidth(part.width()) if grows else part.minimumSizeHint().height()
        assert part.height() >= needs, part


def test_its_room_is_given_back_when_that_moves_no_row_under_the_pointer(place: Place, qtbot: QtBot) -> None:
    place.banner.show_alarm(WAITING, is_locked=False)
    rest(qtbot)
    place.rows.scrollToBottom()
    QCursor.setPos(place.rows.viewport().mapToGlobal(QPoint(40, 40)))
    place.banner.show_alarm(Alarm(), is_locked=False)
    assert place.banner.isVisible()
    assert place.banner.text() == ""
    QCursor.setPos(place.mapToGlobal(QPoint(-50, -50)))
    qtbot.waitUntil(lambda: not place.banner.isVisible())


def test_time_alone_dresses_nothing_anew(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.banner.show_alarm(WAITING, is_locked=False)
    styled: list[str] = []
    monkeypatch.setattr(place.banner.pause_button, "setStyleSheet", styled.append)
    place.banner.show_alarm(Alarm(2, 0, 400, Priority.MEDIUM, first_id="1"), is_locked=False)
    assert "6\N{NO-BREAK SPACE}min" in place.banner.text()
    assert styled == []


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_badge_tells_the_number(theme: Theme, mode: str) -> None:
    theme.set_mode(mode)  # type: ignore[arg-type]
    alarms = (Alarm(), Alarm(patients=1), Alarm(patients=12), Alarm(patients=200), Alarm(lost=Light.OFFLINE))
    drawn = [badged(theme, alarm).pixmap(16, 16).toImage() for alarm in alarms]
    assert all(one != other for place, one in enumerate(drawn) for other in drawn[:place])
