"""Whether everything has arrived, in one word of the status bar; opens the outbox."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from ui.outbox.counts import KEYS, Counts
from ui.theme.theme import Theme
from ui.theme.tokens import Tone

_ICON = 14


class OutboxButton(QWidget):
    """Not there while everything has arrived; its key works all the same. wanted: the outbox, please."""

    wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._counts = Counts()
        self.button = QPushButton(self)
        self.button.clicked.connect(self.wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.button)
        # The parent's: the keys of a hidden widget are dead.
        self._keys = QShortcut(QKeySequence(KEYS), parent)
        self._keys.activated.connect(self.wanted)
        shown = self._keys.key().toString(QKeySequence.SequenceFormat.NativeText)
        self.button.setToolTip(f"What was done and has not arrived at the server ({shown})")
        theme.changed.connect(self._restyle)
        self.set_counts(None)

    def set_counts(self, counts: Counts | None) -> None:
        """Shows how many wait and how many are in trouble. None: nobody is signed in, no outbox."""
        self._keys.setEnabled(counts is not None)
        self._counts = counts or Counts()
        text = self._counts.text()
        self.button.setText(text)
        self.button.setAccessibleName(f"Outbox: {text}")
        self.setVisible(bool(text))
        self._restyle()

    def text(self) -> str:
        """What it says, "" while it is not there."""
        return self._counts.text()

    def tone(self) -> Tone:
        """How loud it is."""
        return "bad" if self._counts.refused else "warn" if self._counts.unknown else "neutral"

    def _restyle(self) -> None:
        px, tone = self._theme.px, self.tone()
        colours = self._theme.tokens.tone(tone)
        icon = {"bad": "alert_filled", "warn": "alert"}.get(tone, "clock")
        self.button.setIcon(self._theme.icon(icon, colours.fg, _ICON))
        self.button.setIconSize(QSize(px(_ICON), px(_ICON)))
        edge = self._theme.tokens.edge if tone == "neutral" else colours.fg
        self.button.setStyleSheet(
            f"color: {colours.fg}; background: {colours.bg}; border-color: {edge};"
            f" padding: {px(2)}px {px(10)}px;"
        )
