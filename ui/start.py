"""The first paint: a window within the blink of an eye, and the rest of the program loaded behind it.

asyncio, the network and the pages take several times as long to import as a bare window takes to open
(`make bench`), so they come after the first paint, in a thread, while the window is already alive.
"""

import gc
import importlib
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from app.environ import forget_secrets
from app.home import Preferences, home, read_preferences
from ui.shell.window import Window
from ui.theme.theme import Theme

if TYPE_CHECKING:
    from app.core.keys import Keys
    from ui.program import Begin, OpenLink, Program

_BEHIND = (
    "asyncio",
    "app.session",
    "app.core.keys",
    "app.log.recording",
    "app.sandbox.process",
    "ui.shell.instance",
)


def run_window(*, sign_in: bool = False) -> int:
    """`vestibule`: signs in again by itself where a session was kept. sign_in: asks who it is instead."""
    folder = home()
    return run(folder, read_preferences(folder), begin=_ask_who if sign_in else None)


async def _ask_who(program: "Program") -> None:
    # Another person than the last, most likely.
    program.window.sign_in.username.clear()
    program.window.show_sign_in()


def run(
    folder: Path,
    preferences: Preferences,
    *,
    begin: "Begin | None",
    open_link: "OpenLink | None" = None,
    keys: "Keys | None" = None,
) -> int:
    """Opens the window and runs the program until it is closed.

    folder: where preferences are kept. begin: what to do first; None resumes the last session. open_link:
    in place of the desktop's own opener. keys: in place of its keyring.
    """
    forget_secrets()
    # The loading thread must not collect what the screen's thread makes (ui/garbage.py).
    gc.disable()
    application = cast(QApplication, QApplication.instance() or QApplication(sys.argv[:1]))
    application.setApplicationName("Vestibule")
    application.setQuitOnLastWindowClosed(False)
    theme = Theme(preferences.theme, preferences.text_scale)
    theme.apply(application)
    window = Window(theme)
    loading = _Loading(application, theme, window, preferences)
    window.show()
    # Plain Qt: no coroutine runs yet, so this nests nothing.
    application.exec()
    loading.deleteLater()

    from ui.garbage import Garbage
    from ui.program import Program
    from ui.running import run_program

    Garbage(application)
    return run_program(
        application,
        lambda: Program(theme, window, folder, preferences, begin=begin, open_link=open_link, keys=keys),
        recorded_in=folder,
    )


class _Loading(QObject):
    """Imports modules in a thread once the window has been painted, then ends the loop that painted it."""

    _loaded = Signal()

    def __init__(
        self, application: QApplication, theme: Theme, window: Window, preferences: Preferences
    ) -> None:
        super().__init__()
        self._application, self._theme = application, theme
        self._window, self._preferences = window, preferences
        self._thread = threading.Thread(target=self._load, name="loading", daemon=True)
        self._loaded.connect(self._end)
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            QTimer.singleShot(0, self._painted)
        return False

    def _painted(self) -> None:
        self._thread.start()
        self._theme.follow(self._application)
        self._window.furnish(self._preferences)

    def _end(self) -> None:
        # Not quit(), which would close the window.
        self._application.exit()

    def _load(self) -> None:
        try:
            for name in _BEHIND:
                importlib.import_module(name)
        finally:
            # What failed to import fails again in the main thread, where it is reported.
            self._loaded.emit()
