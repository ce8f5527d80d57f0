"""A font at work: text measured, cut and laid out once, drawn often."""

from bisect import bisect_right

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QStaticText

_LONGEST = 400
_ELIDE = Qt.TextElideMode.ElideRight


class Face:
    """A font with its measures, and lines already cut to a width: measuring costs more than drawing."""

    _KEPT = 4000

    def __init__(self, font: QFont) -> None:
        self.font = font
        self.metrics = QFontMetrics(font)
        self.height = self.metrics.height()
        self._cut: dict[tuple[str, int], tuple[str, int]] = {}
        self._laid: dict[str, QStaticText] = {}
        self._wrapped: dict[tuple[str, int], tuple[str, ...]] = {}

    def cut(self, text: str, width: int) -> tuple[str, int]:
        """`text` as it fits into `width` px, and the width it takes."""
        key = (text, width)
        if key not in self._cut:
            self._keep_small(self._cut)
            fitting = self.metrics.elidedText(one_line(text), _ELIDE, max(width, 0))
            self._cut[key] = (fitting, self.metrics.horizontalAdvance(fitting))
        return self._cut[key]

    def draw(self, painter: QPainter, left: int, top: int, line: str) -> None:
        """Draws a line whose letters were placed before: placing them anew takes most of a paint."""
        laid = self._laid.get(line)
        if laid is None:
            self._keep_small(self._laid)
            laid = self._laid[line] = QStaticText(line)
            laid.setTextFormat(Qt.TextFormat.PlainText)
            laid.prepare(font=self.font)
        painter.setFont(self.font)
        painter.drawStaticText(left, top, laid)

    def wrapped(self, text: str, width: int) -> tuple[str, ...]:
        """`text` on one or two lines of `width` px, the second one cut where it must be."""
        key = (text, width)
        if key not in self._wrapped:
            self._keep_small(self._wrapped)
            line = one_line(text)
            at = self._first_break(line, width)
            rest = line[at:].strip()
            self._wrapped[key] = (line[:at].rstrip(), self.cut(rest, width)[0]) if rest else (line,)
        return self._wrapped[key]

    def _first_break(self, line: str, width: int) -> int:
        """Where the first line ends: after its last whole word, or within a word that is too long."""
        advance = self.metrics.horizontalAdvance
        fitting = bisect_right(range(1, len(line) + 1), width, key=lambda count: advance(line[:count]))
        if fitting == len(line):
            return fitting
        space = line.rfind(" ", 0, fitting + 1)
        return space if space > 0 else max(fitting, 1)

    def _keep_small(self, kept: dict) -> None:
        if len(kept) > self._KEPT:
            kept.clear()


def one_line(text: str) -> str:
    """The start of `text` without line breaks. A record may hold pages; a row shows a line of it."""
    return " ".join(text[:_LONGEST].split())
