"""Finding a patient while typing: at once among those of the queue, then at the server."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.checkin.names import fold
from app.errors import Failure
from app.sentences import sentence
from app.users.record import Person
from ui.checkin.words import person_row
from ui.kit import tasks
from ui.kit.labels import label
from ui.theme.theme import Theme
from ui.theme.tokens import Space

SHORTEST = 3
"""Characters from which on people are searched for (api/users.md §3)."""
_PAUSE_MS = 250
_MOST_SHOWN = 30
# A list says little more than names: so many are asked for their date of birth, to tell namesakes apart.
_MOST_READ = 8
_ROWS = 3

Search = Callable[[str], Awaitable[Sequence[Person]]]
ReadPerson = Callable[[str], Awaitable[Person]]


class PatientSearch(QWidget):
    """A field and the people who fit. Typing chooses nobody: only Enter, or a click, on a row does.

    search: asks the server; raises Failure. read: one person whole, by id; raises Failure. known: the people
    of the queue. now: the server's Unix s. report: told of every fault of our own.
    chosen: a Person.
    """

    chosen = Signal(object)

    def __init__(
        self,
        theme: Theme,
        search: Search,
        read: ReadPerson,
        known: Callable[[], Iterable[Person]],
        now: Callable[[], float],
        report: Callable[[BaseException], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._search, self._read, self._known = theme, search, read, known
        self._now, self._report = now, report
        self._people: dict[str, Person] = {}
        self._asking: asyncio.Task[None] | None = None
        self.field = QLineEdit(self)
        self.field.setAccessibleName("Patient: name or e-mail")
        self.field.setPlaceholderText("Name or e-mail, at least three letters")
        self.list = QListWidget(self)
        self.list.setAccessibleName("Patients found")
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._state = label("", "small", wrap=True, parent=self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for part in (self.field, self._state, self.list):
            self._column.addWidget(part)
        self.setFocusProxy(self.field)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        self.field.textChanged.connect(self._typed)
        self.field.returnPressed.connect(self._go_to_list)
        self.field.installEventFilter(self)
        self.list.itemActivated.connect(self._activated)
        self.list.itemClicked.connect(self._activated)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._typed()

    def state(self) -> str:
        """What is said under the field."""
        return self._state.text()

    def rows(self) -> list[str]:
        """The people found, as shown."""
        return [self.list.item(row).text() for row in range(self.list.count())]

    def stop(self) -> None:
        """Asks no more; what is under way is dropped."""
        self._pause.stop()
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Down goes from the field into the list."""
        is_down = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Down
        if is_down and event.type() == QEvent.Type.KeyPress:
            self._go_to_list()
            return True
        return False

    # -- searching

    def _typed(self) -> None:
        """An answer to what was typed before is of no use any more."""
        self.stop()
        words = self.field.text().strip()
        is_enough = len(words) >= SHORTEST
        self._people = {person.id: person for person in self._of_queue(words)} if is_enough else {}
        self._say("Searching…" if is_enough else "")
        self._fill()
        if is_enough:
            self._pause.start()

    def _of_queue(self, words: str) -> Iterable[Person]:
        wanted = fold(words).split()
        for person in self._known():
            names = fold(person.name)
            if wanted and all(word in names for word in wanted):
                yield person

    def _ask(self) -> None:
        work = self._ask_server(self.field.text().strip())
        self._asking = tasks.run(self, work, busy=None, name="checkin.search", report=self._report)

    async def _ask_server(self, words: str) -> None:
        try:
            found = await self._search(words)
        except Failure as failure:
            self._say(f"{sentence(failure)} Only patients of the queue are shown.")
            return
        self._people |= {person.id: person for person in found if person.id not in self._people}
        self._say("" if self._people else "Nobody of this name was found.")
        if len(self._people) > _MOST_SHOWN:
            self._say(f"{len(self._people)} people fit; the first {_MOST_SHOWN} are shown. Type more.")
        self._fill()
        await self._read_births()

    async def _read_births(self) -> None:
        unborn = [person for person in self._people.values() if person.born is None]
        for person in unborn[:_MOST_READ]:
            try:
                whole = await self._read(person.id)
            except Failure:
                return  # their date of birth stays unknown, and is shown so
            self._people[person.id] = whole
            self._fill()

    # -- the list

    def _fill(self) -> None:
        """The same rows in the same order, as far as they are there: the current one stays."""
        people = list(self._people.values())[:_MOST_SHOWN]
        for row, person in enumerate(people):
            text = person_row(person, self._now())
            if row >= self.list.count():
                self.list.addItem(QListWidgetItem())
            item = self.list.item(row)
            item.setText(text)
            item.setData(Qt.ItemDataRole.UserRole, person.id)
        while self.list.count() > len(people):
            self.list.takeItem(self.list.count() - 1)
        self.list.setVisible(bool(people))

    def _go_to_list(self) -> None:
        if self.list.count():
            self.list.setFocus()
            self.list.setCurrentRow(max(0, self.list.currentRow()))

    def _activated(self, item: QListWidgetItem) -> None:
        person = self._people.get(item.data(Qt.ItemDataRole.UserRole))
        if person is not None:
            self.stop()
            self.chosen.emit(person)

    def _say(self, text: str) -> None:
        self._state.setText(text)
        self._state.setVisible(bool(text))

    def _restyle(self) -> None:
        tokens, px = self._theme.tokens, self._theme.px
        self._column.setSpacing(px(Space.tight))
        self.list.setFixedHeight(_ROWS * (3 * self.list.fontMetrics().lineSpacing() + px(Space.small)))
        self.list.setStyleSheet(
            f"QListWidget {{ background: {tokens.surface}; color: {tokens.ink};"
            f" border: 1px solid {tokens.edge}; border-radius: 6px; outline: 0; }}"
            f" QListWidget:focus {{ border: 2px solid {tokens.accent}; }}"
            f" QListWidget::item {{ padding: {px(Space.tight)}px {px(Space.small)}px; }}"
            f" QListWidget::item:selected {{ background: {tokens.accent_soft}; color: {tokens.ink}; }}"
        )
