"""A table of records that speaks in ids and keeps its place while records come, go and move."""

from collections import Counter
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QEvent, QItemSelection, QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from ui.kit.column_widths import Wish, widths
from ui.kit.record_model import RecordModel
from ui.kit.row_delegate import RowDelegate
from ui.theme.theme import Theme

_RING = 2
_MOVES = (
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
)


class RecordTable(QTableView):
    """Rows of a `RecordModel`: two lines each, one selected at most.

    selected: the id selected now, or None. opened: an id, on Enter or double click; opening is up to the
    listener and never starts anything by itself. heading_pressed: the section of a heading. scrolled: other
    rows are in view.
    """

    selected = Signal(object)
    opened = Signal(object)
    heading_pressed = Signal(object)
    scrolled = Signal()

    def __init__(self, model: RecordModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._records = model
        self._selected: str | None = None
        self._pressed: str | None = None
        self._resume_row = 0
        self._kept: list[tuple[str, int]] = []
        self._unwanted: frozenset[str] = frozenset()
        self._rows = RowDelegate(theme, self)
        self._set_up()
        # Before setModel: the view's own slot would select a neighbour of a row that goes.
        model.rowsAboutToBeRemoved.connect(self._let_go)
        model.changing.connect(self._keep_place)
        model.changed.connect(self._take_place)
        self.setModel(model)
        self.setItemDelegate(self._rows)
        self.selectionModel().selectionChanged.connect(self._selection_changed)
        self.doubleClicked.connect(self._double_clicked)
        self.verticalScrollBar().valueChanged.connect(self.scrolled)
        theme.changed.connect(self._restyle)
        self._restyle()

    # -- selection by id

    @property
    def selected_id(self) -> str | None:
        """The selected record, or None."""
        return self._selected

    @selected_id.setter
    def selected_id(self, record_id: str | None) -> None:
        self.select(record_id)

    def select(self, record_id: str | None) -> bool:
        """Selects a record and brings it into view; takes no focus. False when it is not in the table."""
        row = -1 if record_id is None else self._records.row_of(record_id)
        if row < 0:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
            return record_id is None
        self.setCurrentIndex(self._records.index(row, self._first_column()))
        return True

    def visible_ids(self) -> list[str]:
        """The records in view, from the top, partly visible ones included."""
        return [record_id for record_id, _top in self._places()]

    def show_columns_without(self, names: Iterable[str]) -> None:
        """Leaves these columns out, whatever room there is."""
        self._unwanted = frozenset(names)
        self._share_width()

    def repaint_column(self, name: str) -> None:
        """Paints the visible part of a column again, because time has passed. name: of the `Column`."""
        for number, column in enumerate(self._records.columns):
            if column.name == name and not self.isColumnHidden(number):
                left, width = self.columnViewportPosition(number), self.columnWidth(number)
                self.viewport().update(QRect(left, 0, width, self.viewport().height()))

    # -- keys and pointer

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._selected is not None and not event.isAutoRepeat():
                self.opened.emit(self._selected)
            event.accept()
            return
        last = self._records.rowCount() - 1
        if self._selected is None and event.key() in _MOVES and last >= 0:
            # The current row of an unselected table is Qt's own choice: the first key must not skip it.
            row = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: last}.get(event.key(), min(self._resume_row, last))
            self.select(self._records.id_at(self._record_row(row, 1)))
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, _search: str) -> None:
        """Nothing: a stray letter must not select another patient."""

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Home and End go to the first and last record; headings are passed; left and right do nothing."""
        moves = QAbstractItemView.CursorAction
        last, current = self._records.rowCount() - 1, self.currentIndex()
        if last < 0:
            return QModelIndex()
        if action in (moves.MoveLeft, moves.MoveRight):
            return current
        row = {moves.MoveHome: 0, moves.MoveEnd: last}.get(action)
        if row is None:
            row = super().moveCursor(action, modifiers).row()
        row = self._record_row(row, 1 if action == moves.MoveHome or row > current.row() else -1)
        return current if row < 0 else self._records.index(row, self._first_column())

    def _record_row(self, row: int, step: int) -> int:
        """The row of a record nearest to `row`, in the direction of `step` first; -1 when there is none.

        Neither a heading is one, nor a row whose record has gone while the order is held.
        """
        for way in (step, -step):
            place = row
            while 0 <= place < self._records.rowCount():
                if self._records.record_at(place) is not None:
                    return place
                place += way
        return -1

    def scrollTo(
        self,
        index: QModelIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """The first of a section comes into view with its heading."""
        above = index.row() - 1
        if self._records.heading_at(above) is not None:
            super().scrollTo(self._records.index(above, index.column()), hint)
        super().scrollTo(index, hint)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self.rowAt(int(event.position().y()))
        heading, self._pressed = self._records.heading_at(row), self._records.id_at(row)
        if heading is None:
            super().mousePressEvent(event)
        elif event.button() == Qt.MouseButton.LeftButton:
            self.heading_pressed.emit(heading.section)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.rowAt(int(event.position().y())))
        # A press that slips selects nobody else.
        if event.buttons() == Qt.MouseButton.NoButton:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._records.id_at(self.rowAt(int(event.position().y()))) == self._pressed:
            super().mouseReleaseEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)
        super().leaveEvent(event)

    def _double_clicked(self, index: QModelIndex) -> None:
        record_id = self._records.id_at(index.row())
        if record_id is not None:
            self.opened.emit(record_id)

    def _hover(self, row: int) -> None:
        before, self._rows.hovered = self._rows.hovered, row
        if before != row:
            for each in (before, row):
                self._repaint_row(each)

    def _repaint_row(self, row: int) -> None:
        if row >= 0:
            top, height = self.rowViewportPosition(row), self.rowHeight(row)
            self.viewport().update(QRect(0, top, self.viewport().width(), height))

    # -- what the selection does while rows change

    def _selection_changed(self, _now: QItemSelection, _before: QItemSelection) -> None:
        # Not selectedRows: that leaves out a row whose record has gone while the order is held.
        chosen = self.selectionModel().selection()
        record_id = self._records.id_at(chosen[0].top()) if len(chosen) else None
        if len(chosen):
            self._resume_row = chosen[0].top()
        if record_id != self._selected:
            self._selected = record_id
            self.selected.emit(record_id)

    def _let_go(self, _parent: QModelIndex, first: int, last: int) -> None:
        row = self.currentIndex().row()
        if first <= row <= last:
            self._resume_row = first
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())

    def _places(self) -> list[tuple[str, int]]:
        """(id, px from the top of the viewport) of every record in view."""
        first, last = self.rowAt(0), self.rowAt(max(self.viewport().height() - 1, 0))
        if first < 0:
            return []
        rows = range(first, (self._records.rowCount() - 1 if last < 0 else last) + 1)
        ids = ((row, self._records.id_at(row)) for row in rows)
        return [(record_id, self.rowViewportPosition(row)) for row, record_id in ids if record_id is not None]

    def _keep_place(self) -> None:
        # At the very top nothing is above the view: a patient who arrives first must be seen.
        self._kept = self._places() if self.verticalScrollBar().value() > 0 else []

    def _take_place(self) -> None:
        self._hover(-1)
        self._size_headings()
        kept, self._kept = self._kept, []
        rows = [(row, top) for record_id, top in kept if (row := self._records.row_of(record_id)) >= 0]
        if not rows:
            return
        self.executeDelayedItemsLayout()
        self.updateGeometries()
        # As most of the rows that were in view ask for: one that moved takes the view nowhere.
        position = self.verticalHeader().sectionPosition
        offsets = Counter(position(row) - top for row, top in rows)
        self.verticalScrollBar().setValue(offsets.most_common(1)[0][0])

    def _size_headings(self) -> None:
        """A heading is lower than a record; Qt carries the height along when rows move."""
        height = self._rows.heading_height()
        for row in self._records.headings():
            if self.rowHeight(row) != height:
                self.setRowHeight(row, height)

    # -- look

    def dataChanged(self, first: QModelIndex, last: QModelIndex, roles: Sequence[int] = ()) -> None:
        """Repaints exactly the rows that changed: Qt's own rectangle reaches one pixel into the next row."""
        if QAccessible.isActive():
            super().dataChanged(first, last, roles)
            return
        top = self.rowViewportPosition(first.row())
        height = self.rowViewportPosition(last.row()) + self.rowHeight(last.row()) - top
        if top < self.viewport().height() and top + height > 0:
            self.viewport().update(QRect(0, top, self.viewport().width(), height))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()
        self.scrolled.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.hasFocus():
            return
        row, place = self.currentIndex().row(), self.viewport().rect()
        if row >= 0:
            place = QRect(0, self.rowViewportPosition(row), place.width(), self.rowHeight(row) - 1)
        painter = QPainter(self.viewport())
        painter.setPen(QPen(QColor(self._theme.tokens.accent), _RING))
        painter.drawRect(place.adjusted(1, 1, 1 - _RING, 1 - _RING))

    def _set_up(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(1)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setMinimumSectionSize(1)

    def _restyle(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._rows.row_height())
        self._size_headings()
        self.verticalScrollBar().setSingleStep(self._rows.row_height() // 2)
        self._share_width()
        self.viewport().update()

    def _share_width(self) -> None:
        char, pad = self._rows.char_width(), self._rows.padding()
        wanted = [column for column in self._records.columns if column.name not in self._unwanted]
        wishes = [Wish(column.chars * char + pad, column.weight, column.priority) for column in wanted]
        shared = widths(wishes, self.viewport().width())
        by_name = {column.name: width for column, width in zip(wanted, shared, strict=True)}
        for number, column in enumerate(self._records.columns):
            width = by_name.get(column.name, 0)
            if self.isColumnHidden(number) != (width == 0):
                self.setColumnHidden(number, width == 0)
            if width and self.columnWidth(number) != width:
                self.setColumnWidth(number, width)

    def _first_column(self) -> int:
        """A column that is never hidden, for the current index."""
        return next((n for n, column in enumerate(self._records.columns) if column.priority == 0), 0)
