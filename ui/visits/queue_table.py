"""The queue: the clinic's visits in their sections, each with its wait, its patient and its state."""

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.core.collection import Change, Collection
from app.core.day import day_start
from app.core.unreadable import Unreadable
from app.rooms.record import Room
from app.users.record import Person
from app.users.role import EVERYTHING, Rights
from app.visits.filter import Finder
from app.visits.limits import USUAL, WaitLimits
from app.visits.namesakes import Namesakes
from app.visits.pairs import Pairs
from app.visits.record import Visit
from app.visits.sections import FOLDABLE, Moment, Section, section, section_key
from app.visits.waiting import QueueRow, is_open
from ui.kit.formats import listed, zone_note
from ui.kit.labels import label
from ui.kit.marks import Marks
from ui.kit.record_model import RecordModel
from ui.kit.record_table import RecordTable
from ui.kit.ticker import Ticker
from ui.kit.whole import Whole
from ui.theme.theme import Theme
from ui.theme.tokens import Space
from ui.visits.arrange_menu import ArrangeMenu
from ui.visits.counts import counts_text
from ui.visits.filter_bar import FilterBar
from ui.visits.filter_words import names_of
from ui.visits.filtering import Filtering
from ui.visits.left_line import LeftLine
from ui.visits.queue_columns import ALWAYS, queue_columns
from ui.visits.room_band import RoomBand
from ui.visits.section_words import heading_cell
from ui.visits.updates import Updates
from ui.visits.updates_bar import UpdatesBar
from ui.visits.words import patient_name, provider_name

# Time alone moves a visit to another place (an appointment is missed): looked at this often.
_REKEY_MS = 15_000
_SAME_S = 1.0


class QueueTable(QWidget):
    """The table with its title and counts.

    visits, rooms, providers: the session's collections; the last two give names. now: the server's time,
    Unix s. zone: the clinic's, an IANA name or "". selected: a visit's id or None. rights: columns are left
    out that these have nothing for. limits, seen_at: as for `queue_columns`. me: id of who looks. is_watched:
    somebody is at this computer. folded, hidden_columns: as the person left them; `arranged` tells both when
    they are others.
    """

    selected = Signal(object)
    opened = Signal(object)
    arranged = Signal(object, object)

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
        me: str = "",
        zone: Callable[[], str] = str,
        limits: Callable[[Visit], WaitLimits] = lambda _visit: USUAL,
        seen_at: Callable[[], float] | None = None,
        is_watched: Callable[[], bool] = lambda: True,
        folded: Iterable[Section] = (Section.DONE,),
        hidden_columns: Iterable[str] = (),
    ) -> None:
        super().__init__(parent)
        self._theme, self._now, self._rights = theme, now, rights
        self._visits, self._rooms, self._providers = visits, rooms, providers
        self._me, self._zone = me, zone
        self._folded = frozenset(folded)
        self._hidden = frozenset(hidden_columns) - ALWAYS
        self._at: Moment | None = None
        self._is_loaded = False
        self._age = ""
        self._pairs = Pairs(visits)
        names = partial(names_of, rooms, providers, visits, me)
        self.filter_bar = FilterBar(theme, names, report, self, rights=rights)
        self.filtering = Filtering(
            self.filter_bar, Finder(me, rights), visits, rooms, providers, self._is_of_today, now
        )
        self.namesakes = Namesakes(visits, self._is_listed)
        columns = queue_columns(
            rights, now, self.room_name, self.provider_name, self.namesakes.of, limits, seen_at or now
        )
        self.marks = Marks(visits, columns)
        self.model = RecordModel(
            visits, columns, self._key, self._is_listed, self, report=report, marks=self.marks,
            heading=heading_cell, folded=self._folded,
        )  # fmt: skip
        self._pairs.changed = self.model.reconsider
        self.table = RecordTable(self.model, theme, self)
        self.table.setAccessibleName("Queue of visits")
        self.table.selected.connect(self.selected)
        self.table.selected.connect(self._looked_at)
        self.table.opened.connect(self.opened)
        self.filter_bar.left.connect(self.table.setFocus)
        self.table.heading_pressed.connect(self.turn_section)
        self.table.show_columns_without(self._hidden)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._arrange)
        header = self.table.horizontalHeader()
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._arrange)
        self._title = label("Queue", "title", parent=self)
        self._counts = label("", "soft", wrap=True, parent=self)
        self._empty = label("", "soft", wrap=True, parent=self)
        self.updates_bar = UpdatesBar(theme, self)
        self.updates = Updates(
            self.table, self.model, self.marks, self.updates_bar, visits, self._section, is_watched
        )
        self.left_line = LeftLine(now, self)
        self.room_band = RoomBand(theme, self)
        self.filtering.counted.connect(self._recounted)
        self._room, self._is_partial = "", False
        self._lay_out()
        self._listen(ticker)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._count()

    def set_loaded(self) -> None:
        """The server has answered once: from now on an empty list means that nobody waits."""
        if not self._is_loaded:
            self._is_loaded = True
            self.marks.begin()
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

    def apply_updates(self) -> None:
        """Everything takes its place, also under a resting pointer (F5)."""
        self.updates.show()

    def turn_section(self, place: Section) -> None:
        """Folds a section that may be folded, or unfolds it."""
        if place in FOLDABLE:
            self._folded ^= {place}
            self.model.fold(place, place in self._folded)
            self.arranged.emit(self._folded, self._hidden)

    def turn_column(self, name: str) -> None:
        """Leaves a column out, or shows it again."""
        self._hidden ^= {name}
        self.table.show_columns_without(self._hidden)
        self.arranged.emit(self._folded, self._hidden)

    def _arrange(self, place: QPoint) -> None:
        menu = ArrangeMenu(
            self.model.columns, self._hidden, self.model.is_folded, self.turn_column, self.turn_section, self
        )
        menu.present(self.table.viewport().mapToGlobal(place))

    def rows_of_today(self) -> list[QueueRow]:
        """All that the list would show without a filter, folded ones too, in its order."""
        return sorted(filter(self._is_of_today, self._visits), key=lambda row: (self._key(row), row.id))

    def counts(self) -> str:
        """What the line beside the title says."""
        return self._counts.text()

    def close_listeners(self) -> None:
        """Stops listening to the collections."""
        self.updates.close()
        self.filtering.close()
        self.model.close()
        self._pairs.close()
        self.namesakes.close()
        for stop in self._stops:
            stop()

    # -- what is in it, and where

    def _moment(self) -> Moment:
        """One for all rows that are looked at in the same second."""
        now, known = self._now(), self._at
        if known is None or not 0.0 <= now - known.now < _SAME_S:
            me = self._me if self._rights.clinical else ""
            self._at = known = Moment(now, day_start(now, self._zone()), me)
        return known

    def _section(self, row: QueueRow) -> Section | None:
        return section(row, self._moment())

    def _is_listed(self, row: QueueRow) -> bool:
        return self._is_of_today(row) and self.filtering.matches(row)

    def _is_of_today(self, row: QueueRow) -> bool:
        return not self._pairs.is_covered(row) and self._section(row) is not None

    def _key(self, row: QueueRow) -> tuple[int, bool, float]:
        return section_key(row, self._moment())

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
        self._counts.setText(listed((self._age, counts, zone_note(self._zone(), self._now()))))
        self._show_empty()

    def _recounted(self) -> None:
        self.namesakes.look_again()
        self._show_empty()

    def _show_empty(self) -> None:
        self._stack.setCurrentIndex(0 if self.model.rowCount() else 1)
        is_read = self._is_loaded and not self._is_partial
        where, there = (f" in {self._room}", " there") if self._room else ("", "")
        nobody = f"No open visits{where}. Whoever arrives{there} appears here by itself."
        nobody = self.filtering.nobody_text() or nobody
        self._empty.setText(nobody if is_read else "Reading the queue…")

    # -- time and change

    def _listen(self, ticker: Ticker) -> None:
        self._stops = [
            self._visits.listen(self._changed),
            self._rooms.listen(self._renamed),
            self._providers.listen(self._renamed),
            self.namesakes.listen(self.model.repaint),
        ]
        ticker.watch(self)
        ticker.ticked.connect(self._tick)
        self._rekey = QTimer(self, interval=_REKEY_MS)
        self._rekey.timeout.connect(self._time_passed)
        self._rekey.start()
        self._day = self._moment().day_start

    def _time_passed(self) -> None:
        day = self._moment().day_start
        if day == self._day:
            self.model.rekey()
        else:
            self._day = day
            self.model.reconsider([row.id for row in self._visits])
        self._count()

    def _changed(self, change: Change) -> None:
        if self._is_loaded and self._rights.identity:
            for record_id, before in change.before.items():
                self._note_left(record_id, before)
        self._count()

    def _note_left(self, record_id: str, before: QueueRow) -> None:
        """An open row that is none any more, or is gone, leaves a note."""
        row = self._visits.get(record_id)
        is_gone = row is None or not is_open(row)
        if is_gone and is_open(before) and not isinstance(before, Unreadable):
            self.left_line.tell(patient_name(before.member), row)

    def _looked_at(self, record_id: str | None) -> None:
        if record_id is not None:
            self.marks.see((record_id,))

    def _renamed(self, _change: Change) -> None:
        self.table.viewport().update()

    def _tick(self) -> None:
        self.table.repaint_column("waiting")
        self.left_line.tick()

    # -- look

    def _lay_out(self) -> None:
        self._head = Whole(self)
        self._top = QHBoxLayout()
        self._top.addWidget(self._title)
        self._top.addWidget(self.updates_bar, 1)
        self._head.column.addLayout(self._top)
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
        column.addWidget(self.filter_bar)
        column.addLayout(self._stack, 1)
        column.addWidget(self.left_line)

    def _restyle(self) -> None:
        px = self._theme.px
        head = self._head.column
        head.setContentsMargins(px(Space.large), px(Space.medium), px(Space.large), px(Space.medium))
        head.setSpacing(px(Space.hair))
        self.table.setMinimumHeight(px(96))
        self.left_line.setContentsMargins(px(Space.large), px(Space.tight), px(Space.large), px(Space.tight))
        self._empty.setContentsMargins(px(Space.page), 0, px(Space.page), 0)
