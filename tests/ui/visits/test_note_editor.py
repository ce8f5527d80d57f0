"""Notes at a practice clinic: typed, kept, sent, changed by two at once, and never under another patient."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from app.core.action import Action, State
from app.session import Session
from app.visits.note_edit import edit_note
from app.visits.postvisit import PostVisit
from app.visits.record import Visit
from tests.practice import Practice
from tests.sessions import fail, sending, signed_in
from tests.ui.kit.typed import type_over
from tests.until import until
from ui.kit.edits import Texts
from ui.kit.facts import Value
from ui.theme.theme import Theme
from ui.visits.note_editor import NoteEditor
from ui.visits.note_words import why_no_notes

NOTED = "48225"  # completed by the first provider
WAITING = "48212"
MARKUP = "<b>bold</b> & <img src=x>"
Open = Callable[[], AbstractAsyncContextManager["Bench"]]
CTRL = Qt.KeyboardModifier.ControlModifier

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


class Bench:
    """A note editor of one session in a window."""

    def __init__(self, theme: Theme, session: Session) -> None:
        self.session = session
        self.window = QScrollArea()
        self.window.setWidgetResizable(True)
        self.notes = NoteEditor(
            theme,
            session.drafts,
            session.outbox.actions,
            self.keep,
            session.notes.read,
            session.outbox.discard,
            lambda visit: why_no_notes(visit, session.me.id),
            fail,
        )
        page = QWidget()
        column = QVBoxLayout(page)
        column.addWidget(self.notes)
        column.addStretch(1)
        self.window.setWidget(page)
        self.window.resize(500, 700)
        self.window.show()
        self.window.activateWindow()

    async def keep(self, visit: Visit, before: Texts, after: Texts) -> Action:
        patient = visit.member.id if visit.member else ""
        made_at = self.session.clock.now()
        action = edit_note(visit.id, before, after, made_at=made_at, patient_id=patient)
        return await self.session.outbox.keep(action)

    async def show(self, visit_id: str) -> None:
        self.notes.show_visit(await self.session.queue.read(visit_id))

    async def open(self, visit_id: str = NOTED) -> None:
        """Shows a visit and waits for its notes."""
        await self.show(visit_id)
        self.notes.editor.set_open(True)
        await until(lambda: not self.notes.editor.said().startswith("Reading"))

    def field(self, name: str) -> QPlainTextEdit:
        found = self.notes.editor.row(name).field
        assert isinstance(found, QPlainTextEdit)
        return found

    def text(self, name: str) -> str:
        return self.field(name).toPlainText()

    def type(self, name: str, text: str) -> None:
        type_over(self.field(name), text)

    def save(self) -> None:
        """By key, from within the first field."""
        self.field("physical_exam").setFocus()
        QTest.keyClick(self.field("physical_exam"), Qt.Key.Key_S, CTRL)

    @property
    def chip(self) -> str:
        return self.notes.editor.chip.text()

    def newest(self) -> Action:
        return list(self.session.outbox.actions)[-1]

    def close(self) -> None:
        self.notes.close_listeners()
        self.window.close()
        self.window.deleteLater()


@pytest.fixture
def bench(theme: Theme, clinic: Practice) -> Open:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Bench]:
        session = await signed_in(clinic)
        made = Bench(theme, session)
        try:
            yield made
        finally:
            made.close()
            await session.close()
            await until(lambda: "notes.read" not in {task.get_name() for task in asyncio.all_tasks()})

    return opened


async def test_it_is_one_quiet_line_and_reads_nothing_until_it_is_opened(
    qapp: QApplication, bench: Open, clinic: Practice
) -> None:
    async with bench() as at:
        await at.show(NOTED)
        clinic.forget()
        assert not at.notes.editor.is_open
        await until(at.window.isActiveWindow)
        QTest.keyClick(at.window, Qt.Key.Key_T, CTRL)
        await until(lambda: clinic.asked("visits.postvisit.get") == 1)
        await until(lambda: at.text("diagnosis"))
        assert at.field("physical_exam").hasFocus()
        QTest.keyClick(at.field("physical_exam"), Qt.Key.Key_T, CTRL)
        assert not at.notes.editor.is_open
        assert {entry["method"] for entry in clinic.log()} == {"GET"}


async def test_notes_are_kept_sent_and_then_saved(qapp: QApplication, bench: Open, clinic: Practice) -> None:
    async with bench() as at:
        await at.open()
        at.type("disposition", MARKUP)
        assert at.chip == "Not saved yet"
        assert at.session.drafts.places("note|")
        at.save()
        await until(lambda: len(at.session.outbox.actions) == 1)
        await until(lambda: at.chip == "Kept, to be sent")
        assert (at.session.drafts.places("note|"), at.text("disposition")) == ([], MARKUP)
        async with sending(at.session.outbox):
            await until(lambda: at.newest().state == State.SENT)
            await until(lambda: at.chip == "Saved")
        assert (await at.session.notes.read(NOTED)).disposition == MARKUP
        assert at.text("disposition") == MARKUP
        labels = [each for each in at.window.findChildren(QLabel) if MARKUP in each.text()]
        assert all(each.textFormat() == Qt.TextFormat.PlainText for each in labels)


async def test_a_second_press_keeps_nothing_twice(qapp: QApplication, bench: Open) -> None:
    async with bench() as at:
        await at.open()
        at.type("disposition", "Home")
        for _ in range(3):
            at.save()
        await until(lambda: at.chip == "Kept, to be sent")
        at.save()
        assert len(at.session.outbox.actions) == 1
        assert at.notes.editor.said() == "Nothing was changed, so there is nothing to save."


async def test_what_is_typed_while_it_is_being_kept_stays_a_draft_on_top(
    qapp: QApplication, bench: Open
) -> None:
    async with bench() as at:
        await at.open()
        at.type("disposition", "Home")
        at.save()
        at.type("disposition", "Home, then ward")
        await until(lambda: len(at.session.outbox.actions) == 1)
        row = at.notes.editor.row("disposition").draft
        await until(lambda: row.base == "Home")
        assert (row.text, row.is_draft, row.is_outdated) == ("Home, then ward", True, False)
        assert at.newest().body["after"] == {"disposition": "Home"}


async def test_offline_it_is_typed_and_kept_and_says_so(
    qapp: QApplication, bench: Open, clinic: Practice
) -> None:
    async with bench() as at:
        await at.show(NOTED)
        clinic.weather("cut_before", "visits.postvisit.get")
        at.notes.editor.set_open(True)
        await until(lambda: "What you type is kept on this computer." in at.notes.editor.said())
        at.type("disposition", "Home")
        assert at.session.drafts.text(f"note|{NOTED}|disposition") == "Home"


async def test_switching_patients_carries_nothing_over(
    qapp: QApplication, bench: Open, clinic: Practice
) -> None:
    clinic.do("take", visit=WAITING, provider="612")
    async with bench() as at:
        visits = {visit_id: await at.session.queue.read(visit_id) for visit_id in (NOTED, WAITING)}
        at.notes.editor.set_open(True)
        for turn in range(12):
            visit_id = (NOTED, WAITING)[turn % 2]
            at.notes.show_visit(visits[visit_id])
            at.type("diagnosis", f"of {visit_id}")
        for visit_id in visits:
            await at.open(visit_id)
            assert at.text("diagnosis") == f"of {visit_id}"
        assert sorted(at.session.drafts.places("note|")) == sorted(
            f"note|{visit_id}|diagnosis{part}" for visit_id in visits for part in ("", "|base", "|whose")
        )
        at.save()
        at.notes.show_visit(visits[NOTED])
        await until(lambda: len(at.session.outbox.actions) == 1)
        assert at.newest().body["visit_id"] == WAITING
        assert at.newest().body["after"] == {"diagnosis": f"of {WAITING}"}
        assert at.text("diagnosis") == f"of {NOTED}"


async def test_notes_that_come_late_are_not_shown_under_another_patient(
    qapp: QApplication, bench: Open, clinic: Practice
) -> None:
    clinic.do("take", visit=WAITING, provider="612")
    async with bench() as at:
        await at.show(NOTED)
        clinic.weather("latency", "visits.postvisit.get", seconds=0.3, times=1)
        at.notes.editor.set_open(True)
        await at.open(WAITING)
        clinic.forget()
        assert at.text("diagnosis") == ""


async def test_a_reading_that_cannot_be_called_off_is_not_shown_under_another_patient(
    qapp: QApplication, bench: Open, clinic: Practice
) -> None:
    clinic.do("take", visit=WAITING, provider="612")
    async with bench() as at:

        async def stubborn(visit_id: str) -> PostVisit:
            """Answers for the first though it was cancelled, and for the second not yet."""
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                if visit_id != NOTED:
                    raise
            return PostVisit(diagnosis="of the first")

        def reading() -> list[asyncio.Task[object]]:
            return [task for task in asyncio.all_tasks() if task.get_name() == "notes.read"]

        at.notes._read_notes = stubborn
        await at.show(NOTED)
        at.notes.editor.set_open(True)
        await until(reading)
        (first,) = reading()
        await at.show(WAITING)
        await until(first.done)
        assert not first.cancelled()
        assert at.text("diagnosis") == ""


async def change_elsewhere(clinic: Practice, disposition: str) -> None:
    """A clinic's admin writes meanwhile."""
    admin = await signed_in(clinic, "clinic_admin")
    try:
        clinic.advance(5)
        read = await admin.notes.read(NOTED)
        changed = PostVisit(disposition=disposition)
        await admin.notes.save(NOTED, read, changed)
    finally:
        await admin.close()


async def test_a_conflict_shows_both_and_mine_can_be_used_again(
    qapp: QApplication, bench: Open, clinic: Practice
) -> None:
    async with bench() as at:
        await at.open()
        at.type("disposition", "Mine")
        await change_elsewhere(clinic, MARKUP)
        at.save()
        async with sending(at.session.outbox):
            await until(lambda: at.chip == "Refused")
            card = at.notes.editor.conflict
            assert card.pairs() == [("Disposition: yours", "Mine"), ("Disposition: at the server", MARKUP)]
            assert all(not value.acceptRichText() for value in card.findChildren(Value))
            await until(lambda: at.text("disposition") == MARKUP)
            card.again_button.click()
            assert (at.text("disposition"), at.chip) == ("Mine", "Not saved yet")
            at.save()
            await until(lambda: at.chip == "Saved")
        assert (await at.session.notes.read(NOTED)).disposition == "Mine"
        await until(lambda: [action.state for action in at.session.outbox.actions] == [State.SENT])


async def test_newer_text_is_not_overwritten_by_what_was_refused(
    qapp: QApplication, bench: Open, clinic: Practice
) -> None:
    async with bench() as at:
        await at.open()
        at.type("disposition", "Mine")
        at.save()
        await until(lambda: len(at.session.outbox.actions) == 1)
        at.type("disposition", "Newer")
        await change_elsewhere(clinic, "Theirs")
        async with sending(at.session.outbox):
            await until(lambda: at.newest().state == State.REFUSED)
        at.notes.editor.conflict.again_button.click()
        assert at.text("disposition") == "Newer"
        assert at.notes.editor.conflict.pairs()[0] == ("Disposition: yours", "Mine")
        assert len(at.session.outbox.actions) == 1


async def test_a_draft_survives_a_change_at_the_server_and_both_are_shown(
    qapp: QApplication, bench: Open, clinic: Practice
) -> None:
    async with bench() as at:
        await at.open()
        at.type("disposition", "Mine")
        await change_elsewhere(clinic, "Theirs")
        await at.open(WAITING)
        await at.show(NOTED)
        row = at.notes.editor.row("disposition")
        await until(lambda: row.draft.is_outdated)
        assert (row.draft.text, row.line.theirs.toPlainText()) == ("Mine", "Theirs")


async def test_who_may_not_write_reads_why(qapp: QApplication, bench: Open, clinic: Practice) -> None:
    async with bench() as at:
        await at.open(WAITING)
        assert at.notes.editor.said() == "Notes can be written once the visit has begun."
        assert at.notes.editor.save_button.isHidden()
        clinic.weather("status", "visits.postvisit.get", status=404)
        await at.open(NOTED)
        await until(lambda: "does not offer" in at.notes.editor.said())
        assert at.field("diagnosis").isReadOnly()
        assert at.text("diagnosis"), "what the visit itself says is shown"


async def test_nothing_is_cut_at_200_per_cent_in_the_dark(
    qapp: QApplication, bench: Open, theme: Theme, clinic: Practice
) -> None:
    async with bench() as at:
        theme.set_scale(2.0)
        theme.set_mode("dark")
        at.window.resize(600, 480)  # what the smallest window leaves
        await at.open()
        at.type("disposition", "Home with a follow-up in a week, earlier if the fever comes back " * 2)
        await change_elsewhere(clinic, "Admitted to the ward for observation until tomorrow morning " * 3)
        at.save()
        async with sending(at.session.outbox):
            await until(lambda: at.chip == "Refused")
        values = at.notes.editor.conflict.findChildren(Value)
        await until(lambda: all(value.height() >= value.heightForWidth(value.width()) for value in values))
        field = at.field("physical_exam")
        field.insertPlainText("One line after the other\n" * 4)
        await until(lambda: field.height() >= 5 * field.fontMetrics().lineSpacing())
        assert at.notes.width() <= at.window.viewport().width()
        assert all(each.accessibleName() for each in at.window.findChildren(QPlainTextEdit))


async def test_two_refused_edits_are_one_question_with_the_newest_texts(
    qapp: QApplication, bench: Open, clinic: Practice
) -> None:
    async with bench() as at:
        await at.open()
        at.type("disposition", "Old")
        at.type("diagnosis", "Cold")
        at.save()
        await until(lambda: len(at.session.outbox.actions) == 1)
        at.type("disposition", "Newer")
        at.save()
        await until(lambda: len(at.session.outbox.actions) == 2)
        await change_elsewhere(clinic, "Theirs")
        card = at.notes.editor.conflict
        async with sending(at.session.outbox):
            await until(lambda: [each.state for each in at.session.outbox.actions] == [State.REFUSED] * 2)
            await until(lambda: dict(card.pairs()).get("Disposition: yours") == "Newer")
            assert dict(card.pairs())["Diagnosis: yours"] == "Cold"
            await until(lambda: at.text("disposition") == "Theirs")
            await change_elsewhere(clinic, "Theirs, later")
            at.notes._read_anew()
            await until(lambda: dict(card.pairs())["Disposition: at the server"] == "Theirs, later")
            card.again_button.click()
            assert (at.text("disposition"), at.text("diagnosis")) == ("Newer", "Cold")
            at.save()
            await until(lambda: at.chip == "Saved")
        await until(lambda: [each.state for each in at.session.outbox.actions] == [State.SENT])
        read = await at.session.notes.read(NOTED)
        assert (read.disposition, read.diagnosis) == ("Newer", "Cold")


async def test_a_refused_text_is_not_offered_after_a_newer_one_was_kept(
    qapp: QApplication, bench: Open, clinic: Practice
) -> None:
    async with bench() as at:
        await at.open()
        at.type("disposition", "Old")
        await change_elsewhere(clinic, "Theirs")
        at.save()
        async with sending(at.session.outbox):
            await until(lambda: at.chip == "Refused")
            await until(lambda: at.text("disposition") == "Theirs")
        at.type("disposition", "Newer")
        at.save()
        await until(lambda: len(at.session.outbox.actions) == 2)
        await until(at.notes.editor.conflict.isHidden)
        assert at.chip == "Kept, to be sent"


async def test_the_keys_are_not_lost_where_nothing_can_be_written(qapp: QApplication, bench: Open) -> None:
    async with bench() as at:
        await at.show(WAITING)
        await until(at.window.isActiveWindow)
        QTest.keyClick(at.window, Qt.Key.Key_T, CTRL)
        assert at.notes.editor.is_open
        assert at.notes.editor.open_button.hasFocus()
        QTest.keyClick(at.notes.editor.open_button, Qt.Key.Key_T, CTRL)
        assert not at.notes.editor.is_open
