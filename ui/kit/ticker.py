"""One clock for everything on screen that changes with time alone, such as waiting times."""

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid


class Ticker(QObject):
    """Ticks while at least one watched widget is on screen; otherwise costs nothing.

    interval_ms: between two ticks. ticked: also once when a widget comes into view, so that it is not stale.
    """

    ticked = Signal()

    def __init__(self, interval_ms: int = 1000, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._widgets: list[QWidget] = []
        self._timer = QTimer(self)
        self._timer.setInterval(interval_ms)
        self._timer.timeout.connect(self.ticked)

    def watch(self, widget: QWidget) -> None:
        """Ticks while `widget` is visible."""
        widget.installEventFilter(self)
        widget.destroyed.connect(self._look)
        self._widgets.append(widget)
        self._look()

    def running(self) -> bool:
        return self._timer.isActive()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._look()
            if event.type() == QEvent.Type.Show:
                self.ticked.emit()
        return False

    def _look(self) -> None:
        self._widgets = [widget for widget in self._widgets if isValid(widget)]
        seen = any(widget.isVisible() for widget in self._widgets)
        if seen and not self._timer.isActive():
            self._timer.start()
        elif not seen:
            self._timer.stop()
