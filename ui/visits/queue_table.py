"""The queue: the clinic's visits in their sections, each with its wait, its patient and its state."""

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from app.core.collection import Change
from app.visits.filter import Finder
from app.visits.namesakes import Namesakes
from app.visits.pairs import Pairs
from app.visits.places import Places
from app.visits.record import Visit
from app.visits.sections import FOLDABLE, Section
from app.visits.waiting import QueueRow, is_open
from ui.kit.formats import zone_note
from ui.kit.labels import label
from ui.kit.marks import Marks
from ui.kit.record_model import RecordModel
from ui.kit.record_table import RecordTable
from ui.kit.ticker import Ticker
from ui.theme.theme import Theme
from ui.theme.tokens import Space
from ui.visits.arrange_menu import ArrangeMenu
from ui.visits.counts import Counts
from ui.visits.filter_bar import FilterBar
from ui.visits.filter_words import names_of
from ui.visits.filtering import Filtering
from ui.visits.left_line import LeftLine
from ui.visits.news import News
from ui.visits.queue_columns import ALWAYS, queue_columns
from ui.visits.queue_head import QueueHead
from ui.visits.queue_source import QueueSource
from ui.visits.room_band import RoomBand
from ui.visits.section_words import heading_cell
from ui.visits.updates import Updates
from ui.visits.words import patient_name

# Time alone moves a visit to another place (an appointment is missed): looked at this often.
_TIME_MS = 5_000
_WAITS = frozenset((Section.WAITING, Section.UNCLEAR))


class QueueTable(QWidget):
    """The table with its title and counts.

    selected: a visit's id or None. opened: see `RecordTable`. folded, hidden_columns: as the person left
    them; `arranged` tells both when they are others.
    """

    selected = Signal(object)
    opened = Signal(object)
    arranged = Signal(object, object)

    def __init__(
        self,
        theme: Theme,
        ticker: Ticker,
        source: QueueSource,
        report: Callable[[BaseException], None],
        parent: QWidget | None = None,
        *,
        folded: Iterable[Section] = (Section.DONE,),
        hidden_columns: Iterable[str] = (),
    ) -> None:
        super().__init__(parent)
        self._theme, self.source = theme, source
        self._folded = FOLDABLE.intersection(folded)
        self._hidden = frozenset(hidden_columns) - ALWAYS
        self._is_loaded = False
        self._age = self._room = ""
        visits, rights = source.visits, source.rights
        # In this order they hear of a change: whoever asks comes after whoever knows.
        self.news = News(visits, source.room, source.is_partial)
        self._stops = [visits.listen(self._note_left)]
        self._pairs = Pairs(visits)
        self._places = Places(visits, source.now, source.zone, source.me if rights.clinical else "")
        names = partial(names_of, source.rooms, source.providers, visits, source.me)
        self.filter_bar = FilterBar(theme, names, report, self, rights=rights)
        self.filtering = Filtering(self.filter_bar, Finder(source.me, rights), source, self._is_of_today)
        self.namesakes = Namesakes(visits, self._is_listed)
        columns = queue_columns(source, self.namesakes.of, self._pairs.appointment)
        self.marks = Marks(visits, columns, self.news.is_on)
        self.model = RecordModel(
            visits, columns, self._places.key, self._is_listed, self, report=report, marks=self.marks,
            heading=heading_cell, folded=self._folded,
        )  # fmt: skip
        self.table = RecordTable(self.model, theme, self)
        self.head = QueueHead(theme, self)
        self.updates_bar = self.head.updates_bar
        self.updates = Updates(self.table, self.model, self.marks, self.updates_bar, self._waits)
        self.left_line = LeftLine(theme, source.now, self)
        self.room_band = RoomBand(theme, self)
        self._counts = Counts()
        self._recount(row.id for row in visits)
        self._lay_out()
        self._connect()
        self._listen(ticker)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._count()

    def set_loaded(self) -> None:
        """The server has answered once: from now on an empty list means that nobody waits."""
        if not self._is_loaded:
            self._is_loaded = True
            self.news.begin()
            self._show_empty()

    def show_age(self, text: str) -> None:
        """Since when nothing is known: the waits below are what they would be if nothing had happened.

        text: "" while the list is fresh (QUE-01).
        """
        if text != self._age:
            self._age = text
            self._count()

    def show_room(self, name: str, *, is_chosen: bool) -> None:
        """Whose patients are shown: see `RoomBand.show_room`."""
        self._room = name
        self.news.settle()
        self.room_band.show_room(name, is_chosen=is_chosen, is_partial=self.source.is_partial())
        self._show_empty()

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
        """Leaves a column out that may be, or shows it again."""
        if name not in ALWAYS:
            self._hidden ^= {name}
            self.table.show_columns_without(self._hidden)
            self.arranged.emit(self._folded, self._hidden)

    def _arrange(self, part: QWidget, place: QPoint) -> None:
        menu = ArrangeMenu(
            self.model.columns, self._hidden, self.model.is_folded, self.turn_column, self.turn_section, self
        )
        menu.popup(part.mapToGlobal(place))

    def rows_of_today(self) -> list[QueueRow]:
        """All that the list would show without a filter, folded ones too, in its order."""
        rows = filter(self._is_of_today, self.source.visits)
        return sorted(rows, key=lambda row: (self._places.key(row), row.id))

    def counts(self) -> str:
        """What the line under the title says."""
        return self.head.text()

    def close_listeners(self) -> None:
        """Stops listening to the collections."""
        for timer in (self._time, self._due):
            timer.stop()
        for part in (self.updates, self.filtering, self.model, self._places, self._pairs, self.namesakes):
            part.close()
        self.news.close()
        for stop in self._stops:
            stop()

    # -- what is in it, and where

    def _is_listed(self, row: QueueRow) -> bool:
        return self._is_of_today(row) and self.filtering.matches(row)

    def _is_of_today(self, row: QueueRow) -> bool:
        return not self._pairs.is_covered(row) and self._places.of(row) is not None

    def _waits(self, visit_id: str) -> bool:
        row = self.source.visits.get(visit_id)
        return row is not None and self._places.of(row) in _WAITS

    def _reconsider(self, visit_ids: Iterable[str]) -> None:
        """Something beside these has changed: another visit, or the time."""
        visit_ids = tuple(visit_ids)
        if visit_ids:
            self.model.reconsider(visit_ids)
            self.filtering.look(visit_ids)
            self._recount(visit_ids)

    # -- what is said around it

    def _recount(self, visit_ids: Iterable[str]) -> None:
        now = self.source.now()
        for visit_id in visit_ids:
            self._counts.take(visit_id, self.source.visits.get(visit_id), now)

    def _count(self) -> None:
        now = self.source.now()
        self.head.say(self._age, self._counts.text(now), zone_note(self.source.zone(), now))

    def _show_empty(self) -> None:
        self._stack.setCurrentIndex(0 if self.model.rowCount() else 1)
        is_read = self._is_loaded and not self.source.is_partial()
        where, there = (f" in {self._room}", " there") if self._room else ("", "")
        nobody = f"No open visits{where}. Whoever arrives{there} appears here by itself."
        nobody = self.filtering.nobody_text() or nobody
        self._empty.setText(nobody if is_read else "Reading the queue…")

    def _note_left(self, change: Change) -> None:
        """A row that goes, or was open and is over, leaves a note."""
        if not self.news.is_on() or not self.source.rights.identity:
            return
        for record_id, before in change.before.items():
            row = self.source.visits.get(record_id)
            is_gone = row is None or not is_open(row)
            if is_gone and isinstance(before, Visit) and is_open(before) and self.model.lists(record_id):
                self.left_line.tell(patient_name(before.member), row)
        self.left_line.tick()

    # -- time and change

    def _connect(self) -> None:
        self._pairs.changed = self._reconsider
        self.table.selected.connect(self.selected)
        self.table.selected.connect(self._looked_at)
        self.table.opened.connect(self.opened)
        self.table.heading_pressed.connect(self.turn_section)
        self.filter_bar.left.connect(self.table.setFocus)
        self.filtering.narrowed.connect(self.namesakes.look_again)
        self.filtering.counted.connect(self._show_empty)
        self.model.changed.connect(self._show_empty)
        for part in (self.table, self.table.horizontalHeader()):
            part.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            part.customContextMenuRequested.connect(partial(self._arrange, part))

    def _listen(self, ticker: Ticker) -> None:
        source = self.source
        self._stops += [
            source.visits.listen(self._changed),
            source.rooms.listen(self._renamed),
            source.providers.listen(self._renamed),
            self.namesakes.listen(self.model.repaint),
        ]
        ticker.watch(self)
        ticker.ticked.connect(self._tick)
        # Once for all that changes in one turn.
        self._due = QTimer(self, singleShot=True, interval=0)
        self._due.timeout.connect(self._count)
        self._time = QTimer(self, interval=_TIME_MS)
        self._time.timeout.connect(self.pass_time)
        self._time.start()

    def pass_time(self) -> None:
        """Whoever time has brought to another section goes there."""
        self._reconsider(self._places.passed())
        self._count()

    def _changed(self, change: Change) -> None:
        self._recount((*change.added, *change.updated, *change.removed))
        self._due.start()

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
        self.table.setAccessibleName("Queue of visits")
        self.table.show_columns_without(self._hidden)
        self._empty = label("", "soft", wrap=True, parent=self)
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
        for part in (self.head, self.room_band, self.filter_bar):
            column.addWidget(part)
        column.addLayout(self._stack, 1)
        column.addWidget(self.left_line)

    def _restyle(self) -> None:
        px = self._theme.px
        self.table.setMinimumHeight(px(96))
        self.left_line.setContentsMargins(px(Space.large), px(Space.tight), px(Space.large), px(Space.tight))
        self._empty.setContentsMargins(px(Space.page), 0, px(Space.page), 0)
