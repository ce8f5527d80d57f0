"""A window beside the main one: its size, and what becomes of the keyboard and of Ctrl+Q."""

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ui.kit.side_window import SideWindow
from ui.theme.theme import Theme


@pytest.fixture
def shown(theme: Theme, qtbot: QtBot) -> tuple[QWidget, SideWindow]:
    main = QWidget()
    qtbot.addWidget(main)
    main.show()
    side = SideWindow(theme, 700, 500, main)
    side.fit()
    side.show()
    return main, side


def test_it_grows_with_the_text_and_never_beyond_its_screen(
    shown: tuple[QWidget, SideWindow], theme: Theme
) -> None:
    _, side = shown
    room = side.screen().availableGeometry()
    assert (side.width(), side.height()) == (min(700, round(room.width() * 0.9)), 500)
    theme.set_scale(3.0)
    side.fit()
    assert side.width() <= room.width()
    assert side.height() <= room.height()
    assert side.minimumWidth() > 480
    theme.set_scale(1.0)


def test_the_keyboard_goes_back_to_the_main_window(shown: tuple[QWidget, SideWindow], qtbot: QtBot) -> None:
    main, side = shown
    side.activateWindow()
    qtbot.waitUntil(side.isActiveWindow)
    side.reject()
    qtbot.waitUntil(main.isActiveWindow)


def test_the_whole_program_can_be_ended_from_it(shown: tuple[QWidget, SideWindow]) -> None:
    main, side = shown
    # The platform of the tests has no keys for quitting.
    side.quit_keys.activated.emit()
    assert not main.isVisible()
