"""A page of plain text under headings, to read and to copy, by pointer and by keys."""

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)
from PySide6.QtWidgets import QSizePolicy, QTextEdit, QWidget

from ui.outbox.words import Lines
from ui.theme.theme import Theme
from ui.theme.tokens import Space

Sections = Sequence[tuple[str, Lines]]

_TALLEST = 260


class Paper(QTextEdit):
    """One stop for Tab however much there is to read."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._sections: Sections = ()
        self._about = ""
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        # Laid out for a width that is only asked about. Not a clone: those belong to nobody, and never go.
        self._measured = QTextDocument(self)
        self._measured.setUndoRedoEnabled(False)
        self._measured.setDefaultTextOption(self.document().defaultTextOption())
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self._restyle)

    def show_sections(self, sections: Sections, about: str = "") -> None:
        """Shows texts under captions under headings; each is plain text, "" for no heading or caption.

        about: whose they are; while that stays the same the place where one reads stays, too.
        """
        if sections == self._sections and about == self._about:
            return
        place = self._place() if about == self._about else (0, 0, 0)
        self._sections, self._about = sections, about
        self._write()
        self._return_to(*place)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """As tall as the text, up to a limit; then it scrolls."""
        px = self._theme.px
        self._measured.setTextWidth(max(self.viewport().width(), px(320)))
        tall = round(self._measured.size().height()) + 2 * (self.frameWidth() + px(Space.small))
        return QSize(px(360), min(tall, px(_TALLEST)))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(120), min(self.sizeHint().height(), 5 * self.fontMetrics().height()))

    def createMimeDataFromSelection(self) -> QMimeData:
        """Plain text: what is pasted elsewhere is what was typed, without our fonts."""
        data = QMimeData()
        data.setText(self.textCursor().selectedText().replace("\u2029", "\n"))
        return data

    def _restyle(self) -> None:
        place = self._place()
        self._write()
        self._return_to(*place)
        self.updateGeometry()

    def _write(self) -> None:
        self._measured.setDefaultFont(self.document().defaultFont())
        for document in (self.document(), self._measured):
            self._write_into(document)

    def _write_into(self, document: QTextDocument) -> None:
        document.clear()
        cursor = QTextCursor(document)
        cursor.beginEditBlock()
        for heading, lines in self._sections:
            if heading:
                self._put(cursor, heading, "small", "strong", "ink_soft", above=Space.medium)
            for caption, text in lines:
                if caption:
                    self._put(cursor, caption, "small", "regular", "ink_soft", above=Space.small)
                self._put(cursor, text, "body", "regular", "ink", above=0 if caption else Space.tight)
        cursor.endEditBlock()

    def _place(self) -> tuple[int, int, int]:
        """Where the selection begins and ends, and how far the page is scrolled."""
        cursor = self.textCursor()
        return cursor.anchor(), cursor.position(), self.verticalScrollBar().value()

    def _return_to(self, anchor: int, position: int, scrolled: int) -> None:
        last = self.document().characterCount() - 1
        cursor = self.textCursor()
        cursor.setPosition(min(anchor, last))
        cursor.setPosition(min(position, last), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.verticalScrollBar().setValue(scrolled)

    def _put(
        self, cursor: QTextCursor, text: str, size: str, weight: str, colour: str, *, above: int
    ) -> None:
        block, look = QTextBlockFormat(), QTextCharFormat()
        is_first = cursor.document().isEmpty()
        block.setTopMargin(0 if is_first else self._theme.px(above))
        font: QFont = self._theme.font(size, weight)  # type: ignore[arg-type]
        look.setFont(font)
        look.setForeground(QColor(self._theme.colour(colour)))
        if is_first:
            cursor.setBlockFormat(block)
        else:
            cursor.insertBlock(block)
        cursor.insertText(text, look)
