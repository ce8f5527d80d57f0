"""An appointment and the walk-in of the patient who has come to it are one row (api/visits.md §4).

The walk-in tells that somebody waits, so it is the one that is shown; the appointment adds when it was
booked.
"""

from collections.abc import Callable, Iterable

from app.core.collection import Change, Collection
from app.visits.record import Status, Visit
from app.visits.waiting import QueueRow, is_open


class Pairs:
    """Which appointments stand under their walk-in.

    changed(ids): appointments that are to be shown, or not any more, because of another visit.
    """

    def __init__(
        self, visits: Collection[QueueRow], changed: Callable[[Iterable[str]], None] = lambda _ids: None
    ) -> None:
        self._visits = visits
        self.changed = changed
        self._walkin_of: dict[str, str] = {}
        # A server may link several to one walk-in.
        self._appointments_of: dict[str, set[str]] = {}
        for row in visits:
            self._learn(row.id)
        self._stop = visits.listen(self._heard)

    def close(self) -> None:
        """Listens no longer."""
        self._stop()

    def is_covered(self, row: QueueRow) -> bool:
        """Whether an appointment's patient has come, and their walk-in stands in the list for it."""
        if not isinstance(row, Visit) or not row.related_walkin_id:
            return False
        walkin = self._visits.get(row.related_walkin_id)
        return isinstance(walkin, Visit) and _covers(walkin, row)

    def appointment(self, walkin: Visit) -> Visit | None:
        """The appointment that stands under a walk-in."""
        for record_id in sorted(self._appointments_of.get(walkin.id, ())):
            row = self._visits.get(record_id)
            if isinstance(row, Visit) and _covers(walkin, row):
                return row
        return None

    def _heard(self, change: Change) -> None:
        touched = (*change.added, *change.updated, *change.removed)
        for record_id in touched:
            self._learn(record_id)
        # Also those of an appointment that points elsewhere itself: it covers others only while it does not.
        beside = set().union(*(self._appointments_of.get(record_id, ()) for record_id in touched))
        if beside:
            self.changed(beside)

    def _learn(self, record_id: str) -> None:
        row = self._visits.get(record_id)
        walkin_id = row.related_walkin_id if isinstance(row, Visit) else None
        before = self._walkin_of.pop(record_id, None)
        if before is not None:
            self._appointments_of[before].discard(record_id)
            if not self._appointments_of[before]:
                del self._appointments_of[before]
        if walkin_id:
            self._walkin_of[record_id] = walkin_id
            self._appointments_of.setdefault(walkin_id, set()).add(record_id)


def _covers(walkin: Visit, appointment: Visit) -> bool:
    """Whatever the server links, nobody goes from sight by it: there is one patient; what covers is not
    covered itself; and the row that is shown says no less of how far they are.
    """
    ours, theirs = walkin.member, appointment.member
    if walkin.related_walkin_id or (ours is not None and theirs is not None and ours.id != theirs.id):
        return False
    if not is_open(appointment) or not is_open(walkin):
        return walkin.status == appointment.status
    return appointment.status != Status.IN_PROGRESS or walkin.status == Status.IN_PROGRESS
