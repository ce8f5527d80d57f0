"""Brings what has the focus into sight: Qt scrolls to what Tab reaches, and to nothing else."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QScrollArea, QWidget


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
