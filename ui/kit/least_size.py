"""How small a window may become: larger text wants more, as far as there is room for it."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from ui.theme.theme import Theme


def least_size(theme: Theme, window: QWidget, width: int, height: int) -> QSize:
    """`width` and `height` (px at 100 %) at the text's scale, within the screen; never below themselves."""
    screen = window.screen().availableGeometry()
    return QSize(
        max(width, min(theme.px(width), screen.width())),
        max(height, min(theme.px(height), screen.height())),
    )
