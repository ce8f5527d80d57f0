"""Finding a patient while typing: at once among those of the queue, then at the server."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Literal

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.errors import Failure
from app.sentences import sentence
from app.users.record import Person
from ui.checkin.found import SHORTEST, Found, fits, spellings
from ui.checkin.words import person_row
from ui.kit import tasks
from ui.kit.labels import label
from ui.theme.theme import Theme
from ui.theme.tokens import Space

_PAUSE_MS = 250
# So long nobody can be chosen while the server has not said who else has the name.
_PATIENCE_MS = 3000
_MOST_SHOWN = 30
# A list says little more than names: so many are asked for their date of birth, to tell namesakes apart.
_MOST_READ = 8
_ROWS = 3

_SEARCHING = "Searching…"
_NOT_YET = "Still searching. Wait a moment: there may be somebody else of this name."
_LATE = "The server has not answered yet. So far only patients of the queue are shown."
_READING = "Several people have this name. Wait a moment: their dates of birth are being read."
_ONLY_QUEUE = "Only in the queue; the server found nobody of this spelling."

Stage = Literal["idle", "asking", "late", "reading"]
Search = Callable[[str], Awaitable[Sequence[Person]]]
ReadPerson = Callable[[str], Awaitable[Person]]


class PatientSearch(QWidget):
    """A field and the people who fit. Typing chooses nobody: only Enter, or a click, on a row does.

    Whoever has a name in common with others is chosen only once all of them, and what differs, can be seen.

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
        self._found = Found()
        self._stage: Stage = "idle"
        self._summary = ""
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
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self._grow_late)
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
        self._patience.stop()
        self._stage = "idle"
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
        """An answer to what was typed before, and a row that was picked from it, are of no use any more."""
        self.stop()
        words = self.field.text().strip()
        is_enough = len(words) >= SHORTEST
        of_queue = (person for person in self._known() if fits(words, person))
        self._found = Found(of_queue if is_enough else ())
        self._conclude(_SEARCHING if is_enough else "")
        self.list.setCurrentRow(-1)
        self.list.clearSelection()
        self._fill()
        if is_enough:
            self._stage = "asking"
            self._pause.start()
            self._patience.start()

    def _ask(self) -> None:
        work = self._ask_server(self.field.text().strip())
        self._asking = tasks.run(self, work, busy=None, name="checkin.search", report=self._report)

    async def _ask_server(self, words: str) -> None:
        answered: list[Person] = []
        failure = None
        try:
            await self._gather(words, answered)
        except Failure as caught:
            failure = caught
        self._patience.stop()
        self._found.add(answered)
        self._conclude(self._told(failure, is_answered=bool(answered)))
        self._stage = "reading"
        self._fill()
        await self._read_births()
        self._stage = "idle"
        self._say(self._summary)

    async def _gather(self, words: str, answered: list[Person]) -> None:
        """Asks for the words, then for the names of the queue that fit them, as those are spelt."""
        answered.extend(await self._search(words))
        ids = {person.id for person in answered}
        for name in spellings(person for person in self._found if person.id not in ids):
            answered.extend(person for person in await self._search(name) if fits(words, person))

    def _told(self, failure: Failure | None, *, is_answered: bool) -> str:
        if failure is not None:
            others = "There may be others." if is_answered else "Only patients of the queue are shown."
            return f"{sentence(failure)} {others}"
        if len(self._found) > _MOST_SHOWN:
            return f"{len(self._found)} people fit; the first {_MOST_SHOWN} are shown. Type more."
        if not self._found:
            return "Nobody of this name was found."
        return "" if is_answered else _ONLY_QUEUE

    def _grow_late(self) -> None:
        self._stage = "late"
        self._conclude(_LATE)

    async def _read_births(self) -> None:
        unborn = [person for person in self._shown() if person.born is None]
        alike = [person for person in unborn if len(self._found.namesakes(person)) > 1]
        others = [person for person in unborn if person not in alike]
        for person in (*alike, *others[: max(0, _MOST_READ - len(alike))]):
            try:
                whole = await self._read(person.id)
            except Failure:
                return  # their date of birth stays unknown, and is shown so
            self._found.complete(whole)
            self._fill()

    # -- the list

    def _shown(self) -> list[Person]:
        return list(self._found)[:_MOST_SHOWN]

    def _fill(self) -> None:
        """Whoever is current stays so, wherever the row goes."""
        current = self.list.currentItem()
        current_id = current.data(Qt.ItemDataRole.UserRole) if current else None
        people = self._shown()
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
        if current_id is not None:
            ids = [person.id for person in people]
            self.list.setCurrentRow(ids.index(current_id) if current_id in ids else -1)

    def _go_to_list(self) -> None:
        if self.list.count():
            self.list.setFocus()
            self.list.setCurrentRow(max(0, self.list.currentRow()))

    def _activated(self, item: QListWidgetItem) -> None:
        person = self._found.get(item.data(Qt.ItemDataRole.UserRole))
        if person is None:
            return
        if obstacle := self._obstacle(person):
            self._say(obstacle)
            return
        self.stop()
        self.chosen.emit(person)

    def _obstacle(self, person: Person) -> str:
        """Why this person cannot be chosen yet, "" when nothing is in the way."""
        if self._stage == "asking":
            return _NOT_YET
        alike = self._found.namesakes(person)
        is_unclear = len(alike) > 1 and any(each.born is None for each in alike)
        return _READING if is_unclear and self._stage == "reading" else ""

    def _conclude(self, text: str) -> None:
        """Says how the search stands."""
        self._summary = text
        self._say(text)

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
