"""The figures of the waits as a table that can be read aloud, row by row."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from ui.theme.theme import Theme
from ui.theme.tokens import Space
from ui.visits.waits_words import TableColumn

Row = tuple[str, Sequence[str]]
"""Of what, and its figures."""


class WaitsTable(QTableWidget):
    """As tall as its rows: the page scrolls, not the table. name: for assistive technology. first: the title
    of the first column."""

    def __init__(self, theme: Theme, name: str, first: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._first = theme, first
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_rows(self, columns: Sequence[TableColumn], rows: Sequence[Row]) -> None:
        """Shows these; who reads a row stays in it."""
        self.setColumnCount(1 + len(columns))
        self.setRowCount(len(rows))
        for number, column in enumerate((TableColumn(self._first, ""), *columns)):
            title = QTableWidgetItem(column.title)
            title.setToolTip(column.tip)
            title.setTextAlignment(_side(number))
            self.setHorizontalHeaderItem(number, title)
        for place, (name, figures) in enumerate(rows):
            for number, text in enumerate((name, *figures)):
                self._put(place, number, text)
        self._fit()

    def texts(self) -> list[list[str]]:
        """All cells, from the top."""
        columns = range(self.columnCount())
        return [[self.item(row, column).text() for column in columns] for row in range(self.rowCount())]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit()

    def _put(self, row: int, column: int, text: str) -> None:
        found = self.item(row, column)
        if found is None:
            found = QTableWidgetItem()
            found.setTextAlignment(_side(column))
            self.setItem(row, column, found)
        if found.text() != text:
            found.setText(text)
        found.setFont(self._theme.font(weight="strong" if row == 0 else "regular", tabular=column > 0))

    def _fit(self) -> None:
        header, px = self.horizontalHeader(), self._theme.px
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + px(Space.medium))
        modes = QHeaderView.ResizeMode
        header.setSectionResizeMode(modes.ResizeToContents)
        wanted = sum(self._wanted(column) for column in range(self.columnCount()))
        is_too_wide = wanted > self.viewport().width()
        if self.columnCount() and not is_too_wide:
            header.setSectionResizeMode(0, modes.Stretch)
        rows = self.verticalHeader().defaultSectionSize() * self.rowCount()
        bar = self.horizontalScrollBar().sizeHint().height() if is_too_wide else 0
        self.setFixedHeight(header.sizeHint().height() + rows + bar + 2)

    def _wanted(self, column: int) -> int:
        return max(self.sizeHintForColumn(column), self.horizontalHeader().sectionSizeHint(column))

    def _restyle(self) -> None:
        # As the header's.
        self.setStyleSheet(f"QTableView::item {{ padding: 0 {self._theme.px(Space.medium)}px; }}")
        for row in range(self.rowCount()):
            for column in range(self.columnCount()):
                self._put(row, column, self.item(row, column).text())
        self._fit()


def _side(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
