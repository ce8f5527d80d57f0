"""Two parts of one screen, each on a card, with a line between them that can be moved."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QSplitter, QVBoxLayout, QWidget

from ui.theme.theme import Theme
from ui.theme.tokens import Space


class Sides(QSplitter):
    """Side by side while both have room, one above the other when the window is narrow or the text large.

    Make the parts as children of `first` and `second`, then `put` them: Qt styles a part anew, with all that
    is in it, whenever it gets another parent.

    from_chars: characters of width from which they stand side by side. share: of the length, for the first,
    until the person moves the line.
    """

    def __init__(self, theme: Theme, from_chars: int, share: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._from_chars, self._share = theme, from_chars, share
        self._is_divided = False
        self.setChildrenCollapsible(False)
        self.first, self.second = _card(self), _card(self)
        for card in (self.first, self.second):
            self.addWidget(card)
        self.splitterMoved.connect(self._divided)
        theme.changed.connect(self._restyle)
        self._restyle()

    def put(self, first: QWidget, second: QWidget) -> None:
        """Fills the two sides."""
        for card, part in ((self.first, first), (self.second, second)):
            card.layout().addWidget(part)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()

    def _turn(self) -> None:
        beside = self.width() >= self.fontMetrics().averageCharWidth() * self._from_chars
        wanted = Qt.Orientation.Horizontal if beside else Qt.Orientation.Vertical
        if self.orientation() != wanted:
            self.setOrientation(wanted)
            self._is_divided = False
        if not self._is_divided:
            length = self.width() if beside else self.height()
            self.setSizes([round(length * self._share), round(length * (1 - self._share))])

    def _divided(self) -> None:
        self._is_divided = True

    def _restyle(self) -> None:
        self.setHandleWidth(self._theme.px(Space.small))
        self._turn()


def _card(parent: QWidget) -> QFrame:
    card = QFrame(parent)
    card.setProperty("card", True)
    QVBoxLayout(card).setContentsMargins(1, 1, 1, 1)
    return card
