"""The queue: open visits in order, each with its wait, its patient and its state."""

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from app.core.collection import Change, Collection
from app.rooms.record import Room
from app.users.record import Person
from app.users.role import EVERYTHING, Rights
from app.visits.record import Visit
from app.visits.waiting import QueueRow, is_open, queue_key
from ui.kit.cell import Cell
from ui.kit.formats import listed
from ui.kit.labels import label
from ui.kit.record_model import Column, RecordModel
from ui.kit.record_table import RecordTable
from ui.kit.ticker import Ticker
from ui.kit.whole import Whole
from ui.theme.theme import Theme
from ui.theme.tokens import Space
from ui.visits.counts import counts_text
from ui.visits.room_band import RoomBand
from ui.visits.words import (
    kind_cell,
    patient_cell,
    provider_cell,
    provider_name,
    reason_cell,
    status_pill,
    waiting_cell,
)

# Time alone moves a visit to another place (an appointment is missed): looked at this often.
_REKEY_MS = 15_000


class QueueTable(QWidget):
    """The table with its title and counts.

    visits, rooms, providers: the session's collections; the last two give names. now: the server's time,
    Unix s. selected: a visit's id or None. rights: columns are left out that these have nothing for.
    """

    selected = Signal(object)
    opened = Signal(object)

    def __init__(
        self,
        theme: Theme,
        ticker: Ticker,
        visits: Collection[QueueRow],
        rooms: Collection[Room],
        providers: Collection[Person],
        now: Callable[[], float],
        report: Callable[[BaseException], None],
        parent: QWidget | None = None,
        *,
        rights: Rights = EVERYTHING,
    ) -> None:
        super().__init__(parent)
        self._theme, self._now, self._rights = theme, now, rights
        self._visits, self._rooms, self._providers = visits, rooms, providers
        self._is_loaded = False
        self._age = ""
        self.model = RecordModel(visits, self._columns(), self._key, is_open, self, report=report)
        self.table = RecordTable(self.model, theme, self)
        self.table.setAccessibleName("Queue of visits")
        self.table.selected.connect(self.selected)
        self.table.opened.connect(self.opened)
        self._title = label("Queue", "title", parent=self)
        self._counts = label("", "soft", wrap=True, parent=self)
        self._empty = label("", "soft", wrap=True, parent=self)
        self.room_band = RoomBand(theme, self)
        self._room, self._is_partial = "", False
        self._lay_out()
        self._listen(ticker)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._count()

    def set_loaded(self) -> None:
        """The server has answered once: from now on an empty list means that nobody waits."""
        self._is_loaded = True
        self._count()

    def show_age(self, text: str) -> None:
        """Since when nothing is known: the waits below are what they would be if nothing had happened.

        text: "" while the list is fresh (QUE-01).
        """
        if text != self._age:
            self._age = text
            self._count()

    def show_room(self, name: str, *, is_chosen: bool, is_partial: bool) -> None:
        """Whose patients are shown: see `RoomBand.show_room`."""
        self._room, self._is_partial = name, is_partial
        self.room_band.show_room(name, is_chosen=is_chosen, is_partial=is_partial)
        self._count()

    def counts(self) -> str:
        """What the line beside the title says."""
        return self._counts.text()

    def close_listeners(self) -> None:
        """Stops listening to the collections."""
        self.model.close()
        for stop in self._stops:
            stop()

    # -- content

    def _columns(self) -> list[Column]:
        why = "Reason" if self._rights.reason else "Visit"
        columns = [
            Column("waiting", "Waiting", cell=lambda row: waiting_cell(row, self._now()), weight=0, chars=19),
            Column("patient", "Patient", cell=lambda row: patient_cell(row, self._now()), weight=3, chars=22),
            Column("reason", why, cell=self._reason, weight=4, chars=16, priority=2),
            Column("provider", "Provider", cell=self._provider, weight=2, chars=16, priority=3),
            Column("status", "Status", cell=self._status, weight=0, chars=14, priority=1),
        ]
        if not self._rights.identity:
            columns = [column for column in columns if column.name != "patient"]
        return columns

    def _key(self, row: QueueRow) -> tuple[int, float]:
        return queue_key(row, self._now())

    def _status(self, row: QueueRow) -> Cell:
        return Cell("", chip=status_pill(row, self._now()))

    def _reason(self, row: QueueRow) -> Cell:
        room = self.room_name(row) if isinstance(row, Visit) else ""
        return reason_cell(row, room) if self._rights.reason else kind_cell(row, room)

    def _provider(self, row: QueueRow) -> Cell:
        return provider_cell(row, self.provider_name(row) if isinstance(row, Visit) else "")

    def room_name(self, visit: Visit) -> str:
        """The room's name; its code when nobody names it."""
        if visit.room_name or visit.room_code is None:
            return visit.room_name or ""
        room = self._rooms.get(visit.room_code)
        return room.name if room and room.name else visit.room_code

    def provider_name(self, visit: Visit) -> str:
        """The provider's name as far as anybody knows it, "" when not."""
        if visit.provider is None:
            return ""
        known = self._providers.get(visit.provider.id)
        person = visit.provider if visit.provider.name or known is None else known
        return provider_name(person) if person.name else ""

    # -- what is said above it

    def _count(self) -> None:
        counts = counts_text(self._visits, self._now())
        self._counts.setText(listed((self._age, counts)))
        self._stack.setCurrentIndex(0 if any(map(is_open, self._visits)) else 1)
        is_read = self._is_loaded and not self._is_partial
        where, there = (f" in {self._room}", " there") if self._room else ("", "")
        self._empty.setText(
            f"No open visits{where}. Whoever arrives{there} appears here by itself."
            if is_read
            else "Reading the queue…"
        )

    # -- time and change

    def _listen(self, ticker: Ticker) -> None:
        self._stops = [
            self._visits.listen(self._changed),
            self._rooms.listen(self._renamed),
            self._providers.listen(self._renamed),
        ]
        ticker.watch(self)
        ticker.ticked.connect(self._tick)
        self._rekey = QTimer(self, interval=_REKEY_MS)
        self._rekey.timeout.connect(self.model.rekey)
        self._rekey.timeout.connect(self._count)
        self._rekey.start()

    def _changed(self, _change: Change) -> None:
        self._count()

    def _renamed(self, _change: Change) -> None:
        self.table.viewport().update()

    def _tick(self) -> None:
        self.table.repaint_column("waiting")

    # -- look

    def _lay_out(self) -> None:
        self._head = Whole(self)
        self._head.column.addWidget(self._title)
        self._head.column.addWidget(self._counts)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.table)
        empty = QWidget(self)
        column = QVBoxLayout(empty)
        column.addStretch(2)
        column.addWidget(self._empty)
        column.addStretch(3)
        self._stack.addWidget(empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 1, 1)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self.room_band)
        column.addLayout(self._stack, 1)

    def _restyle(self) -> None:
        px = self._theme.px
        head = self._head.column
        head.setContentsMargins(px(Space.large), px(Space.medium), px(Space.large), px(Space.medium))
        head.setSpacing(px(Space.hair))
        self.table.setMinimumHeight(px(96))
        self._empty.setContentsMargins(px(Space.page), 0, px(Space.page), 0)
