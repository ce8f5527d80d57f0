"""Only what a person does at a window of ours counts as being there."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.core.activity import LOCK_S, Activity, Idle, Presence
from tests.clocks import HandClock
from ui.lock.idle_watch import IdleWatch


class Watched:
    def __init__(self, qtbot: QtBot) -> None:
        self.clock = HandClock()
        self.activity = Activity(self.clock)
        self.window = QWidget()
        self.field = QLineEdit(self.window)
        qtbot.addWidget(self.window)
        self.window.show()
        self.watch = IdleWatch(self.activity, self.window)
        self.told: list[Presence] = []
        self.watch.moved.connect(self._note)

    def _note(self, idle: Idle) -> None:
        self.told.append(idle.presence)

    def nearly_locks(self) -> None:
        self.clock.advance(LOCK_S - 10)
        self.watch.look()
        assert self.told[-1] == Presence.WARNING


@pytest.fixture
def watched(qtbot: QtBot) -> Watched:
    return Watched(qtbot)


def test_a_key_and_the_pointer_stay(watched: Watched) -> None:
    handle = watched.window.windowHandle()
    for act in (
        lambda: QTest.keyClick(handle, Qt.Key.Key_Shift),
        lambda: QTest.mouseMove(handle, QPoint(3, 3)),
        lambda: QTest.mouseClick(handle, Qt.MouseButton.LeftButton, pos=QPoint(5, 5)),
    ):
        watched.nearly_locks()
        act()
        assert watched.told[-1] == Presence.ACTIVE
        assert watched.activity.idle().left_s == LOCK_S


def test_a_window_that_opens_later_counts_too(watched: Watched, qtbot: QtBot) -> None:
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(other.isActiveWindow)
    watched.nearly_locks()
    QTest.keyClick(other.windowHandle(), Qt.Key.Key_A)
    assert watched.told[-1] == Presence.ACTIVE


def test_at_the_warning_every_window_is_seen_also_one_that_takes_no_focus(
    watched: Watched, qtbot: QtBot
) -> None:
    other = QWidget(None, Qt.WindowType.ToolTip)
    qtbot.addWidget(other)
    other.show()
    watched.nearly_locks()
    QTest.mouseClick(other.windowHandle(), Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert watched.told[-1] == Presence.ACTIVE


def test_the_key_of_the_lock_locks_also_at_the_warning(watched: Watched) -> None:
    watched.nearly_locks()
    QTest.keyClick(watched.window.windowHandle(), Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert watched.told[-1] == Presence.LOCKED


def test_what_the_program_does_by_itself_counts_for_nothing(watched: Watched) -> None:
    watched.nearly_locks()
    key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a")
    QCoreApplication.sendEvent(watched.window.windowHandle(), key)
    watched.field.setText("a message came")
    watched.window.resize(300, 200)
    watched.window.update()
    watched.watch.look()
    assert watched.told == [Presence.WARNING]


def test_it_tells_by_itself_when_it_is_due(watched: Watched, qtbot: QtBot) -> None:
    watched.activity._touched -= LOCK_S - 0.2
    watched.watch.look()
    watched.clock.advance(0.3)
    qtbot.waitUntil(lambda: watched.told[-1] == Presence.LOCKED)
