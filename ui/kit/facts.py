"""Facts about a record: label and value, selectable, whole, and never read as markup."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent, QTextDocument, QTextOption, QWheelEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy, QTextEdit, QWidget

from ui.kit.labels import label
from ui.theme.theme import Theme
from ui.theme.tokens import Space

NOT_KNOWN = "Not known"

_CAPTION_CHARS = 14


class Value(QTextEdit):
    """Plain text that wraps wherever it must, as tall as its words. A QLabel cannot break a long word."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("fact", "known")
        self.setReadOnly(True)
        self.setAcceptRichText(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Selectable with the pointer, but no stop for Tab: a page of facts would be a page of stops.
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.DefaultContextMenu)
        self.document().setDocumentMargin(0)
        # Laid out for a width that is only asked about. Not a clone: those belong to nobody, and never go.
        self._measured = QTextDocument(self)
        self._measured.setUndoRedoEnabled(False)
        self._measured.setDocumentMargin(0)
        self._measured.setDefaultTextOption(self.document().defaultTextOption())
        self.viewport().setAutoFillBackground(False)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self._restyle)
        self._restyle()

    def set(self, text: str | None) -> None:
        """Shows `text`, or that it is not known."""
        shown, look = text or NOT_KNOWN, "known" if text else "unknown"
        if shown != self.toPlainText():
            self.setPlainText(shown)
            self._measured.setPlainText(shown)
            self.updateGeometry()
        if look != self.property("fact"):
            self.setProperty("fact", look)
            self.style().unpolish(self)
            self.style().polish(self)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        font = self.document().defaultFont()
        if font != self._measured.defaultFont():
            self._measured.setDefaultFont(font)
        self._measured.setTextWidth(max(width, 1))
        return round(self._measured.size().height() + 0.49)

    def sizeHint(self) -> QSize:
        width = (
            self.width() if self.width() > self.fontMetrics().averageCharWidth() * 8 else self._theme.px(240)
        )
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 10, self.fontMetrics().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Left to the page: it is the page that scrolls."""
        event.ignore()

    def _restyle(self) -> None:
        self.setFont(self._theme.font())
        self.document().setDefaultFont(self._theme.font())
        self.updateGeometry()


class FactGrid(QWidget):
    """Labels left, values right. Rows stay in the order in which they were added."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._captions: dict[str, QLabel] = {}
        self._values: dict[str, Value] = {}
        self._hides: dict[str, bool] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        theme.changed.connect(self._restyle)
        self._restyle()

    def add(self, name: str, title: str, *, hide_unknown: bool = False) -> Value:
        """Adds a row. hide_unknown: whether the row goes when its value is not known."""
        caption, value = label(title, "soft", wrap=True, parent=self), Value(self._theme, self)
        value.setAccessibleName(title)
        row = len(self._values)
        self._grid.addWidget(caption, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, row, 1)
        self._captions[name], self._values[name], self._hides[name] = caption, value, hide_unknown
        self.set(name, None)
        return value

    def set(self, name: str, text: str | None) -> None:
        """Shows a value; None or "" is shown as not known."""
        self._values[name].set(text)
        shown = bool(text) or not self._hides[name]
        self._captions[name].setVisible(shown)
        self._values[name].setVisible(shown)

    def text(self, name: str) -> str:
        """What a row shows."""
        return self._values[name].toPlainText()

    def names(self) -> tuple[str, ...]:
        return tuple(self._values)

    def _restyle(self) -> None:
        self._grid.setHorizontalSpacing(self._theme.px(Space.large))
        self._grid.setVerticalSpacing(self._theme.px(Space.small))
        self._grid.setColumnMinimumWidth(0, self._theme.px(_CAPTION_CHARS * 7))
