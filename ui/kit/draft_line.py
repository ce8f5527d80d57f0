"""The line under a field that has a draft: not saved yet, and what the server has instead."""

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ui.kit.draft_field import DraftField
from ui.kit.facts import Value
from ui.kit.labels import label
from ui.theme.theme import Theme
from ui.theme.tokens import Space

NOT_SAVED = "Not saved yet"
_CHANGED = "Not saved yet, and changed at the server since you began. There it is now:"
_UNSEEN = "Not saved yet, and the server has a text that had not been read when you began. There it is:"
EMPTY = "(empty)"


class DraftLine(QWidget):
    """Not there while the field shows what the server has."""

    def __init__(self, theme: Theme, title: str, draft: DraftField, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._draft = theme, draft
        self._may_write = True
        self._state = label(NOT_SAVED, "small", parent=self)
        self._changed = label(_CHANGED, "error", wrap=True, parent=self)
        self.theirs = Value(theme, self)
        self.theirs.setAccessibleName(f"{title} at the server")
        self.undo_button = self._button("Undo", f"Put back what the server has: {title}", draft.put_back)
        self.mine_button = self._button("Keep mine", f"Keep mine: {title}", draft.keep_mine)
        self.theirs_button = self._button("Take the server's", f"Take the server's: {title}", draft.put_back)
        self._row = self._side_by_side(self._state, self.undo_button)
        self._choice = self._side_by_side(self.mine_button, self.theirs_button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._row)
        for part in (self._changed, self.theirs):
            self._column.addWidget(part)
        self._column.addLayout(self._choice)
        draft.changed.connect(self._refresh)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._refresh()

    def set_writable(self, may_write: bool) -> None:
        """Whether the person may change the field."""
        self._may_write = may_write
        self._refresh()

    def text(self) -> str:
        """What it says, "" while it is not there."""
        if not self._draft.is_draft:
            return ""
        return f"{self._why()} {self._draft.given or EMPTY}" if self._draft.is_outdated else NOT_SAVED

    def _why(self) -> str:
        return _UNSEEN if self._draft.base is None else _CHANGED

    def _refresh(self) -> None:
        is_draft, is_outdated = self._draft.is_draft, self._draft.is_outdated
        self.setVisible(is_draft)
        for part in (self._changed, self.theirs):
            part.setVisible(is_outdated)
        self._changed.setText(self._why())
        self._state.setVisible(not is_outdated)
        self.undo_button.setVisible(self._may_write and not is_outdated)
        self.mine_button.setVisible(self._may_write and is_outdated)
        self.theirs_button.setVisible(self._may_write and is_outdated)
        self.theirs.set((self._draft.given or EMPTY) if is_outdated else None)

    def _button(self, text: str, name: str, do: object) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("kind", "link")
        button.setAccessibleName(name)
        button.clicked.connect(do)
        return button

    def _side_by_side(self, *parts: QLabel | QPushButton) -> QHBoxLayout:
        row = QHBoxLayout()
        for part in parts:
            row.addWidget(part)
        row.addStretch(1)
        return row

    def _restyle(self) -> None:
        for layout in (self._row, self._choice, self._column):
            layout.setSpacing(self._theme.px(Space.tight))
