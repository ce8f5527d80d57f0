"""Says in a strong colour that a filter hides patients, and takes it away (PAL-0760)."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from ui.kit.keys import press
from ui.kit.labels import label
from ui.theme.theme import Theme
from ui.theme.tokens import Pair, Space

SHOW_ALL_KEYS = "Ctrl+Shift+X"


class FilterBand(QWidget):
    """Not there while nothing is filtered. all_wanted: the filter is to be removed."""

    all_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._hides_waiting = False
        self._icon = QLabel(self)
        self._words = label("", wrap=True, parent=self)
        self.all_button = QPushButton("Show all", self)
        self.all_button.clicked.connect(self.all_wanted)
        press(self.all_button, SHOW_ALL_KEYS, self)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._icon)
        self._row.addWidget(self._words, 1)
        self._row.addWidget(self.all_button)
        theme.changed.connect(self._restyle)
        self.say("", hides_waiting=False)
        self._restyle()

    def say(self, text: str, *, hides_waiting: bool) -> None:
        """text: "" while nothing is filtered. hides_waiting: somebody who may be waiting is not shown."""
        self._words.setText(text)
        if hides_waiting != self._hides_waiting:
            self._hides_waiting = hides_waiting
            self._restyle()
        # isHidden: it is not visible either while the page around it is not.
        if self.isHidden() == bool(text):
            self.setVisible(bool(text))

    def text(self) -> str:
        """What it says, "" while it is not there."""
        return self._words.text()

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(self._colours().bg))

    def _colours(self) -> Pair:
        """Words on their ground: the accent; the colour of a warning, turned round, while somebody waits."""
        tokens = self._theme.tokens
        if self._hides_waiting:
            return Pair(tokens.warn.bg, tokens.warn.fg)
        return Pair(tokens.accent_ink, tokens.accent)

    def _restyle(self) -> None:
        px, colours, tokens = self._theme.px, self._colours(), self._theme.tokens
        icon = "alert_filled" if self._hides_waiting else "info"
        ratio = self.devicePixelRatioF()
        self._icon.setPixmap(self._theme.icons.pixmap(icon, colours.fg, px(16), ratio, colours.bg))
        self._words.setFont(self._theme.font(weight="strong"))
        self._words.setStyleSheet(f"color: {colours.fg};")
        # The focus ring of other buttons has the colour of this ground.
        self.all_button.setStyleSheet(f"QPushButton:focus {{ border: 2px solid {tokens.ring}; }}")
        self._row.setContentsMargins(px(Space.medium), px(Space.tight), px(Space.small), px(Space.tight))
        self._row.setSpacing(px(Space.small))
        self.update()
