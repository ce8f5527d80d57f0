"""Who has left the list, for a while after they did: a row that goes leaves a note (requirements.md §3.7)."""

from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.visits.record import Status
from app.visits.waiting import QueueRow
from ui.kit.formats import listed, time_text
from ui.kit.labels import ElidedLabel
from ui.theme.theme import Theme

_TITLE = "Left"
_KEPT_S = 90.0
_MOST = 5
_BECAME = {
    Status.COMPLETED: "completed",
    Status.CANCELLED: "cancelled",
    Status.REFUNDED: "refunded",
}


class _Left(NamedTuple):
    at: float
    words: str


class LeftLine(ElidedLabel):
    """One line with a place of its own, empty or not: it moves nothing. The last one stands first.

    now: the server's time, Unix s.
    """

    def __init__(self, theme: Theme, now: Callable[[], float], parent: QWidget | None = None) -> None:
        super().__init__("", "small", parent)
        self._theme, self._now = theme, now
        self._left: deque[_Left] = deque(maxlen=_MOST)

    def tell(self, name: str, row: QueueRow | None) -> None:
        """name: of the patient who left. row: as it is now, None when the list has it no more. Shown by the
        next `tick`."""
        status = getattr(row, "status", None)
        words = f"{name}: {_BECAME.get(status, 'no longer in the list')}"
        self._left.appendleft(_Left(self._now(), words))

    def tick(self) -> None:
        """Lets go what was said long enough."""
        now = self._now()
        # Whatever was told in a future that the clock took back goes, too.
        while self._left and not 0.0 <= now - self._left[-1].at <= _KEPT_S:
            self._left.pop()
        told = [f"{time_text(each.at, now)} {each.words}" for each in self._left]
        text = f"{_TITLE}: {listed(told)}" if told else ""
        if text != self.text():
            self.setText(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Apart from the row above it, of which it says nothing."""
        painter, tokens = QPainter(self), self._theme.tokens
        if self.text():
            painter.fillRect(self.rect(), QColor(tokens.sunken))
        painter.fillRect(QRect(0, 0, self.width(), 1), QColor(tokens.edge if self.text() else tokens.line))
        painter.end()
        super().paintEvent(event)
