"""The filter of the queue at work: what the bar says goes to the list, whom it hides back to the bar."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from app.core.collection import Change, Collection
from app.rooms.record import Room
from app.users.record import Person
from app.visits.filter import EVERYONE, Filter, Finder, Tally, tally
from app.visits.waiting import QueueRow
from ui.kit.record_model import RecordModel
from ui.visits.filter_bar import FilterBar
from ui.visits.filter_words import nobody_fits_text

_NOBODY = Tally(0, 0, 0, 0)


class Filtering(QObject):
    """is_listed: whether a row would be in the list without a filter. now: the server's time, Unix s.

    chosen: the `Filter`, by the person. counted: what is hidden may be another.
    """

    chosen = Signal(object)
    counted = Signal()

    def __init__(
        self,
        bar: FilterBar,
        finder: Finder,
        visits: Collection[QueueRow],
        rooms: Collection[Room],
        providers: Collection[Person],
        is_listed: Callable[[QueueRow], bool],
        now: Callable[[], float],
    ) -> None:
        super().__init__(bar)
        self._bar, self._finder, self._visits = bar, finder, visits
        self._is_listed, self._now = is_listed, now
        self._model: RecordModel | None = None
        self._tally = _NOBODY
        self.matches = finder.matching(EVERYONE)
        bar.changed.connect(self._choose)
        # Once for all that changes in one turn.
        self._due = QTimer(self, singleShot=True, interval=0)
        self._due.timeout.connect(self._count)
        named = (rooms.listen(self._renamed), providers.listen(self._renamed))
        self._stops = [visits.listen(self._changed), *named]

    def close(self) -> None:
        """Listens no longer."""
        for stop in self._stops:
            stop()
        self._bar.close_questions()

    def narrow(self, model: RecordModel, wanted: Filter) -> None:
        """Begins with what was chosen before. model: asks `matches`, and is told when that is another."""
        self._model = model
        self._bar.set_filter(wanted)
        self._apply(wanted)

    def is_all(self) -> bool:
        """Whether nobody is hidden by it."""
        return self._bar.filter.is_empty

    def nobody_text(self) -> str:
        """For a list that it leaves empty, "" when it hides nobody."""
        return nobody_fits_text(self._tally)

    def _choose(self, wanted: Filter) -> None:
        self._apply(wanted)
        self.chosen.emit(wanted)

    def _apply(self, wanted: Filter) -> None:
        self.matches = self._finder.matching(wanted)
        if self._model is not None:
            self._model.refilter()
        self._count()

    def _changed(self, _change: Change) -> None:
        if not self.is_all():
            self._due.start()

    def _renamed(self, _change: Change) -> None:
        self._bar.refresh_names()

    def _count(self) -> None:
        rows = () if self.is_all() else filter(self._is_listed, self._visits)
        self._tally = tally(rows, self.matches, self._now())
        self._bar.set_counts(*self._tally)
        self.counted.emit()
