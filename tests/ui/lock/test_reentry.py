"""Unlocking in the browser, and signing in again where one stands."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.app.auth.test_broker import choose
from tests.keyrings import HeldKeys
from tests.practice import Practice
from tests.ui.browsers import Browser
from tests.ui.programs import at, running, session_of
from tests.until import until
from ui.lock.lock_screen import LockScreen
from ui.program import Program

Make = Callable[..., Program]


@pytest.fixture
def browser() -> Browser:
    return Browser()


async def locked(program: Program, clinic: Practice, browser: Browser) -> LockScreen:
    """Somebody has come by the browser, and gone from the desk."""
    screen = program.window.sign_in
    screen.fill(replace(at(clinic), username="", way="browser", broker=f"{clinic.portal}broker"))
    screen.button.click()
    await choose(await browser.asked(1), "Continue as Noor Haddad")
    await session_of(program)
    await until(screen.button.isEnabled)
    program.window.activateWindow()
    program.window.menu.lock_wanted.emit()
    await until(lambda: program.shift.is_locked)
    return program.shift.lock.screen


async def test_who_came_by_the_browser_unlocks_in_the_browser(
    qapp: QApplication, program: Make, clinic: Practice, browser: Browser
) -> None:
    started = program(keys=HeldKeys(), open_link=browser)
    async with running(started):
        screen = await locked(started, clinic, browser)
        assert screen.unlock_button.text() == "Unlock in the browser"
        assert not screen.password.isVisible()
        await until(screen.unlock_button.hasFocus)
        screen.unlock_button.click()
        link = await browser.asked(2)
        assert "prompt=login" in link
        assert screen.unlock_button.text() == "Waiting for the browser…"
        assert screen.cancel_button.isVisible()
        await choose(link, "Continue as Noor Haddad")
        await until(lambda: not started.shift.is_locked)


async def test_the_browser_can_be_given_up_and_somebody_else_opens_nothing(
    qapp: QApplication, program: Make, clinic: Practice, browser: Browser
) -> None:
    started = program(keys=HeldKeys(), open_link=browser)
    async with running(started):
        screen = await locked(started, clinic, browser)
        screen.unlock_button.click()
        await browser.asked(2)
        QTest.keyClick(screen.cancel_button, Qt.Key.Key_Space)
        await until(screen.unlock_button.isEnabled)
        assert screen.unlock_button.text() == "Unlock in the browser"
        assert not screen.cancel_button.isVisible()
        assert screen.error() == ""
        screen.unlock_button.click()
        await choose(await browser.asked(3), "Continue as Priya Raghunathan")
        await until(screen.error)
        assert screen.error() == "Somebody else signed in on the clinic's page, so this stays locked."
        await until(screen.unlock_button.isEnabled)
        screen.unlock_button.click()
        await choose(await browser.asked(4), "Cancel")
        await until(lambda: "signed nobody in" in screen.error())
        assert started.shift.is_locked


async def test_signing_out_while_the_browser_is_waited_for_leaves_nothing_listening(
    qapp: QApplication, program: Make, clinic: Practice, browser: Browser
) -> None:
    started = program(keys=HeldKeys(), open_link=browser)
    async with running(started):
        screen = await locked(started, clinic, browser)
        screen.unlock_button.click()
        await browser.asked(2)
        assert not screen.sign_out_button.isVisible()
        started.shift.lock._sign_out()
        await until(lambda: started.session is None)
