"""The settings: looked at once a month, so each says where its value comes from, and works at once."""

import asyncio
from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.session import Session
from ui.kit import tasks
from ui.kit.labels import label
from ui.kit.scrolling import Scrolling
from ui.kit.side_window import SideWindow
from ui.settings.alert_picks import AlertPicks
from ui.settings.from_clinic import FromClinic
from ui.settings.picks import Appearance, CallPicks, LockPicks, QueuePicks
from ui.settings.section import Section
from ui.settings.this_computer import ThisComputer
from ui.theme.theme import Theme
from ui.theme.tokens import Space


class SettingsWindow(SideWindow):
    """`present` shows it. Only what concerns the person is made at all: a wall board neither locks nor calls.

    look_changed: told when colours or text size were picked. reset: asks whether the data on this computer
    is to be removed. report: told of every fault of our own.
    """

    def __init__(
        self,
        theme: Theme,
        session: Session,
        look_changed: Callable[[], None],
        reset: Callable[[], None],
        report: Callable[[BaseException], None],
        parent: QWidget,
    ) -> None:
        super().__init__(theme, 600, 720, parent)
        self._session, self._report = session, report
        self._asking: asyncio.Task[None] | None = None
        self.setWindowTitle("Settings")
        self._title = label("Settings", "title", parent=self)
        self._scroll = Scrolling(self, takes_focus=False)
        inner, rights = self._scroll.inner, session.rights
        self.appearance = Appearance(theme, look_changed, inner)
        self.queue = QueuePicks(theme, session, inner)
        # A wall board hears nothing: nobody sits there who could acknowledge it.
        self.alerts = AlertPicks(theme, session, inner) if rights.identity else None
        self.calls = CallPicks(theme, session, inner) if rights.calls else None
        self.lock = LockPicks(theme, session, inner) if rights.identity else None
        self.computer = ThisComputer(theme, session, reset, inner)
        self.clinic = FromClinic(theme, session, inner) if rights.identity else None
        own = (self.queue, self.alerts, self.calls, self.lock, self.computer, self.clinic)
        self._of_session = [part for part in own if part is not None]
        self._lay_out()
        rooms, actions = session.rooms.rooms, session.outbox.actions
        self._stops = [
            session.listen_to_choices(self.refresh),
            session.store.listen(self.refresh),
            rooms.listen(lambda _change: self.refresh()),
            actions.listen(lambda _change: self.refresh()),
        ]
        theme.changed.connect(self._restyle)
        self._restyle()

    @property
    def sections(self) -> tuple[Section, ...]:
        """What is there for this person, from top to bottom."""
        return (self.appearance, *self._of_session)

    def present(self) -> None:
        """Shows the window, and asks anew what the clinic has set."""
        if not self.isVisible():
            self.fit()
            self.show()
            self.appearance.colours.combo.setFocus()
        self.activateWindow()
        if self._asking is None or self._asking.done():
            self._asking = tasks.run(self, self._ask(), busy=None, name="settings.ask", report=self._report)

    def refresh(self) -> None:
        """Shows everything as it is now."""
        for part in self._of_session:
            part.refresh()

    def close_listeners(self) -> None:
        """Stops listening to the session, before both go."""
        for stop in self._stops:
            stop()
        if self._asking is not None:
            self._asking.cancel()

    async def _ask(self) -> None:
        await self.computer.ask()
        if self.alerts is not None:
            await self.alerts.ask()
        if self.clinic is not None:
            await self.clinic.ask()

    # -- look

    def _lay_out(self) -> None:
        self._parts = QVBoxLayout(self._scroll.inner)
        for section in self.sections:
            self._parts.addWidget(section)
        self._parts.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._title)
        self._column.addWidget(self._scroll, 1)

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(Space.wide), px(Space.medium), px(Space.medium), px(Space.medium))
        self._column.setSpacing(px(Space.small))
        self._parts.setContentsMargins(0, 0, px(Space.medium), 0)
        self._parts.setSpacing(px(Space.medium))
