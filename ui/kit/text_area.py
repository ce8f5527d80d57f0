"""A field for several lines that is as tall as its words, within reason."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from ui.theme.theme import Theme
from ui.theme.tokens import Space

_MOST_LINES = 10


class TextArea(QPlainTextEdit):
    """Plain text; Tab goes on to the next field. lines: how many it shows at least."""

    def __init__(self, theme: Theme, lines: int = 2, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._lines, self._tall = theme, lines, 0
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        # Also when a line wraps because the window has become narrower.
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self.blockCountChanged.connect(self._fit)
        theme.changed.connect(self._fit)
        self._fit()

    def sizeHint(self) -> QSize:
        shown = min(max(self._lines, self._used()), _MOST_LINES)
        # The padding and the border of the style sheet, and half a pixel for each line.
        edges = 2 * (self.document().documentMargin() + self._theme.px(Space.small)) + shown / 2
        tall = shown * QFontMetricsF(self.font()).lineSpacing() + edges
        return QSize(self._theme.px(240), round(tall + 0.5))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(80), self.sizeHint().height())

    def _used(self) -> int:
        """Lines that its words take, wrapped as they are."""
        return round(self.document().size().height())

    def _fit(self) -> None:
        policies = Qt.ScrollBarPolicy
        is_long = self._used() > _MOST_LINES
        self.setVerticalScrollBarPolicy(
            policies.ScrollBarAsNeeded if is_long else policies.ScrollBarAlwaysOff
        )
        tall = self.sizeHint().height()
        if tall != self._tall:
            self._tall = tall
            self.updateGeometry()
