"""Ctrl+L locks wherever somebody is and walks off from: a side window, a question, a list, a menu, a file."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QFrame, QMenu, QWidget

from tests.keyrings import HeldKeys
from tests.practice import Practice
from tests.ui.lock.test_everywhere import ME, MINE, PLACES, At, leaks
from tests.ui.programs import at_work, queue_page
from tests.until import until
from ui.checkin.check_in_form import CheckInForm
from ui.kit.ask import Question
from ui.outbox.outbox_panel import OutboxPanel
from ui.program import Program
from ui.settings.settings_window import SettingsWindow
from ui.shell.window import Window

# Where somebody is (see test_everywhere.py), and what is in front there.
FRONTS: dict[str, type[QWidget]] = {
    "told": Window,
    "starting": Question,
    "looking_for_a_patient": CheckInForm,
    "choosing_from_a_list": QFrame,
    "in_the_outbox": OutboxPanel,
    "discarding": Question,
    "in_the_settings": SettingsWindow,
    "saving_the_support_bundle": QFileDialog,
    "in_a_menu": QMenu,
}
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "This plugin does not support (raise|grab)")


def press_lock_keys(front: QWidget) -> None:
    """They go up elsewhere: that window is gone then."""
    handle, ctrl = front.windowHandle(), Qt.KeyboardModifier.ControlModifier
    # Not from a task: it lets events through by itself.
    QTimer.singleShot(0, lambda: QTest.keyPress(handle, Qt.Key.Key_L, ctrl))


def in_front() -> QWidget | None:
    """Where a key goes."""
    over = QApplication.activePopupWidget() or QApplication.activeModalWidget()
    return over or QApplication.activeWindow()


@pytest.mark.parametrize("where", FRONTS)
async def test_the_key_locks(
    qapp: QApplication, program: Callable[..., Program], clinic: Practice, where: str
) -> None:
    started = program(keys=HeldKeys())
    async with at_work(started, clinic) as session:
        page = await queue_page(started)
        clinic.do("take", visit=MINE, provider=ME)
        await session.queue.poller.once()
        assert page.queue.table.select(MINE)
        await until(page.visit.call_bar.finish_button.isVisible)
        started.window.activateWindow()
        await until(started.window.isActiveWindow)
        await PLACES[where](At(started, session, clinic, page))
        assert leaks(session)
        await until(lambda: isinstance(in_front(), FRONTS[where]))
        press_lock_keys(in_front())
        await until(lambda: started.shift.is_locked)
        await until(lambda: not leaks(session))
        await until(lambda: [each for each in qapp.topLevelWidgets() if each.isVisible()] == [started.window])
        clinic.clear()
