"""Brings what has the focus into sight: Qt scrolls to what Tab reaches within an area, and no further."""

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget


def bring_into_view(part: QWidget) -> None:
    """Scrolls every area around it, the innermost first, once everything has its place."""

    def scroll() -> None:
        around = part.parentWidget()
        while around is not None:
            if isinstance(around, QScrollArea):
                around.ensureWidgetVisible(part)
            around = around.parentWidget()

    # What was hidden a moment ago is laid out in the turns that follow.
    QTimer.singleShot(0, part, lambda: QTimer.singleShot(0, part, scroll))


class FocusInSight(QObject):
    """While its window lives, what the keyboard comes to is never out of sight (A11-02)."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        QApplication.instance().focusChanged.connect(self._moved)

    def _moved(self, _before: QWidget | None, part: QWidget | None) -> None:
        if part is not None and part.visibleRegion().isEmpty():
            bring_into_view(part)
