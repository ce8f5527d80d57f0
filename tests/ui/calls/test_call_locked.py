"""What was decided of a call stays decided through lock, sign-out and the end; what came of it is told."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication

from app.session import Session
from app.visits.record import Visit
from tests.keyrings import HeldKeys
from tests.practice import Practice
from tests.ui.lock.test_lock import lock, unlock
from tests.ui.programs import at_work, queue_page
from tests.ui.words import all_words
from tests.until import until
from ui.program import Program

ME, COLLEAGUE, SHARED = "612", "613", "48212"
GARCIA = "GARCÍA NÚÑEZ, María José"
LATER_S = 60.0

Make = Callable[..., Program]

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "This plugin does not support (raise|grab)")


async def in_call(program: Program, session: Session, clinic: Practice) -> Visit:
    """A call that was opened here."""
    await queue_page(program)
    await session.queue.complete()

    async def yes(_visit: Visit) -> bool:
        return True

    started = await session.calls.start(SHARED, yes, lambda _link: True)
    assert started is not None
    await until(lambda: program.window.page.strip.rows)
    return started.visit


async def unlocked(program: Program) -> None:
    unlock(program, "practice")
    await until(lambda: not program.shift.is_locked)


def said(program: Program) -> str:
    return "\n".join(program.window.notices.texts())


async def test_a_lock_does_not_take_it_back(qapp: QApplication, program: Make, clinic: Practice) -> None:
    started = program(keys=HeldKeys())
    async with at_work(started, clinic) as session:
        visit = await in_call(started, session, clinic)
        session.finishing.begin(visit, 0.3)
        await lock(started)
        await until(lambda: "GARCÍA" not in all_words())
        await until(lambda: clinic.status(SHARED) == 30)
        await until(lambda: session.finishing.ids() == ())
        assert "GARCÍA" not in all_words()
        await unlocked(started)
        assert f"{GARCIA}: the visit is finished." in said(started)


async def test_a_failure_while_it_was_locked_is_told_after_it(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    started = program(keys=HeldKeys())
    async with at_work(started, clinic) as session:
        visit = await in_call(started, session, clinic)
        clinic.weather("cut_before", "visits.close")
        session.finishing.begin(visit, 0.2)
        await lock(started)
        await until(lambda: session.finishing.ids() == ())
        assert said(started) == ""
        await unlocked(started)
        assert f"{GARCIA}: The visit was not finished." in said(started)
        # Told once.
        await lock(started)
        await until(lambda: not started.window.notices.texts())
        started.window.notices.clear("call")
        await unlocked(started)
        assert "not finished" not in said(started)


async def test_a_call_that_somebody_took_over_meanwhile_is_told_after_it(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    started = program(keys=HeldKeys())
    async with at_work(started, clinic) as session:
        await in_call(started, session, clinic)
        await lock(started)
        clinic.do("assign", visit=SHARED, provider=COLLEAGUE)
        await until(lambda: session.calls.opened.ids() == ())
        await unlocked(started)
        assert f"{GARCIA}: this visit is with" in said(started)
        assert not session.own_state.stand.in_call


async def test_the_countdown_goes_on_behind_the_lock_and_can_be_taken_back_after_it(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    started = program(keys=HeldKeys())
    async with at_work(started, clinic) as session:
        visit = await in_call(started, session, clinic)
        session.finishing.begin(visit, LATER_S)
        await lock(started)
        await unlocked(started)
        page = await queue_page(started)
        await until(lambda: SHARED in page.strip.rows)
        row = page.strip.rows[SHARED]
        assert "Finishing in" in row.words()
        row.undo_button.click()
        assert session.finishing.ids() == ()


async def test_signing_out_finishes_it_before_the_sign_in_ends(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    started = program(keys=HeldKeys())
    async with at_work(started, clinic) as session:
        visit = await in_call(started, session, clinic)
        session.finishing.begin(visit, LATER_S)
        started.window.menu.sign_out_wanted.emit()
        await until(lambda: started.session is None)
        assert clinic.status(SHARED) == 30
        assert GARCIA not in all_words()


async def test_the_end_of_the_program_finishes_it(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    started = program(keys=HeldKeys())
    async with at_work(started, clinic) as session:
        visit = await in_call(started, session, clinic)
        session.finishing.begin(visit, LATER_S)
        started.window.close()
        await until(lambda: started.session is None)
        assert clinic.status(SHARED) == 30
