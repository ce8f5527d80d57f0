"""F1: every key of the program, by where it works. Made from the keys that there are: it is never stale."""

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QGridLayout,
    QLabel,
    QLineEdit,
    QMainWindow,
    QVBoxLayout,
    QWidget,
)

from ui.kit import keys
from ui.kit.announce import announce
from ui.kit.chip import Chip
from ui.kit.labels import label
from ui.kit.scrolling import Scrolling
from ui.kit.side_window import SideWindow
from ui.shell.finding import folded, query_of
from ui.theme.theme import Theme
from ui.theme.tokens import Space

EVERYWHERE, QUEUE, VISIT, CALL = "Everywhere", "Queue", "Visit", "Call"
CHECK_IN, OUTBOX, LOCK, QUESTION, FINDING = "Check-in", "Outbox", "Lock", "A question", "Go to"
PLACES = (EVERYWHERE, FINDING, QUEUE, VISIT, CALL, CHECK_IN, OUTBOX, QUESTION, LOCK)

# Of the nearest widget around a key, by its class: what is around it is the place where it works.
PLACE_OF = {
    "CallBar": CALL,
    "CallStrip": CALL,
    "VisitSide": VISIT,
    "QueuePage": QUEUE,
    "CheckInForm": CHECK_IN,
    "OutboxPanel": OUTBOX,
    "Question": QUESTION,
    "LockScreen": LOCK,
}


@dataclass(frozen=True, slots=True)
class Line:
    """Keys, any of which does the same, and what that is."""

    place: str
    keys: tuple[str, ...]
    words: str


# What is no shortcut: keys that a part takes while it has the focus, and those of windows made when they are
# first wanted.
DECLARED = (
    Line(EVERYWHERE, ("Tab", "Shift+Tab"), "To the next control, to the one before"),
    Line(EVERYWHERE, ("Space",), "Press the button that has the focus"),
    Line(EVERYWHERE, ("Esc",), "Close a list, a question or a window beside the main one"),
    Line(FINDING, ("Up", "Down", "PgUp", "PgDown", "Home", "End"), "Choose in what was found"),
    Line(FINDING, ("Return",), "Go there; it starts no call and finishes nothing"),
    Line(FINDING, ("Esc",), "Back to where you were"),
    Line(QUEUE, ("Up", "Down", "PgUp", "PgDown"), "Select another visit"),
    Line(QUEUE, ("Home", "End"), "Select the first visit, the last one"),
    Line(QUEUE, ("Return",), "Go on to the visit; it never starts a call"),
    Line(CHECK_IN, ("Ctrl+Return",), "Check in"),
    Line(CHECK_IN, ("Down",), "From the search to the patients that were found"),
    Line(QUESTION, ("Ctrl+Return",), "Do what is asked about"),
    Line(QUESTION, ("Esc",), "Cancel"),
    Line(LOCK, ("Return",), "Unlock, with the password typed"),
)


def lines() -> list[Line]:
    """Every key of every window that there is, and what is declared; place by place."""
    found = dict.fromkeys(_of_windows())
    said = {(line.keys, line.words) for line in found if line.place == EVERYWHERE}
    found = {
        line: None
        for line in (*found, *DECLARED)
        if line.place == EVERYWHERE or (line.keys, line.words) not in said
    }
    return sorted(found, key=lambda line: PLACES.index(line.place))


def place_of(part: QWidget) -> str:
    """Where the keys of a widget work."""
    around: QWidget | None = part
    while around is not None:
        for kind in type(around).__mro__:
            if kind.__name__ in PLACE_OF:
                return PLACE_OF[kind.__name__]
        around = None if around.isWindow() else around.parentWidget()
    return EVERYWHERE


def _of_windows() -> Iterator[Line]:
    for window in QApplication.topLevelWidgets():
        if isinstance(window, QMainWindow | QDialog):
            for bound in keys.bound_in(window):
                if bound.words:
                    yield Line(place_of(bound.owner), (bound.keys,), bound.words)


class KeysMap(SideWindow):
    """The map, read anew each time it is opened; a few letters find a key or what it does."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, 620, 720, parent)
        self.setWindowTitle("Keyboard")
        self._rows: list[tuple[Line, str, tuple[QWidget, ...]]] = []
        self._heads: dict[str, QLabel] = {}
        self.field = QLineEdit(self)
        self.field.setPlaceholderText("Find a key, or what it does")
        self.field.setAccessibleName("Find a key, or what it does")
        self.field.installEventFilter(self)
        self._count = label("", "soft", parent=self)
        self._scroll = Scrolling(self)
        self._scroll.setAccessibleName("Keys of the keyboard")
        self._inner = QVBoxLayout(self._scroll.inner)
        self._inner.setContentsMargins(0, 0, 0, 0)
        self._body = QWidget(self._scroll.inner)
        self._inner.addWidget(self._body)
        self._inner.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.addWidget(label("Keyboard", "title", parent=self))
        for part in (self.field, self._count):
            self._column.addWidget(part)
        self._column.addWidget(self._scroll, 1)
        self.field.textChanged.connect(self._find)
        theme.changed.connect(self._restyle)
        self._restyle()

    def present(self) -> None:
        """Shows every key as it is now, with the keyboard in the search."""
        if not self.isVisible():
            self.field.clear()
            self._fill(lines())
            self.fit()
            self.show()
        self.field.setFocus()
        self.activateWindow()

    def shown(self) -> list[Line]:
        """What is to be seen now."""
        return [line for line, _text, parts in self._rows if not parts[0].isHidden()]

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Up, Down and the pages scroll while one types."""
        moves = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in moves:
            self._scroll.keyPressEvent(event)
            return True
        return False

    # -- content

    def _fill(self, every: list[Line]) -> None:
        body = QWidget(self._scroll.inner)
        self._inner.replaceWidget(self._body, body)
        self._body.deleteLater()
        self._body, self._rows, self._heads = body, [], {}
        self._grid = QGridLayout(body)
        self._grid.setColumnStretch(1, 1)
        for line in every:
            if line.place not in self._heads:
                head = self._heads[line.place] = label(line.place, "strong", parent=body)
                self._grid.addWidget(head, self._grid.rowCount(), 0, 1, 2)
            self._add(line, body)
        self._space()
        self._find("")

    def _add(self, line: Line, body: QWidget) -> None:
        row, top = self._grid.rowCount(), Qt.AlignmentFlag.AlignTop
        chips, words = QWidget(body), label(line.words, wrap=True, parent=body)
        # Two beside each other: large text leaves no room for more.
        pairs = QGridLayout(chips)
        pairs.setContentsMargins(0, 0, 0, 0)
        pairs.setSpacing(self._theme.px(Space.tight))
        pairs.setColumnStretch(2, 1)
        for number, each in enumerate(line.keys):
            pairs.addWidget(Chip(self._theme, _shown(each), parent=chips), *divmod(number, 2))
        # Read as one: what a screen reader finds at the words has the keys in it.
        words.setAccessibleName(f"{' or '.join(map(_shown, line.keys))}: {line.words}")
        self._grid.addWidget(chips, row, 0, top)
        self._grid.addWidget(words, row, 1, top)
        self._rows.append((line, folded(*map(_shown, line.keys), line.words, line.place), (chips, words)))

    def _find(self, text: str) -> None:
        query, places = query_of(text), set()
        for line, folds, parts in self._rows:
            fits = query.misses(folds) is not None
            if fits:
                places.add(line.place)
            for part in parts:
                part.setVisible(fits)
        for place, head in self._heads.items():
            head.setVisible(place in places)
        number = len(self.shown())
        said = f"{number} of {len(self._rows)} keys" if text else f"{number} keys"
        self._count.setText(said if number else "No key fits. Type fewer letters.")
        if text:
            announce(self.field, self._count.text())

    # -- look

    def _space(self) -> None:
        px = self._theme.px
        self._grid.setContentsMargins(0, 0, px(Space.small), 0)
        self._grid.setHorizontalSpacing(px(Space.large))
        self._grid.setVerticalSpacing(px(Space.small))
        for head in self._heads.values():
            head.setContentsMargins(0, px(Space.medium), 0, 0)

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(Space.wide), px(Space.medium), px(Space.medium), px(Space.medium))
        self._column.setSpacing(px(Space.small))
        if self._heads:
            self._space()


def _shown(key: str) -> str:
    """As it stands on most keyboards."""
    return keys.shown(key).replace("Return", "Enter")
