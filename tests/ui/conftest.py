"""A whole program in the test's own process: window, session, practice clinic; only the browser is noted."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from shiboken6 import isValid

from app.home import Preferences
from app.session import Session
from app.visits.record import Visit
from tests.keyrings import NoKeys
from tests.practice import Practice
from tests.sessions import fail, is_whole, signed_in
from tests.until import until
from ui.kit.formats import show_times_in
from ui.pages import PAGES, Desk
from ui.pages.queue_page import QueuePage
from ui.program import Program
from ui.shell.window import Window
from ui.theme.theme import Theme


@pytest.fixture(autouse=True)
def own_times() -> Iterator[None]:
    """Whatever clinic a test has shown times of, the next one begins with this machine's."""
    yield
    show_times_in("")


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    made = Theme("light")
    made.apply(qapp)
    return made


@pytest.fixture
def window(theme: Theme) -> Iterator[Window]:
    made = Window(theme)
    made.furnish(Preferences())
    made.show()
    yield made
    if isValid(made):
        made.hide()
        made.deleteLater()


class Opened:
    """A queue page over a session that polls, in a real window."""

    def __init__(self, window: Window, session: Session, clinic: Practice, links: list[str]) -> None:
        self.window, self.session, self.clinic, self.links = window, session, clinic, links

    @property
    def page(self) -> QueuePage:
        page = self.window.page
        assert isinstance(page, QueuePage)
        return page

    def visit(self, visit_id: str) -> Visit:
        row = self.session.queue.visits.get(visit_id)
        assert isinstance(row, Visit)
        return row

    async def select(self, visit_id: str) -> None:
        """Selects a visit and waits for its intake."""
        assert self.page.queue.table.select(visit_id)
        await until(lambda: not self.page.visit.intake.state().startswith("Reading"))

    def question(self) -> QDialog | None:
        """The question that stands over the window, if one does."""
        return question(self.window)

    async def asked(self) -> QDialog:
        await until(lambda: self.question() is not None)
        found = self.question()
        assert found is not None
        return found


def question(window: QWidget) -> QDialog | None:
    return next((dialog for dialog in window.findChildren(QDialog) if dialog.isVisible()), None)


Open = Callable[..., AbstractAsyncContextManager[Opened]]


@pytest.fixture
def open_queue(window: Window, theme: Theme, clinic: Practice) -> Open:
    """Opens the queue page of the test's clinic; closes page and session afterwards."""

    @asynccontextmanager
    async def opened(role: str = "provider", number: int = 0, **changes: object) -> AsyncIterator[Opened]:
        session = await signed_in(clinic, role, number, **changes)
        links: list[str] = []

        def note(link: str) -> bool:
            links.append(link)
            return True

        desk = Desk(theme, window.ticker, session, window.notices, note, fail)
        window.open_session(session, "Test clinic")
        window.show_page(lambda parent: PAGES[0].make(desk, parent))
        session.start()
        try:
            await until(lambda: len(session.queue.visits) > 0)
            await until(lambda: is_whole(session))
            yield Opened(window, session, clinic, links)
        finally:
            window.close_session()
            await session.close()

    return opened


@pytest.fixture
def program(theme: Theme, window: Window, tmp_path: Path) -> Callable[..., Program]:
    """Makes the program of a window."""

    def make(preferences: Preferences | None = None, **changes: object) -> Program:
        options = {"keys": NoKeys(), **changes}
        return Program(theme, window, tmp_path, preferences or Preferences(), **options)

    return make
