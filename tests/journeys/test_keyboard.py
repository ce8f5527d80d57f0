"""From the sign-in to a finished visit by keys alone, the focus in sight at each step (A11-01, A11-02)."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.visits.record import Status
from tests.keyrings import HeldKeys
from tests.practice import Practice
from tests.ui.accessible import name_of
from tests.ui.browsers import Browser
from tests.ui.conftest import program, question, theme, window
from tests.ui.hands import comes_into_sight, focused, press, type_text
from tests.ui.programs import at, queue_page, running, session_of
from tests.until import until
from ui.program import Program

__all__ = ["program", "theme", "window"]  # the fixtures

OKAFOR = "48211"
KEYS = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "This plugin does not support (raise|grab)")


async def comes_to(name: str) -> QWidget:
    """The focus is on what has this name, in sight."""
    with suppress(AssertionError):
        await until(lambda: name_of(focused()).startswith(name), 5)
    assert name_of(focused()).startswith(name)
    assert await comes_into_sight(focused())
    return focused()


async def comes_back(window: QWidget) -> None:
    """The question has gone: the desktop gives the keyboard back, and offscreen there is none that would."""
    await until(lambda: question(window) is None)
    window.activateWindow()
    await until(lambda: QApplication.activeWindow() is window)
    assert await comes_into_sight(focused())


async def tab_to(name: str, most: int = 40) -> None:
    """Presses Tab until the focus is there; at each stop it is in sight."""
    for _ in range(most):
        if name_of(focused()).startswith(name):
            return
        press(KEYS.Key_Tab)
        assert await comes_into_sight(focused()), name_of(focused())
    raise AssertionError(f"Tab does not come to {name}")


async def test_a_visit_from_the_sign_in_to_its_note(
    program: Callable[..., Program], clinic: Practice
) -> None:
    clinic.choose(call__undo_s=1)
    browser = Browser()
    started = program(keys=HeldKeys(), open_link=browser)
    started.window.activateWindow()
    async with running(started):
        # As at any start but the first: who signs in here is known, and the password is not.
        started.window.sign_in.fill(at(clinic))
        started.window.show_sign_in()
        # Typing goes on where something is missing.
        await comes_to("Password")
        type_text("practice")
        press(KEYS.Key_Return)
        session = await session_of(started)
        page = await queue_page(started)
        await session.queue.complete()

        await comes_to("Queue of visits")
        for _ in range(page.queue.model.rowCount()):
            if page.queue.table.selected_id == OKAFOR:
                break
            press(KEYS.Key_Down)
            assert await comes_into_sight(page.queue.table)
        assert page.shown_id == OKAFOR

        # Enter opens, and starts nothing; nor does it at the button in a question.
        press(KEYS.Key_Return)
        await comes_to("Start call")
        press(KEYS.Key_Space)
        await until(lambda: question(started.window))
        await comes_to("Cancel")
        assert browser.links == []
        await tab_to("Start call")
        press(KEYS.Key_Space)
        await browser.asked(1)
        await until(lambda: clinic.status(OKAFOR) == Status.IN_PROGRESS)
        await comes_back(started.window)

        # What is asked in the call is reached in its strip.
        await until(lambda: OKAFOR in page.strip.rows)
        await tab_to("Identity")
        press(KEYS.Key_Space)
        assert page.strip.rows[OKAFOR].checks["identity"].isChecked()

        await until(page.visit.call_bar.finish_button.isEnabled)
        press(KEYS.Key_F, CTRL | SHIFT)
        await until(lambda: question(started.window))
        await comes_to("Cancel")
        await tab_to("Disposition")
        type_text("Home, no follow-up")
        await tab_to("Finish visit")
        press(KEYS.Key_Space)
        await until(lambda: clinic.status(OKAFOR) == Status.COMPLETED)

        # It goes on in the note, which is kept by keys, too.
        await comes_back(started.window)
        await until(lambda: page.visit.notes.editor.is_open)
        assert await comes_into_sight(focused())
        assert page.visit.isAncestorOf(focused())
        type_text("Viral cough.")
        await tab_to("Save notes")
        press(KEYS.Key_Space)
        await until(lambda: not page.visit.notes.editor.has_draft)

        # And back to the list.
        press(KEYS.Key_F, CTRL)
        await comes_to("Find in the queue")
        press(KEYS.Key_Escape)
        await comes_to("Queue of visits")
    assert len(browser.links) == 1
