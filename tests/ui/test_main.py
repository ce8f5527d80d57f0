"""The command line: what the window does first."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtWidgets import QApplication

from app.auth.kept import name_of
from app.home import read_preferences
from tests.keyrings import HeldKeys
from tests.practice import Practice
from tests.sessions import profile, signed_in
from tests.ui.programs import again, at, at_work, running, session_of
from tests.until import until
from ui.main import main
from ui.program import Program
from ui.theme.theme import Theme


@pytest.fixture
def begin(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """What a command would have the program do first."""

    def of(*words: str) -> Any:
        asked: list[Any] = []

        def run(*_where: object, begin: object) -> int:
            asked.append(begin)
            return 0

        monkeypatch.setattr("ui.start.run", run)
        assert main(words) == 0
        return asked[0]

    return of


async def kept_sign_in(clinic: Practice) -> HeldKeys:
    """The keyring after a first run."""
    keys, session = HeldKeys(), await signed_in(clinic)
    await keys.write(
        name_of(profile(clinic), at(clinic).username), msgspec.json.encode(session.renewal.tokens).decode()
    )
    await session.close()
    clinic.forget()
    return keys


async def test_the_window_takes_up_the_session_that_was_kept(
    qapp: QApplication,
    program: Callable[..., Program],
    clinic: Practice,
    theme: Theme,
    tmp_path: Path,
    begin: Callable[..., Any],
) -> None:
    keys = HeldKeys()
    async with at_work(program(keys=keys), clinic):
        await until(lambda: read_preferences(tmp_path).username)
    assert begin() is None
    made = again(theme, tmp_path, read_preferences(tmp_path), keys)
    async with running(made):
        await session_of(made)


async def test_asked_to_sign_in_it_asks_who_it_is_and_leaves_the_kept_session_alone(
    qapp: QApplication, program: Callable[..., Program], clinic: Practice, begin: Callable[..., Any]
) -> None:
    keys = await kept_sign_in(clinic)
    before = dict(keys.held)
    made = program(at(clinic), keys=keys, begin=begin("--sign-in"))
    screen = made.window.sign_in
    screen.fill(at(clinic))
    async with running(made):
        assert screen.isVisible()
        assert screen.account.text() == clinic.account
        assert screen.username.text() == ""
        await until(screen.username.hasFocus)
        assert made.session is None
    assert clinic.log() == []
    assert keys.held == before
