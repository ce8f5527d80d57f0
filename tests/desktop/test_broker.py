"""Signing in on the clinic's own page, in a real browser, back through the loopback address."""

from pathlib import Path

import pytest

from tests.desktop.machine import Display, Running, environment, until
from tests.desktop.test_browser import Browser, browser
from tests.practice import Practice

__all__ = ["browser"]
pytestmark = pytest.mark.desktop


def test_the_browser_leads_back_signed_in(
    display: Display, browser: Browser, clinic: Practice, tmp_path: Path
) -> None:
    env = environment(
        tmp_path,
        DISPLAY=display.name,
        QT_QPA_PLATFORM="xcb",
        BROWSER=str(browser.command),
        XDG_DATA_DIRS=str(tmp_path / "none"),
    )
    words = [clinic.api, clinic.portal, clinic.account]
    with Running(["-m", "tests.desktop.broker_window", *words], env, tmp_path) as running:
        until(lambda: page(display, "Sign in to Vestibule"), "the clinic's page")
        asked = [entry for entry in clinic.log() if entry["path"] == "/broker"]
        assert len(asked) == 1
        window = page(display, "Sign in to Vestibule")
        # Tab goes to the first button, "Continue as Noor Haddad"; Enter presses it.
        display.press(window, "Tab")
        display.press(window, "Return")
        until(lambda: page(display, "Vestibule - Chromium"), "the last page")
        until(lambda: clinic.asked("visits.list"), "the queue")
        paths = [entry["path"] for entry in clinic.log()]
        assert "/broker/token" in paths
        assert clinic.asked("auth.login") == 0
        # Nobody but the person's browser was sent anywhere.
        assert browser.starts() == 1
        assert running.stderr() == ""


def page(display: Display, title: str) -> int:
    """The browser's window while it shows a page of this title."""
    found = (window for window, shown in display.titles().items() if shown.startswith(title))
    return next((window for window in found if "Chromium" in display.titles().get(window, "")), 0)
