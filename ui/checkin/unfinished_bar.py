"""Asks what becomes of a check-in that was typed and not handed on."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QPushButton, QWidget

from ui.kit.formats import time_text
from ui.kit.labels import label
from ui.theme.theme import Theme
from ui.theme.tokens import Space


class UnfinishedBar(QFrame):
    """Not there unless it asks. continue_wanted, anew_wanted: what the person chose."""

    continue_wanted = Signal()
    anew_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("card", True)
        self._text = label("", "strong", wrap=True, parent=self)
        self.continue_button = QPushButton("C&ontinue", self)
        self.anew_button = QPushButton("Start &anew", self)
        self.continue_button.setProperty("kind", "primary")
        self.continue_button.clicked.connect(self.continue_wanted)
        self.anew_button.clicked.connect(self.anew_wanted)
        for button in (self.continue_button, self.anew_button):
            button.setAutoDefault(True)  # Enter presses the one that has the focus
        buttons = QHBoxLayout()
        buttons.addWidget(self.continue_button)
        buttons.addWidget(self.anew_button)
        buttons.addStretch(1)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.addWidget(self._text, 1)
        self._row.addLayout(buttons)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.hide()

    def ask(self, begun_at: float, now: float) -> None:
        """Asks. begun_at: when it was begun; both in the server's Unix s."""
        self._text.setText(f"Unfinished check-in from {time_text(begun_at, now)}: continue or start anew?")
        self.show()
        self.continue_button.setFocus()

    def set_direction(self, direction: QBoxLayout.Direction) -> None:
        """Where the buttons stand: beside the question or under it."""
        self._row.setDirection(direction)

    @property
    def is_asking(self) -> bool:
        """Whether it waits for an answer."""
        return not self.isHidden()

    def text(self) -> str:
        """What it asks, "" while it does not."""
        return self._text.text() if self.is_asking else ""

    def _restyle(self) -> None:
        px = self._theme.px
        self._row.setContentsMargins(px(Space.large), px(Space.small), px(Space.large), px(Space.small))
        self._row.setSpacing(px(Space.small))
