"""Starting, rejoining and finishing a call by hand."""

import asyncio

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel

from app.core.connection import Light, Standing
from app.visits.record import Status
from tests.ui.conftest import Open, Opened
from tests.until import until

SHARED, E_CONSULT = "48212", "48222"
GARCIA = "GARCÍA NÚÑEZ, María José"


async def start(opened: Opened) -> None:
    opened.page.visit.call_bar.start_button.click()
    (await opened.asked()).accept()
    await until(lambda: opened.visit(SHARED).status == Status.IN_PROGRESS)
    await until(opened.page.visit.call_bar.start_button.isEnabled)


async def test_one_press_one_question_one_launch(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        await opened.select(SHARED)
        bar = opened.page.visit.call_bar
        assert bar.start_button.text() == "Start call…"
        bar.start_button.click()
        question = await opened.asked()
        words = [label.text() for label in question.findChildren(QLabel)]
        assert "GARCÍA NÚÑEZ, María José" in words
        assert "Born 30-Nov-1951 (74 y)" in words
        assert not opened.links
        question.accept()
        await until(bar.finish_button.isVisible)
        assert bar.start_button.text() == "Rejoin call…"
        assert len(opened.links) == 1
        assert opened.clinic.status(SHARED) == 25
        await until(lambda: opened.window.notices.texts() == (f"{GARCIA}: the call was opened.",))


async def test_ten_presses_in_a_second_make_one_launch(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        await opened.select(SHARED)
        for _ in range(10):
            opened.page.visit.call_bar.start_button.click()
            QTest.keyClick(opened.window, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
            await asyncio.sleep(0)
        question = await opened.asked()
        for _ in range(10):
            question.accept()
        await until(lambda: opened.visit(SHARED).status == Status.IN_PROGRESS)
        assert len(opened.links) == 1
        assert opened.clinic.asked("visits.inprogress") == 1


async def test_enter_does_not_confirm_and_escape_declines(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        await opened.select(SHARED)
        opened.page.visit.call_bar.start_button.click()
        question = await opened.asked()
        QTest.keyClick(question, Qt.Key.Key_Escape)
        await until(opened.page.visit.call_bar.start_button.isEnabled)
        assert opened.links == []
        assert opened.clinic.status(SHARED) == 10
        opened.page.visit.call_bar.start_button.click()
        question = await opened.asked()
        QTest.keyClick(question, Qt.Key.Key_Return)
        assert question.isVisible()
        assert opened.links == []
        question.activateWindow()
        await until(question.isActiveWindow)
        QTest.keyClick(question, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await until(lambda: len(opened.links) == 1)
        await until(opened.page.visit.call_bar.finish_button.isVisible)


async def test_finishing_asks_first_and_can_be_taken_back(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        await opened.select(SHARED)
        await start(opened)
        bar = opened.page.visit.call_bar
        bar.finish_button.click()
        question = await opened.asked()
        assert "You can take it back for 10 s." in question.findChildren(QLabel)[1].text()
        question.accept()
        await until(lambda: opened.session.finishing.ids() == (SHARED,))
        # Until then it can neither be rejoined, nor finished or given away once more.
        await until(lambda: bar.why_not().startswith("This visit is about to be finished."))
        buttons = (bar.start_button, bar.finish_button, bar.hand_over_button)
        assert not any(button.isEnabled() for button in buttons)
        assert opened.clinic.status(SHARED) == 25
        opened.page.strip.rows[SHARED].undo_button.click()
        await until(lambda: all(button.isEnabled() for button in buttons))
        assert opened.session.finishing.ids() == ()
        assert opened.clinic.asked("visits.close") == 0


async def test_a_finished_visit_is_done_and_said(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        opened.clinic.choose(call__undo_s=0)
        await opened.session.learn()
        await opened.select(SHARED)
        await start(opened)
        opened.page.visit.call_bar.finish_button.click()
        (await opened.asked()).accept()
        await until(lambda: opened.clinic.status(SHARED) == 30)
        await until(lambda: opened.window.notices.texts() == (f"{GARCIA}: the visit is finished.",))
        await until(lambda: SHARED not in opened.page.strip.rows)


async def test_a_visit_taken_meanwhile_is_refused_in_words(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        await opened.select(SHARED)
        opened.clinic.do("take", visit=SHARED, provider="613")
        opened.page.visit.call_bar.start_button.click()
        await until(opened.window.notices.texts)
        assert opened.window.notices.texts()[0].startswith(
            "GARCÍA NÚÑEZ, María José: This visit is in progress with Samuel Okonkwo-Reyes since"
        )
        assert opened.links == []
        await until(opened.page.visit.call_bar.why_not)
        assert not opened.page.visit.call_bar.start_button.isEnabled()


async def test_an_unreported_call_is_said_and_can_be_told_again(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        await opened.select(SHARED)
        opened.clinic.weather("status", "visits.inprogress", status=500, times=1)
        opened.page.visit.call_bar.start_button.click()
        (await opened.asked()).accept()
        await until(opened.window.notices.texts)
        assert "could not be told" in opened.window.notices.texts()[0]
        await until(lambda: "does not know of it yet" in opened.page.visit.call_bar.why_not())
        opened.window.notices.notices()[0].act.click()
        await until(
            lambda: opened.window.notices.texts() == (f"{GARCIA}: the server knows of the call now.",)
        )
        assert opened.clinic.status(SHARED) == 25


async def test_a_failed_check_opens_nothing_and_says_so(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        await opened.select(SHARED)
        opened.clinic.weather("status", "visits.get", status=503)
        opened.page.visit.call_bar.start_button.click()
        await until(opened.window.notices.texts)
        assert opened.window.notices.texts() == (
            "GARCÍA NÚÑEZ, María José: No call was started. The server has a fault of its own (503).",
        )
        assert opened.links == []


WITHOUT_CONTACT = [
    (Standing(Light.OFFLINE, 300.0, 1.0), "Not while offline: the visit must be looked at afresh first."),
    (Standing(Light.SIGNED_OUT, 3.0, 1.0), "Sign in again first."),
    (
        Standing(Light.CONNECTING, 300.0, 1.0, is_restored=True, is_too_old=True),
        "Not yet: this is as kept on this computer, and is being read afresh.",
    ),
    (
        Standing(Light.TROUBLE, 300.0, 1.0, is_too_old=True),
        "Not now: what is shown is too old, and the visit must be looked at afresh first.",
    ),
]


@pytest.mark.parametrize(("standing", "why"), WITHOUT_CONTACT)
async def test_without_contact_no_call_can_be_started(
    qapp: QApplication, open_queue: Open, standing: Standing, why: str
) -> None:
    async with open_queue() as opened:
        await opened.select(SHARED)
        bar = opened.page.visit.call_bar
        bar.show_standing(standing)
        assert not bar.start_button.isEnabled()
        assert bar.why_not() == why
        bar.show_standing(Standing(Light.LIVE, 0.0, 1.0))
        assert bar.start_button.isEnabled()
        assert not bar.why_not()


async def test_without_contact_no_call_of_mine_can_be_rejoined_or_finished(
    qapp: QApplication, open_queue: Open
) -> None:
    async with open_queue() as opened:
        await opened.select(SHARED)
        await start(opened)
        bar = opened.page.visit.call_bar
        bar.show_standing(WITHOUT_CONTACT[0][0])
        assert bar.start_button.text() == "Rejoin call…"
        assert not bar.start_button.isEnabled()
        assert not bar.finish_button.isEnabled()


async def test_an_e_consult_is_accepted_and_not_called(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        await opened.select(E_CONSULT)
        bar = opened.page.visit.call_bar
        assert bar.start_button.text() == "Accept e-consult…"
        bar.start_button.click()
        question = await opened.asked()
        assert question.windowTitle() == "Accept this e-consult?"
        question.accept()
        await until(lambda: "is yours to answer" in "".join(opened.window.notices.texts()))
        await until(lambda: bar.why_not().startswith("This e-consult is yours"))
        assert not bar.start_button.isEnabled()
        assert opened.links == []
        assert opened.clinic.status(E_CONSULT) == 20


async def test_an_e_consult_that_a_colleague_has_names_them(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        await opened.select(E_CONSULT)
        opened.page.visit.call_bar.start_button.click()
        question = await opened.asked()
        opened.clinic.do("assign", visit=E_CONSULT, provider="613")
        question.accept()
        await until(opened.window.notices.texts)
        assert "Samuel Okonkwo-Reyes has accepted this e-consult." in opened.window.notices.texts()[0]


async def test_held_down_the_key_asks_once_and_enter_never_starts(
    qapp: QApplication, open_queue: Open
) -> None:
    async with open_queue() as opened:
        await opened.select(SHARED)
        window, control = opened.window, Qt.KeyboardModifier.ControlModifier
        for repeats in (False, *(True for _ in range(20))):
            press = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_J, control, "", repeats)
            QApplication.sendEvent(window, press)
            await asyncio.sleep(0)
        QTest.keyClick(window, Qt.Key.Key_J, control)
        question = await opened.asked()
        assert len(questions(opened)) == 1
        chords = [*question.findChildren(QShortcut), *opened.page.visit.call_bar.findChildren(QShortcut)]
        assert not any(chord.autoRepeat() for chord in chords)
        for _ in range(20):
            QTest.keyClick(question, Qt.Key.Key_Return)
            QTest.keyClick(question, Qt.Key.Key_Enter)
        assert question.isVisible()
        assert opened.links == []
        QTest.keyClick(question, Qt.Key.Key_Escape)
        await until(opened.page.visit.call_bar.start_button.isEnabled)
        assert opened.links == []


async def test_a_double_click_asks_once_and_starts_once(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        await opened.select(SHARED)
        left = Qt.MouseButton.LeftButton
        button = opened.page.visit.call_bar.start_button
        QTest.mouseClick(button, left)
        QTest.mouseDClick(button, left)
        question = await opened.asked()
        assert len(questions(opened)) == 1
        QTest.mouseClick(question.accept_button, left)
        QTest.mouseDClick(question.accept_button, left)
        await until(lambda: opened.clinic.status(SHARED) == 25)
        await until(opened.page.visit.call_bar.finish_button.isVisible)
        assert len(opened.links) == 1


async def test_the_focus_is_back_after_the_question(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        await opened.select(SHARED)
        button = opened.page.visit.call_bar.start_button
        opened.window.activateWindow()
        button.setFocus()
        button.click()
        question = await opened.asked()
        assert question.focusWidget() is question.cancel_button
        QTest.keyClick(question, Qt.Key.Key_Escape)
        await until(lambda: opened.window.focusWidget() is button)


def questions(opened: Opened) -> list[QDialog]:
    return [each for each in opened.window.findChildren(QDialog) if each.isVisible()]
