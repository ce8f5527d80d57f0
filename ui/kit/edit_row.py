"""One text that is edited: its title, its field, and under it what is not saved yet."""

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from ui.kit.draft_field import DraftField, Drafts, TextField
from ui.kit.draft_line import DraftLine
from ui.kit.edits import EditField
from ui.kit.into_view import bring_into_view
from ui.kit.labels import label
from ui.kit.text_area import TextArea
from ui.theme.theme import Theme
from ui.theme.tokens import Space

_NOT_READ = "Not read from the server yet"


class EditRow(QWidget):
    """field: what is typed into. draft: its place in the drafts. line: what stands under it."""

    def __init__(self, theme: Theme, each: EditField, drafts: Drafts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field: TextField = TextArea(theme, each.lines, self) if each.lines else QLineEdit(self)
        self.field.setAccessibleName(each.title)
        self.draft = DraftField(self.field, drafts)
        self.line = DraftLine(theme, each.title, self.draft, self)
        caption = label(each.title, "overline", wrap=True, parent=self)
        caption.setBuddy(self.field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(Space.hair))
        for part in (caption, self.field, self.line):
            column.addWidget(part)

    def show_text(self, place: str, given: str | None, may_write: bool, whose: str = "") -> None:
        """Shows the draft of a place, else what the server has; None: nobody has read it.

        place: "" for no record at all. whose: see `DraftField`. An empty text that may not be written is not
        shown at all, unless somebody is in it.
        """
        if place:
            self.draft.bind(place, given, whose)
        else:
            self.draft.unbind()
        self.field.setPlaceholderText(_NOT_READ if place and given is None else "")
        self.field.setReadOnly(not may_write)
        self.line.set_writable(may_write)
        is_in_it = bool(place) and self.field.hasFocus()
        self.setVisible(may_write or bool(self.draft.text) or is_in_it)

    def cursor(self) -> int:
        """Where the cursor stands in the text."""
        field = self.field
        return field.cursorPosition() if isinstance(field, QLineEdit) else field.textCursor().position()

    def set_cursor(self, position: int) -> None:
        """Typing goes on there."""
        self.field.setFocus()
        bring_into_view(self.field)
        if isinstance(self.field, QLineEdit):
            self.field.setCursorPosition(position)
            return
        cursor = self.field.textCursor()
        cursor.setPosition(min(position, self.field.document().characterCount() - 1))
        self.field.setTextCursor(cursor)

    def go_to_end(self) -> None:
        """Typing goes on behind what is there."""
        self.field.setFocus()
        bring_into_view(self.field)
        if isinstance(self.field, QLineEdit):
            self.field.end(False)
        else:
            self.field.moveCursor(QTextCursor.MoveOperation.End)
