"""The pointer of the tests' screen: the platform's own, since QTest's moves none after a double click."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPoint
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication, QWidget

_AWAY = QPoint(799, 799)


def point_at(part: QWidget, place: QPoint) -> None:
    """Moves it there; whatever enters and leaves is told."""
    QCursor.setPos(part.mapToGlobal(place))
    QApplication.instance().processEvents()


def point_away() -> None:
    """Moves it beside all windows."""
    QCursor.setPos(_AWAY)
    QApplication.instance().processEvents()


@contextmanager
def pointer_away() -> Iterator[None]:
    """It lies beside all windows at first; at the end it is where it was, over none of them: the offscreen
    platform keeps the window that it was over.
    """
    before = QCursor.pos()
    point_away()
    yield
    point_away()
    for window in QApplication.topLevelWidgets():
        window.hide()
    QCursor.setPos(before)
    QApplication.instance().processEvents()
