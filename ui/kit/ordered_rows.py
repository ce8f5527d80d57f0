"""Rows that are kept in order, and changed by the smallest signals that are true."""

from bisect import bisect_left
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject

from ui.kit.blocks import blocks, moves
from ui.kit.sections import Heading

MANY = 24
"""From this many single steps on, one layout change is cheaper than a signal for each."""

Entry = tuple[Any, ...]
"""What rows are ordered by: (KEYED, key, row id); (KEYLESS, row id) when the key could not be made;
(PARKED, number, row id) at the end of the list while many rows come or go."""
KEYED, KEYLESS, PARKED = range(3)

RowId = str | Heading


class OrderedRows(QAbstractTableModel):
    """Knows rows by their ids: a record's, or the heading above some. Never resets."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._order: list[Entry] = []
        self._entries: dict[RowId, Entry] = {}

    def row_of(self, row_id: RowId) -> int:
        """The row that shows the record, or the heading; or -1."""
        entry = self._entries.get(row_id)
        return -1 if entry is None else bisect_left(self._order, entry)

    def id_at(self, row: int) -> str | None:
        """The id in a row, or None outside and in a heading."""
        found = self._row_id(row)
        return None if isinstance(found, Heading) else found

    def heading_at(self, row: int) -> Heading | None:
        """The heading in a row; None where a record is, and outside."""
        found = self._row_id(row)
        return found if isinstance(found, Heading) else None

    def ids(self) -> tuple[str, ...]:
        """The ids of all records in order."""
        return tuple(entry[-1] for entry in self._order if not isinstance(entry[-1], Heading))

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._order)

    def _row_id(self, row: int) -> RowId | None:
        return self._order[row][-1] if 0 <= row < len(self._order) else None

    # -- to where they belong

    def _settle(self, differing: Mapping[RowId, Entry | None]) -> None:
        """Brings rows to other entries; None: they go."""
        have = self._entries
        gone = [row_id for row_id, entry in differing.items() if entry is None]
        moved = {i: entry for i, entry in differing.items() if entry is not None and i in have}
        come = [entry for i, entry in differing.items() if entry is not None and i not in have]
        self._leave(gone)
        self._move(moved)
        self._enter(come)

    def _leave(self, ids: list[RowId]) -> None:
        gaps = blocks(sorted(map(self.row_of, ids)))
        if len(gaps) > MANY:
            self._lay_out({row_id: (PARKED, number, row_id) for number, row_id in enumerate(ids)})
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
        if len(runs) > MANY:
            parked = [(PARKED, number, entry[-1]) for number, entry in enumerate(entries)]
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
        steps = moves(self._order, [(self._entries[i], entry) for i, entry in moved.items()], MANY)
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

    def _lay_out(self, moved: Mapping[RowId, Entry]) -> None:
        """Gives many rows new keys and all rows their places at once; selections follow their records."""
        self.layoutAboutToBeChanged.emit()
        indexes = self.persistentIndexList()
        ids = [self._order[index.row()][-1] for index in indexes]
        self._entries.update(moved)
        self._order = sorted(self._entries[entry[-1]] for entry in self._order)
        places = [self.index(self.row_of(i), index.column()) for i, index in zip(ids, indexes, strict=True)]
        self.changePersistentIndexList(indexes, places)
        self.layoutChanged.emit()
