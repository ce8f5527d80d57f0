"""Where each visit stands in the list, remembered until the visit, or time, brings it elsewhere."""

from collections.abc import Callable, Iterable
from heapq import heappop, heappush

from app.core.collection import Change, Collection
from app.core.day import day_start
from app.visits.sections import Moment, Section, moves_at, section, section_key
from app.visits.waiting import QueueRow

_SAME_S = 1.0


class Places:
    """now: the server's time, Unix s. zone: the clinic's, an IANA name or "". me: whose notes are missed.

    What time does is done by `passed` alone: between two calls every answer about a row is the same.
    """

    def __init__(
        self,
        visits: Collection[QueueRow],
        now: Callable[[], float],
        zone: Callable[[], str],
        me: str = "",
    ) -> None:
        self._visits, self._now, self._zone, self._me = visits, now, zone, me
        self._known: dict[str, tuple[QueueRow, Section | None]] = {}
        self._due: list[tuple[float, str]] = []
        self._due_at: dict[str, float] = {}
        self._at = self._passed_at = self._look()
        self._stop = visits.listen(self._forget)

    def close(self) -> None:
        """Listens no longer."""
        self._stop()

    def of(self, row: QueueRow) -> Section | None:
        """Where a row stands; None: it is in no section."""
        known = self._known.get(row.id)
        if known is not None and known[0] is row:
            return known[1]
        at = self._moment()
        place = section(row, at)
        self._known[row.id] = (row, place)
        due = moves_at(row, at.now)
        if due is not None and due != self._due_at.get(row.id):
            self._due_at[row.id] = due
            heappush(self._due, (due, row.id))
        return place

    def key(self, row: QueueRow) -> tuple[int, bool, float]:
        """What the list is sorted by."""
        return section_key(row, self.of(row))

    def passed(self) -> Iterable[str]:
        """The visits that time may have brought elsewhere since this was asked last: all of them on another
        day, and when the clock was set back.
        """
        before, now = self._passed_at, self._look()
        self._at = self._passed_at = now
        if now.day_start != before.day_start or now.now < before.now:
            self._known.clear()
            self._due.clear()
            self._due_at.clear()
            return [row.id for row in self._visits]
        moved = set()
        while self._due and self._due[0][0] <= now.now:
            moved.add(heappop(self._due)[1])
        for visit_id in moved:
            self._known.pop(visit_id, None)
            self._due_at.pop(visit_id, None)
        return moved

    def _moment(self) -> Moment:
        """One for all rows that are looked at in the same second."""
        if not 0.0 <= self._now() - self._at.now < _SAME_S:
            self._at = self._look()
        return self._at

    def _look(self) -> Moment:
        now = self._now()
        return Moment(now, day_start(now, self._zone()), self._me)

    def _forget(self, change: Change) -> None:
        for visit_id in change.removed:
            self._known.pop(visit_id, None)
