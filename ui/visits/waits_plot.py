"""Small plots by hour, painted by ourselves: who came and what became of them, and how long they waited.

Each part differs in pattern or shape, not in colour alone (A11-04); the table beside has the same figures.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPaintEvent, QPen, QTransform
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.visits.product_limit import Quantile
from app.visits.waits import Hour, Outcome
from ui.theme.theme import Theme
from ui.theme.tokens import Space

_STEPS = (1, 2, 5, 10, 15, 20, 30, 60, 120, 240, 480, 960, 1440)
_LINES = 4
_MINUTE_S = 60
_BAR_SHARE = 0.66
_MOST_BAR_PX = 44
_HEIGHT_PX = 168
_LIKES_PX = 400


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar. tone: its colour. pattern: its filling; the outline is always there."""

    words: str
    outcomes: tuple[Outcome, ...]
    tone: str
    pattern: Qt.BrushStyle


PARTS = (
    Part("Seen", (Outcome.SEEN,), "info", Qt.BrushStyle.SolidPattern),
    Part("Still waiting", (Outcome.WAITING,), "warn", Qt.BrushStyle.BDiagPattern),
    Part("Left unseen", (Outcome.LEFT,), "bad", Qt.BrushStyle.DiagCrossPattern),
    Part(
        "Other",
        (Outcome.CANCELLED, Outcome.ENDED, Outcome.NOT_TOLD),
        "neutral",
        Qt.BrushStyle.NoBrush,
    ),
)
"""From the bottom of a bar to its top."""


def fill(painter: QPainter, theme: Theme, part: Part, area: QRectF) -> None:
    """Paints a piece of a bar, or of the legend."""
    ink = QColor(theme.tokens.tone(part.tone).fg)
    brush = QBrush(ink, part.pattern)
    brush.setTransform(QTransform.fromScale(theme.scale, theme.scale))
    painter.fillRect(area, brush)
    painter.setPen(QPen(ink, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))


def step_of(highest: float) -> int:
    """The distance of lines, so that there are few of them."""
    return next((step for step in _STEPS if highest / step <= _LINES), _STEPS[-1])


class HourPlot(QWidget):
    """Something by hour, over a common ground: lines with numbers, hours below."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._hours: Sequence[Hour] = ()
        self._names: Sequence[str] = ()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)

    def show_hours(self, hours: Sequence[Hour], names: Sequence[str]) -> None:
        """names: of the hours, such as 07."""
        if (hours, names) != (self._hours, self._names):
            self._hours, self._names = hours, names
            self.setAccessibleDescription("The table of the hours below has the same figures.")
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(_LIKES_PX), self._theme.px(_HEIGHT_PX))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(_LIKES_PX) // 2, self._theme.px(_HEIGHT_PX))

    def highest(self) -> float:
        """What the uppermost line must be above."""
        raise NotImplementedError

    def paint_hour(self, painter: QPainter, hour: Hour, middle: float, width: float) -> None:
        """Paints what is told of one hour. middle, width: of its place, px."""
        raise NotImplementedError

    def height_of(self, value: float) -> float:
        """Where a value lies, px from the top of the widget."""
        top = max(1.0, self._step() * _LINES) if self.highest() > 0 else 1.0
        ground = self._ground()
        return ground.bottom() - ground.height() * min(value, top) / top

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font("small", tabular=True))
        self._paint_lines(painter)
        self._paint_names(painter)
        for hour, (middle, width) in zip(self._hours, self._places(), strict=True):
            self.paint_hour(painter, hour, middle, width)

    def _step(self) -> int:
        return step_of(self.highest())

    def _ground(self) -> QRectF:
        """Where values are painted: room for numbers is at its left, for hours below it."""
        px, line = self._theme.px, self.fontMetrics().height()
        left = self.fontMetrics().horizontalAdvance("1440") + px(Space.small)
        return QRectF(
            left, line, self.width() - left - px(Space.tight), self.height() - 2 * line - px(Space.small)
        )

    def _places(self) -> Iterator[tuple[float, float]]:
        ground = self._ground()
        width = ground.width() / max(1, len(self._hours))
        for number in range(len(self._hours)):
            yield ground.left() + (number + 0.5) * width, width

    def _paint_lines(self, painter: QPainter) -> None:
        ground, tokens, line = self._ground(), self._theme.tokens, self.fontMetrics().height()
        values = range(0, self._step() * _LINES + 1, self._step()) if self.highest() > 0 else (0,)
        for value in values:
            y = round(self.height_of(value)) + 0.5
            painter.setPen(QPen(QColor(tokens.line if value else tokens.edge), 1))
            painter.drawLine(QLineF(ground.left(), y, ground.right(), y))
            painter.setPen(QColor(tokens.ink_soft))
            place = QRectF(0, y - line / 2, ground.left() - self._theme.px(Space.tight), line)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(value))

    def _paint_names(self, painter: QPainter) -> None:
        """As many as fit beside each other, from the first."""
        ground, line = self._ground(), self.fontMetrics().height()
        wanted = self.fontMetrics().horizontalAdvance("00") * 1.6
        painter.setPen(QColor(self._theme.tokens.ink_soft))
        for number, (middle, width) in enumerate(self._places()):
            if number % max(1, -int(-wanted // width)) == 0:
                place = QRectF(
                    middle - wanted, ground.bottom() + self._theme.px(Space.tight), 2 * wanted, line
                )
                painter.drawText(place, Qt.AlignmentFlag.AlignHCenter, self._names[number])

    def _restyle(self) -> None:
        self.setFont(self._theme.font("small", tabular=True))
        self.updateGeometry()
        self.update()


class ArrivalsPlot(HourPlot):
    """How many came in each hour, and what became of them."""

    def highest(self) -> float:
        return max((hour.figures.came for hour in self._hours), default=0)

    def paint_hour(self, painter: QPainter, hour: Hour, middle: float, width: float) -> None:
        bar = min(width * _BAR_SHARE, self._theme.px(_MOST_BAR_PX))
        below = 0
        for part in PARTS:
            count = sum(hour.figures.counts[each] for each in part.outcomes)
            if count:
                top, bottom = self.height_of(below + count), self.height_of(below)
                fill(painter, self._theme, part, QRectF(middle - bar / 2, top, bar, bottom - top))
                below += count
        if below:
            line = self.fontMetrics().height()
            painter.setPen(QColor(self._theme.tokens.ink))
            place = QRectF(middle - width, self.height_of(below) - line, 2 * width, line)
            painter.drawText(place, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, str(below))


class WaitsPlot(HourPlot):
    """How long those who came in each hour waited, in minutes: half of them, and nine of ten."""

    def highest(self) -> float:
        found = [each for hour in self._hours for each in (hour.figures.median, hour.figures.ninth)]
        return max((each.seconds / _MINUTE_S for each in found if each is not None), default=0)

    def paint_hour(self, painter: QPainter, hour: Hour, middle: float, width: float) -> None:
        median, ninth = hour.figures.median, hour.figures.ninth
        if median is None or ninth is None:
            if hour.figures.came:
                line = self.fontMetrics().height()
                paint_too_few(
                    painter,
                    self._theme,
                    QRectF(middle - line, self._ground().bottom() - line, 2 * line, line),
                )
            return
        size = min(width * 0.2, self._theme.px(5))
        painter.setPen(QPen(QColor(self._theme.tokens.edge), self._theme.px(2)))
        painter.drawLine(QLineF(middle, self._y(median), middle, self._y(ninth)))
        paint_ninth(painter, self._theme, QPointF(middle, self._y(ninth)), size, is_least=ninth.is_least)
        paint_median(painter, self._theme, QPointF(middle, self._y(median)), size, is_least=median.is_least)

    def _y(self, found: Quantile) -> float:
        return self.height_of(found.seconds / _MINUTE_S)


def paint_median(painter: QPainter, theme: Theme, at: QPointF, size: float, *, is_least: bool) -> None:
    """A full dot; with an arrow where it is longer than that."""
    ink = QColor(theme.tokens.info.fg)
    _paint_arrow(painter, at, size, ink, is_least=is_least)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    painter.drawEllipse(at, size, size)


def paint_ninth(painter: QPainter, theme: Theme, at: QPointF, size: float, *, is_least: bool) -> None:
    """A cross-bar; with an arrow where it is longer than that."""
    ink = QColor(theme.tokens.ink)
    _paint_arrow(painter, at, size, ink, is_least=is_least)
    painter.setPen(QPen(ink, max(2, theme.px(2))))
    painter.drawLine(QLineF(at.x() - 1.6 * size, at.y(), at.x() + 1.6 * size, at.y()))


def paint_too_few(painter: QPainter, theme: Theme, area: QRectF) -> None:
    """A dash, where somebody came and nothing can be told."""
    painter.setPen(QColor(theme.tokens.ink_soft))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, "–")


def _paint_arrow(painter: QPainter, at: QPointF, size: float, ink: QColor, *, is_least: bool) -> None:
    if not is_least:
        return
    path = QPainterPath(QPointF(at.x() - size, at.y() - size))
    path.lineTo(at.x(), at.y() - 2.4 * size)
    path.lineTo(at.x() + size, at.y() - size)
    painter.setPen(QPen(ink, max(1.5, size / 3)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
