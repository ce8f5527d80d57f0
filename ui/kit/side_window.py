"""A window beside the main one: not modal, made once for a session."""

from PySide6.QtGui import QHideEvent, QKeySequence
from PySide6.QtWidgets import QDialog, QWidget

from ui.kit import keys
from ui.kit.least_size import least_size
from ui.theme.theme import Theme

_LEAST_PX = (480, 360)
# Of the screen, at most.
_SHARE = 0.9


class SideWindow(QDialog):
    """Esc hides it; the keyboard goes back to the window it came from, which Ctrl+Q closes from here, too.

    width, height: as large as it likes to be, in px at 100 %.
    """

    def __init__(self, theme: Theme, width: int, height: int, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._theme, self._likes = theme, (width, height)
        if parent is not None:
            end = parent.window().close
            self.quit_keys = keys.shortcut(QKeySequence.StandardKey.Quit, "Quit", self, end)
        theme.changed.connect(self._bound)
        self._bound()

    def fit(self) -> None:
        """Makes it as large as it likes to be, within its screen."""
        room, (width, height) = self.screen().availableGeometry(), map(self._theme.px, self._likes)
        self.resize(min(width, round(room.width() * _SHARE)), min(height, round(room.height() * _SHARE)))

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        parent = self.parentWidget()
        if parent is not None and parent.isVisible() and not event.spontaneous():
            parent.activateWindow()

    def _bound(self) -> None:
        self.setMinimumSize(least_size(self._theme, self, *_LEAST_PX))
