"""The field in which somebody searches the list."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from app.visits.filter import LONGEST_TEXT
from ui.kit.keys import shortcut, shown
from ui.theme.theme import Theme
from ui.theme.tokens import Space

_LEAVES = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)
_ICON = 16


class FilterField(QLineEdit):
    """Ctrl+F goes in, over what is there. Esc clears it, then leaves it; down and Enter leave it, and open
    nothing. words: what it goes through. left: the keyboard goes on to the list.
    """

    left = Signal()

    def __init__(self, theme: Theme, words: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        keys = shortcut(QKeySequence.StandardKey.Find, "Find in the queue", self, self.go_in)
        self.setAccessibleName("Find in the queue")
        self.setAccessibleDescription(words)
        self.setPlaceholderText(words)
        self.setToolTip(f"{words} ({shown(keys.key())})")
        self.setMaxLength(LONGEST_TEXT)
        self.clear_button = QToolButton(self)
        self.clear_button.setAccessibleName("Clear the search")
        self.clear_button.setToolTip("Clear the search (Esc)")
        # Its key is Esc: one step less between the search and the list.
        self.clear_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.clear_button.setCursor(Qt.CursorShape.ArrowCursor)
        self.clear_button.clicked.connect(self.clear)
        self.clear_button.hide()
        # Not the icons of Qt's own, which do not grow with the text.
        self._icon = QLabel(self)
        self._inner = QHBoxLayout(self)
        self._inner.addWidget(self._icon)
        self._inner.addStretch(1)
        self._inner.addWidget(self.clear_button)
        self.textChanged.connect(self._changed)
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_text(self, text: str) -> None:
        """Shows what was searched for before. Announces nothing."""
        if self.text() != text:
            blocked = self.blockSignals(True)
            self.setText(text)
            self.blockSignals(blocked)
            self._changed(text)

    def go_in(self) -> None:
        """Typing goes here from now on."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_escape = event.key() == Qt.Key.Key_Escape
        if is_escape and self.text():
            self.clear()
        elif is_escape or event.key() in _LEAVES:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _changed(self, text: str) -> None:
        self.clear_button.setVisible(bool(text))

    def _restyle(self) -> None:
        px, theme = self._theme.px, self._theme
        side, pad = px(_ICON), px(Space.small)
        faint = theme.tokens.ink_faint
        self._icon.setPixmap(theme.icons.pixmap("search", faint, side, self.devicePixelRatioF()))
        self.clear_button.setIcon(theme.icon("close", theme.tokens.ink_soft))
        self.clear_button.setIconSize(QSize(side, side))
        self._inner.setContentsMargins(pad, 0, px(Space.tight), 0)
        self.setTextMargins(side + px(Space.tight), 0, side + 2 * pad, 0)
