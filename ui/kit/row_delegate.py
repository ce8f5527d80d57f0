"""Paints cells of two lines. Plain text only: nothing in a record is ever read as markup."""

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from ui.kit.cell import Cell, Pill
from ui.kit.chip import PILL_PAD, draw_pill, pill_size
from ui.kit.face import Face, one_line
from ui.kit.marks import Mark
from ui.kit.plain import plain_tip
from ui.kit.record_model import CellRole, RecordModel
from ui.theme.theme import Theme
from ui.theme.tokens import Space

Index = QModelIndex | QPersistentModelIndex

__all__ = ["Cell", "Pill", "RowDelegate"]

_PAD_X = Space.medium
_PAD_Y = 7
_GAP = Space.small
_BAR = 3
_HEAD_PAD_Y = 5
_CORNER = 6
_ICON = 16

# As numbers: combining Qt's flags costs more than a cell's words.
_SELECTED = QStyle.StateFlag.State_Selected.value
_ENABLED = QStyle.StateFlag.State_Enabled.value
_WIDEST = 10_000
_PILLS_KEPT = 400


class RowDelegate(QStyledItemDelegate):
    """Paints the `Cell` of each index. hovered: the row under the pointer, -1 for none, set by the table."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.hovered = -1
        theme.changed.connect(self._measure)
        self._measure()

    def row_height(self) -> int:
        """Height in px of a row of two lines."""
        return self._height

    def heading_height(self) -> int:
        """Height in px of a row that is the heading of a section."""
        return self._heading_height

    def char_width(self) -> int:
        """Average width in px of a character of the primary text."""
        return self._faces[False, False].metrics.averageCharWidth()

    def padding(self) -> int:
        """Px a cell needs beside its text."""
        return 2 * self._pad_x

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        cell = index.data(CellRole) or Cell("")
        face = self._faces[cell.strong, cell.tabular]
        width = max(
            face.metrics.horizontalAdvance(cell.primary),
            self._second.metrics.horizontalAdvance(cell.secondary),
        )
        return QSize(width + 2 * self._pad_x, self._height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect, state = option.rect, option.state.value
        row, number = index.row(), index.column()
        model: RecordModel = index.model()
        heading = model.heading_at(row)
        if heading is not None:
            self._paint_heading(painter, rect, model.heading_cell(heading))
            return
        mark = model.mark_at(row, number)
        self._paint_ground(painter, rect, row, number, bool(state & _SELECTED), mark)
        cell = model.cell_at(row, number)
        ink = self._ink(cell, bool(state & _ENABLED))
        inner = rect.adjusted(self._pad_x, 0, -self._pad_x, 0)
        if cell.icon:
            inner.setLeft(self._paint_icon(painter, cell, inner, ink))
        if cell.wrap and not cell.secondary:
            self._paint_wrapped(painter, cell, inner, ink)
        else:
            self._paint_lines(painter, cell, inner, ink, model.is_right(number))

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """Shows the column's own tip, else the whole text where it had to be cut."""
        if event.type() != QEvent.Type.ToolTip or index.data(Qt.ItemDataRole.ToolTipRole):
            return super().helpEvent(event, view, option, index)
        cell, is_heading = index.data(CellRole), index.model().heading_at(index.row()) is not None
        is_cut = cell is not None and not is_heading and self._is_cut(cell, option.rect)
        text = "\n".join(filter(None, (cell.primary, cell.secondary))) if is_cut else ""
        QToolTip.showText(event.globalPos(), plain_tip(text), view)
        return True

    def _measure(self) -> None:
        theme, tokens = self._theme, self._theme.tokens
        self._faces = {
            (strong, tabular): Face(theme.font("body", "strong" if strong else "regular", tabular=tabular))
            for strong in (False, True)
            for tabular in (False, True)
        }
        self._second = Face(theme.font("small", tabular=True))
        self._pill_face = Face(theme.font("small", "strong", tabular=True))
        self._pad_x, self._gap, self._bar = theme.px(_PAD_X), theme.px(_GAP), theme.px(_BAR)
        self._icon, self._between = theme.px(_ICON), theme.px(1)
        first = self._faces[True, False].height
        self._height = 2 * theme.px(_PAD_Y) + first + self._between + self._second.height + 1
        self._head_face = Face(theme.font("small", "strong"))
        self._heading_height = 2 * theme.px(_HEAD_PAD_Y) + self._head_face.height + 1
        self._line = QPen(QColor(tokens.line))
        self._ink_pen, self._soft_pen = QPen(QColor(tokens.ink)), QPen(QColor(tokens.ink_soft))
        self._faint_pen = QPen(QColor(tokens.ink_faint))
        self._tone_pens = {
            tone: QPen(QColor(tokens.tone(tone).fg)) for tone in ("neutral", "info", "good", "warn", "bad")
        }
        self._selected, self._hover = QColor(tokens.accent_soft), QColor(tokens.hover)
        self._accent, self._accent_line = QColor(tokens.accent), QPen(QColor(tokens.accent))
        self._sunken, self._marked = QColor(tokens.sunken), QColor(tokens.info.bg)
        self._corner, self._corner_px = QColor(tokens.info.fg), theme.px(_CORNER)
        self._pills: dict[tuple[Pill, int, float], QPixmap] = {}

    def _ink(self, cell: Cell, enabled: bool) -> QPen:
        if not enabled:
            return self._faint_pen
        return self._tone_pens[cell.tone] if cell.tone else self._ink_pen

    def _paint_heading(self, painter: QPainter, rect: QRect, cell: Cell) -> None:
        """Each cell of the row paints its part of one line over the whole width."""
        painter.save()
        painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
        painter.fillRect(rect, self._sunken)
        painter.setPen(self._line)
        painter.drawLine(rect.left(), rect.bottom(), rect.right(), rect.bottom())
        line = QRect(self._pad_x, rect.top(), rect.right(), rect.height())
        if cell.icon:
            line.setLeft(self._paint_icon(painter, cell, line, self._ink_pen))
        top = rect.top() + (rect.height() - self._head_face.height) // 2
        painter.setPen(self._ink_pen)
        words, taken = self._head_face.cut(cell.primary, _WIDEST)
        self._head_face.draw(painter, line.left(), top, words)
        painter.setPen(self._soft_pen)
        self._second.draw(painter, line.left() + taken + self._gap, top, one_line(cell.secondary))
        painter.restore()

    def _paint_ground(
        self, painter: QPainter, rect: QRect, row: int, number: int, selected: bool, mark: Mark
    ) -> None:
        if mark and not selected:
            painter.fillRect(rect, self._marked)
        if selected:
            painter.fillRect(rect, self._selected)
            if number == 0:
                painter.fillRect(rect.left(), rect.top(), self._bar, rect.height(), self._accent)
        elif row == self.hovered and not mark:
            painter.fillRect(rect, self._hover)
        painter.setPen(self._accent_line if selected else self._line)
        painter.drawLine(rect.left(), rect.bottom(), rect.right(), rect.bottom())
        if selected:
            # A tint alone is too like that of a row that is new.
            painter.drawLine(rect.left(), rect.top(), rect.right(), rect.top())
        if mark == "changed" or (mark == "new" and number == 0):
            self._paint_corner(painter, rect)

    def _paint_corner(self, painter: QPainter, rect: QRect) -> None:
        """A mark that can be seen without its colour."""
        left, top, side = rect.left(), rect.top(), self._corner_px
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._corner)
        painter.drawPolygon([QPointF(left, top), QPointF(left + side, top), QPointF(left, top + side)])

    def _paint_icon(self, painter: QPainter, cell: Cell, inner: QRect, ink: QPen) -> int:
        pen = self._soft_pen if ink is self._ink_pen else ink
        pixmap = self._theme.icons.pixmap(
            cell.icon or "",
            pen.color().name(),
            self._icon,
            painter.device().devicePixelRatio(),
            self._theme.tokens.surface,
        )
        top = inner.top() + (inner.height() - self._icon) // 2
        painter.drawPixmap(QPointF(inner.left(), top), pixmap)
        return inner.left() + self._icon + self._gap

    def _paint_lines(self, painter: QPainter, cell: Cell, inner: QRect, ink: QPen, right: bool) -> None:
        face = self._faces[cell.strong, cell.tabular]
        first, second = face.height, self._second.height
        tall = first + self._between + second if cell.secondary else first
        top = inner.top() + (inner.height() - 1 - tall) // 2
        width, left = inner.width(), inner.left()
        if cell.chip:
            width, left = self._paint_chip(painter, cell, QRect(left, top, width, first), face)
        if cell.primary:
            painter.setPen(ink)
            line, taken = face.cut(cell.primary, width)
            at = left + (width - taken if right else 0)
            face.draw(painter, at, top, line)
            self._underline(painter, face, line, cell.stressed, QPointF(at, top))
        if cell.secondary:
            painter.setPen(self._soft_pen if ink is not self._faint_pen else ink)
            line, taken = self._second.cut(cell.secondary, inner.width())
            left = inner.left() + (inner.width() - taken if right else 0)
            below = top + first + self._between
            self._second.draw(painter, left, below, line)
            self._underline(painter, self._second, line, cell.stressed_below, QPointF(left, below))

    def _underline(
        self, painter: QPainter, face: Face, line: str, part: tuple[int, int] | None, at: QPointF
    ) -> None:
        """Under the part of a line by which it differs from its like; none where that part was cut."""
        if part is None or part[1] > len(line) or line[: part[1]].endswith("…"):
            return
        advance = face.metrics.horizontalAdvance
        left, right = at.x() + advance(line[: part[0]]), at.x() + advance(line[: part[1]])
        thick = max(1, self._between + 1)
        under = QRectF(left, at.y() + face.height - thick, right - left, thick)
        painter.fillRect(under, painter.pen().color())

    def _paint_chip(self, painter: QPainter, cell: Cell, line: QRect, face: Face) -> tuple[int, int]:
        """Draws the pill after the primary text. Returns width and left edge that remain for that text."""
        pill = cell.chip
        size = pill_size(pill, self._pill_face.metrics, self._theme)
        width = min(size.width(), line.width())
        room = line.width() - width - self._gap
        taken = face.cut(cell.primary, room)[1] if cell.primary else 0
        # Without text before it the pill's word, not its edge, lines up with the column.
        left = line.left() + (taken + self._gap if cell.primary else -self._theme.px(PILL_PAD) // 4)
        top = line.top() + (line.height() - size.height()) // 2
        painter.drawPixmap(
            left, top, self._pill(pill, width, size.height(), painter.device().devicePixelRatio())
        )
        return (room, line.left())

    def _pill(self, pill: Pill, width: int, height: int, ratio: float) -> QPixmap:
        key = (pill, width, ratio)
        if key not in self._pills:
            if len(self._pills) > _PILLS_KEPT:
                self._pills.clear()
            pixmap = QPixmap(round(width * ratio), round(height * ratio))
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            draw_pill(painter, QRectF(0, 0, width, height), pill, self._pill_face.font, self._theme)
            painter.end()
            self._pills[key] = pixmap
        return self._pills[key]

    def _paint_wrapped(self, painter: QPainter, cell: Cell, inner: QRect, ink: QPen) -> None:
        face = self._faces[cell.strong, cell.tabular]
        lines = face.wrapped(cell.primary, inner.width())
        top = inner.top() + (inner.height() - 1 - face.height * len(lines)) // 2
        painter.setPen(ink)
        for number, line in enumerate(lines):
            face.draw(painter, inner.left(), top + number * face.height, line)

    def _is_cut(self, cell: Cell, rect: QRect) -> bool:
        width = rect.width() - 2 * self._pad_x - ((self._icon + self._gap) if cell.icon else 0)
        face = self._faces[cell.strong, cell.tabular]
        if cell.wrap and not cell.secondary:
            return " ".join(face.wrapped(cell.primary, width)) != cell.primary
        first = width
        if cell.chip:
            first -= pill_size(cell.chip, self._pill_face.metrics, self._theme).width() + self._gap
        return (
            face.cut(cell.primary, first)[0] != cell.primary
            or self._second.cut(cell.secondary, width)[0] != cell.secondary
        )
