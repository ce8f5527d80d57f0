"""The window in the desktop's taskbar or dock: marked until somebody looks, with a number, in front."""

import sys

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget


class Taskbar:
    """window: the one that is marked."""

    def __init__(self, window: QWidget) -> None:
        self._window, self._shown = window, 0

    def mark(self) -> None:
        """The desktop marks the window in its own way, and no longer than until it is in front (ALM-05)."""
        QApplication.alert(self._window, 0)

    def count(self, number: int) -> None:
        """How many are not acknowledged; 0 takes it away. Linux knows a program by its desktop file alone."""
        if number == self._shown:
            return
        self._shown = number
        if sys.platform != "linux" or QApplication.desktopFileName():
            QApplication.instance().setBadgeNumber(number)

    def bring_forward(self) -> None:
        """As somebody wants it who is in another window."""
        window = self._window
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()
