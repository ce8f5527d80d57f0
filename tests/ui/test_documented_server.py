"""The window at a server that offers the [doc] and [code] endpoints alone: work without a complaint."""

import asyncio
from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication

from app.visits.record import Status
from tests.journeys.every_call import ABSENT, without_assumed
from tests.practice import Practice
from tests.ui.conftest import question
from tests.ui.programs import queue_page, running, sign_in
from tests.until import until
from ui.program import Program

SHARED = "48212"


@pytest.mark.parametrize("absent", ABSENT)
async def test_a_visit_from_sign_in_to_sign_out(
    qapp: QApplication, program: Callable[..., Program], clinic: Practice, absent: str
) -> None:
    without_assumed(clinic, absent)
    clinic.choose(call__undo_s=0)
    links: list[str] = []
    started = program(open_link=lambda link: not links.append(link))
    window = started.window
    async with running(started) as run:
        sign_in(started, clinic)
        page = await queue_page(started)
        await until(lambda: page.queue.model.row_of(SHARED) >= 0)
        assert page.queue.table.select(SHARED)
        await until(lambda: not page.visit.intake.state())

        await until(page.visit.call_bar.start_button.isEnabled)
        page.visit.call_bar.start_button.click()
        await until(lambda: question(window))
        question(window).accept()
        await until(page.visit.call_bar.finish_button.isVisible)
        assert len(links) == 1
        assert clinic.status(SHARED) == Status.IN_PROGRESS

        page.visit.call_bar.finish_button.click()
        await until(lambda: question(window))
        question(window).accept()
        await until(lambda: clinic.status(SHARED) == Status.COMPLETED)
        await until(lambda: page.queue.model.row_of(SHARED) < 0)

        said = window.notices.said()
        window.menu.sign_out_wanted.emit()
        await until(lambda: clinic.asked("auth.logout") == 1)
        await until(lambda: started.session is None)
        assert window.sign_in.isVisible()
        name = "GARCÍA NÚÑEZ, María José"
        assert said == (f"{name}: the call was opened.", f"{name}: the visit is finished.")
        assert window.notices.said() == said
        assert window.sign_in.error() == ""
        started.stop()
        async with asyncio.timeout(2):
            assert await run == 0
