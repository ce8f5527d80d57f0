"""Rows over a collection: keyed by id, kept in order, changed by the smallest signals that are true."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal

from app.core.collection import Change, Collection
from ui.kit.blocks import blocks, moves
from ui.kit.cell import Cell
from ui.kit.column import Column
from ui.kit.marks import Mark, Marks
from ui.kit.plain import plain_tip
from ui.kit.sections import Heading, Sections

RecordRole = Qt.ItemDataRole.UserRole
"""The record's id."""
CellRole = Qt.ItemDataRole.UserRole + 1
"""The `Cell` to paint."""

UNREADABLE = "unreadable"
GONE = "No longer in this list"
_UNREADABLE, _GONE = Cell(UNREADABLE), Cell(GONE)

_MANY = 24
"""From this many single steps on, one layout change is cheaper than a signal for each."""

Entry = tuple[Any, ...]
"""What rows are ordered by: (_KEYED, key, id); (_KEYLESS, id) when the key could not be made;
(_PARKED, number, id) at the end of the list while many rows come or go. In the place of the id there may be a
`Heading`."""
_KEYED, _KEYLESS, _PARKED = range(3)

RowId = str | Heading
Head = Callable[[Any, int, bool], Cell]

# Made once: combining Qt's flags costs more than a look into the collection.
_LIVE = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
_DEAD = Qt.ItemFlag.NoItemFlags
_HEADING = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren
_TEXT_ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)


class RecordModel(QAbstractTableModel):
    """The records of `collection` that `include` lets through, ordered by (`key`, id).

    Holds ids and sort keys only and asks the collection when it is painted. Never resets.

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
        self._key, self._include, self._report = key, include, report
        self._reported: set[str] = set()
        self._order: list[Entry] = []
        self._entries: dict[RowId, Entry] = {}
        self._held = False
        self._waiting: set[str] = set()
        self._stops = [collection.listen(self._changed)]
        if marks is not None:
            self._stops.append(marks.told.add(self._repaint))
        self._consider(record.id for record in collection)

    # -- ids and rows

    def row_of(self, record_id: RowId) -> int:
        """The row that shows the record, or the heading; or -1."""
        entry = self._entries.get(record_id)
        return -1 if entry is None else bisect_left(self._order, entry)

    def id_at(self, row: int) -> str | None:
        """The id in a row, or None outside and in a heading."""
        found = self._row_id(row)
        return None if isinstance(found, Heading) else found

    def heading_at(self, row: int) -> Heading | None:
        """The heading in a row; None where a record is, and outside."""
        found = self._row_id(row)
        return found if isinstance(found, Heading) else None

    def headings(self) -> dict[int, Heading]:
        """All headings that are shown, by their row."""
        shown = (heading for heading, has_any in self._sections.headings().items() if has_any)
        return {row: heading for heading in shown if (row := self.row_of(heading)) >= 0}

    def _row_id(self, row: int) -> RowId | None:
        return self._order[row][-1] if 0 <= row < len(self._order) else None

    def record_at(self, row: int) -> Any | None:
        """The record in a row, or None outside, or when it has gone while the order is held."""
        record_id = self.id_at(row)
        return None if record_id is None else self._collection.get(record_id)

    def ids(self) -> tuple[str, ...]:
        """The ids of all records in order."""
        return tuple(entry[-1] for entry in self._order if not isinstance(entry[-1], Heading))

    # -- what decides order and membership

    def refilter(self, include: Callable[[Any], bool] | None = None) -> None:
        """Asks `include` again about every record; a new one may be given. Works while the order is held."""
        if include is not None:
            self._include = include
            self._reported.discard("include")
        self._consider([*self._shown(), *(record.id for record in self._collection)], now=True)

    def rekey(self) -> None:
        """Makes the sort keys again, because time has passed; moves only rows whose place is another."""
        self._consider(self._shown())

    def sort_by(self, key: Callable[[Any], Any]) -> None:
        """Orders by another key, at once."""
        self._key = key
        self._reported.discard("key")
        self._consider(self._shown(), now=True)

    def fold(self, section: Any, folded: bool) -> None:
        """Shows a section as its heading alone, or unfolds it; works while the order is held."""
        moved = self._sections.fold(section, folded)
        if moved:
            self._consider(moved, now=True)

    def is_folded(self, section: Any) -> bool:
        return self._sections.is_folded(section)

    def _shown(self) -> list[str]:
        return [row_id for row_id in self._entries if not isinstance(row_id, Heading)]

    def hold(self) -> None:
        """Keeps every row where it is, however records change, until `release`. Their content stays live."""
        self._held = True

    def release(self) -> None:
        """Lets rows take their places."""
        self._held = False
        waiting, self._waiting = self._waiting, set()
        self._consider(waiting)
        if waiting:
            self.waiting_changed.emit(0)

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
        return frozenset(self._waiting)

    def close(self) -> None:
        """Stops listening to the collection."""
        for stop in self._stops:
            stop()

    # -- Qt's questions

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._order)

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
            return self._told(row, number, Column.words, UNREADABLE, GONE)
        if role == RecordRole:
            return self.id_at(row)
        if role == Qt.ItemDataRole.ToolTipRole and self.columns[number].tooltip:
            return self._told(row, number, _tip, UNREADABLE, GONE)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._aligns[number]
        return None

    def heading_cell(self, heading: Heading) -> Cell:
        """How a heading looks; it has the whole width."""
        section = heading.section
        count, is_folded = self._sections.count(section), self._sections.is_folded(section)
        return self._heading(section, count, is_folded) if self._heading else Cell(str(section))

    def cell_at(self, row: int, number: int) -> Cell:
        """How the record in `row` looks in column `number`; for painting, past Qt's variants."""
        return self._told(row, number, Column.look, _UNREADABLE, _GONE)

    def mark_at(self, row: int, number: int) -> Mark:
        """Whether the record in `row` is new, or its column `number` changed, and nobody has looked."""
        record_id = self.id_at(row)
        if self._marks is None or record_id is None:
            return ""
        return self._marks.of(record_id, self.columns[number].name)

    def reconsider(self, ids: Iterable[str]) -> None:
        """Asks again where these belong: something beside them has changed."""
        self._consider(ids)

    def repaint(self, ids: Iterable[str]) -> None:
        """What is said of these has changed, beside their records."""
        self._repaint(ids)

    def is_right(self, number: int) -> bool:
        """Whether a column is aligned to the right."""
        return self._rights[number]

    def _told(
        self, row: int, number: int, tell: Callable[[Column, Any], Any], unreadable: Any, gone: Any
    ) -> Any:
        row_id = self._order[row][-1]
        if isinstance(row_id, Heading):
            cell = self.heading_cell(row_id) if number == 0 else Cell("")
            return cell if isinstance(gone, Cell) else cell.text()
        record = self._collection.get(row_id)
        if record is None:
            return gone if number == 0 else type(gone)("")
        column = self.columns[number]
        try:
            told = tell(column, record)
        except Exception as error:  # noqa: BLE001 - Qt asks again at every repaint: it must get an answer
            self._tell_once(column.name, error)
            return unreadable
        mark = self.mark_at(row, number)
        return f"{told}, {mark}" if mark and tell is Column.words else told

    def _tell_once(self, what: str, error: BaseException) -> None:
        if what in self._reported:
            return
        self._reported.add(what)
        if self._report is not None:
            self._report(error)

    # -- from a change to signals

    def _changed(self, change: Change) -> None:
        self._consider((*change.added, *change.updated, *change.removed), touched=change.updated)

    def _consider(self, ids: Iterable[str], touched: Iterable[str] = (), *, now: bool = False) -> None:
        """Brings the rows of `ids` to where they belong. touched: ids whose content is new, too."""
        wanted: dict[RowId, Entry | None] = {record_id: self._entry(record_id) for record_id in ids}
        have = self._entries
        # Of an empty list there is nothing to hold.
        is_held = self._held and not now and bool(have)
        if not is_held:
            wanted.update(self._heading_entries())
        differing = {i: entry for i, entry in wanted.items() if entry != have.get(i)}
        touched = [*touched, *self._sections.recounted()]
        if is_held:
            self._set_aside(wanted, differing)
            self._repaint([*touched, *(i for i, entry in differing.items() if entry is None)])
            return
        self._waiting -= wanted.keys()
        if differing:
            self.changing.emit()
            self._leave([i for i, entry in differing.items() if entry is None])
            self._move({i: entry for i, entry in differing.items() if entry is not None and i in have})
            self._enter([entry for i, entry in differing.items() if entry is not None and i not in have])
        self._repaint(touched)
        if differing:
            self.changed.emit()

    def _heading_entries(self) -> dict[RowId, Entry | None]:
        return {
            heading: (_KEYED, tuple(heading), heading) if has_any else None
            for heading, has_any in self._sections.headings().items()
        }

    def _entry(self, record_id: str) -> Entry | None:
        """Where the record belongs, or None when it does not."""
        record = self._collection.get(record_id)
        is_in = record is not None and self._lets_through(record)
        key = self._key_of(record) if is_in else None
        if self._heading is not None:
            section = key[0] if key else None
            self._sections.put(record_id, section)
            if section is not None and self._sections.is_folded(section):
                return None
        if not is_in:
            return None
        return (_KEYLESS, record_id) if key is None else (_KEYED, key, record_id)

    def _lets_through(self, record: Any) -> bool:
        try:
            return bool(self._include(record))
        except Exception as error:  # noqa: BLE001 - the record must be shown even so
            self._tell_once("include", error)
            return True

    def _key_of(self, record: Any) -> Any | None:
        try:
            return self._key(record)
        except Exception as error:  # noqa: BLE001 - the record must be shown even so
            self._tell_once("key", error)
            return None

    def _set_aside(self, wanted: dict[RowId, Any], differing: dict[RowId, Any]) -> None:
        before = len(self._waiting)
        self._waiting = (self._waiting - wanted.keys()) | {
            i for i, entry in differing.items() if entry is not None or i in self._entries
        }
        if len(self._waiting) != before:
            self.waiting_changed.emit(len(self._waiting))

    def _repaint(self, ids: Iterable[RowId]) -> None:
        last = len(self.columns) - 1
        runs = blocks(sorted({row for row in map(self.row_of, ids) if row >= 0}))
        if len(runs) > _MANY:
            # A view paints what it shows once, not once for each of a thousand signals.
            runs = [(runs[0][0], runs[-1][1])]
        for first, end in runs:
            self.dataChanged.emit(self.index(first, 0), self.index(end, last))

    def _leave(self, ids: list[RowId]) -> None:
        gaps = blocks(sorted(map(self.row_of, ids)))
        if len(gaps) > _MANY:
            self._lay_out({row_id: (_PARKED, number, row_id) for number, row_id in enumerate(ids)})
            gaps = [(len(self._order) - len(ids), len(self._order) - 1)]
        for first, last in reversed(gaps):
            self.beginRemoveRows(QModelIndex(), first, last)
            for entry in self._order[first : last + 1]:
                del self._entries[entry[-1]]
            del self._order[first : last + 1]
            self.endRemoveRows()

    def _enter(self, entries: list[Entry]) -> None:
        entries.sort()
        runs: dict[int, list[Entry]] = {}
        for entry in entries:
            runs.setdefault(bisect_left(self._order, entry), []).append(entry)
        if len(runs) > _MANY:
            parked = [(_PARKED, number, entry[-1]) for number, entry in enumerate(entries)]
            self._insert(len(self._order), parked)
            self._lay_out({entry[-1]: entry for entry in entries})
            return
        for place in sorted(runs, reverse=True):
            self._insert(place, runs[place])

    def _insert(self, place: int, entries: list[Entry]) -> None:
        self.beginInsertRows(QModelIndex(), place, place + len(entries) - 1)
        self._order[place:place] = entries
        self._entries.update((entry[-1], entry) for entry in entries)
        self.endInsertRows()

    def _move(self, moved: dict[RowId, Entry]) -> None:
        """Gives rows new keys and, where these ask for it, new places."""
        steps = moves(self._order, [(self._entries[i], entry) for i, entry in moved.items()], _MANY)
        if steps is None:
            self._lay_out(moved)
            return
        for source, place, entry in steps:
            self._step(source, place, entry)

    def _step(self, source: int, place: int, entry: Entry) -> None:
        if source == place:
            self._order[source] = self._entries[entry[-1]] = entry
            return
        # Qt counts the place before the row is taken out, we count it after.
        self.beginMoveRows(QModelIndex(), source, source, QModelIndex(), place + (place > source))
        del self._order[source]
        self._order.insert(place, entry)
        self._entries[entry[-1]] = entry
        self.endMoveRows()

    def _lay_out(self, moved: dict[RowId, Entry]) -> None:
        """Gives many rows new keys and all rows their places at once; selections follow their records."""
        self.layoutAboutToBeChanged.emit()
        indexes = self.persistentIndexList()
        ids = [self._order[index.row()][-1] for index in indexes]
        self._entries.update(moved)
        self._order = sorted(self._entries[entry[-1]] for entry in self._order)
        places = [self.index(self.row_of(i), index.column()) for i, index in zip(ids, indexes, strict=True)]
        self.changePersistentIndexList(indexes, places)
        self.layoutChanged.emit()


def _tip(column: Column, record: Any) -> str:
    """The column's own tool tip, else the whole of what the cell may have cut."""
    return plain_tip(column.tooltip(record) if column.tooltip else column.words(record))
