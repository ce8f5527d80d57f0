"""Who this is: name and date of birth, always both, on top of everything about one patient (PID-06)."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.core.unreadable import Unreadable
from app.visits.waiting import QueueRow
from ui.kit.chip import Chip
from ui.kit.formats import born_text, phone_text
from ui.kit.labels import label
from ui.theme.theme import Theme
from ui.theme.tokens import Space
from ui.visits.words import gender_text, patient_name, status_pill


class PatientBanner(QFrame):
    """The banner of one visit's patient."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._name = label("", "display", wrap=True, parent=self)
        self._born = label("", "strong", wrap=True, parent=self)
        self._more = label("", "soft", wrap=True, parent=self)
        self._chip = Chip(theme, parent=self)
        self._name.setAccessibleDescription("Patient")
        # The chip stands beside the date of birth: the name has the whole width.
        row = QHBoxLayout()
        row.addWidget(self._born, 1)
        row.addWidget(self._chip)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._name)
        self._column.addLayout(row)
        self._column.addWidget(self._more)
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_visit(self, row: QueueRow, now: float) -> None:
        """Shows the patient of a visit. now: the server's time, Unix s."""
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
            f"Patient {member.id}" if member else None,
        )
        self._more.setText("   ·   ".join(part for part in parts if part))

    def texts(self) -> tuple[str, str, str]:
        """Name, birth line and the rest, as shown."""
        return self._name.text(), self._born.text(), self._more.text()

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(Space.wide), px(Space.large), px(Space.wide), px(Space.medium))
        self._column.setSpacing(px(Space.tight))
