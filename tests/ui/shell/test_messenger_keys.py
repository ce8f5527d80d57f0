"""An administrator enters the clinic's Messenger key: into the keyring, replaced, removed, never shown."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from PySide6.QtWidgets import QApplication, QLineEdit

from app.auth.messenger_keys import KeptMessengerKeys
from app.auth.sso import AppKeys
from app.core.keys import Keys
from app.profile import Profile
from tests.keyrings import HeldKeys, NoKeys
from tests.ui.conftest import question
from tests.until import until
from ui.shell.key_question import _KeyQuestion
from ui.shell.messenger_keys import ask_messenger_keys
from ui.shell.window import Window
from ui.theme.theme import Theme

CLINIC = Profile(name="x", api="https://api.example/", messenger="https://messenger.example/", account="bay")


class Asked:
    """The question, and what came of it once `ended`."""

    def __init__(self, dialog: _KeyQuestion, task: "asyncio.Task[str | None]") -> None:
        self.dialog, self._task = dialog, task

    def lines(self) -> list[QLineEdit]:
        return [self.dialog.key, self.dialog.secret]

    async def ended(self) -> str | None:
        return await self._task


@asynccontextmanager
async def asking(theme: Theme, window: Window, keys: Keys) -> AsyncIterator[Asked]:
    kept = KeptMessengerKeys(keys, CLINIC)
    task = asyncio.ensure_future(ask_messenger_keys(theme, kept, "bay", window))
    await until(lambda: question(window) is not None)
    dialog = question(window)
    assert isinstance(dialog, _KeyQuestion)
    yield Asked(dialog, task)


async def test_entered_replaced_and_removed(qapp: QApplication, theme: Theme, window: Window) -> None:
    keys = HeldKeys()
    kept = KeptMessengerKeys(keys, CLINIC)
    async with asking(theme, window, keys) as asked:
        assert "Messenger key of bay" in asked.dialog.windowTitle()
        assert {line.echoMode() for line in asked.lines()} == {QLineEdit.EchoMode.Password}
        assert asked.dialog.remove_button.isHidden()
        asked.dialog.key.setText("k")
        asked.dialog.accept()
        await until(lambda: asked.dialog._form.error("secret") != "")
        await until(asked.dialog.isVisible)
        asked.dialog.secret.setText(" s ")
        asked.dialog.accept()
        assert await asked.ended() == "messenger_keys_entered"
    assert await kept.read() == AppKeys(key="k", secret="s")
    async with asking(theme, window, keys) as asked:
        assert [line.text() for line in asked.lines()] == ["", ""]
        for line in asked.lines():
            line.setText("new")
        asked.dialog.accept()
        assert await asked.ended() == "messenger_keys_replaced"
    async with asking(theme, window, keys) as asked:
        asked.dialog.remove_button.click()
        assert await asked.ended() == "messenger_keys_removed"
    assert keys.held == {}


async def test_who_thinks_better_of_it(qapp: QApplication, theme: Theme, window: Window) -> None:
    keys = HeldKeys()
    async with asking(theme, window, keys) as asked:
        asked.dialog.key.setText("k")
        asked.dialog.reject()
        assert await asked.ended() is None
    assert keys.held == {}


async def test_without_a_keyring_nothing_is_kept(qapp: QApplication, theme: Theme, window: Window) -> None:
    async with asking(theme, window, NoKeys()) as asked:
        for line in asked.lines():
            line.setText("x")
        asked.dialog.accept()
        await until(lambda: "no keyring" in asked.dialog._form.error("secret"))
        await until(asked.dialog.isVisible)
        asked.dialog.reject()
        assert await asked.ended() is None
