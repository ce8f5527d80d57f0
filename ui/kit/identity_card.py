"""Whose it is, in a question: two identifiers, large, before anything that cannot be undone (PID-01)."""

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ui.kit.labels import label
from ui.theme.theme import Theme
from ui.theme.tokens import Space


class IdentityCard(QFrame):
    """Name and date of birth, then what else helps to be sure."""

    def __init__(self, theme: Theme, name: str, born: str) -> None:
        super().__init__()
        self.setProperty("card", True)
        self._column = QVBoxLayout(self)
        pad = theme.px(Space.large)
        self._column.setContentsMargins(pad, pad, pad, pad)
        self._column.setSpacing(theme.px(Space.tight))
        self.add(name, "display")
        self.add(born, "strong")

    def add(self, text: str, kind: str = "") -> None:
        """One more line, unless there is nothing to say. kind: see `ui.kit.labels.label`."""
        if text:
            self.put(label(text, kind, wrap=True))

    def put(self, part: QWidget) -> None:
        """A part of another kind, below."""
        self._column.addWidget(part)
