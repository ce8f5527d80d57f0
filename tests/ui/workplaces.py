"""What somebody has before them, over a session of the test's."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.session import Session
from tests.sessions import fail
from ui.shell.window import Window
from ui.theme.theme import Theme
from ui.workplace import Workplace


@asynccontextmanager
async def workplace(session: Session, window: Window, theme: Theme) -> AsyncIterator[Workplace]:
    """The session's workplace in the window; it is closed afterwards, and so is the session."""
    window.open_session(session, "Test clinic")
    place = Workplace(session, window, theme, lambda _link: True, fail)
    try:
        yield place
    finally:
        place.close()
        window.close_session()
        await session.close()
