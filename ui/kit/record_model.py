"""Rows over a collection: keyed by id, kept in order, changed by the smallest signals that are true."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal

from app.core.collection import Change, Collection
from ui.kit.blocks import blocks, moves
from ui.kit.cell import Cell
from ui.kit.plain import plain_tip

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
"""What rows are ordered by: (_KEYED, key, id); (_KEYLESS, id) when the key could not be made; (_PARKED, id)
at the end of the list while many rows come or go."""
_KEYED, _KEYLESS, _PARKED = range(3)

# Made once: combining Qt's flags costs more than a look into the collection.
_LIVE = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
_DEAD = Qt.ItemFlag.NoItemFlags
_TEXT_ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    text: the cell's words; or cell: its look, whose words serve as text. tooltip: plain text; else the words.
    weight: share of spare width. chars: width below which it makes no sense. priority: 0 always stays, the
    largest is hidden first when the table is narrow.
    """

    name: str
    title: str
    text: Callable[[Any], str] | None = None
    tooltip: Callable[[Any], str] | None = None
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft
    cell: Callable[[Any], Cell] | None = None
    weight: float = 1.0
    chars: int = 8
    priority: int = 0

    def look(self, record: Any) -> Cell:
        """How `record` looks in this column."""
        if self.cell is not None:
            return self.cell(record)
        return Cell(self.text(record) if self.text else "")

    def words(self, record: Any) -> str:
        """What `record` says in this column."""
        return self.text(record) if self.text is not None else self.look(record).text()


class RecordModel(QAbstractTableModel):
    """The records of `collection` that `include` lets through, ordered by (`key`, id).

    Holds ids and sort keys only and asks the collection when it is painted. Never resets.

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
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._aligns = [column.align | Qt.AlignmentFlag.AlignVCenter for column in self.columns]
        self._rights = [bool(column.align & Qt.AlignmentFlag.AlignRight) for column in self.columns]
        self._collection = collection
        self._key, self._include, self._report = key, include, report
        self._reported: set[str] = set()
        self._order: list[Entry] = []
        self._entries: dict[str, Entry] = {}
        self._held = False
        self._waiting: set[str] = set()
        self._stop = collection.listen(self._changed)
        self._consider(record.id for record in collection)

    # -- ids and rows

    def row_of(self, record_id: str) -> int:
        """The row that shows the record, or -1."""
        entry = self._entries.get(record_id)
        return -1 if entry is None else bisect_left(self._order, entry)

    def id_at(self, row: int) -> str | None:
        """The id in a row, or None outside."""
        return self._order[row][-1] if 0 <= row < len(self._order) else None

    def record_at(self, row: int) -> Any | None:
        """The record in a row, or None outside, or when it has gone while the order is held."""
        record_id = self.id_at(row)
        return None if record_id is None else self._collection.get(record_id)

    def ids(self) -> tuple[str, ...]:
        """All ids in order."""
        return tuple(entry[-1] for entry in self._order)

    # -- what decides order and membership

    def refilter(self, include: Callable[[Any], bool] | None = None) -> None:
        """Asks `include` again about every record; a new one may be given. Works while the order is held."""
        if include is not None:
            self._include = include
            self._reported.discard("include")
        self._consider([*self._entries, *(record.id for record in self._collection)], now=True)

    def rekey(self) -> None:
        """Makes the sort keys again, because time has passed; moves only rows whose place is another."""
        self._consider(tuple(self._entries))

    def sort_by(self, key: Callable[[Any], Any]) -> None:
        """Orders by another key, at once."""
        self._key = key
        self._reported.discard("key")
        self._consider(tuple(self._entries), now=True)

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

    def close(self) -> None:
        """Stops listening to the collection."""
        self._stop()

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
            return self._order[row][-1]
        if role == Qt.ItemDataRole.ToolTipRole and self.columns[number].tooltip:
            return self._told(row, number, _tip, UNREADABLE, GONE)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._aligns[number]
        return None

    def cell_at(self, row: int, number: int) -> Cell:
        """How the record in `row` looks in column `number`; for painting, past Qt's variants."""
        return self._told(row, number, Column.look, _UNREADABLE, _GONE)

    def is_right(self, number: int) -> bool:
        """Whether a column is aligned to the right."""
        return self._rights[number]

    def _told(
        self, row: int, number: int, tell: Callable[[Column, Any], Any], unreadable: Any, gone: Any
    ) -> Any:
        record = self._collection.get(self._order[row][-1])
        if record is None:
            return gone if number == 0 else type(gone)("")
        column = self.columns[number]
        try:
            return tell(column, record)
        except Exception as error:  # noqa: BLE001 - Qt asks again at every repaint: it must get an answer
            self._tell_once(column.name, error)
            return unreadable

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
        wanted = {record_id: self._entry(record_id) for record_id in ids}
        have = self._entries
        differing = {i: entry for i, entry in wanted.items() if entry != have.get(i)}
        if self._held and not now:
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

    def _entry(self, record_id: str) -> Entry | None:
        """Where the record belongs, or None when it does not."""
        record = self._collection.get(record_id)
        try:
            if record is None or not self._include(record):
                return None
        except Exception as error:  # noqa: BLE001 - the record must be shown even so
            self._tell_once("include", error)
        try:
            return (_KEYED, self._key(record), record_id)
        except Exception as error:  # noqa: BLE001 - the record must be shown even so
            self._tell_once("key", error)
            return (_KEYLESS, record_id)

    def _set_aside(self, wanted: dict[str, Any], differing: dict[str, Any]) -> None:
        before = len(self._waiting)
        self._waiting = (self._waiting - wanted.keys()) | {
            i for i, entry in differing.items() if entry is not None or i in self._entries
        }
        if len(self._waiting) != before:
            self.waiting_changed.emit(len(self._waiting))

    def _repaint(self, ids: Iterable[str]) -> None:
        last = len(self.columns) - 1
        runs = blocks(sorted({row for row in map(self.row_of, ids) if row >= 0}))
        if len(runs) > _MANY:
            # A view paints what it shows once, not once for each of a thousand signals.
            runs = [(runs[0][0], runs[-1][1])]
        for first, end in runs:
            self.dataChanged.emit(self.index(first, 0), self.index(end, last))

    def _leave(self, ids: list[str]) -> None:
        gaps = blocks(sorted(map(self.row_of, ids)))
        if len(gaps) > _MANY:
            self._lay_out({record_id: (_PARKED, record_id) for record_id in ids})
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
            self._insert(len(self._order), sorted((_PARKED, entry[-1]) for entry in entries))
            self._lay_out({entry[-1]: entry for entry in entries})
            return
        for place in sorted(runs, reverse=True):
            self._insert(place, runs[place])

    def _insert(self, place: int, entries: list[Entry]) -> None:
        self.beginInsertRows(QModelIndex(), place, place + len(entries) - 1)
        self._order[place:place] = entries
        self._entries.update((entry[-1], entry) for entry in entries)
        self.endInsertRows()

    def _move(self, moved: dict[str, Entry]) -> None:
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

    def _lay_out(self, moved: dict[str, Entry]) -> None:
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
