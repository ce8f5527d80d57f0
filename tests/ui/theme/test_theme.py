"""The theme changes at run time, follows the desktop, and gives fonts and icons that fit."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from ui.theme.icons import NAMES, Icons
from ui.theme.theme import Theme
from ui.theme.tokens import DARK, LIGHT, Tokens, with_contrast


@pytest.fixture
def bare(qapp: QApplication) -> Iterator[QApplication]:
    yield qapp
    qapp.setStyleSheet("")
    qapp.styleHints().unsetColorScheme()


def window_colour(application: QApplication) -> str:
    return application.palette().color(QPalette.ColorRole.Window).name().upper()


def test_mode_and_scale_change_without_restart(bare: QApplication, qtbot: QtBot) -> None:
    theme = Theme("light", 1.0)
    theme.apply(bare)
    button = QPushButton("Start call")
    qtbot.addWidget(button)
    button.ensurePolished()
    small = button.sizeHint()
    with qtbot.waitSignal(theme.changed):
        theme.set_mode("dark")
    assert (theme.tokens, window_colour(bare)) == (DARK, DARK.window)
    with qtbot.waitSignal(theme.changed):
        theme.set_scale(2.0)
    assert theme.font("body").pixelSize() == 26
    assert theme.px(8) == 16
    assert button.sizeHint().height() > 1.7 * small.height()


def test_the_system_mode_follows_the_desktop(bare: QApplication) -> None:
    theme = Theme("system")
    theme.apply(bare)
    theme.follow(bare)
    theme.follow(bare)
    assert theme.tokens is LIGHT
    theme._choose = lambda _application: DARK
    bare.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert window_colour(bare) == DARK.window


@pytest.mark.parametrize("tokens", [LIGHT, DARK, with_contrast(LIGHT), with_contrast(DARK)])
def test_what_a_field_asks_for_reads(bare: QApplication, qtbot: QtBot, tokens: Tokens) -> None:
    """Qt makes it half as strong as the text, which is too little, above all in high contrast."""
    theme = Theme("light")
    theme.apply(bare)
    theme._choose = lambda _application: tokens
    theme.follow(bare)
    for field in (QLineEdit(), QPlainTextEdit()):
        qtbot.addWidget(field)
        field.ensurePolished()
        shown = field.palette().color(QPalette.ColorRole.PlaceholderText)
        assert (shown.name().upper(), shown.alpha()) == (tokens.ink_faint, 255)


def test_a_chosen_mode_does_not_follow_the_desktop(bare: QApplication) -> None:
    theme = Theme("light")
    theme.apply(bare)
    theme.follow(bare)
    bare.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.tokens is LIGHT


@pytest.mark.parametrize(("asked", "given"), [(0.1, 1.0), (1.25, 1.25), (9, 2.0)])
def test_the_scale_stays_within_its_bounds(asked: float, given: float) -> None:
    assert Theme("light", asked).scale == given


def test_our_own_faces_are_used(bare: QApplication) -> None:
    theme = Theme("light")
    theme.apply(bare)
    assert QFontInfo(theme.font()).family() == "Inter"
    assert QFontInfo(theme.font("title", "strong")).weight() == 600


def test_every_icon_is_drawn_within_its_square(qapp: QApplication) -> None:
    icons = Icons()
    for name in NAMES:
        image = icons.pixmap(name, "#FF0000", 24, 2.0).toImage()
        rim = [image.pixelColor(at, edge).alpha() for at in range(48) for edge in (0, 47)]
        assert max(rim) == 0, f"{name} is cut"
        assert any(image.pixelColor(x, y).red() > 200 for x in range(48) for y in range(48)), name


def test_icons_are_kept_and_an_unknown_one_is_empty(qapp: QApplication) -> None:
    icons = Icons()
    assert icons.pixmap("clock", "#000000", 16) is icons.pixmap("clock", "#000000", 16)
    assert icons.pixmap("no such icon", "#000000", 16).toImage().pixelColor(8, 8).alpha() == 0


def test_svg_is_not_loaded_before_an_icon_is_needed() -> None:
    code = "import sys, ui.theme.theme, ui.kit.record_table; sys.exit('PySide6.QtSvg' in sys.modules)"
    root = Path(__file__).parents[3]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
