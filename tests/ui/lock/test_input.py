"""What a person does at a window of ours: what counts, what only wakes, and what goes through."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QCursor,
    QGuiApplication,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QPointingDevice,
    QShortcut,
    QTabletEvent,
    QWindow,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.lock.input import Input

CTRL = Qt.KeyboardModifier.ControlModifier


class Desk:
    """A window with a field that has the focus, a button and a list; the warning stands while `is_warned`."""

    def __init__(self, qtbot: QtBot) -> None:
        self.is_warned = False
        self.used = self.locks = self.clicks = self.shortcuts = 0
        self.window = QWidget()
        self.field, self.button, self.box = QLineEdit(), QPushButton("Start call"), QComboBox()
        self.box.addItems(["one", "two"])
        column = QVBoxLayout(self.window)
        for part in (self.field, self.button, self.box):
            column.addWidget(part)
        self.button.clicked.connect(self._click)
        QShortcut(QKeySequence("F8"), self.window).activated.connect(self._shortcut)
        qtbot.addWidget(self.window)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.field.setFocus()
        self.input = Input(lambda: self.is_warned, self.window)
        self.input.used.connect(self._use)
        self.input.lock_wanted.connect(self._lock)

    @property
    def handle(self) -> QWindow:
        found = self.window.windowHandle()
        assert found is not None
        return found

    def warn(self) -> None:
        self.is_warned, self.used = True, 0

    def middle(self, part: QWidget) -> QPoint:
        return part.mapTo(self.window, part.rect().center())

    def compose(self, commit: str = "", preedit: str = "") -> None:
        """As an input method does: past the window, and not spontaneously."""
        event = QInputMethodEvent(preedit, [])
        event.setCommitString(commit)
        QCoreApplication.sendEvent(QGuiApplication.focusObject(), event)

    def _use(self) -> None:
        self.used += 1
        self.is_warned = False

    def _lock(self) -> None:
        self.locks += 1

    def _click(self) -> None:
        self.clicks += 1

    def _shortcut(self) -> None:
        self.shortcuts += 1


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


# -- what counts


def test_keys_pointer_wheel_and_shortcuts_count(desk: Desk) -> None:
    acts: tuple[Callable[[], object], ...] = (
        lambda: QTest.keyClick(desk.handle, Qt.Key.Key_Shift),
        lambda: QTest.keyClick(desk.handle, Qt.Key.Key_F8),
        lambda: QTest.mouseMove(desk.handle, QPoint(31, 33)),
        lambda: QTest.mouseClick(desk.handle, Qt.MouseButton.LeftButton, pos=QPoint(5, 5)),
        lambda: QTest.wheelEvent(desk.handle, QPointF(5, 5), QPoint(0, 120)),
    )
    for number, act in enumerate(acts):
        desk.used = 0
        act()
        assert desk.used, number
    assert desk.shortcuts == 1


def test_text_of_an_input_method_counts_and_its_silence_does_not(desk: Desk) -> None:
    desk.compose(preedit="ni")
    assert desk.used == 1
    desk.compose(commit="你")
    assert desk.used == 2
    assert desk.field.text() == "你"
    desk.compose()
    assert desk.used == 2
    # Wherever the focus goes.
    other = QLineEdit(desk.window)
    other.show()
    other.setFocus()
    desk.compose(commit="dictated words")
    assert desk.used == 3


def test_what_the_program_does_by_itself_counts_for_nothing(desk: Desk) -> None:
    desk.field.setText("a message came")
    desk.field.insert(" and another")
    desk.button.click()
    desk.box.setCurrentIndex(1)
    desk.box.setFocus()
    desk.field.setFocus()
    event = QInputMethodEvent("", [])
    event.setCommitString("to what has no focus any more")
    QCoreApplication.sendEvent(desk.box, event)
    QTest.keyClick(desk.field, Qt.Key.Key_A)
    desk.window.resize(400, 300)
    desk.window.windowHandle().requestUpdate()
    assert desk.used == 0


def test_a_window_that_opens_later_counts_too(desk: Desk, qtbot: QtBot) -> None:
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(other.isActiveWindow)
    QTest.keyClick(other.windowHandle(), Qt.Key.Key_A)
    assert desk.used


def test_a_window_that_appears_under_the_pointer_counts_for_nothing(desk: Desk, qtbot: QtBot) -> None:
    QTest.mouseMove(desk.handle, desk.window.mapFromGlobal(QCursor.pos()))
    assert desk.used == 0
    QTest.mouseMove(desk.handle, QPoint(40, 40))
    assert desk.used == 1
    QTest.mouseMove(desk.handle, QPoint(40, 40))
    assert desk.used == 1
    desk.used = 0
    # The pointer is told to be in a window, and at once of a move to where it is.
    seen = Seen(desk.window)
    QCursor.setPos(desk.window.mapToGlobal(QPoint(60, 60)))
    qtbot.waitUntil(lambda: seen.moves > 0)
    assert desk.used == 0
    QCursor.setPos(desk.window.mapToGlobal(QPoint(61, 60)))
    qtbot.waitUntil(lambda: desk.used == 1)


class Seen(QObject):
    """Counts the moves that a window is told of."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.moves = 0
        window.windowHandle().installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.moves += event.type() == QEvent.Type.MouseMove
        return False


# -- what only takes the warning back


class OfTheDesktop(QKeyEvent):
    """One that came from the desktop: only Qt itself can say so of an event."""

    def spontaneous(self) -> bool:
        return True


def repeat(desk: Desk, *kinds: QEvent.Type) -> None:
    """A key that is held down."""
    for kind in kinds:
        event = OfTheDesktop(kind, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier, " ", True)
        QCoreApplication.sendEvent(desk.handle, event)


def test_the_key_that_takes_the_warning_back_does_nothing_else(desk: Desk) -> None:
    desk.field.setText("half a sentence")
    desk.field.selectAll()
    desk.warn()
    QTest.keyPress(desk.handle, Qt.Key.Key_Space)
    assert desk.used == 1
    kinds = QEvent.Type
    repeat(desk, kinds.KeyRelease, kinds.ShortcutOverride, kinds.KeyPress)
    QTest.keyRelease(desk.handle, Qt.Key.Key_Space)
    assert desk.field.text() == "half a sentence"
    QTest.keyClick(desk.handle, Qt.Key.Key_X)
    assert desk.field.text() == "x"


def test_a_shortcut_does_not_act_either_and_the_next_one_does(desk: Desk) -> None:
    desk.warn()
    QTest.keyClick(desk.handle, Qt.Key.Key_F8)
    assert (desk.used, desk.shortcuts) == (1, 0)
    QTest.keyClick(desk.handle, Qt.Key.Key_F8)
    assert desk.shortcuts == 1


def test_a_button_is_not_released_by_a_key_that_only_woke(desk: Desk) -> None:
    desk.button.setFocus()
    desk.warn()
    QTest.keyClick(desk.handle, Qt.Key.Key_Space)
    assert desk.clicks == 0
    QTest.keyClick(desk.handle, Qt.Key.Key_Space)
    assert desk.clicks == 1


def test_a_key_whose_end_was_told_to_another_program_works_again(desk: Desk) -> None:
    desk.warn()
    QTest.keyPress(desk.handle, Qt.Key.Key_Space)
    QTest.keyClick(desk.handle, Qt.Key.Key_Space)
    assert desk.field.text() == " "


def test_a_click_where_the_pointer_lay_only_wakes(desk: Desk) -> None:
    place = desk.middle(desk.button)
    QTest.mouseMove(desk.handle, place)
    desk.warn()
    QTest.mousePress(desk.handle, Qt.MouseButton.LeftButton, pos=place)
    assert (desk.used, desk.button.isDown()) == (1, False)
    QTest.mouseRelease(desk.handle, Qt.MouseButton.LeftButton, pos=place)
    assert desk.clicks == 0
    QTest.mouseClick(desk.handle, Qt.MouseButton.LeftButton, pos=place)
    assert desk.clicks == 1


def test_the_second_half_of_a_double_click_only_wakes(desk: Desk) -> None:
    place = desk.middle(desk.button)
    QTest.mouseMove(desk.handle, place)
    pressed: list[bool] = []
    desk.button.pressed.connect(lambda: pressed.append(desk.is_warned))
    # The warning comes between the two.
    desk.button.released.connect(desk.warn)
    QTest.mouseDClick(desk.handle, Qt.MouseButton.LeftButton, pos=place)
    assert (desk.used, pressed) == (1, [False])


def test_a_key_that_was_down_before_goes_up_as_ever(desk: Desk) -> None:
    desk.button.setFocus()
    QTest.keyPress(desk.handle, Qt.Key.Key_Space)
    desk.warn()
    QTest.keyPress(desk.handle, Qt.Key.Key_A)
    QTest.keyRelease(desk.handle, Qt.Key.Key_Space)
    assert desk.clicks == 1


def test_a_click_that_was_aimed_acts(desk: Desk) -> None:
    QTest.mouseMove(desk.handle, QPoint(2, 2))
    desk.warn()
    QTest.mouseMove(desk.handle, desk.middle(desk.button))
    assert desk.used
    QTest.mouseClick(desk.handle, Qt.MouseButton.LeftButton, pos=desk.middle(desk.button))
    assert desk.clicks == 1


def test_a_wheel_over_a_list_chooses_nothing(desk: Desk) -> None:
    desk.box.setFocus()
    place, down = QPointF(desk.middle(desk.box)), QPoint(0, -120)
    desk.warn()
    QTest.wheelEvent(desk.handle, place, down)
    assert (desk.used, desk.box.currentIndex()) == (1, 0)
    QTest.wheelEvent(desk.handle, place, down)
    assert desk.box.currentIndex() == 1


def test_a_tap_only_wakes_and_comes_not_again_as_a_click(desk: Desk) -> None:
    screen, place = QTest.createTouchDevice(), desk.middle(desk.button)
    desk.warn()
    tap(desk, screen, place)
    assert (desk.used, desk.clicks) == (1, 0)
    tap(desk, screen, place)
    assert desk.clicks == 1


def test_a_finger_that_was_down_before_ends_as_ever(desk: Desk) -> None:
    screen, place = QTest.createTouchDevice(), desk.middle(desk.button)
    QTest.touchEvent(desk.handle, screen).press(0, place).commit()
    desk.warn()
    QTest.touchEvent(desk.handle, screen).move(0, place + QPoint(1, 0)).commit()
    assert desk.used
    QTest.touchEvent(desk.handle, screen).release(0, place).commit()
    assert desk.clicks == 1


def test_a_pen_only_wakes_while_it_is_down(desk: Desk) -> None:
    desk.warn()
    kinds = QEvent.Type
    for kind in (kinds.TabletPress, kinds.TabletMove, kinds.TabletRelease):
        assert pen(desk, kind)
    assert desk.used == 1
    assert not pen(desk, kinds.TabletMove)
    assert desk.used == 2


class OfAPen(QTabletEvent):
    """See OfTheDesktop."""

    def spontaneous(self) -> bool:
        return True


def pen(desk: Desk, kind: QEvent.Type) -> bool:
    """Whether it went no further: Qt's tests have no pen."""
    place, keys, buttons = QPointF(5, 5), Qt.KeyboardModifier.NoModifier, Qt.MouseButton
    tip = (buttons.NoButton if kind == QEvent.Type.TabletMove else buttons.LeftButton, buttons.LeftButton)
    device = QPointingDevice.primaryPointingDevice()
    event = OfAPen(kind, device, place, place, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, keys, *tip)
    return desk.input.eventFilter(desk.handle, event)


def tap(desk: Desk, screen: QPointingDevice, place: QPoint) -> None:
    QTest.touchEvent(desk.handle, screen).press(0, place).commit()
    QTest.touchEvent(desk.handle, screen).move(0, place + QPoint(1, 0)).commit()
    QTest.touchEvent(desk.handle, screen).release(0, place).commit()


def test_dictated_text_takes_the_warning_back_and_stays(desk: Desk) -> None:
    desk.warn()
    desk.compose(commit="dictated words")
    assert (desk.used, desk.field.text()) == (1, "dictated words")


# -- the lock's key


def test_the_key_of_the_lock_works_at_once_also_at_the_warning(desk: Desk) -> None:
    QTest.keyClick(desk.handle, Qt.Key.Key_L, CTRL)
    assert desk.locks == 1
    desk.warn()
    QTest.keyClick(desk.handle, Qt.Key.Key_L, CTRL)
    assert desk.locks == 2
    QTest.keyClick(desk.handle, Qt.Key.Key_L)
    QTest.keyClick(desk.handle, Qt.Key.Key_L, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert (desk.locks, desk.field.text()) == (2, "l")


@pytest.mark.qt_log_ignore("propagateSizeHints", "This plugin does not support (raise|grab)")
def test_it_works_while_a_list_is_open_and_a_click_there_only_wakes(desk: Desk, qtbot: QtBot) -> None:
    desk.box.showPopup()
    view = desk.box.view()
    qtbot.waitUntil(view.isVisible)
    desk.input.watch()
    popup = view.window()
    handle = popup.windowHandle()
    QTest.keyClick(handle, Qt.Key.Key_L, CTRL)
    assert desk.locks == 1
    row = view.visualRect(desk.box.model().index(1, 0)).center()
    place = view.viewport().mapTo(popup, row)
    QTest.mouseMove(handle, place)
    desk.warn()
    QTest.mouseClick(handle, Qt.MouseButton.LeftButton, pos=place)
    assert (desk.used, desk.box.currentIndex(), view.isVisible()) == (1, 0, True)
    desk.box.hidePopup()


def test_it_goes_with_its_session(desk: Desk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.input.destroyed):
        desk.input.deleteLater()
    QTest.keyClick(desk.handle, Qt.Key.Key_L, CTRL)
    desk.button.setFocus()
    desk.field.setFocus()
    assert desk.locks == 0
