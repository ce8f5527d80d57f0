"""A question is awaited while everything else goes on."""

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from tests.ui.rest import at_rest
from tests.until import until
from ui.kit.ask import Question, ask, discard
from ui.kit.labels import label
from ui.theme.theme import Theme


async def opened(dialog: QDialog) -> asyncio.Task[bool]:
    task = asyncio.get_running_loop().create_task(ask(dialog))
    await until(dialog.isVisible)
    return task


def question(theme: Theme, parent: QWidget | None = None, **options) -> Question:
    return Question(theme, "End?", "<b>Sure</b>", accept="End visit", kind="danger", parent=parent, **options)


async def test_accept_and_reject_are_the_answer(qapp: QApplication, theme: Theme) -> None:
    dialog = question(theme)
    task = await opened(dialog)
    dialog.accept_button.click()
    assert await task
    task = await opened(dialog)
    dialog.cancel_button.click()
    assert not await task


async def test_other_tasks_go_on_meanwhile(qapp: QApplication, theme: Theme) -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0)

    ticking = asyncio.get_running_loop().create_task(tick())
    dialog = question(theme)
    task = await opened(dialog)
    before = ticks
    await until(lambda: ticks > before + 5)
    dialog.reject()
    assert not await task
    ticking.cancel()
    await asyncio.gather(ticking, return_exceptions=True)


async def test_enter_does_not_accept_and_esc_cancels(qapp: QApplication, theme: Theme) -> None:
    dialog = question(theme, body=QLineEdit())
    task = await opened(dialog)
    line = dialog.findChild(QLineEdit)
    line.setFocus()
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert not task.done()
    assert dialog.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not await task


async def test_enter_on_the_first_focus_cancels(qapp: QApplication, theme: Theme) -> None:
    dialog = question(theme)
    task = await opened(dialog)
    assert dialog.focusWidget() is dialog.cancel_button
    QTest.keyClick(dialog.cancel_button, Qt.Key.Key_Return)
    assert dialog.isVisible() or not await task
    dialog.reject()
    assert not await task


async def test_the_chord_accepts_only_while_accepting_is_allowed(qapp: QApplication, theme: Theme) -> None:
    dialog = question(theme, accept_keys="Ctrl+Return")
    assert "Return" in dialog.accept_button.toolTip()
    task = await opened(dialog)
    dialog.activateWindow()
    await until(dialog.isActiveWindow)
    dialog.set_accept_enabled(False)
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await at_rest()
    assert not task.done()
    dialog.set_accept_enabled(True)
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert await task


async def test_a_cancelled_question_closes(qapp: QApplication, theme: Theme) -> None:
    dialog = question(theme)
    task = await opened(dialog)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()
    assert not dialog.isVisible()


async def test_a_closing_parent_says_no(qapp: QApplication, theme: Theme) -> None:
    parent = QWidget()
    parent.show()
    task = await opened(question(theme, parent))
    parent.close()
    assert not await task


async def test_a_deleted_dialog_says_no(qapp: QApplication, theme: Theme) -> None:
    parent = QWidget()
    dialog = question(theme, parent)
    task = await opened(dialog)
    delete(parent)
    assert not await task
    discard(dialog)


def test_data_is_shown_as_plain_text(qapp: QApplication, theme: Theme) -> None:
    assert question(theme)._text.textFormat() == Qt.TextFormat.PlainText


def test_buttons_stay_on_the_screen_however_much_there_is_to_say(theme: Theme, qtbot: QtBot) -> None:
    body = label("A long reason for the visit. " * 400, wrap=True)
    question = Question(theme, "Start this call?", "The call opens.", accept="Start call", body=body)
    qtbot.addWidget(question)
    theme.set_scale(1.5)
    question.show()
    room = question.screen().availableGeometry().height()
    qtbot.waitUntil(lambda: 0 < question.height() <= room)
    for button in (question.accept_button, question.cancel_button):
        assert question.rect().contains(button.geometry())
        assert button.height() >= button.sizeHint().height()
    assert question._scroll.focusPolicy() == Qt.FocusPolicy.StrongFocus
    assert body.height() >= body.heightForWidth(body.width())
    # What comes first, such as a name, is in sight.
    assert body.visibleRegion().boundingRect().height() >= room / 3
    theme.set_scale(1.0)


def test_a_question_that_fits_shows_everything(theme: Theme, qtbot: QtBot) -> None:
    for scale in (1.0, 1.25, 2.0):
        theme.set_scale(scale)
        long = "GARCÍA NÚÑEZ, María José"
        parts = [label(text, kind, wrap=True) for text, kind in ((long, "display"), ("Cough", ""))]
        body = QWidget()
        column = QVBoxLayout(body)
        for part in parts:
            column.addWidget(part)
        question = Question(theme, "Start this call?", "The call opens.", accept="Start call", body=body)
        qtbot.addWidget(question)
        question.show()
        qtbot.waitUntil(
            lambda parts=parts: all(each.visibleRegion().boundingRect() == each.rect() for each in parts)
        )
        assert question._scroll.focusPolicy() == Qt.FocusPolicy.NoFocus
    theme.set_scale(1.0)
