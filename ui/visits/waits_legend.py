"""What the marks of a plot stand for: a small picture and its words, side by side."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from ui.kit.labels import label
from ui.theme.theme import Theme
from ui.theme.tokens import Space
from ui.visits.waits_plot import PARTS, Part, fill, paint_median, paint_ninth, paint_too_few

_SWATCH_PX = 14
Picture = Callable[[QPainter, QRectF], None]


class Legend(QWidget):
    """marks: how each is painted into a square, and its words."""

    def __init__(self, theme: Theme, marks: Sequence[tuple[Picture, str]], parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._marks = [(picture, QLabel(self)) for picture, _words in marks]
        self._row = QHBoxLayout(self)
        for (_picture, swatch), (_, words) in zip(self._marks, marks, strict=True):
            self._row.addWidget(swatch, 0, Qt.AlignmentFlag.AlignTop)
            text = label(words, "small", wrap=True, parent=self)
            self._row.addWidget(text, 1, Qt.AlignmentFlag.AlignTop)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        px, ratio = self._theme.px, self.devicePixelRatioF()
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(px(Space.tight))
        for picture, swatch in self._marks:
            side = px(_SWATCH_PX)
            drawn = QPixmap(round(side * ratio), round(side * ratio))
            drawn.setDevicePixelRatio(ratio)
            drawn.fill(Qt.GlobalColor.transparent)
            painter = QPainter(drawn)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            picture(painter, QRectF(0, 0, side, side))
            painter.end()
            swatch.setPixmap(drawn)


def arrivals_legend(theme: Theme, parent: QWidget) -> Legend:
    """Of `ArrivalsPlot`."""
    return Legend(theme, [(_filling(theme, part), part.words) for part in PARTS], parent)


def waits_legend(theme: Theme, parent: QWidget) -> Legend:
    """Of `WaitsPlot`."""

    def median(painter: QPainter, area: QRectF) -> None:
        paint_median(painter, theme, area.center(), theme.px(5), is_least=False)

    def ninth(painter: QPainter, area: QRectF) -> None:
        paint_ninth(painter, theme, area.center(), theme.px(4), is_least=False)

    def least(painter: QPainter, area: QRectF) -> None:
        at = QPointF(area.center().x(), area.bottom() - theme.px(3))
        paint_ninth(painter, theme, at, theme.px(4), is_least=True)

    def too_few(painter: QPainter, area: QRectF) -> None:
        paint_too_few(painter, theme, area)

    marks = ((median, "Median"), (ninth, "9 of 10 within"), (least, "At least"), (too_few, "Too few"))
    return Legend(theme, marks, parent)


def _filling(theme: Theme, part: Part) -> Picture:
    return lambda painter, area: fill(painter, theme, part, area)
