"""The window keeps room for what must be read."""

import pytest
from PySide6.QtWidgets import QApplication

from app.core.connection import Light, Standing
from app.errors import Broken
from tests.ui.rest import at_rest
from ui.shell.window import Window
from ui.theme.theme import Theme

NOW = 1_780_000_000.0

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def test_the_smallest_size_grows_with_the_text_as_far_as_the_screen_allows(
    window: Window, theme: Theme
) -> None:
    assert (window.minimumWidth(), window.minimumHeight()) == (640, 480)
    theme.set_scale(2.0)
    screen = window.screen().availableGeometry()
    assert window.minimumWidth() == max(640, min(1280, screen.width()))
    assert window.minimumHeight() == max(480, min(960, screen.height()))


async def test_messages_and_status_are_whole_in_the_smallest_window_at_200_per_cent(
    qapp: QApplication, window: Window, theme: Theme
) -> None:
    theme.set_scale(2.0)
    window.setMinimumSize(640, 480)  # as on a screen of that size
    window.resize(640, 480)
    window.notices.say("While you were away 3 patients came and wait. " * 4, "info")
    window.status.show_standing(Standing(Light.TROUBLE, 33, NOW - 33, Broken("not_json")), NOW, 0.0)
    await at_rest()
    words = window.status._words
    assert words.height() >= words.heightForWidth(words.width())
    assert window.notices.height() <= 160
    assert window.status.geometry().bottom() < 480


async def test_a_message_that_comes_by_itself_moves_nothing_above_it(
    qapp: QApplication, window: Window, theme: Theme
) -> None:
    top = window._pages.mapTo(window, window._pages.rect().topLeft())
    window.notices.say("2 check-ins were refused.", "bad")
    await at_rest()
    assert window._pages.mapTo(window, window._pages.rect().topLeft()) == top
    assert window.notices.geometry().top() > window._pages.geometry().bottom()
