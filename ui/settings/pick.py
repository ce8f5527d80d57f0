"""One choice among a few: it works at once, and says where its value comes from."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from ui.kit.labels import label
from ui.theme.theme import Theme
from ui.theme.tokens import Space


class _Combo(QComboBox):
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Left to the page: whoever scrolls it wants to change nothing."""
        event.ignore()


class Pick(QWidget):
    """picked: the value of the option that somebody has chosen."""

    picked = Signal(object)

    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._values: list[object] = []
        self._names: list[str] = []
        self._caption = label(title, "overline", parent=self)
        self.combo = _Combo(self)
        self.combo.setAccessibleName(title)
        # A long name is cut and does not widen the window.
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.combo.setMinimumContentsLength(12)
        self._caption.setBuddy(self.combo)
        self._origin = label("", "small", wrap=True, parent=self)
        self.combo.activated.connect(self._activated)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for part in (self._caption, self.combo, self._origin):
            self._column.addWidget(part)
        theme.changed.connect(self._restyle)
        self._restyle()

    def offer(self, options: Sequence[tuple[object, str]], chosen: object, origin: str) -> None:
        """Shows what there is to choose. options: values with their names. origin: of the chosen one."""
        values, names = [value for value, _ in options], [name for _, name in options]
        # A list that is open stays open while nothing in it changes.
        if names != self._names:
            self.combo.clear()
            self.combo.addItems(names)
        self._values, self._names = values, names
        self.combo.setCurrentIndex(values.index(chosen))
        self._origin.setText(origin)
        self.combo.setAccessibleDescription(origin)

    def origin(self) -> str:
        """What is said under it."""
        return self._origin.text()

    def _activated(self, index: int) -> None:
        self.picked.emit(self._values[index])

    def _restyle(self) -> None:
        self._column.setSpacing(self._theme.px(Space.hair))
