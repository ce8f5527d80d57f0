"""The card of the palette: a field, what was found, and a line about it."""

from collections.abc import Callable

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from app.core.collection import Collection
from ui.kit.column import Column
from ui.kit.labels import label
from ui.kit.record_model import RecordModel
from ui.kit.record_table import RecordTable
from ui.shell.finds import Find
from ui.theme.theme import Theme
from ui.theme.tokens import Space

_WIDTH = 680
_PROMPT = "Find a command, a patient or a room"
_COLUMNS = (
    Column("what", "What", cell=lambda find: find.look(find.what)[0], weight=3, chars=20),
    Column("more", "More", cell=lambda find: find.look(find.what)[1], weight=2, chars=14),
)


class Card(QFrame):
    """found: what is listed. place: of one of them in the list, from 0."""

    def __init__(
        self, theme: Theme, found: Collection[Find], place: Callable[[Find], int], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("palette")
        self.setAccessibleName("Commands, patients and rooms")
        self.field = QLineEdit(self)
        self.field.setPlaceholderText(_PROMPT)
        self.field.setAccessibleName(_PROMPT)
        self.field.setAccessibleDescription("Up and Down choose, Enter goes there, Esc closes")
        self.model = RecordModel(found, _COLUMNS, place, parent=self)
        self.table = RecordTable(self.model, theme, self)
        self.table.setAccessibleName("Found")
        self.table.horizontalHeader().hide()
        # The keyboard stays in the field.
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.note = label("", "soft", wrap=True, parent=self)
        self._column = QVBoxLayout(self)
        for part in (self.field, self.table, self.note):
            self._column.addWidget(part)
        self.restyle()

    def say(self, text: str) -> None:
        """A line under the list, "" for none."""
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def fit(self, room: QRect, most: int) -> None:
        """As tall as what it lists, within `room`. most: px of the list."""
        px, row = self._theme.px, self.table.verticalHeader().defaultSectionSize()
        width = min(px(_WIDTH), room.width() - 2 * px(Space.medium))
        top = room.top() + px(Space.tight)
        rows = self.model.rowCount() * row
        self.table.setVisible(rows > 0)
        self.table.setFixedHeight(0)
        left = room.bottom() - top - self._height(width)
        self.table.setFixedHeight(min(rows, max(row, min(left, most))))
        self.setGeometry(QRect(room.center().x() - width // 2, top, width, self._height(width)))

    def restyle(self) -> None:
        """In the colours and sizes of now."""
        px, tokens = self._theme.px, self._theme.tokens
        self.setStyleSheet(
            f"QFrame#palette {{ background: {tokens.surface}; border: 1px solid {tokens.edge};"
            f" border-radius: {px(8)}px; }}"
        )
        self._column.setContentsMargins(px(Space.small), px(Space.small), px(Space.small), px(Space.small))
        self._column.setSpacing(px(Space.small))

    def _height(self, width: int) -> int:
        column = self._column
        column.invalidate()
        # Without a line that wraps, no height follows from the width.
        wraps = column.hasHeightForWidth()
        return column.totalHeightForWidth(width) if wraps else column.totalSizeHint().height()
