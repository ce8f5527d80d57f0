"""The support bundle on screen: what is read is what is written."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from tests.practice import Practice
from tests.sessions import fail
from tests.ui.programs import at_work
from tests.until import until
from ui.program import Program
from ui.shell.window import Window
from ui.support.support import screens
from ui.support.support_screen import SupportScreen
from ui.theme.theme import Theme

TEXT = "Vestibule support bundle\n\n== Doctor\nok  one … two\n"


async def bundle() -> str:
    return TEXT


@pytest.fixture
def screen(theme: Theme, window: Window, qapp: QApplication) -> SupportScreen:
    return SupportScreen(theme, bundle, fail, window)


async def shown(screen: SupportScreen) -> None:
    screen.present()
    await until(screen.save_button.isEnabled)


async def save(screen: SupportScreen, path: Path) -> None:
    screen.save_button.click()
    await until(lambda: screen.findChild(QFileDialog) is not None)
    dialog = screen.findChild(QFileDialog)
    assert dialog is not None
    dialog.findChild(QLineEdit).setText(str(path))
    dialog.fileSelected.emit(str(path))
    dialog.done(QFileDialog.DialogCode.Accepted)
    await until(lambda: "aved" in screen.state.text() and "Nothing" not in screen.state.text())


async def test_what_is_shown_is_what_is_written(screen: SupportScreen, tmp_path: Path) -> None:
    await shown(screen)
    assert screen.shown.toPlainText() == TEXT
    assert screen.shown.isReadOnly()
    path = tmp_path / "bundle.txt"
    path.write_text("an older one")
    await save(screen, path)
    assert path.read_bytes() == screen.shown.toPlainText().encode()
    assert path.stat().st_mode & 0o777 == 0o600
    assert screen.state.text() == "Saved as bundle.txt. It has been sent to nobody."


async def test_a_place_that_refuses_is_said(screen: SupportScreen, tmp_path: Path) -> None:
    await shown(screen)
    await save(screen, tmp_path / "none" / "bundle.txt")
    assert screen.state.text() == "Not saved: No such file or directory. Choose another place."
    assert screen.save_button.isEnabled()


async def test_nothing_can_be_saved_before_it_is_shown(
    theme: Theme, window: Window, qapp: QApplication
) -> None:
    goes_on = asyncio.Event()

    async def slow() -> str:
        await goes_on.wait()
        return TEXT

    screen = SupportScreen(theme, slow, fail, window)
    screen.present()
    assert not screen.save_button.isEnabled()
    assert "Looking" in screen.state.text()
    goes_on.set()
    await until(screen.save_button.isEnabled)
    assert screen.shown.toPlainText() == TEXT


async def test_a_fault_is_said_and_nothing_can_be_saved(
    theme: Theme, window: Window, qapp: QApplication
) -> None:
    told: list[BaseException] = []

    async def fails() -> str:
        raise KeyError("Okafor")

    screen = SupportScreen(theme, fails, told.append, window)
    screen.present()
    await until(lambda: told)
    assert "could not be put together" in screen.state.text()
    assert not screen.save_button.isEnabled()


async def test_every_control_has_a_name_and_a_key(screen: SupportScreen) -> None:
    await shown(screen)
    assert screen.shown.accessibleName()
    await until(screen.isActiveWindow)
    screen.shown.setFocus()
    reached = [screen.focusWidget()]
    for _ in range(3):
        screen.focusNextChild()
        reached.append(screen.focusWidget())
    assert reached == [screen.shown, screen.close_button, screen.save_button, screen.shown]
    assert screen.shown.tabChangesFocus()
    assert screen.shown.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByKeyboard


async def test_the_menu_shows_it_and_a_locked_window_does_not(
    program: Callable[..., Program], clinic: Practice, qapp: QApplication
) -> None:
    made = program()
    (entry,) = (each for each in made.window.actions() if each.text() == "Support bundle…")
    assert entry.isEnabled()
    async with at_work(made, clinic) as session:
        await until(lambda: len(session.queue.visits))
        entry.trigger()
        found = made.window.findChild(SupportScreen)
        assert found is not None
        await until(found.save_button.isEnabled, within_s=15)
        text = found.shown.toPlainText()
        assert "connection: live" in text
        assert "platform: offscreen" in text
        for secret in (session.me.name, session.me.id, "haddad", clinic.account):
            assert secret.lower() not in text.lower()
        found.save_button.click()
        await until(lambda: found.findChild(QFileDialog) is not None)
        made.window.menu.lock_wanted.emit()
        assert not found.isVisible()
        await until(lambda: found.findChild(QFileDialog) is None)
        assert not entry.isEnabled()


def test_screens_are_told_by_numbers(qapp: QApplication) -> None:
    assert [(screen.width > 0, screen.ratio) for screen in screens()] == [(True, 1.0)]
