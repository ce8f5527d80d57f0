"""Who this is: name and date of birth, always both, on top of everything about one patient (PID-06)."""

from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.core.unreadable import Unreadable
from app.users.record import Person
from app.visits.namesakes import Namesake
from app.visits.waiting import QueueRow
from ui.kit.chip import Chip
from ui.kit.formats import born_text, phone_text, time_there
from ui.kit.labels import label
from ui.theme.theme import Theme
from ui.theme.tokens import Space
from ui.visits.namesake_words import pill, sentence
from ui.visits.words import gender_text, patient_name, status_pill

_EDGE = 6


class PatientBanner(QFrame):
    """The banner of one visit's patient, with an edge in their colour (`Tokens.edge_of`)."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._whose = ""
        self._name = label("", "display", wrap=True, parent=self)
        self._born = label("", "strong", wrap=True, parent=self)
        self._more = label("", "soft", wrap=True, parent=self)
        self._chip = Chip(theme, parent=self)
        self._alike_chip = Chip(theme, parent=self)
        self._alike = label("", "error", wrap=True, parent=self)
        self._name.setAccessibleDescription("Patient")
        # The chip stands beside the date of birth: the name has the whole width.
        row = QHBoxLayout()
        row.addWidget(self._born, 1)
        row.addWidget(self._alike_chip)
        row.addWidget(self._chip)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._name)
        self._column.addLayout(row)
        self._column.addWidget(self._more)
        self._column.addWidget(self._alike)
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_visit(self, row: QueueRow, now: float, alike: Namesake | None = None) -> None:
        """Shows the patient of a visit. now: the server's time, Unix s. alike: see `patient_cell`."""
        self._show_alike(alike)
        member = None if isinstance(row, Unreadable) else row.member
        self._whose = member.id if member else ""
        self.update()
        pill = status_pill(row, now)
        self._chip.set(pill.text, pill.tone, pill.icon)
        if isinstance(row, Unreadable):
            self._name.setText("A visit that cannot be read")
            self._born.setText("Look it up in the portal: a patient may be waiting.")
            self._more.setText(row.complaint)
            return
        member = row.member
        self._name.setText(patient_name(member))
        self._born.setText(born_text(member.born if member else None, now))
        parts = (
            f"Phone {phone_text(member.phone)}" if member and member.phone else "Phone: not known",
            gender_text(member.gender) if member else None,
            _their_time(member, now),
            f"Patient {member.id}" if member else None,
        )
        self._more.setText("   ·   ".join(part for part in parts if part))

    def _show_alike(self, alike: Namesake | None) -> None:
        self._alike.setText(sentence(alike) if alike else "")
        for part in (self._alike, self._alike_chip):
            part.setVisible(alike is not None)
        if alike is not None:
            flag = pill(alike)
            self._alike_chip.set(flag.text, flag.tone, flag.icon)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._whose:
            edge = QColor(self._theme.tokens.edge_of(self._whose))
            QPainter(self).fillRect(0, 0, self._theme.px(_EDGE), self.height(), edge)

    def texts(self) -> tuple[str, str, str]:
        """Name, birth line and the rest, as shown."""
        return self._name.text(), self._born.text(), self._more.text()

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(Space.wide), px(Space.large), px(Space.wide), px(Space.medium))
        self._column.setSpacing(px(Space.tight))


def _their_time(member: Person | None, now: float) -> str | None:
    """Only where it is another than the clinic's."""
    there = time_there(member.zone, now) if member else ""
    return f"Their time: {there}" if there else None
