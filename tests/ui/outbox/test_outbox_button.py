"""The status bar says at a glance whether everything has arrived."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core.action import State
from tests.ui.outbox.actions import one_of_each
from ui.outbox.counts import Counts, counts
from ui.shell.status_bar import StatusBar
from ui.theme.theme import Theme

KEYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def bar(qtbot: QtBot, theme: Theme) -> StatusBar:
    made = StatusBar(theme)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def test_counts() -> None:
    assert counts(one_of_each()) == Counts(waiting=2, unknown=1, refused=1, sent=1)
    assert counts([]) == Counts()


@pytest.mark.parametrize(
    ("shown", "text", "tone"),
    [
        (Counts(waiting=2), "2 to send", "neutral"),
        (Counts(waiting=2, unknown=1, sent=9), "1 unknown, 2 to send", "warn"),
        (Counts(unknown=1, refused=3), "3 refused, 1 unknown", "bad"),
    ],
)
def test_says_the_worst_first_in_words_and_icon(bar: StatusBar, shown: Counts, text: str, tone: str) -> None:
    bar.set_outbox(shown)
    button = bar._outbox.button
    assert button.isVisible()
    assert button.text() == text
    assert text in button.accessibleName()
    assert not button.icon().isNull()
    assert bar._outbox.tone() == tone
    assert "Ctrl+Shift+O" in button.toolTip()
    assert button.height() >= 24


@pytest.mark.parametrize("nothing", [Counts(), Counts(sent=5), None])
def test_is_not_there_when_everything_has_arrived(bar: StatusBar, nothing: Counts | None) -> None:
    bar.set_outbox(Counts(waiting=1))
    bar.set_outbox(nothing)
    assert not bar._outbox.isVisible()


def test_opens_by_press_and_by_key_even_when_it_is_not_there(bar: StatusBar, qtbot: QtBot) -> None:
    bar.set_outbox(Counts(refused=1))
    with qtbot.waitSignal(bar.outbox_wanted):
        bar._outbox.button.click()
    bar.set_outbox(Counts())
    with qtbot.waitSignal(bar.outbox_wanted):
        QTest.keyClick(bar, Qt.Key.Key_O, KEYS)


def test_nobody_signed_in_has_no_outbox(bar: StatusBar, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(bar.outbox_wanted):
        QTest.keyClick(bar, Qt.Key.Key_O, KEYS)


def test_the_bar_stays_one_line_at_200_percent_and_in_the_dark(bar: StatusBar, theme: Theme) -> None:
    bar.set_outbox(Counts(1, 1, 1))
    theme.set_scale(2.0)
    theme.set_mode("dark")
    button = bar._outbox.button
    bar.resize(1440, bar.sizeHint().height())
    assert button.width() >= button.sizeHint().width()
    assert theme.tokens.bad.fg in button.styleSheet()


def test_states_are_all_counted() -> None:
    assert sum(counts(one_of_each())) == len(State)
