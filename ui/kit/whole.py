"""Parts that are shown whole: where there is too little room, something else gives way."""

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget


class Whole(QWidget):
    """A column of parts, never lower than their words need at its width. Qt's own least height does not know
    of lines that break. Add them to its `column`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        # Qt lays out wrongly what is given another size while it is being laid out.
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._fit)

    def event(self, event: QEvent) -> bool:
        """Follows what its parts say."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._soon.start()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width breaks the lines elsewhere."""
        super().resizeEvent(event)
        self._soon.start()

    def _fit(self) -> None:
        # -1 while none of its parts is shown.
        self.setMinimumHeight(max(0, self.column.heightForWidth(self.width())))
