"""What came with the visit is changed here, at a practice clinic; every other answer stays as it is."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.core.action import Action
from app.intakes.edit import edit_intake
from app.session import Session
from app.visits.record import Visit
from tests.practice import Practice
from tests.sessions import fail, sending, signed_in
from tests.ui.kit.typed import type_over
from tests.until import until
from ui.intakes.intake_editor import IntakeEditor
from ui.kit.draft_field import DraftField
from ui.kit.edits import Texts
from ui.theme.theme import Theme

MINE, OTHER = "48211", "48212"
CTRL = Qt.KeyboardModifier.ControlModifier
MARKUP = "<b>bold</b> & <img src=x>"

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


class Bench:
    """An intake editor of one session in a window."""

    def __init__(self, theme: Theme, session: Session) -> None:
        self.session = session
        self.window = QWidget()
        self.intake = IntakeEditor(
            theme,
            session.drafts,
            session.outbox.actions,
            session.intakes.intakes,
            self.keep,
            session.outbox.discard,
            fail,
            self.window,
        )
        QVBoxLayout(self.window).addWidget(self.intake)
        self.window.show()
        self.window.activateWindow()

    async def keep(self, visit: Visit, before: Texts, after: Texts) -> Action:
        patient = visit.member.id if visit.member else ""
        made_at = self.session.clock.now()
        action = edit_intake(visit.intake_id or "", before, after, made_at=made_at, patient_id=patient)
        return await self.session.outbox.keep(action)

    async def show(self, visit_id: str) -> Visit:
        """Shows a visit with its whole intake."""
        visit = await self.session.queue.read(visit_id)
        assert visit.intake_id
        await self.session.intakes.read(visit.intake_id)
        self.intake.show_visit(visit)
        self.intake.editor.set_open(True)
        return visit

    def draft(self, name: str) -> DraftField:
        return self.intake.editor.row(name).draft

    def type(self, name: str, text: str) -> None:
        type_over(self.intake.editor.row(name).field, text)


Open = Callable[[], AbstractAsyncContextManager[Bench]]


@pytest.fixture
def bench(theme: Theme, clinic: Practice) -> Open:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Bench]:
        session = await signed_in(clinic)
        made = Bench(theme, session)
        try:
            yield made
        finally:
            made.intake.close_listeners()
            made.window.deleteLater()
            await session.close()

    return opened


async def test_an_edit_is_saved_by_key_and_changes_nothing_else(qapp: QApplication, bench: Open) -> None:
    async with bench() as at:
        visit = await at.show(MINE)
        before = await at.session.intakes.read(visit.intake_id or "")
        at.type("reason_for_visit", MARKUP)
        at.type("location", "OR")
        field = at.intake.editor.row("location").field
        QTest.keyClick(field, Qt.Key.Key_S, CTRL)
        await until(lambda: at.intake.editor.chip.text() == "Kept, to be sent")
        action = next(iter(at.session.outbox.actions))
        assert action.body["after"] == {"reason_for_visit": MARKUP, "location": "OR"}
        async with sending(at.session.outbox):
            await until(lambda: at.intake.editor.chip.text() == "Saved")
        after = await at.session.intakes.read(visit.intake_id or "")
        assert (after.reason, after.location, after.phone) == (MARKUP, "OR", before.phone)
        assert after.answers == before.answers
        assert at.session.drafts.places("intake_edit|") == []
        assert (at.draft("reason_for_visit").text, at.draft("reason_for_visit").is_draft) == (MARKUP, False)


async def test_a_key_opens_it_at_the_first_field(qapp: QApplication, bench: Open) -> None:
    async with bench() as at:
        await at.show(MINE)
        at.intake.editor.set_open(False)
        await until(at.window.isActiveWindow)
        QTest.keyClick(at.window, Qt.Key.Key_I, CTRL)
        assert at.intake.editor.row("reason_for_visit").field.hasFocus()


async def test_switching_patients_carries_nothing_over(qapp: QApplication, bench: Open) -> None:
    async with bench() as at:
        visits = [await at.show(visit_id) for visit_id in (MINE, OTHER)]
        for turn in range(10):
            visit = visits[turn % 2]
            at.intake.show_visit(visit)
            at.type("phone", f"phone of {visit.id}")
        for visit in visits:
            at.intake.show_visit(visit)
            assert at.draft("phone").text == f"phone of {visit.id}"
            assert at.session.drafts.text(f"intake_edit|{visit.intake_id}|phone") == f"phone of {visit.id}"


async def test_a_change_elsewhere_while_typing_shows_both(qapp: QApplication, bench: Open) -> None:
    async with bench() as at:
        visit = await at.show(MINE)
        at.type("phone", "5035550199")
        await at.session.intakes.update(visit.intake_id or "", {"phone": "5035550111"})
        row = at.intake.editor.row("phone")
        assert (row.draft.text, row.line.theirs.toPlainText()) == ("5035550199", "5035550111")
        at.intake.editor.save()
        async with sending(at.session.outbox):
            await until(lambda: at.intake.editor.chip.text() == "Refused")
        assert at.intake.editor.conflict.pairs() == [
            ("Phone for this visit: yours", "5035550199"),
            ("Phone for this visit: at the server", "5035550111"),
        ]


async def test_what_has_not_been_read_is_not_taken_for_empty(qapp: QApplication, bench: Open) -> None:
    async with bench() as at:
        at.intake.show_visit(await at.session.queue.read(MINE))
        assert at.intake.editor.said().startswith("The whole intake has not been read yet.")
        assert at.draft("reason_for_visit").text == "Cough"
        at.intake.show_visit(Visit(id="1"))
        assert at.intake.editor.isHidden()
        assert at.draft("reason_for_visit").text == ""


def listed(visit: Visit) -> Visit:
    """As a list may have it: without the place (quirk 21)."""
    assert visit.intake
    return replace(visit, intake=replace(visit.intake, location=""))


async def test_a_text_that_was_not_read_is_kept_here_and_never_sent_as_a_change(
    qapp: QApplication, bench: Open
) -> None:
    async with bench() as at:
        visit = listed(await at.session.queue.read(MINE))
        at.intake.show_visit(visit)
        at.intake.editor.set_open(True)
        location = at.intake.editor.row("location")
        assert (location.draft.given, location.field.placeholderText()) == (
            None,
            "Not read from the server yet",
        )
        at.type("location", "OR")
        at.type("reason_for_visit", "Cough, three days")
        at.intake.editor.save()
        await until(lambda: len(at.session.outbox.actions) == 1)
        action = next(iter(at.session.outbox.actions))
        assert action.body["after"] == {"reason_for_visit": "Cough, three days"}
        assert at.intake.editor.said().startswith("Location (state) is kept on this computer but not sent")
        assert location.draft.text == "OR"
        await at.session.intakes.read(visit.intake_id or "")
        assert location.draft.is_outdated
        assert location.line.text().endswith("that had not been read when you began. There it is: CA")
        location.line.mine_button.click()
        at.intake.editor.save()
        await until(lambda: len(at.session.outbox.actions) == 2)
        assert list(at.session.outbox.actions)[-1].body["before"] == {"location": "CA"}
        async with sending(at.session.outbox):
            await until(lambda: at.intake.editor.chip.text() == "Saved")
        read = await at.session.intakes.read(visit.intake_id or "")
        assert (read.reason, read.location) == ("Cough, three days", "OR")


@pytest.mark.parametrize("had", ["OR", ""])
async def test_nobody_is_asked_about_an_unread_text_that_turns_out_the_same_or_empty(
    qapp: QApplication, bench: Open, had: str
) -> None:
    async with bench() as at:
        visit = listed(await at.session.queue.read(MINE))
        intake_id = visit.intake_id or ""
        at.intake.show_visit(visit)
        at.intake.editor.set_open(True)
        at.type("location", "OR")
        read = await at.session.intakes.update(intake_id, {"location": had or None})
        assert read.location == had
        assert (at.draft("location").text, at.draft("location").is_outdated) == ("OR", False)
        assert at.draft("location").is_draft == (had == "")
        assert at.draft("location").base == had


async def test_the_newest_edit_is_shown_though_the_clock_stepped_back(
    qapp: QApplication, bench: Open
) -> None:
    async with bench() as at:
        visit = await at.show(MINE)
        for made_at, text in ((900.0, "first"), (600.0, "second, the newer")):
            edit = edit_intake(
                visit.intake_id or "", {"reason_for_visit": ""}, {"reason_for_visit": text}, made_at=made_at
            )
            await at.session.outbox.keep(edit)
        assert at.draft("reason_for_visit").text == "second, the newer"


async def test_the_key_goes_to_the_end_of_the_text_from_anywhere(qapp: QApplication, bench: Open) -> None:
    async with bench() as at:
        await at.show(MINE)
        await until(at.window.isActiveWindow)
        field = at.intake.editor.row("reason_for_visit").field
        at.intake.editor.row("phone").field.setFocus()
        at.intake.editor.open_button.setFocus()
        QTest.keyClick(at.window, Qt.Key.Key_I, CTRL)
        assert field.hasFocus()
        QTest.keyClicks(field, ", dry")
        assert at.draft("reason_for_visit").text == "Cough, dry"
