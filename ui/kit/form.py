"""Form rows: a label above its field, and under it what is wrong with the value."""

from typing import TypeVar

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ui.kit.labels import label
from ui.theme.theme import Theme
from ui.theme.tokens import Space

Field = TypeVar("Field", bound=QWidget)


class Form(QWidget):
    """Rows by name. Labels stand above the fields, which leaves room for both at 200 % text."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._fields: dict[str, QWidget] = {}
        self._errors: dict[str, QLabel] = {}
        self._hints: dict[str, str] = {}
        self._rows: dict[str, QWidget] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        theme.changed.connect(self._restyle)
        self._restyle()

    def add(self, name: str, title: str, field: Field, hint: str = "") -> Field:
        """Adds a row, returns its field. title: may have a mnemonic (&). hint: a quiet line under it."""
        caption = label(title, "overline", parent=self)
        caption.setBuddy(field)
        error = label("", "error", wrap=True, parent=self)
        error.hide()
        self._fields[name], self._errors[name], self._hints[name] = field, error, hint
        holder = QWidget(self)
        row = QVBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self._theme.px(Space.hair))
        row.addWidget(caption)
        row.addWidget(field)
        if hint:
            row.addWidget(label(hint, "small", wrap=True, parent=self))
            field.setAccessibleDescription(hint)
        row.addWidget(error)
        self._rows[name] = holder
        self._column.addWidget(holder)
        return field

    def set_row_visible(self, name: str, visible: bool) -> None:
        """Shows or hides a row with its label and its error."""
        self._rows[name].setVisible(visible)

    def field(self, name: str) -> QWidget:
        return self._fields[name]

    def error(self, name: str) -> str:
        """What is said under a field now, "" for nothing."""
        return self._errors[name].text()

    def set_error(self, name: str, text: str | None) -> None:
        """Says what is wrong with a field, or with None that nothing is."""
        field, line = self._fields[name], self._errors[name]
        line.setText(text or "")
        line.setVisible(bool(text))
        field.setAccessibleDescription(text or self._hints[name])
        if bool(field.property("wrong")) != bool(text):
            field.setProperty("wrong", bool(text))
            field.style().unpolish(field)
            field.style().polish(field)

    def clear_errors(self) -> None:
        for name in self._errors:
            self.set_error(name, None)

    def focus_first_error(self) -> None:
        """Puts the focus on the first field that has an error."""
        for name, line in self._errors.items():
            if line.text():
                self._fields[name].setFocus()
                return

    def _restyle(self) -> None:
        self._column.setSpacing(self._theme.px(Space.medium))
