"""Whether room can be given back without moving what somebody points at (QUE-02)."""

from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget


def would_move_rows(part: QWidget) -> bool:
    """Whether rows under the pointer would follow when `part` goes: those of a list that is scrolled to its
    end, above it in the same window."""
    found = None if part.isHidden() else QApplication.widgetAt(QCursor.pos())
    while found is not None and not isinstance(found, QAbstractScrollArea):
        found = found.parentWidget()
    if found is None or found is part or found.window() is not part.window():
        return False
    bar = found.verticalScrollBar()
    return 0 < bar.maximum() < bar.value() + part.height()
