"""Telephone numbers of one visit, in a window of its own, also while the internet is down."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from app.core.connection import Light, Standing
from tests.ui.conftest import Open, Opened
from tests.ui.words import words_of
from tests.until import until
from ui.calls.numbers_window import NumbersWindow

MINE, SHARED = "48211", "48212"
OKAFOR, GARCIA = "OKAFOR, Mira", "GARCÍA NÚÑEZ, María José"

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "This plugin does not support (raise|grab)")


def windows(opened: Opened) -> list[NumbersWindow]:
    return [each for each in opened.page.findChildren(NumbersWindow) if each.isVisible()]


async def numbers(opened: Opened, visit_id: str = SHARED) -> NumbersWindow:
    await opened.select(visit_id)
    opened.page.visit.call_bar.numbers_button.click()
    return windows(opened)[-1]


async def test_pressed_ten_times_there_is_one_window(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        window = await numbers(opened)
        for _ in range(10):
            opened.page.visit.call_bar.numbers_button.click()
        assert windows(opened) == [window]
        # No name in the title: the desktop shows it to everybody.
        assert window.windowTitle() == "Phone numbers"


async def test_each_stays_its_own_patients(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        first = await numbers(opened)
        second = await numbers(opened, MINE)
        assert first is not second
        assert GARCIA in words_of(first)
        assert OKAFOR not in words_of(first)
        assert OKAFOR in words_of(second)
        second.close_button.click()
        await until(lambda: windows(opened) == [first])
        # A closed one is made anew.
        assert GARCIA in words_of(await numbers(opened))


async def test_offline_it_opens_and_dials_while_no_call_can_start(
    qapp: QApplication, open_queue: Open
) -> None:
    async with open_queue() as opened:
        await opened.select(SHARED)
        opened.clinic.weather("cut_before", "*")
        bar = opened.page.visit.call_bar
        bar.show_standing(Standing(Light.OFFLINE, 300.0, 1.0))
        assert not bar.start_button.isEnabled()
        assert bar.numbers_button.isEnabled()
        window = await numbers(opened)
        dial = next(each for each in window.findChildren(QPushButton) if each.text() == "Dial")
        for _ in range(10):
            dial.click()
        assert len(opened.links) == 1
        assert opened.links[0].startswith("tel:")


async def test_enter_never_dials(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        window = await numbers(opened)
        for dial in [each for each in window.findChildren(QPushButton) if each.text() == "Dial"]:
            dial.setFocus()
            QTest.keyClick(dial, Qt.Key.Key_Return)
            QTest.keyClick(dial, Qt.Key.Key_Enter)
        assert opened.links == []


async def test_esc_closes_it(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        window = await numbers(opened)
        QTest.keyClick(window, Qt.Key.Key_Escape)
        await until(lambda: not windows(opened))
