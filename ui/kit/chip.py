"""A word on a rounded tint, with an icon: as a widget, and as drawing for cells."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.kit.cell import Pill
from ui.theme.theme import Theme
from ui.theme.tokens import Tone

PILL_PAD = 8
_PAD_Y = 1
_ICON = 12
_GAP = 4


def pill_size(pill: Pill, metrics: QFontMetrics, theme: Theme) -> QSize:
    """Px a pill needs. metrics: of the font it is drawn with."""
    icon = theme.px(_ICON) + theme.px(_GAP) if pill.icon else 0
    width = metrics.horizontalAdvance(pill.text) + icon + 2 * theme.px(PILL_PAD)
    return QSize(width, metrics.height() + 2 * theme.px(_PAD_Y))


def draw_pill(painter: QPainter, rect: QRectF, pill: Pill, font: QFont, theme: Theme) -> None:
    """Draws `pill` into `rect`; its word is cut with "…" when the rectangle is narrow."""
    colours = theme.tokens.tone(pill.tone)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.bg))
    painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
    inner = rect.adjusted(theme.px(PILL_PAD), 0, -theme.px(PILL_PAD), 0)
    if pill.icon:
        size, ratio = theme.px(_ICON), painter.device().devicePixelRatio()
        pixmap = theme.icons.pixmap(pill.icon, colours.fg, size, ratio, colours.bg)
        painter.drawPixmap(inner.topLeft() + QPointF(0, (rect.height() - size) / 2), pixmap)
        inner.setLeft(inner.left() + size + theme.px(_GAP))
    painter.setFont(font)
    painter.setPen(QColor(colours.fg))
    word = QFontMetrics(font).elidedText(pill.text, Qt.TextElideMode.ElideRight, int(inner.width()) + 1)
    painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, word)
    painter.restore()


class Chip(QWidget):
    """A pill as a widget: a label that cannot be pressed."""

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        tone: Tone = "neutral",
        icon: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pill = Pill(text, tone, icon)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)
        self.set(text, tone, icon)

    def set(self, text: str, tone: Tone = "neutral", icon: str | None = None) -> None:
        """Shows another word; without one the chip takes no room."""
        self._pill = Pill(text, tone, icon)
        self.setAccessibleName(text)
        self._restyle()

    def text(self) -> str:
        return self._pill.text

    def tone(self) -> Tone:
        return self._pill.tone

    def sizeHint(self) -> QSize:
        if not self._pill.text:
            return QSize(0, 0)
        return pill_size(self._pill, QFontMetrics(self._font()), self._theme)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._pill.text:
            painter = QPainter(self)
            draw_pill(painter, QRectF(self.rect()), self._pill, self._font(), self._theme)

    def _font(self) -> QFont:
        return self._theme.font("small", "strong", tabular=True)

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
