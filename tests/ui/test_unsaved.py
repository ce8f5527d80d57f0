"""What was typed for a visit that leaves the list: it stays under the hands, and is found again (SEC-06)."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.session import Session
from tests.practice import Practice
from tests.sessions import signed_in
from tests.ui.conftest import question
from tests.ui.workplaces import workplace
from tests.until import until
from ui.kit.ask import Question
from ui.kit.editor import Editor
from ui.outbox.unsaved_card import UnsavedCard
from ui.pages.queue_page import QueuePage
from ui.shell.window import Window
from ui.theme.theme import Theme
from ui.workplace import Workplace

MINE, OTHER = "48211", "48212"
CTRL = Qt.KeyboardModifier.ControlModifier

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


class At:
    """A provider's workplace."""

    def __init__(self, window: Window, session: Session, place: Workplace, clinic: Practice) -> None:
        self.window, self.session, self.place, self.clinic = window, session, place, clinic

    @property
    def page(self) -> QueuePage:
        page = self.window.page
        assert isinstance(page, QueuePage)
        return page

    @property
    def card(self) -> UnsavedCard:
        return self.place._outbox.card

    @property
    def bar(self) -> str:
        return self.window.status._outbox.text()

    @property
    def focus(self) -> QWidget:
        found = self.window.focusWidget()
        assert found is not None
        return found

    async def type(self, editor: Editor, text: str) -> None:
        """Selects the visit, opens the editor by its key and types."""
        assert self.page.queue.table.select(MINE)
        self.window.activateWindow()
        await until(self.window.isActiveWindow)
        editor._keyed()
        QTest.keyClicks(self.focus, text)

    def leave(self) -> None:
        """The server lists the visit no longer."""
        rows = self.session.queue.visits.all()
        self.session.queue.visits.replace({key: row for key, row in rows.items() if key != MINE})


Enter = Callable[[], AbstractAsyncContextManager[At]]


@pytest.fixture
def enter(window: Window, theme: Theme, clinic: Practice, qapp: QApplication) -> Enter:
    @asynccontextmanager
    async def entered() -> AsyncIterator[At]:
        session = await signed_in(clinic)
        async with workplace(session, window, theme) as place:
            await session.queue.poller.once()
            await session.queue.complete()
            yield At(window, session, place, clinic)

    return entered


async def noted(at: At) -> None:
    """A note is typed for a visit in progress, which then ends; another visit is chosen."""
    at.clinic.do("take", visit=MINE, provider="612")
    await at.session.queue.poller.once()
    await at.type(at.page.visit.notes.editor, "Lungs clear")
    # The text, whose it is, and, once the note was read, what the server had.
    await until(lambda: len(at.session.drafts.places("note|")) == 3)
    at.clinic.do("finish", visit=MINE)
    at.clinic.advance(1)
    await at.session.queue.poller.once()
    assert at.page.queue.model.row_of(MINE) < 0
    assert at.page.queue.table.select(OTHER)


async def test_a_note_of_a_finished_visit_is_counted_read_and_opened_again(enter: Enter) -> None:
    async with enter() as at:
        assert at.bar == ""
        await noted(at)
        assert at.bar == "1 unsaved"
        at.place.show_outbox()
        (unsaved,) = at.card.entries()
        assert unsaved.described.text == f"Visit note: OKAFOR, Mira, Born 09-May-1984 (42 y), visit {MINE}"
        assert unsaved.described.lines == (("Physical exam", "Lungs clear"),)
        at.card.buttons(unsaved)[1].click()
        assert "Lungs clear" in QGuiApplication.clipboard().text()
        at.card.buttons(unsaved)[0].click()
        await until(lambda: at.page.shown_id == MINE)
        field = at.page.visit.notes.editor.row("physical_exam").field
        await until(lambda: at.focus is field)
        assert at.page.visit.banner.texts()[0] == "OKAFOR, Mira"
        QTest.keyClicks(field, ", no fever")
        assert at.page.visit.notes.editor.row("physical_exam").draft.text == "Lungs clear, no fever"
        assert not at.place._outbox.panel.isVisible()


async def test_a_visit_that_no_list_has_is_read_by_its_id(enter: Enter) -> None:
    async with enter() as at:
        await noted(at)
        at.session.queue.forget()
        at.place.show_outbox()
        (unsaved,) = at.card.entries()
        assert unsaved.described.who == "OKAFOR, Mira, Born 09-May-1984 (42 y)"
        at.clinic.weather("cut_before", "visits.get")
        at.card.buttons(unsaved)[0].click()
        await until(lambda: any("could not be read" in text for text in at.window.notices.texts()))
        assert (at.page.shown_id, at.bar) == (OTHER, "1 unsaved")
        at.clinic.clear()
        at.page.show_unsaved(MINE, "note")
        await until(lambda: at.page.shown_id == MINE)
        assert at.page.visit.banner.texts()[:2] == ("OKAFOR, Mira", "Born 09-May-1984 (42 y)")
        assert at.page.visit.notes.editor.row("physical_exam").draft.text == "Lungs clear"
        assert at.page.visit._left.isVisible()
        assert not at.page.visit.call_bar.isVisible()


async def test_it_is_thrown_away_only_after_a_question(enter: Enter) -> None:
    async with enter() as at:
        await noted(at)
        at.place.show_outbox()
        for answer, places in (("cancel_button", 3), ("accept_button", 0)):
            (unsaved,) = at.card.entries()
            at.card.buttons(unsaved)[2].click()
            await until(lambda: question(at.card) is not None)
            asked = question(at.card)
            assert isinstance(asked, Question)
            getattr(asked, answer).click()
            await until(at.card._asking.done)
            await until(lambda places=places: len(at.session.drafts.places("note|")) == places)
        assert (at.bar, at.card.entries(), at.card.isHidden()) == ("", [], True)


async def test_a_row_that_goes_while_somebody_types_takes_nothing_along(enter: Enter) -> None:
    async with enter() as at:
        editor = at.page.visit.intake_editor.editor
        await at.type(editor, " and a half sen")
        field = at.focus
        at.leave()
        QTest.keyClicks(at.focus, "tence")
        assert at.focus is field
        assert editor.row("reason_for_visit").draft.text == "Cough and a half sentence"
        assert at.page.visit.banner.texts()[0] == "OKAFOR, Mira"
        assert at.page.visit._left.isVisible()
        assert not at.page.visit.call_bar.isVisible()
        assert at.page.queue.table.select(OTHER)
        assert not at.page.visit._left.isVisible()
        assert editor.row("reason_for_visit").draft.text != "Cough and a half sentence"
        assert at.bar == "1 unsaved"
        at.page.show_unsaved(MINE, "intake_edit")
        await until(lambda: at.page.shown_id == MINE)
        assert editor.row("reason_for_visit").draft.text == "Cough and a half sentence"


async def test_somebody_in_a_field_keeps_it_though_nothing_is_typed_yet(enter: Enter) -> None:
    async with enter() as at:
        await at.type(at.page.visit.intake_editor.editor, "")
        field = at.focus
        at.leave()
        QTest.keyClicks(at.focus, ", dry")
        assert at.focus is field
        assert at.session.drafts.places("intake_edit|")


async def test_a_row_that_goes_unused_gives_the_keys_back_to_the_list(enter: Enter) -> None:
    async with enter() as at:
        assert at.page.queue.table.select(MINE)
        at.page.visit.call_bar.start_button.setFocus()
        at.leave()
        assert at.focus is at.page.queue.table
        assert at.page.visit._nobody.text() == "This visit is no longer in the list."
        assert at.page.visit._nobody.isVisible()
