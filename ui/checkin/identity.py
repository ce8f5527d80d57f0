"""Who is about to be checked in, in large type: two identifiers, always (PID-01)."""

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.users.record import Person
from ui.checkin.words import NOBODY, contact_text, person_name
from ui.kit.formats import born_text
from ui.kit.labels import label
from ui.theme.theme import Theme
from ui.theme.tokens import Space


class Identity(QFrame):
    """Name, date of birth, phone and number."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("card", True)
        self._nobody = label(NOBODY, "soft", wrap=True, parent=self)
        self._name = label("", "display", wrap=True, parent=self)
        self._name.setAccessibleDescription("Patient to be checked in")
        self._born = label("", "strong", wrap=True, parent=self)
        self._more = label("", "soft", wrap=True, parent=self)
        self._warning = label("", "error", wrap=True, parent=self)
        self._column = QVBoxLayout(self)
        for part in (self._nobody, self._name, self._born, self._more, self._warning):
            self._column.addWidget(part)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.show_person(None, 0.0)

    def show_person(self, person: Person | None, now: float, warning: str = "") -> None:
        """Shows a person, with "" for the id of a new one. now: the server's Unix s."""
        self._nobody.setVisible(person is None)
        for part in (self._name, self._born, self._more):
            part.setVisible(person is not None)
        self._warning.setText(warning)
        self._warning.setVisible(bool(warning))
        self._name.setText(person_name(person) if person else "")
        self._born.setText(born_text(person.born, now) if person else "")
        self._more.setText(contact_text(person) if person else "")

    def texts(self) -> tuple[str, str, str, str]:
        """Name, birth line, the rest and the warning, as shown."""
        return self._name.text(), self._born.text(), self._more.text(), self._warning.text()

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(Space.large), px(Space.small), px(Space.large), px(Space.small))
        self._column.setSpacing(px(Space.hair))
