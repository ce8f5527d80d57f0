"""A program that runs, and somebody who signs in to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from app.home import Preferences
from app.session import Session
from tests.keyrings import HeldKeys
from tests.practice import Practice
from tests.until import until
from ui.pages.queue_page import QueuePage
from ui.program import Program
from ui.shell.window import Window
from ui.theme.theme import Theme


@asynccontextmanager
async def running(program: Program) -> AsyncIterator[asyncio.Task[int]]:
    """A program that asks who it is or has a session; it is stopped afterwards, unless it has ended."""
    run = asyncio.create_task(program.run())
    try:
        await until(lambda: program.window.sign_in.isVisible() or program.session is not None)
        yield run
    finally:
        program.stop()
        await run


def again(theme: Theme, folder: Path, preferences: Preferences, keys: HeldKeys) -> Program:
    """Another start on the same computer."""
    window = Window(theme)
    window.furnish(preferences)
    window.show()
    return Program(theme, window, folder, preferences, keys=keys)


def at(clinic: Practice) -> Preferences:
    """Those of the clinic's first provider."""
    return Preferences(
        place="other", account=clinic.account, api=clinic.api, portal=clinic.portal, username="noor.haddad"
    )


def sign_in(program: Program, clinic: Practice, password: str = "practice") -> None:
    """By the button; what comes of it takes its time."""
    screen = program.window.sign_in
    screen.fill(at(clinic))
    screen.password.setText(password)
    screen.button.click()


async def session_of(program: Program) -> Session:
    """The session, as soon as there is one."""
    await until(lambda: program.session is not None)
    assert program.session is not None
    return program.session


@asynccontextmanager
async def at_work(program: Program, clinic: Practice) -> AsyncIterator[Session]:
    """A program that runs, in which the clinic's first provider has signed in; the session."""
    async with running(program):
        sign_in(program, clinic)
        session = await session_of(program)
        await until(program.window.sign_in.button.isEnabled)
        yield session


async def session_with_queue(program: Program) -> Session:
    """The session, as soon as it has read the queue."""
    session = await session_of(program)
    await until(lambda: len(session.queue.visits))
    return session


async def queue_page(program: Program) -> QueuePage:
    """The queue page, as soon as it shows visits."""
    window = program.window
    await until(lambda: isinstance(window.page, QueuePage) and window.page.queue.model.rowCount())
    assert isinstance(window.page, QueuePage)
    return window.page
