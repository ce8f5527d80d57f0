"""A patient who is not in the list: name, date of birth, phone; the date is said back in words."""

from collections.abc import Callable
from datetime import date, datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from app.users.record import Person
from ui.checkin.birth import HINT, WrongBirth, birth_words, read_birth
from ui.kit.form import Form
from ui.kit.labels import label
from ui.theme.theme import Theme
from ui.theme.tokens import Space


class NewPatient(QWidget):
    """now: the server's Unix s. changed: something was typed."""

    changed = Signal()

    def __init__(self, theme: Theme, now: Callable[[], float], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._form = Form(theme, self)
        self.fields: dict[str, QLineEdit] = {
            "first_name": self._form.add("first_name", "First name", QLineEdit()),
            "last_name": self._form.add("last_name", "Last name", QLineEdit()),
            "born": self._form.add("born", "Date of birth", QLineEdit(), HINT),
            "phone": self._form.add("phone", "Phone of the patient", QLineEdit()),
        }
        self._understood: QLabel = label("", "strong", wrap=True, parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(Space.small))
        column.addWidget(self._form)
        column.addWidget(self._understood)
        self.setFocusProxy(self.fields["first_name"])
        for field in self.fields.values():
            field.textChanged.connect(self._typed)
        self.fields["born"].editingFinished.connect(self._check_born)
        self._typed()

    def understood(self) -> str:
        """The date of birth in words, "" while there is none."""
        return self._understood.text()

    def error(self, name: str) -> str:
        """What is said under a field."""
        return self._form.error(name)

    def person(self) -> Person | None:
        """Who was typed, as far as it can be checked in; None while something is missing. id: ""."""
        born = self._born()
        if born is None or not (self._text("first_name") or self._text("last_name")):
            return None
        return Person(
            id="",
            given=self._text("first_name"),
            family=self._text("last_name"),
            born=born,
            phone=self._text("phone"),
        )

    def values(self) -> dict[str, str]:
        """The patient as a check-in wants them; of a `person` that is one."""
        born = self._born()
        phone = {"phone": self._text("phone")} if self._text("phone") else {}
        return {
            "first_name": self._text("first_name"),
            "last_name": self._text("last_name"),
            "dob": born.isoformat() if born else "",
            **phone,
        }

    def check(self) -> bool:
        """Says beside the fields what is missing; whether nothing is."""
        has_name = self._text("first_name") or self._text("last_name")
        self._form.set_error("first_name", None if has_name else "Enter the name.")
        self._form.set_error("born", self._wrong())
        self._form.focus_first_error()
        return self.person() is not None

    def clear_errors(self) -> None:
        """Says nothing beside the fields."""
        self._form.clear_errors()

    def _text(self, name: str) -> str:
        return self.fields[name].text().strip()

    def _born(self) -> date | None:
        try:
            return read_birth(self._text("born"), self._today())
        except WrongBirth:
            return None

    def _wrong(self) -> str | None:
        try:
            read_birth(self._text("born"), self._today())
        except WrongBirth as wrong:
            return str(wrong)
        return None

    def _today(self) -> date:
        return datetime.fromtimestamp(self._now()).astimezone().date()

    def _check_born(self) -> None:
        """When the field is left: while it is typed every date is wrong."""
        if self._text("born"):
            self._form.set_error("born", self._wrong())

    def _typed(self) -> None:
        born = self._born()
        self._understood.setText(f"Born {birth_words(born, self._today())}" if born else "")
        self._understood.setVisible(born is not None)
        if born is not None:
            self._form.set_error("born", None)
        self.changed.emit()
