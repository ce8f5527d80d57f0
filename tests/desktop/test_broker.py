"""Signing in on the clinic's own page, in a real browser, back through the loopback address."""

import time
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
        until(lambda: pressed(display, window), "the last page", within_s=40.0)
        until(lambda: clinic.asked("visits.list"), "the queue")
        paths = [entry["path"] for entry in clinic.log()]
        assert "/broker/token" in paths
        assert clinic.asked("auth.login") == 0
        # Nobody but the person's browser was sent anywhere.
        assert browser.starts() == 1
        assert running.stderr() == ""


def pressed(display: Display, window: int) -> int:
    """The last page. Tab goes to the first button, "Continue as Noor Haddad", Enter presses it; a page that
    has just been drawn may not hear the keys yet."""
    display.press(window, "Tab")
    display.press(window, "Return")
    ends = time.monotonic() + 4.0
    while not (last := page(display, "Vestibule - Chromium")) and time.monotonic() < ends:
        time.sleep(0.05)
    return last


def page(display: Display, title: str) -> int:
    """The browser's window while it shows a page of this title."""
    found = (window for window, shown in display.titles().items() if shown.startswith(title))
    return next((window for window in found if "Chromium" in display.titles().get(window, "")), 0)
