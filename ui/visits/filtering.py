"""The filter of the queue at work: what the bar says goes to the list, whom it hides back to the bar."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer, Signal

from app.core.collection import Change
from app.core.counted import Counted
from app.visits.filter import EVERYONE, Filter, Finder, Tally, tally
from app.visits.waiting import QueueRow
from ui.kit.record_model import RecordModel
from ui.visits.filter_bar import FilterBar
from ui.visits.filter_words import nobody_fits_text
from ui.visits.queue_source import QueueSource


class Filtering(QObject):
    """is_listed: whether a row would be in the list without a filter.

    chosen: the `Filter`, by the person. narrowed: other rows than before may fit. counted: what is hidden may
    be another.
    """

    chosen = Signal(object)
    narrowed = Signal()
    counted = Signal()

    def __init__(
        self, bar: FilterBar, finder: Finder, source: QueueSource, is_listed: Callable[[QueueRow], bool]
    ) -> None:
        super().__init__(bar)
        self._bar, self._finder, self._source, self._is_listed = bar, finder, source, is_listed
        self._model: RecordModel | None = None
        # Of each row what it adds to the whole.
        self._tallies: Counted[Tally] = Counted()
        self.matches = finder.matching(EVERYONE)
        bar.changed.connect(self._choose)
        # Once for all that changes in one turn.
        self._due = QTimer(self, singleShot=True, interval=0)
        self._due.timeout.connect(self._tell)
        named = (source.rooms.listen(self._renamed), source.providers.listen(self._renamed))
        self._stops = [source.visits.listen(self._changed), *named]

    def close(self) -> None:
        """Listens no longer."""
        self._due.stop()
        for stop in self._stops:
            stop()
        self._bar.close_questions()

    def narrow(self, model: RecordModel, wanted: Filter) -> None:
        """Begins with what was chosen before. model: asks `matches`, and is told when that is another."""
        self._model = model
        self._bar.set_filter(wanted)
        self._apply(wanted)

    def look(self, visit_ids: Iterable[str]) -> None:
        """Counts these anew: they changed, or something beside them has."""
        if self.is_all():
            return
        now = self._source.now()
        for visit_id in visit_ids:
            row = self._source.visits.get(visit_id)
            is_in = row is not None and self._is_listed(row)
            self._tallies.put(visit_id, tally((row,), self.matches, now) if is_in else None)
        self._due.start()

    def is_all(self) -> bool:
        """Whether nobody is hidden by it."""
        return self._bar.filter.is_empty

    def nobody_text(self) -> str:
        """For a list that it leaves empty, "" when it hides nobody."""
        return nobody_fits_text(self._tally())

    def _choose(self, wanted: Filter) -> None:
        self._apply(wanted)
        self.chosen.emit(wanted)

    def _apply(self, wanted: Filter) -> None:
        self.matches = self._finder.matching(wanted)
        if self._model is not None:
            self._model.refilter()
        self._tallies.clear()
        self.look([row.id for row in self._source.visits])
        self.narrowed.emit()
        self._tell()

    def _changed(self, change: Change) -> None:
        self.look((*change.added, *change.updated, *change.removed))

    def _renamed(self, _change: Change) -> None:
        self._bar.refresh_names()

    def _tell(self) -> None:
        self._due.stop()
        self._bar.set_counts(*self._tally())
        self.counted.emit()

    def _tally(self) -> Tally:
        """Of all rows together."""
        counts = {one: self._tallies.count(one) for one in self._tallies.ever()}
        return Tally(
            *(sum(one[n] * count for one, count in counts.items()) for n in range(len(Tally._fields)))
        )
