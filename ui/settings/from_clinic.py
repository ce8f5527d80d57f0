"""What the clinic has set, and where each part of it comes from; to be read, not changed."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.errors import Failure
from app.sentences import sentence
from app.session import Session
from ui.kit.facts import FactGrid
from ui.kit.labels import label
from ui.settings.section import Section
from ui.settings.words import Rows, account_rows, profile_rows, user_rows
from ui.theme.theme import Theme
from ui.theme.tokens import Space

_READING = "Reading…"
_AS_BEFORE = "As last read. {}"


class Group(QWidget):
    """Facts of one origin, and one sentence where they could not be read."""

    def __init__(self, theme: Theme, origin: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._state = label("", "soft", wrap=True, parent=self)
        self.facts = FactGrid(theme, self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for part in (label(origin, "overline", wrap=True, parent=self), self._state, self.facts):
            self._column.addWidget(part)
        self.say("")
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_rows(self, rows: Rows) -> None:
        """Shows names and values, in their order."""
        for name, value in rows:
            if name not in self.facts.names():
                self.facts.add(name, name)
            self.facts.set(name, value)
        self.say("")

    def say(self, text: str) -> None:
        """Why these are not what the server says now; "" for nothing."""
        self._state.setText(text)
        self._state.setVisible(bool(text))

    def say_failed(self, failure: Failure) -> None:
        """What was read before stays."""
        words = sentence(failure)
        self.say(_AS_BEFORE.format(words) if self.facts.names() else words)

    def state(self) -> str:
        """What is said above the facts."""
        return self._state.text()

    def _restyle(self) -> None:
        self._column.setSpacing(self._theme.px(Space.small))


class FromClinic(Section):
    """Read anew with each `ask`; what was read before stays in sight meanwhile."""

    def __init__(self, theme: Theme, session: Session, parent: QWidget) -> None:
        super().__init__(theme, "From the clinic", parent)
        self._session = session
        self.account = Group(theme, "The clinic's account, at the server", self)
        self.user = Group(theme, "Your account, at the server", self)
        self.profile = Group(theme, "The clinic's profile, on this computer", self)
        self.add(self.account, self.user, self.profile)
        for group in (self.account, self.user):
            group.say(_READING)
        self.refresh()

    def refresh(self) -> None:
        """Shows what is known without asking."""
        session = self._session
        room = session.rooms.rooms.get(session.profile.room)
        self.profile.show_rows(
            profile_rows(session.profile, (room.name if room else "") or session.profile.room)
        )
        if session.clinic is not None and self.account.state() in ("", _READING):
            self.account.show_rows(account_rows(session.clinic))

    async def ask(self) -> None:
        """Asks the server; what fails says so in its place."""
        try:
            self.account.show_rows(account_rows(await self._session.learn()))
        except Failure as failure:
            self.account.say_failed(failure)
        try:
            self.user.show_rows(user_rows(await self._session.settings.read()))
        except Failure as failure:
            self.user.say_failed(failure)
