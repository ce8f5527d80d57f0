"""What one person has before them: where their work is kept, what has not arrived, what they missed."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.checkin.check_in import check_in
from app.core.action import State
from app.core.keys import Keys
from app.core.store.opening import Opened, name_of, open_store
from app.core.store.store import Store
from app.entry import sign_in
from app.session import Session
from tests.clocks import HandClock
from tests.keyrings import HeldKeys, NoKeys
from tests.practice import START, Practice
from tests.sessions import fail, profile
from tests.ui.conftest import question
from tests.ui.workplaces import workplace
from tests.until import until
from ui.kit.ask import Question
from ui.outbox.paper import Paper
from ui.shell.window import Window
from ui.theme.theme import Theme
from ui.workplace import Workplace

LINE = {"member_id": "7301", "room": "k7m2p", "reason": "Sore throat"}


@dataclass
class At:
    """A workplace over a session that has a store."""

    window: Window
    session: Session
    place: Workplace
    clinic: Practice

    @property
    def said(self) -> str:
        return " | ".join(self.window.notices.texts())

    async def asked(self) -> Question:
        await until(lambda: question(self.window) is not None)
        found = question(self.window)
        assert isinstance(found, Question)
        return found

    async def keep_offline(self) -> None:
        """Checks a patient in while the server is away."""
        self.clinic.weather("cut_before", "*")
        await self.session.outbox.keep(check_in(LINE, self.session.clock.now()))

    def state(self) -> State:
        return next(iter(self.session.outbox.actions)).state


Enter = Callable[..., object]


@pytest.fixture
def enter(window: Window, theme: Theme, clinic: Practice, tmp_path: Path, qapp: QApplication) -> Enter:
    held = HeldKeys()

    @asynccontextmanager
    async def entered(
        keys: Keys | None = None, *, starts: bool = True, clock: HandClock | None = None
    ) -> AsyncIterator[At]:
        async def open_it(user_id: str) -> Opened:
            name = name_of(clinic.api, clinic.account, user_id)
            return await open_store(tmp_path / "stores", keys or held, name)

        user = clinic.user("front_desk")
        session = await sign_in(
            profile(clinic), user["username"], user["password"], fail, clock, open_store=open_it
        )
        async with workplace(session, window, theme) as place:
            if starts:
                session.start()
                await until(lambda: len(session.queue.visits))
            yield At(window, session, place, clinic)

    return entered


async def fill_disk(store: Store) -> None:
    """The database may not grow any more: it says what it says on a full disk."""
    await store._thread.ask(lambda connection: connection.execute("pragma max_page_count = 1"), is_alone=True)


async def make_room(store: Store) -> None:
    await store._thread.ask(
        lambda connection: connection.execute("pragma max_page_count = 1000000"), is_alone=True
    )


async def test_all_well_says_nothing(enter: Enter) -> None:
    async with enter() as at:
        assert at.said == ""
        assert at.session.is_safe
        assert at.window.status._note.text() == ""


async def test_no_keyring_is_said_in_the_status_bar(enter: Enter) -> None:
    async with enter(NoKeys()) as at:
        assert "no keyring" in at.window.status._note.text()
        assert at.session.is_safe


async def test_a_full_disk_is_said_and_taken_back_and_nothing_is_lost(enter: Enter) -> None:
    async with enter() as at:
        await fill_disk(at.session.store)
        text = "x" * 200_000
        at.session.drafts.write("note|48211|diagnosis", text)
        await until(lambda: "The disk is full." in at.said)
        assert at.session.drafts.text("note|48211|diagnosis") == text
        await at.keep_offline()
        assert len(at.session.outbox.actions) == 1
        assert not at.session.is_safe
        await make_room(at.session.store)
        at.session.drafts.write("note|48211|disposition", "home")
        await until(lambda: "The disk is full." not in at.said)
        assert (await at.session.store.drafts())["note|48211|diagnosis"] == text
        assert len(await at.session.store.actions()) == 1
        assert at.session.is_safe


async def test_a_damaged_file_is_named_and_work_goes_on(enter: Enter, tmp_path: Path) -> None:
    async with enter() as at:
        path = at.session.store.path
    assert path is not None
    path.write_bytes(b"no database" * 1000)
    async with enter() as at:
        assert "set aside as" in at.said
        assert at.session.store.is_kept
        aside = next(path.parent.glob("*.damaged-*"))
        assert aside.name in at.said


async def test_signing_out_with_something_pending_asks(enter: Enter) -> None:
    async with enter() as at:
        await at.keep_offline()
        leaving = asyncio.create_task(at.place.may_leave())
        asked = await at.asked()
        asked.cancel_button.click()
        assert not await leaving
        leaving = asyncio.create_task(at.place.may_leave())
        await until(lambda: question(at.window) not in (None, asked))
        (await at.asked()).accept_button.click()
        assert await leaving


async def test_signing_out_with_nothing_pending_asks_nothing(enter: Enter) -> None:
    async with enter() as at:
        assert await at.place.may_leave()


async def test_closing_asks_when_memory_alone_has_it(enter: Enter) -> None:
    async with enter(NoKeys()) as at:
        await at.keep_offline()
        assert not at.session.is_safe
        closing = asyncio.create_task(at.place.may_close())
        (await at.asked()).cancel_button.click()
        assert not await closing


async def test_what_is_typed_counts_where_nothing_can_be_kept(enter: Enter) -> None:
    async with enter(NoKeys()) as at:
        assert at.session.is_safe
        at.session.drafts.write("note|48211|diagnosis", "half a sentence")
        at.session.drafts.write("note|48211|diagnosis|base", "")
        assert not at.session.is_safe
        for name in ("begun", "room", "reason"):
            at.session.drafts.write(f"checkin|{name}", "1")
        closing = asyncio.create_task(at.place.may_close())
        asked = await at.asked()
        listed = "".join(paper.toPlainText() for paper in asked.findChildren(Paper))
        assert "1 text\n" in listed
        assert "A check-in that is not finished" in listed
        asked.cancel_button.click()
        assert not await closing


async def test_removing_the_data_asks_and(enter: Enter) -> None:
    async with enter() as at:
        await at.keep_offline()
        at.clinic.clear()
        removing = asyncio.create_task(at.place.reset())
        asked = await at.asked()
        asked.accept_button.click()
        assert await removing
        assert await at.session.store.actions() == []
        await until(lambda: len(at.session.queue.visits))


async def test_what_was_missed_is_said_once_in_one_card(enter: Enter) -> None:
    clock = HandClock(wall=START)
    async with enter(starts=False, clock=clock) as at:
        await at.session.queue.poller.once()
        for seconds in (600, 1):
            clock.advance(seconds)
            at.clinic.advance(seconds)
            for _ in range(3):
                at.clinic.do("arrive", room="k7m2p")
            await at.session.queue.poller.once()
            await at.session.queue.complete()
        cards = [text for text in at.window.notices.said() if text.startswith("While you were away")]
        assert len(cards) == 1
        assert "patients came" in cards[0]


async def test_the_outbox_is_reached_from_the_status_bar(enter: Enter) -> None:
    async with enter() as at:
        await at.keep_offline()
        await until(lambda: at.state() == State.QUEUED)
        at.place.show_outbox()
        await until(at.place._outbox.panel.isVisible)


async def test_signing_out_asks_for_what_was_typed_where_nothing_can_be_kept(enter: Enter) -> None:
    async with enter(NoKeys()) as at:
        at.session.drafts.write("note|48211|diagnosis", "half a sentence")
        leaving = asyncio.create_task(at.place.may_leave())
        asked = await at.asked()
        assert "1 text" in "".join(paper.toPlainText() for paper in asked.findChildren(Paper))
        asked.cancel_button.click()
        assert not await leaving


async def test_a_check_in_that_was_kept_before_a_crash_is_not_offered_again(enter: Enter) -> None:
    async with enter() as at:
        await at.keep_offline()
        (ref,) = [action.id for action in at.session.outbox.actions]
        at.session.drafts.write("checkin|ref", ref)
        at.session.drafts.write("checkin|reason", "Cough")
        another = Workplace(at.session, at.window, at.place._theme, lambda _link: True, fail)
        assert at.session.drafts.places("checkin|") == []
        another.close()
