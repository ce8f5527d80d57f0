"""A headed part of the settings."""

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ui.kit.labels import label
from ui.theme.theme import Theme
from ui.theme.tokens import Space


class Section(QFrame):
    """Parts under a heading, on a card."""

    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("card", True)
        self.setAccessibleName(title)
        self._column = QVBoxLayout(self)
        self._column.addWidget(label(title, "strong", parent=self))
        theme.changed.connect(self._restyle)
        self._restyle()

    def add(self, *parts: QWidget) -> None:
        """Adds parts, one under the other."""
        for part in parts:
            self._column.addWidget(part)

    def _restyle(self) -> None:
        pad = self._theme.px(Space.large)
        self._column.setContentsMargins(pad, self._theme.px(Space.medium), pad, pad)
        self._column.setSpacing(self._theme.px(Space.medium))
