"""Messages leave the rest of the window its room, and nothing moves under the pointer."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.rest import rest
from ui.kit.notices import Notices
from ui.theme.theme import Theme

LONG = "While you were away 3 patients came and wait, and 1 left or was cancelled. " * 4


class Shown:
    """A list over the messages of one window."""

    def __init__(self, theme: Theme) -> None:
        self.window = QWidget()
        self.list = QListWidget()
        self.list.setMinimumHeight(1)
        self.list.addItems([str(number) for number in range(200)])
        self.notices = Notices(theme)
        column = QVBoxLayout(self.window)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list, 1)
        column.addWidget(self.notices)
        self.window.resize(640, 480)
        self.window.show()

    def point_at(self, part: QWidget) -> None:
        QCursor.setPos(part.mapToGlobal(part.rect().center()))

    def row_at(self) -> str:
        return self.list.itemAt(QPoint(20, 60)).text()


@pytest.fixture
def shown(theme: Theme, qtbot: QtBot) -> Iterator[Shown]:
    made = Shown(theme)
    qtbot.addWidget(made.window)
    made.point_at(made.list)
    yield made
    QCursor.setPos(0, 0)


def test_all_messages_together_take_a_third_at_most_and_can_be_read(
    shown: Shown, theme: Theme, qtbot: QtBot
) -> None:
    theme.set_scale(2.0)
    shown.notices.say(LONG, "info", key="away")
    qtbot.waitUntil(lambda: shown.notices.height() == 160)
    notice, bar = shown.notices.notices()[0], shown.notices.verticalScrollBar()
    qtbot.waitUntil(lambda: notice.height() >= notice.heightForWidth(notice.width()) > 160)
    assert shown.list.height() >= 300
    shown.window.activateWindow()
    shown.list.setFocus()
    QTest.keyClick(shown.list, Qt.Key.Key_Tab)
    assert shown.notices.hasFocus()
    QTest.keyClick(shown.notices, Qt.Key.Key_Down)
    assert bar.value() > 0
    shown.window.resize(640, 900)
    qtbot.waitUntil(lambda: shown.notices.height() > 160)


def test_the_newest_is_in_view(shown: Shown, theme: Theme, qtbot: QtBot) -> None:
    theme.set_scale(2.0)
    shown.notices.say(LONG, "info")
    shown.notices.say("The disk is full.", "bad")
    newest = shown.notices.notices()[1]
    qtbot.waitUntil(lambda: newest.visibleRegion().boundingRect().height() == newest.height() > 0)


def test_short_messages_are_no_stop_for_tab(shown: Shown, qtbot: QtBot) -> None:
    shown.notices.say("Short.", "info")
    assert shown.notices.focusPolicy() == Qt.FocusPolicy.NoFocus
    qtbot.waitUntil(lambda: shown.notices.height() == shown.notices.notices()[0].sizeHint().height())


@pytest.mark.parametrize("widths", [(720, 1200, 500, 720), (300, 900)])
def test_a_message_fills_its_room_at_any_width(
    shown: Shown, theme: Theme, qtbot: QtBot, widths: tuple[int, ...]
) -> None:
    theme.set_scale(2.0)
    shown.notices.say("The disk is full. What you do is in memory alone.", "bad")
    notice = shown.notices.notices()[0]
    for width in widths:
        shown.window.resize(width, 900)
        rest(qtbot)
        assert notice.height() == notice.heightForWidth(width) == shown.notices.height()


@pytest.mark.parametrize("is_at_end", [False, True])
def test_no_row_moves_under_the_pointer_when_a_message_comes_or_goes(
    shown: Shown, qtbot: QtBot, is_at_end: bool
) -> None:
    bar = shown.list.verticalScrollBar()
    bar.setValue(bar.maximum() if is_at_end else 20)
    before, tall = shown.row_at(), shown.list.height()
    shown.notices.say("2 check-ins were refused.", "bad", key="outbox")
    qtbot.waitUntil(lambda: shown.list.height() < tall)
    assert shown.row_at() == before
    bar.setValue(bar.maximum() if is_at_end else 20)
    before = shown.row_at()
    shown.notices.clear("outbox")
    rest(qtbot)
    assert shown.row_at() == before
    assert (shown.list.height() < tall) is is_at_end
    QCursor.setPos(shown.window.mapToGlobal(QPoint(5, 700)))
    qtbot.waitUntil(lambda: shown.list.height() == tall)
    assert shown.notices.isHidden()
