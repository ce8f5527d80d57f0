"""Counts what is new in the queue and nobody has looked at, and says so above it."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from ui.kit.hold import Hold
from ui.kit.marks import Marks
from ui.kit.record_model import RecordModel
from ui.kit.record_table import RecordTable
from ui.kit.somebody import Somebody
from ui.visits.updates_bar import UpdatesBar

_LOOK_MS = 1000


class Updates(QObject):
    """Marks go when the row was in view, in a window that somebody is at, for some seconds.

    waits: whether a visit, by its id, is one of somebody who waits.
    """

    def __init__(
        self,
        table: RecordTable,
        model: RecordModel,
        marks: Marks,
        bar: UpdatesBar,
        waits: Callable[[str], bool],
    ) -> None:
        super().__init__(table)
        self._table, self._model, self._marks = table, model, marks
        self._bar, self._waits = bar, waits
        self.hold = Hold(table, model)
        self._somebody = Somebody(table)
        self._due = QTimer(self, singleShot=True, interval=0)
        self._due.timeout.connect(self._count_now)
        self._looks = QTimer(self, interval=_LOOK_MS)
        self._looks.timeout.connect(self._look)
        self._looks.start()
        self.hold.changed.connect(self.count)
        # What is marked is also painted anew.
        model.dataChanged.connect(self.count)
        model.changed.connect(self.count)
        model.waiting_changed.connect(self.count)
        table.scrolled.connect(self.count)
        bar.wanted.connect(self.show)

    def close(self) -> None:
        """Listens no longer."""
        self._due.stop()
        self._looks.stop()
        self._marks.close()

    def count(self) -> None:
        """Once for all that happens in this turn."""
        self._due.start()

    def show(self) -> None:
        """Everything takes its place, and the first of what is out of view comes into view (F5)."""
        self.hold.apply()
        hidden = self._marks.ids - set(self._table.visible_ids())
        rows = sorted(row for row in map(self._model.row_of, hidden) if row >= 0)
        if rows:
            self._table.scrollTo(self._model.index(rows[0], 0))
        self.count()

    def _count_now(self) -> None:
        pending = self._model.waiting_ids
        unseen = {each for each in self._marks.ids if self._model.row_of(each) >= 0} | pending
        in_view = set(self._table.visible_ids()) - pending
        fresh = [each for each in pending if self._model.row_of(each) < 0 and self._waits(each)]
        if not self._bar.show_updates(len(unseen), len(unseen - in_view), len(fresh)):
            self._table.setFocus()

    def _look(self) -> None:
        if self._marks.ids and self._somebody.is_here():
            self._marks.look(self._table.visible_ids(), _LOOK_MS / 1000)
