"""The support bundle of a window: what a run without one does not know is added here."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from app.home import Preferences
from app.session import Session
from ui.shell.window import Window
from ui.theme.theme import Theme

if TYPE_CHECKING:
    # With all that the doctor looks at: nothing for a start to wait for.
    from app.support.states import Screen
    from ui.support.support_screen import SupportScreen


class Support:
    """Made with the window; its screen is made when it is wanted.

    home: whose log it is. preferences, session: those of now. report: told of a fault of ours.
    """

    def __init__(
        self,
        theme: Theme,
        window: Window,
        home: Path,
        preferences: Callable[[], Preferences],
        session: Callable[[], Session | None],
        report: Callable[[BaseException], None],
    ) -> None:
        self._theme, self._window, self._home = theme, window, home
        self._preferences, self._session, self._report = preferences, session, report
        self.screen: SupportScreen | None = None
        window.menu.support_wanted.connect(self._present)
        window.menu.locked.connect(self._put_away)

    async def gather(self) -> str:
        """The whole bundle."""
        from app.support.bundle import bundle

        session = self._session()
        return await bundle(
            self._home,
            None if session is None else session.profile,
            session=session,
            preferences=self._preferences(),
            platform=QGuiApplication.platformName(),
            screens=screens(),
        )

    def _present(self) -> None:
        if self.screen is None:
            from ui.support.support_screen import SupportScreen

            self.screen = SupportScreen(self._theme, self.gather, self._report, self._window)
        self.screen.present()

    def _put_away(self) -> None:
        if self.screen is not None:
            self.screen.put_away()


def screens() -> "list[Screen]":
    """Those of this desktop; their names and makers are nobody's business."""
    from app.support.states import Screen

    return [
        Screen(
            screen.geometry().width(),
            screen.geometry().height(),
            screen.devicePixelRatio(),
            round(screen.logicalDotsPerInch()),
        )
        for screen in QGuiApplication.screens()
    ]
