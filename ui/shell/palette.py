"""Ctrl+K: a few letters, and one is at a command, a patient of the queue, or a room. It never acts by itself.

Requirements §3.8: Enter selects a visit and starts no call; what cannot be undone is gone to, see `finds`.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from app.core.collection import Collection
from ui.kit.announce import announce
from ui.shell.finding import best, query_of
from ui.shell.finds import Find, Source
from ui.shell.palette_card import Card
from ui.theme.theme import Theme

MOST = 50
"""Rows that are listed: who wants another types one letter more."""
_TOP = 48
# Of the window's height, the list at most.
_SHARE = 0.6
_MOVES = (
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
)
_ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_TABS = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
_GONE = "This is not there any more. Choose another."


class Palette(QWidget):
    """Lies over its window while it is open; a click beside it, Esc or the focus elsewhere closes it.

    sources: asked once each time it opens, so that nothing moves under the fingers. Closed, it holds no word
    of what was found (SEC-02). within: the part of the window that it may cover, None for all: alerts and how
    we stand with the server stay in sight.
    """

    def __init__(
        self,
        theme: Theme,
        window: QWidget,
        sources: Sequence[Source],
        within: Callable[[], QWidget | None] = lambda: None,
    ) -> None:
        super().__init__(window)
        self._theme, self._window, self._sources, self._within = theme, window, sources, within
        self._all: list[Find] = []
        self._found: Collection[Find] = Collection()
        self._order: dict[str, int] = {}
        self._is_open = False
        self._came_from: QWidget | None = None
        self.card = Card(theme, self._found, self._place, self)
        self.field, self.table, self.model = self.card.field, self.card.table, self.card.model
        self.hide()
        self.field.textChanged.connect(self._typed)
        self.field.installEventFilter(self)
        self.table.clicked.connect(self._clicked)
        window.installEventFilter(self)
        QApplication.instance().focusChanged.connect(self._focus_moved)
        theme.changed.connect(self._restyle)

    @property
    def is_open(self) -> bool:
        """Whether it is before the person's eyes."""
        return self._is_open

    def present(self) -> None:
        """Opens it, empty; a second time marks what was typed."""
        if self._is_open:
            self.field.selectAll()
            return
        self._came_from = self._window.focusWidget()
        self._all = [find for source in self._sources for find in source()]
        self._is_open = True
        self._search("")
        self._fit()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def dismiss(self) -> None:
        """Closes it; the keyboard goes on where it was."""
        if self._is_open:
            self._close(gives_back=True)

    def shown(self) -> list[Find]:
        """What is listed, the best first."""
        return [find for find_id in self.model.ids() if (find := self._found.get(find_id)) is not None]

    def close_listeners(self) -> None:
        """Closes it for good, before the window's session goes."""
        self._close(gives_back=False)
        self._window.removeEventFilter(self)
        QApplication.instance().focusChanged.disconnect(self._focus_moved)
        self.model.close()

    # -- finding

    def _typed(self, text: str) -> None:
        if self._is_open:
            self._search(text)

    def _search(self, text: str) -> None:
        found, fitting = best(query_of(text), self._all, MOST)
        self._order = {find.id: number for number, find in enumerate(found)}
        self._found.replace({find.id: find for find in found})
        self.model.sort_by(self._place)
        self.table.select(found[0].id if found else None)
        self.table.scrollToTop()
        said = "Nothing fits. Type fewer letters." if not found else ""
        if fitting > len(found):
            said = f"{len(found)} of {fitting} are listed. Type more letters."
        self.card.say(said)
        self._fit()
        self._tell()

    def _place(self, find: Find) -> int:
        return self._order.get(find.id, MOST)

    def _tell(self) -> None:
        """The keyboard stays in the field: what is marked in the list is said."""
        row = self.model.row_of(self.table.selected_id or "")
        if row < 0:
            announce(self.field, self.card.note.text())
            return
        cells = (self.model.cell_at(row, column).text() for column in range(len(self.model.columns)))
        place = f"{row + 1} of {self.model.rowCount()}"
        announce(self.field, ". ".join(filter(None, (*cells, place))))

    # -- choosing

    def _clicked(self, index: QModelIndex) -> None:
        self._choose(self.model.id_at(index.row()))

    def _choose(self, find_id: str | None) -> None:
        find = self._found.get(find_id) if find_id else None
        if find is None:
            return
        # Closed before: what is chosen may take the focus, or be asked of an empty screen.
        typed = self.field.text()
        self._close(gives_back=True)
        if not find.choose(find.what):
            self.present()
            self.field.setText(typed)
            self.card.say(_GONE)
            announce(self.field, _GONE)

    def _close(self, *, gives_back: bool) -> None:
        came_from, self._came_from = self._came_from, None
        self._is_open = False
        if gives_back and came_from is not None and isValid(came_from) and came_from.isVisible():
            came_from.setFocus(Qt.FocusReason.PopupFocusReason)
        self.hide()
        self._all, self._order = [], {}
        self._found.replace({})
        self.field.clear()
        self.card.say("")

    # -- keys, pointer and focus

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window:
            if event.type() == QEvent.Type.Resize and self._is_open:
                self._fit()
            return False
        # The field would take Home and End for itself, and the window Tab.
        return watched is self.field and isinstance(event, QKeyEvent) and self._key(event)

    def _key(self, event: QKeyEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress:
            return False
        key = event.key()
        if key in _MOVES and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            before = self.table.selected_id
            self.table.keyPressEvent(event)
            if self.table.selected_id != before:
                self._tell()
        elif key in _ENTERS:
            # Enter that is held down must not press what comes next.
            if not event.isAutoRepeat():
                self._choose(self.table.selected_id)
        elif key == Qt.Key.Key_Escape or key in _TABS:
            self.dismiss()
        else:
            return False
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Beside the card: closes it, and presses nothing else."""
        if not self.card.geometry().contains(event.position().toPoint()):
            self.dismiss()
        event.accept()

    def _focus_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        if self._is_open and (now is None or not (now is self or self.isAncestorOf(now))):
            # Nowhere: another program has it, and brings back what had it last.
            self._close(gives_back=now is None)

    # -- look

    def _fit(self) -> None:
        self.setGeometry(self._window.rect())
        part = self._within()
        if part is None:
            room = self.rect().adjusted(0, self._theme.px(_TOP), 0, 0)
        else:
            room = QRect(part.mapTo(self._window, QPoint()), part.size())
        self.card.fit(room, round(self.height() * _SHARE))

    def _restyle(self) -> None:
        self.card.restyle()
        if self._is_open:
            self._fit()
