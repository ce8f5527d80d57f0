"""What somebody does in the window stands in the audit: who, what, which id, and no names (AUD-01)."""

from collections.abc import Callable

from PySide6.QtWidgets import QApplication

from app.core.audit import Event, first_fault
from app.core.store.chain import Entry
from app.session import Session
from tests.keyrings import HeldKeys
from tests.practice import Practice
from tests.ui.conftest import question
from tests.ui.lock.test_lock import lock, unlock
from tests.ui.programs import at_work, queue_page
from tests.until import until
from ui.program import Program

MINE, OTHER = "48211", "48212"
NOOR = "612"


async def told(session: Session) -> list[tuple[str, str, str]]:
    entries = await session.store.audit()
    assert first_fault(entries, None) is None
    assert {entry.who for entry in entries} == {NOOR}
    assert not any(name in repr(entries) for name in ("Okafor", "Noor", "Cough", "practice"))
    return [line(entry) for entry in entries]


def line(entry: Entry) -> tuple[str, str, str]:
    return entry.what, entry.subject, entry.outcome


async def test_a_shift_is_told_from_sign_in_to_sign_out(
    qapp: QApplication, program: Callable[..., Program], clinic: Practice
) -> None:
    started = program(keys=HeldKeys(), open_link=lambda _link: True)
    async with at_work(started, clinic) as session:
        page = await queue_page(started)
        await until(lambda: page.queue.model.row_of(MINE) >= 0)
        page.queue.table.select(MINE)
        await until(page.visit.call_bar.start_button.isEnabled)
        page.visit.call_bar.start_button.click()
        await until(lambda: question(started.window) is not None)
        question(started.window).accept_button.click()
        await until(page.visit.call_bar.finish_button.isVisible)
        page.queue.table.select(OTHER)
        await lock(started)
        unlock(started, "wrong")
        await until(started.shift.lock.screen.error)
        await until(started.shift.lock.screen.unlock_button.isEnabled)
        unlock(started, "practice")
        await until(lambda: not started.shift.is_locked)
        await queue_page(started)
        lines = await told(session)
        store = session.store
        noted = []
        store_note, store.note = store.note, lambda *values: noted.append(values[2:])
        started.window.menu.sign_out_wanted.emit()
        await until(lambda: started.session is None)
        store.note = store_note
    assert lines == [
        (Event.SIGN_IN, NOOR, "password"),
        (Event.PATIENT_VIEWED, MINE, "ok"),
        (Event.CALL_STARTED, MINE, "ok"),
        (Event.PATIENT_VIEWED, OTHER, "ok"),
        (Event.LOCK, "", "ok"),
        (Event.UNLOCK_REFUSED, "", "wrong"),
        (Event.UNLOCK, "", "ok"),
        (Event.PATIENT_VIEWED, OTHER, "ok"),
    ]
    assert noted[0] == (Event.SIGN_OUT, NOOR, "ok")
    assert {event for event, _subject, _outcome in noted[1:]} <= {Event.ALERTS_COUNTED, "own_state"}
