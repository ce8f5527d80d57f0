"""Wherever the lock strikes: no window, question or tip holds a word of a patient afterwards (SEC-02)."""

import ast
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QToolTip, QWidget

from app.checkin.check_in import check_in
from app.session import Session
from app.users.record import Person
from app.visits.record import Visit
from tests.app.checkin.desks import OKAFOR
from tests.keyrings import HeldKeys, NoKeys
from tests.practice import Practice
from tests.ui.conftest import question
from tests.ui.programs import at_work, queue_page
from tests.ui.words import all_words
from tests.until import until
from ui.outbox.outbox_panel import OutboxPanel
from ui.pages.queue_page import QueuePage
from ui.program import Program
from ui.workplace import Workplace

ME, MINE, SHARED, ECONSULT = "612", "48211", "48212", "48222"
TYPED = "suspected tonsillitis"
# Shorter ones stand in words of ours.
SHORTEST = 4

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "This plugin does not support (raise|grab)")


@dataclass
class At:
    """A provider at work, who looks at a visit of theirs in progress."""

    program: Program
    session: Session
    clinic: Practice
    page: QueuePage

    @property
    def place(self) -> Workplace:
        assert self.program.workplace is not None
        return self.program.workplace

    @property
    def panel(self) -> OutboxPanel:
        return self.place._outbox.panel

    async def asked(self, parent: QWidget | None = None) -> None:
        await until(lambda: question(parent or self.program.window))

    async def keeps(self) -> None:
        """A check-in waits to be sent."""
        self.clinic.weather("cut_before", "*")
        line = {"patient": OKAFOR, "room": self.clinic.room, "reason": TYPED}
        await self.session.outbox.keep(check_in(line, self.session.clock.now()))

    def types(self) -> None:
        """Half a note."""
        editor = self.page.visit.notes.editor
        editor.set_open(True)
        editor.row("diagnosis").field.setPlainText(TYPED)


async def starting(at: At) -> None:
    assert at.page.queue.table.select(SHARED)
    at.page.visit.call_bar.start_button.click()
    await at.asked()


async def finishing(at: At) -> None:
    at.page.visit.call_bar.finish_button.click()
    await at.asked()


async def accepting(at: At) -> None:
    assert at.page.queue.table.select(ECONSULT)
    at.page.visit.call_bar.start_button.click()
    await at.asked()


async def handing_over(at: At) -> None:
    at.page.visit.call_bar.hand_over_button.click()
    await at.asked()


async def reading_numbers(at: At) -> None:
    at.page.visit.call_bar.numbers_button.click()
    await at.asked()


async def beside_a_call(at: At) -> None:
    await until(lambda: MINE in at.page.strip.rows)
    assert at.page.queue.table.select(SHARED)


async def searching(at: At) -> None:
    """The word that is searched, the list that it leaves, and who has just left it."""
    at.clinic.do("cancel", visit=SHARED)
    await at.session.queue.poller.once()
    at.page.queue.filter_bar.field.setText("okafor")
    await until(at.page.queue.left_line.text)


async def naming_a_view(at: At) -> None:
    at.page.queue.filter_bar.field.setText("okafor")
    at.page.queue.filter_bar.views_menu._save()
    await at.asked(at.page.queue.filter_bar)


async def leaving(at: At) -> None:
    came = at.session.queue.visits.get(SHARED).start
    at.clinic.do("patch", visit=SHARED, set={"member_alive": int(came) + 1})
    await at.session.queue.poller.once()
    assert at.page.queue.table.select(SHARED)
    await until(at.page.visit.gone_bar.button.isVisible)
    at.page.visit.gone_bar.button.click()
    await at.asked()


async def going_to(at: At) -> None:
    at.program.window.menu.palette_wanted.emit()
    at.place.palette.field.setText("okaf")
    await until(at.place.palette.model.rowCount)


async def in_the_windows_beside(at: At) -> None:
    menu = at.program.window.menu
    for wanted in (menu.waits_wanted, menu.keys_wanted, menu.alerts_test_wanted):
        wanted.emit()
        await at.asked()


async def looking_for_a_patient(at: At) -> None:
    at.place.check_in()
    form = at.place._check_in
    form.pick.search.field.setText("Okafor")
    await until(form.pick.search.rows)


async def choosing_from_a_list(at: At) -> None:
    at.place.check_in()
    box = at.place._check_in.findChild(QComboBox)
    box.addItem("OKAFOR, Mira")
    box.showPopup()
    await until(box.view().isVisible)


async def in_the_outbox(at: At) -> None:
    await at.keeps()
    at.types()
    at.place.show_outbox()


async def discarding(at: At) -> None:
    await in_the_outbox(at)
    at.panel.entry.discard_button.click()
    await at.asked(at.panel)


async def sending_anyway(at: At) -> None:
    await in_the_outbox(at)
    # As for one of which nobody can tell whether it has arrived.
    at.panel._send_wanted()
    await at.asked(at.panel)


async def discarding_a_text(at: At) -> None:
    at.types()
    at.clinic.do("finish", visit=MINE)
    at.clinic.advance(1)
    await at.session.queue.poller.once()
    assert at.page.queue.table.select(SHARED)
    at.place.show_outbox()
    card = at.place._outbox.card
    (unsaved,) = card.entries()
    card._discard_wanted(unsaved)
    await at.asked(card)


async def signing_out(at: At) -> None:
    await at.keeps()
    at.program.window.menu.sign_out_wanted.emit()
    await at.asked()


async def closing(at: At) -> None:
    await at.keeps()
    at.program.window.close()
    await at.asked()


async def removing(at: At) -> None:
    await at.keeps()
    at.program.window.menu.reset_wanted.emit()
    await at.asked()


async def in_the_settings(at: At) -> None:
    at.program.window.menu.settings_wanted.emit()
    await until(at.place._settings.isVisible)


async def saving_the_support_bundle(at: At) -> None:
    at.program.window.menu.support_wanted.emit()
    screen = at.program._support.screen
    await until(lambda: screen.save_button.isEnabled() and screen.shown.toPlainText())
    screen.save_button.click()
    await until(lambda: [each for each in screen.findChildren(QFileDialog) if each.isVisible()])


async def at_a_conflict(at: At) -> None:
    at.types()
    note = await at.session.notes.read(MINE)
    theirs = await at.session.notes.save(MINE, note, note.__class__(**{**_fields(note), "diagnosis": "Hers"}))
    assert theirs.diagnosis == "Hers"
    at.page.visit.notes.editor.save_button.click()
    await until(at.page.visit.notes.editor.conflict.isVisible)


async def at_an_intake(at: At) -> None:
    editor = at.page.visit.intake_editor.editor
    editor.set_open(True)
    await until(editor.body.isVisible)


async def in_a_menu(at: At) -> None:
    at.program.window.menu._menu.popup(at.program.window.mapToGlobal(QPoint(10, 10)))
    await until(at.program.window.menu._menu.isVisible)


async def over_a_tip(at: At) -> None:
    QToolTip.showText(at.program.window.mapToGlobal(QPoint(40, 40)), "OKAFOR, Mira", at.page.queue.table)
    await until(lambda: QToolTip.isVisible() and "OKAFOR" in QToolTip.text())


async def told(at: At) -> None:
    at.program.window.notices.say("OKAFOR, Mira: No call was started.", "bad", key="call")


PLACES: dict[str, Callable[[At], Awaitable[None]]] = {
    each.__name__: each
    for each in (
        starting, finishing, looking_for_a_patient, choosing_from_a_list, in_the_outbox, discarding,
        sending_anyway, discarding_a_text, signing_out, closing, removing, in_the_settings,
        saving_the_support_bundle, at_a_conflict, at_an_intake, in_a_menu, over_a_tip, told, accepting,
        handing_over, reading_numbers, beside_a_call, searching, naming_a_view, leaving, going_to,
        in_the_windows_beside,
    )
}  # fmt: skip
# Of every function of the program that makes a question: where it is locked above, or why it need not be.
QUESTIONS = {
    "start_question": "starting",
    "accept_question": "accepting",
    "_finish": "finishing",
    "_hand_over": "handing_over",
    "_ask": "leaving",
    "_save": "naming_a_view",
    "_rename": "naming_a_view",
    "_delete": "naming_a_view",
    "ask_keys": "nobody is signed in",
    "discard_question": "discarding",
    "send_question": "sending_anyway",
    "sign_out_question": "signing_out",
    "close_question": "closing",
    "reset_question": "removing",
    "_ask_and_discard": "discarding_a_text",
    "_asked": "nobody is signed in",
}


def _fields(record: object) -> dict[str, object]:
    return {name: getattr(record, name) for name in record.__struct_fields__}


def words_of_patients(session: Session) -> set[str]:
    """What of the clinic's patients would tell who they are."""
    found: set[str] = {TYPED}
    for visit in session.queue.visits:
        if isinstance(visit, Visit) and visit.member is not None:
            found |= _words_of(visit.member)
            found.add(visit.reason or "")
    for intake in session.intakes.intakes:
        found |= {answer for answer in map(str, vars_of(intake)) if len(answer) > SHORTEST}
    return {word for word in found if len(word) >= SHORTEST}


def vars_of(intake: object) -> list[object]:
    return list(getattr(intake, "answers", {}).values())


def _words_of(person: Person) -> set[str]:
    born = set() if person.born is None else {person.born.isoformat(), person.born.strftime("%d-%b-%Y")}
    return {person.given, person.family, person.family.upper(), person.phone, person.email} | born


def leaks(session: Session) -> list[str]:
    words = all_words()
    return sorted(word for word in words_of_patients(session) if word in words)


@pytest.mark.parametrize("where", PLACES)
async def test_nothing_of_a_patient_is_left(
    qapp: QApplication, program: Callable[..., Program], clinic: Practice, where: str
) -> None:
    started = program(keys=NoKeys() if where == "closing" else HeldKeys())
    async with at_work(started, clinic) as session:
        page = await queue_page(started)
        await session.queue.complete()
        clinic.do("take", visit=MINE, provider=ME)
        await session.queue.poller.once()
        assert page.queue.table.select(MINE)
        await until(page.visit.intake.answers)
        await until(page.visit.call_bar.finish_button.isVisible)
        await PLACES[where](At(started, session, clinic, page))
        assert leaks(session)

        started.window.menu.lock_wanted.emit()
        await until(lambda: started.shift.is_locked)
        await until(lambda: not leaks(session))
        await until(lambda: [each for each in qapp.topLevelWidgets() if each.isVisible()] == [started.window])

        clinic.clear()
        screen = started.shift.lock.screen
        screen.password.setText("practice")
        screen.unlock_button.click()
        await until(lambda: not started.shift.is_locked)
        await until(lambda: "OKAFOR" in all_words())


def test_every_question_is_locked_somewhere() -> None:
    made = set()
    for path in (Path(__file__).parents[3] / "ui").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(
                map(_makes_one, ast.walk(node))
            ):
                made.add(node.name)
    assert made == set(QUESTIONS)
    assert set(QUESTIONS.values()) - {"nobody is signed in"} <= set(PLACES)


def _makes_one(node: ast.AST) -> bool:
    is_made = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    return is_made and node.func.id.endswith("Question")
