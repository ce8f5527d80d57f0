"""Rows over a collection: what each record says, where it belongs, and what may wait."""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, takewhile
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal

from app.core.collection import Change, Collection
from ui.kit.blocks import blocks
from ui.kit.cell import Cell
from ui.kit.column import Column
from ui.kit.guarded import Guarded
from ui.kit.marks import Mark, Marks
from ui.kit.ordered_rows import KEYED, KEYLESS, MANY, Entry, OrderedRows, RowId
from ui.kit.plain import plain_tip
from ui.kit.sections import Heading, Sections

RecordRole = Qt.ItemDataRole.UserRole
"""The record's id."""
CellRole = Qt.ItemDataRole.UserRole + 1
"""The `Cell` to paint."""

UNREADABLE = "unreadable"
GONE = "No longer in this list"
_UNREADABLE, _GONE, _NOTHING = Cell(UNREADABLE), Cell(GONE), Cell("")

Head = Callable[[Any, int, bool], Cell]

# Made once: combining Qt's flags costs more than a look into the collection.
_LIVE = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
_DEAD = Qt.ItemFlag.NoItemFlags
_HEADING = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren
_TEXT_ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)


class RecordModel(OrderedRows):
    """The records of `collection` that `include` lets through, ordered by (`key`, id).

    Holds ids and sort keys only and asks the collection when it is painted.

    marks: what changed and was not looked at yet; it must listen to the collection before this does.
    heading: the words above a section, from the section, how many are in it, and whether it is folded; the
    key of each record is a tuple then that begins with its section. folded: sections that begin folded.

    report: told once per column, key and include of an exception in them; the row stays, last in order when
    its key failed and shown when `include` failed: a fault must not hide a patient.
    changing, changed: around every batch of signals, for a view that keeps its place.
    waiting_changed: number of records whose place is out of date while the order is held.
    """

    changing = Signal()
    changed = Signal()
    waiting_changed = Signal(int)

    def __init__(
        self,
        collection: Collection[Any],
        columns: Sequence[Column],
        key: Callable[[Any], Any],
        include: Callable[[Any], bool] = lambda _record: True,
        parent: QObject | None = None,
        *,
        report: Callable[[BaseException], None] | None = None,
        marks: Marks | None = None,
        heading: Head | None = None,
        folded: Iterable[Any] = (),
    ) -> None:
        super().__init__(parent)
        self._heading, self._marks = heading, marks
        self._sections = Sections(folded)
        self.columns = tuple(columns)
        self._aligns = [column.align | Qt.AlignmentFlag.AlignVCenter for column in self.columns]
        self._rights = [bool(column.align & Qt.AlignmentFlag.AlignRight) for column in self.columns]
        self._collection = collection
        self._key, self._include = key, include
        self._guarded = Guarded(report)
        self._held = False
        self._waiting: frozenset[str] = frozenset()
        self._stops = [collection.listen(self._changed)]
        if marks is not None:
            self._stops.append(marks.seen.add(self.repaint))
        self._consider(record.id for record in collection)

    def record_at(self, row: int) -> Any | None:
        """The record in a row, or None outside, or when it has gone while the order is held."""
        record_id = self.id_at(row)
        return None if record_id is None else self._collection.get(record_id)

    def lists(self, record_id: str) -> bool:
        """Whether a record is in the list, also in a section that is folded."""
        return record_id in self._entries or self._sections.of(record_id) is not None

    def headings(self) -> dict[int, Heading]:
        """All headings that are shown, by their row, from the top."""
        return dict(sorted((self.row_of(heading), heading) for heading in self._shown_headings()))

    def _shown_headings(self) -> list[Heading]:
        return [heading for heading in self._sections.headings() if heading in self._entries]

    # -- what decides order and membership

    def refilter(self, include: Callable[[Any], bool] | None = None) -> None:
        """Asks `include` again about every record; a new one may be given. Works while the order is held."""
        if include is not None:
            self._include = include
            self._guarded.renew("include")
        self._consider({*self.ids(), *(record.id for record in self._collection)}, now=True)

    def sort_by(self, key: Callable[[Any], Any]) -> None:
        """Orders by another key, at once."""
        self._key = key
        self._guarded.renew("key")
        self.refilter()

    def reconsider(self, ids: Iterable[str]) -> None:
        """Asks again where these belong, and whether: something beside them has changed, such as the time."""
        self._consider(ids)

    def fold(self, section: Any, folded: bool) -> None:
        """Shows a section as its heading alone, or unfolds it; works while the order is held."""
        if folded == self._sections.is_folded(section):
            return
        moved = {*self._sections.fold(section, folded), *self._under(Heading(section))}
        self._consider(moved, now=True, section=section)
        if self._waiting and not self._keeps_order():
            # Nobody is left in sight.
            self._consider(())

    def is_folded(self, section: Any) -> bool:
        return self._sections.is_folded(section)

    def hold(self) -> None:
        """Keeps every row where it is, however records change, until `release`. Their content stays live."""
        self._held = True

    def release(self) -> None:
        """Lets rows take their places."""
        self._held = False
        self._consider(())

    @property
    def held(self) -> bool:
        return self._held

    @property
    def waiting(self) -> int:
        """Number of records that will come, go or move on `release`."""
        return len(self._waiting)

    @property
    def waiting_ids(self) -> frozenset[str]:
        """The records that will come, go or move on `release`."""
        return self._waiting

    def close(self) -> None:
        """Stops listening to the collection."""
        for stop in self._stops:
            stop()

    # -- Qt's questions

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._aligns[section]
        return None

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        if self.heading_at(index.row()) is not None:
            return _HEADING
        return _DEAD if self.record_at(index.row()) is None else _LIVE

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, number = index.row(), index.column()
        if not (0 <= row < len(self._order) and 0 <= number < len(self.columns)):
            return None
        if role == CellRole:
            return self.cell_at(row, number)
        if role in _TEXT_ROLES:
            return self.words_at(row, number)
        if role == RecordRole:
            return self.id_at(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip_at(row, number)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._aligns[number]
        return None

    # -- what a row says

    def heading_cell(self, heading: Heading) -> Cell:
        """How a heading looks; it has the whole width."""
        section = heading.section
        count, is_folded = self._sections.count(section), self._sections.is_folded(section)
        return self._heading(section, count, is_folded) if self._heading else Cell(str(section))

    def cell_at(self, row: int, number: int) -> Cell:
        """How the record in `row` looks in column `number`; for painting, past Qt's variants."""
        record = self.record_at(row)
        if record is None:
            return self._beside_records(row) if number == 0 else _NOTHING
        return self._told(self.columns[number], Column.look, record, _UNREADABLE)

    def words_at(self, row: int, number: int) -> str:
        """The same in words. That it is new is said once in a row."""
        record = self.record_at(row)
        if record is None:
            return self.cell_at(row, number).text()
        words = self._told(self.columns[number], Column.words, record, UNREADABLE)
        mark = self.mark_at(row, number)
        return ", ".join(filter(None, (words, mark if mark != "new" or number == 0 else "")))

    def mark_at(self, row: int, number: int) -> Mark:
        """Whether the record in `row` is new, or its column `number` changed, and nobody has looked."""
        record_id = self.id_at(row)
        if self._marks is None or record_id is None:
            return ""
        return self._marks.of(record_id, self.columns[number].name)

    def is_right(self, number: int) -> bool:
        """Whether a column is aligned to the right."""
        return self._rights[number]

    def repaint(self, ids: Iterable[RowId]) -> None:
        """What is said of these has changed."""
        last = len(self.columns) - 1
        runs = blocks(sorted({row for row in map(self.row_of, ids) if row >= 0}))
        if len(runs) > MANY:
            # A view paints what it shows once, not once for each of a thousand signals.
            runs = [(runs[0][0], runs[-1][1])]
        for first, end in runs:
            self.dataChanged.emit(self.index(first, 0), self.index(end, last))

    def _beside_records(self, row: int) -> Cell:
        heading = self.heading_at(row)
        return _GONE if heading is None else self.heading_cell(heading)

    def _tip_at(self, row: int, number: int) -> str | None:
        """The column's own tool tip, if it has any."""
        column, record = self.columns[number], self.record_at(row)
        if column.tooltip is None or record is None:
            return None
        return plain_tip(self._told(column, Column.tip, record, UNREADABLE))

    def _told(self, column: Column, tell: Callable[..., Any], record: Any, unreadable: Any) -> Any:
        return self._guarded.ask(column.name, unreadable, tell, column, record)

    # -- from a change to signals

    def _changed(self, change: Change) -> None:
        self._consider((*change.added, *change.updated, *change.removed), touched=change.updated)

    def _consider(
        self, ids: Iterable[str], touched: Iterable[str] = (), *, now: bool = False, section: Any = None
    ) -> None:
        """Brings the rows of `ids` to where they belong. touched: ids whose content is new, too.

        now: also while the order is held; with a section, nothing shows then but what is done about this one.
        """
        is_held = not now and self._keeps_order()
        asked = ids if now or is_held else chain(ids, self._waiting)
        wanted: dict[RowId, Entry | None] = {record_id: self._entry(record_id) for record_id in asked}
        if not is_held:
            wanted.update(self._heading_entries(wanted, section))
        differing = {i: entry for i, entry in wanted.items() if entry != self._entries.get(i)}
        touched = [*touched, *self._sections.recounted()]
        if is_held:
            self.repaint([*touched, *(i for i, entry in differing.items() if entry is None)])
            self._wait(wanted.keys(), differing.keys())
            return
        if differing:
            self.changing.emit()
            self._settle(differing)
        self.repaint(touched)
        self._wait(wanted.keys(), ())
        if differing:
            self.changed.emit()

    def _keeps_order(self) -> bool:
        """Of a list that shows nobody there is nothing to hold: whoever comes is seen at once."""
        return self._held and len(self._entries) > len(self._shown_headings())

    def _wait(self, asked: Iterable[RowId], waiting: Iterable[RowId]) -> None:
        """waiting: those of whom was asked that are not where they belong."""
        before = self._waiting
        self._waiting = before.difference(asked).union(waiting)
        if self._waiting != before:
            self.waiting_changed.emit(len(self._waiting))

    def _heading_entries(self, asked: Iterable[RowId], section: Any) -> dict[RowId, Entry | None]:
        headings = self._sections.headings()
        if self._held and section is not None:
            sections = {section, *map(self._sections.of, asked)}
            headings = {heading: has for heading, has in headings.items() if heading.section in sections}
        return {h: (KEYED, tuple(h), h) if has_any else None for h, has_any in headings.items()}

    def _under(self, heading: Heading) -> list[str]:
        """The records that are shown under a heading, whether they still belong there or not."""
        first = self.row_of(heading) + 1
        rows = takewhile(lambda row: self.heading_at(row) is None, range(first, self.rowCount()))
        return [record_id for row in rows if (record_id := self.id_at(row)) is not None] if first else []

    def _entry(self, record_id: str) -> Entry | None:
        """Where the record belongs, or None when it does not. A fault must not hide a patient."""
        record = self._collection.get(record_id)
        is_in = record is not None and self._guarded.ask("include", True, self._include, record)
        key = self._guarded.ask("key", None, self._key, record) if is_in else None
        if self._heading is not None:
            section = key[0] if key else None
            self._sections.put(record_id, section)
            if section is not None and self._sections.is_folded(section):
                return None
        if not is_in:
            return None
        return (KEYLESS, record_id) if key is None else (KEYED, key, record_id)
