"""A real outbox on screen: what is kept is there at once, and quiet when it has arrived."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shiboken6 import isValid

from app.checkin.check_in import check_in
from app.core.action import State, new_action
from app.core.outbox import Outbox
from app.sentences import sentence
from app.users.role import EVERYTHING
from tests.app.checkin.desks import OKAFOR, desk_at
from tests.practice import Practice
from tests.sessions import fail, sending
from tests.ui.conftest import question
from tests.until import until
from ui.kit.ask import Question
from ui.outbox.descriptions import Descriptions
from ui.outbox.outbox_screen import OutboxScreen
from ui.outbox.unsaved import UnsavedTexts
from ui.shell.window import Window
from ui.theme.theme import Theme


@asynccontextmanager
async def opened(
    clinic: Practice, theme: Theme, window: Window
) -> AsyncIterator[tuple[Outbox, OutboxScreen, float]]:
    """An outbox of a front desk that can check in, its screen, and the time. It does not send yet."""
    async with desk_at(clinic) as desk:
        session = desk.session
        now = session.clock.now
        acts, audit = {"check_in": desk.act}, session.audit
        outbox = Outbox(session.store, acts, session.clock, sentence, fail, audit=audit)
        screen = OutboxScreen(
            theme,
            window.ticker,
            window.notices,
            outbox.actions,
            Descriptions(session.queue.visits, session.rooms.rooms, now, lambda: EVERYTHING).describe,
            outbox.retry,
            outbox.send_anyway,
            outbox.discard,
            lambda: "",
            now,
            fail,
            window.status.set_outbox,
            window,
            UnsavedTexts(session.drafts, session.queue.visits, (), now),
            lambda _visit_id, _kind: None,
        )
        try:
            yield outbox, screen, now()
        finally:
            screen.close()


async def test_from_kept_to_sent(clinic: Practice, theme: Theme, window: Window) -> None:
    async with opened(clinic, theme, window) as (outbox, screen, now):
        kept = await outbox.keep(check_in({"patient": OKAFOR, "room": clinic.room, "reason": "Cough"}, now))
        assert window.status._outbox.text() == "1 to send"
        screen.present()
        assert "OKAFOR, Mira" in screen.panel.entry.text()
        async with sending(outbox):
            await until(lambda: outbox.actions.get(kept.id).state == State.SENT)
        assert window.status._outbox.text() == ""
        assert "The server has it." in screen.panel.entry.text()


async def test_what_is_refused_is_said_and_can_be_discarded(
    clinic: Practice, theme: Theme, window: Window
) -> None:
    async with opened(clinic, theme, window) as (outbox, screen, now), sending(outbox):
        odd = await outbox.keep(new_action("teleport", "x", {}, now))
        await until(window.notices.texts)
        assert window.notices.texts()[0].startswith("1 thing was refused.")
        assert window.status._outbox.text() == "1 refused"
        screen.present()
        screen.panel.entry.discard_button.click()
        await until(lambda: question(screen.panel) is not None)
        asked = question(screen.panel)
        assert isinstance(asked, Question)
        asked.accept_button.click()
        await until(lambda: odd.id not in outbox.actions)
        await until(lambda: not window.notices.texts())


async def test_trying_again_goes_to_the_outbox(clinic: Practice, theme: Theme, window: Window) -> None:
    async with opened(clinic, theme, window) as (outbox, screen, now):
        odd = await outbox.keep(new_action("teleport", "x", {}, now))
        async with sending(outbox):
            await until(lambda: outbox.actions.get(odd.id).state == State.REFUSED)
        screen.present()
        screen.panel.entry.retry_button.click()
        await until(lambda: outbox.actions.get(odd.id).state == State.QUEUED)


async def test_the_end_leaves_no_word(clinic: Practice, theme: Theme, window: Window) -> None:
    async with opened(clinic, theme, window) as (outbox, screen, now):
        await outbox.keep(new_action("teleport", "x", {}, now))
        screen.present()
    assert window.status._outbox.text() == ""
    assert not isValid(screen.panel) or not screen.panel.isVisible()
