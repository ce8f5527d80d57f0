"""The clinic's server ends the sign-in in the middle of the work: a call is running, a note is half typed, a
file is on its way. One sign-in, and all three go on where they were."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication

from app.core.action import State
from app.core.connection import Light
from app.files.record import File
from app.session import Session
from app.visits.record import Status
from tests.keyrings import HeldKeys
from tests.practice import Practice
from tests.ui.browsers import Browser
from tests.ui.conftest import program, question, theme, window
from tests.ui.programs import at_work, queue_page
from tests.until import until
from ui.pages.queue_page import QueuePage
from ui.program import Program

__all__ = ["program", "theme", "window"]

ME, MINE, SHARED = "612", "48211", "48212"
HALF = "half a sentence about"
LARGE = 3 * 1024 * 1024


async def in_a_call(page: QueuePage, started: Program, browser: Browser) -> None:
    assert page.queue.table.select(SHARED)
    page.visit.call_bar.start_button.click()
    await until(lambda: question(started.window))
    question(started.window).accept()
    await browser.asked(1)
    await until(page.visit.call_bar.finish_button.isVisible)


async def at_a_note(page: QueuePage) -> None:
    editor = page.visit.notes.editor
    editor.set_open(True)
    await until(lambda: not editor.row("diagnosis").isHidden())
    editor.row("diagnosis").field.setPlainText(HALF)


def uploading(session: Session, folder: Path, sent: list[int]) -> asyncio.Task[File]:
    path = folder / "scan.bin"
    path.write_bytes(random.Random(7).randbytes(LARGE))
    return asyncio.create_task(session.files.upload(path, progress=lambda so_far, _all: sent.append(so_far)))


async def test_one_sign_in_brings_back_the_call_the_note_and_the_file(
    qapp: QApplication, program: Callable[..., Program], clinic: Practice, tmp_path: Path
) -> None:
    browser, sent = Browser(), list[int]()
    started = program(keys=HeldKeys(), open_link=browser)
    async with at_work(started, clinic) as session:
        page = await queue_page(started)
        await in_a_call(page, started, browser)
        await at_a_note(page)

        # Long enough for the sign-in to end meanwhile, on a slow machine, too.
        clinic.weather("latency", "files.upload", seconds=2.0)
        file = uploading(session, tmp_path, sent)
        await until(lambda: sent)
        clinic.end_sign_ins(ME)
        session.queue.poller.wake()
        await until(lambda: session.queue.connection.standing().light == Light.SIGNED_OUT)

        # Nothing is gone: the list is readable, the note is there and goes on, the file waits.
        started.window.ticker.ticked.emit()
        assert started.window.status._sign_in.isVisible()
        page.visit.notes.editor.row("diagnosis").field.setPlainText(f"{HALF} the rash")
        clinic.clear()
        await until(lambda: clinic.asked("files.upload") == 1)
        await until(lambda: session._client.credentials._fresh._waiters)
        assert not file.done()

        started.window.status._sign_in.click()
        await until(lambda: started.shift.is_locked)
        screen = started.shift.lock.screen
        screen.password.setText("practice")
        screen.unlock_button.click()
        await until(lambda: not started.shift.is_locked)

        assert started.session is session
        assert (await file).size == LARGE
        page = await queue_page(started)
        assert page.shown_id == SHARED
        await until(page.visit.call_bar.finish_button.isVisible)
        assert session.queue.visits.get(SHARED).status == Status.IN_PROGRESS
        await until(page.visit.call_bar.start_button.isEnabled)
        assert page.visit.call_bar.start_button.text() == "Rejoin call…"
        assert page.visit.notes.editor.row("diagnosis").field.toPlainText() == f"{HALF} the rash"
        # And what is typed can be saved, with the new sign-in.
        page.visit.notes.editor.save_button.click()
        await until(lambda: [each for each in session.outbox.actions if each.state == State.SENT])
        note = await session.notes.read(SHARED)
        assert note.diagnosis == f"{HALF} the rash"
        assert len(browser.links) == 1
