"""Rows over a collection: keyed by id, kept in order, changed by the smallest signals that are true."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal

from app.core.collection import Change, Collection
from ui.kit.blocks import blocks, fewest_moves
from ui.kit.cell import Cell
from ui.kit.plain import plain_tip

RecordRole = Qt.ItemDataRole.UserRole
"""The record's id."""
CellRole = Qt.ItemDataRole.UserRole + 1
"""The `Cell` to paint."""

UNREADABLE = "unreadable"
GONE = "No longer in this list"

_MANY = 24
"""From this many single steps on, one layout change is cheaper than a signal for each."""

_TEXT_ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    text: the cell's words; or cell: its look, whose words serve as text. tooltip: plain text, optional.
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
        self._collection = collection
        self._key, self._include, self._report = key, include, report
        self._reported: set[str] = set()
        # An entry is (0, key, id), or (1, id) when the key could not be made: it sorts last.
        self._order: list[tuple[Any, ...]] = []
        self._entries: dict[str, tuple[Any, ...]] = {}
        self._held = False
        self._waiting: set[str] = set()
        self._stop = collection.listen(self._changed)
        self._consider(record.id for record in collection)

    # -- ids and rows

    def row_of(self, record_id: str) -> int:
        """The row that shows the record, or -1."""
        entry = self._entries.get(record_id)
        if entry is None:
            return -1
        row = bisect_left(self._order, entry)
        if self.id_at(row) == record_id:
            return row
        # In the middle of a batch rows already stand in their new order under their old keys.
        return next((row for row, each in enumerate(self._order) if each[-1] == record_id), -1)

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
            return self.columns[section].align | Qt.AlignmentFlag.AlignVCenter
        return None

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        if not index.isValid() or self.record_at(index.row()) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, number = index.row(), index.column()
        if not (0 <= row < len(self._order) and 0 <= number < len(self.columns)):
            return None
        if role == CellRole:
            return self._told(row, number, Column.look, Cell(UNREADABLE), Cell(GONE))
        if role in _TEXT_ROLES:
            return self._told(row, number, Column.words, UNREADABLE, GONE)
        if role == RecordRole:
            return self._order[row][-1]
        if role == Qt.ItemDataRole.ToolTipRole and self.columns[number].tooltip:
            return self._told(row, number, _tip, UNREADABLE, GONE)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.columns[number].align | Qt.AlignmentFlag.AlignVCenter
        return None

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

    def _entry(self, record_id: str) -> tuple[Any, ...] | None:
        """Where the record belongs, or None when it does not."""
        record = self._collection.get(record_id)
        if record is None or not self._included(record):
            return None
        try:
            return (0, self._key(record), record_id)
        except Exception as error:  # noqa: BLE001 - the record must be shown even so
            self._tell_once("key", error)
            return (1, record_id)

    def _included(self, record: Any) -> bool:
        try:
            return self._include(record)
        except Exception as error:  # noqa: BLE001 - the record must be shown even so
            self._tell_once("include", error)
            return True

    def _set_aside(self, wanted: dict[str, Any], differing: dict[str, Any]) -> None:
        before = len(self._waiting)
        self._waiting = (self._waiting - wanted.keys()) | {
            i for i, entry in differing.items() if entry is not None or i in self._entries
        }
        if len(self._waiting) != before:
            self.waiting_changed.emit(len(self._waiting))

    def _repaint(self, ids: Iterable[str]) -> None:
        last = len(self.columns) - 1
        rows = sorted(row for row in map(self.row_of, ids) if row >= 0)
        for first, end in blocks(rows):
            self.dataChanged.emit(self.index(first, 0), self.index(end, last))

    def _leave(self, ids: list[str]) -> None:
        rows = sorted(row for row in map(self.row_of, ids) if row >= 0)
        gaps = blocks(rows)
        if len(gaps) > _MANY:
            going = set(rows)
            self._lay_out([r for r in range(len(self._order)) if r not in going] + rows)
            gaps = [(len(self._order) - len(rows), len(self._order) - 1)]
        for first, last in reversed(gaps):
            self.beginRemoveRows(QModelIndex(), first, last)
            for entry in self._order[first : last + 1]:
                del self._entries[entry[-1]]
            del self._order[first : last + 1]
            self.endRemoveRows()

    def _enter(self, entries: list[tuple[Any, ...]]) -> None:
        entries.sort()
        places = [bisect_left(self._order, entry) for entry in entries]
        runs: list[tuple[int, list[tuple[Any, ...]]]] = []
        for place, entry in zip(places, entries, strict=True):
            if runs and runs[-1][0] == place:
                runs[-1][1].append(entry)
            else:
                runs.append((place, [entry]))
        if len(runs) > _MANY:
            self._insert(len(self._order), entries)
            self._lay_out(sorted(range(len(self._order)), key=self._order.__getitem__))
            return
        for place, run in reversed(runs):
            self._insert(place, run)

    def _insert(self, place: int, entries: list[tuple[Any, ...]]) -> None:
        self.beginInsertRows(QModelIndex(), place, place + len(entries) - 1)
        self._order[place:place] = entries
        self._entries.update((entry[-1], entry) for entry in entries)
        self.endInsertRows()

    def _move(self, moved: dict[str, tuple[Any, ...]]) -> None:
        """Gives rows new keys and, where these ask for it, new places."""
        if not moved:
            return
        target = [entry for entry in self._order if entry[-1] not in moved]
        if len(moved) > _MANY:
            target = sorted([*target, *moved.values()])
        else:
            for entry in moved.values():
                insort(target, entry)
        before = self.ids()
        rows = {record_id: row for row, record_id in enumerate(before)}
        wanted = [rows[entry[-1]] for entry in target]
        movers = fewest_moves(wanted)
        if len(movers) > _MANY:
            self._lay_out(wanted)
        else:
            self._step([before[row] for row in movers], target)
        self._order = target
        self._entries.update(moved)

    def _step(self, movers: list[str], target: list[tuple[Any, ...]]) -> None:
        """Moves single rows. movers: in target order, so that each one's predecessor stands already."""
        if not movers:
            return
        moving = set(movers)
        now = list(self.ids())
        previous = None
        for entry in target:
            record_id = entry[-1]
            if record_id in moving:
                source = now.index(record_id)
                place = 0 if previous is None else now.index(previous) + 1
                self._shift(now, source, place)
            previous = record_id

    def _shift(self, now: list[str], source: int, place: int) -> None:
        if place in (source, source + 1):
            return
        self.beginMoveRows(QModelIndex(), source, source, QModelIndex(), place)
        record_id = now.pop(source)
        now.insert(place - (place > source), record_id)
        self._order.insert(place - (place > source), self._order.pop(source))
        self.endMoveRows()

    def _lay_out(self, rows: list[int]) -> None:
        """Puts all rows in another order at once. rows: for each new row, the old one. Selections follow."""
        self.layoutAboutToBeChanged.emit()
        self._order = [self._order[row] for row in rows]
        places = {old: new for new, old in enumerate(rows)}
        indexes = self.persistentIndexList()
        self.changePersistentIndexList(
            indexes, [self.index(places[index.row()], index.column()) for index in indexes]
        )
        self.layoutChanged.emit()


def _tip(column: Column, record: Any) -> str:
    return plain_tip(column.tooltip(record)) if column.tooltip else ""
