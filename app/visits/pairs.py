"""An appointment and the walk-in of the patient who has come to it are one row (api/visits.md §4).

The walk-in tells that somebody waits, so it is the one that is shown; the appointment adds when it was
booked.
"""

from collections.abc import Callable, Iterable

from app.core.collection import Change, Collection
from app.core.unreadable import Unreadable
from app.visits.record import Visit
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
        self._appointment_of: dict[str, str] = {}
        self._walkin_of: dict[str, str] = {}
        for row in visits:
            self._learn(row.id)
        self._stop = visits.listen(self._heard)

    def close(self) -> None:
        """Listens no longer."""
        self._stop()

    def is_covered(self, row: QueueRow) -> bool:
        """Whether an appointment's patient has come, and their open walk-in stands in the list for it."""
        if isinstance(row, Unreadable) or not row.related_walkin_id or not is_open(row):
            return False
        walkin = self._visits.get(row.related_walkin_id)
        return isinstance(walkin, Visit) and is_open(walkin) and _is_of_one(walkin, row)

    def appointment(self, walkin: Visit) -> Visit | None:
        """The appointment that a walk-in was made for."""
        found = self._visits.get(self._appointment_of.get(walkin.id, ""))
        return found if isinstance(found, Visit) and _is_of_one(walkin, found) else None

    def _heard(self, change: Change) -> None:
        for record_id in (*change.added, *change.updated, *change.removed):
            self._learn(record_id)
        touched = (*change.added, *change.updated, *change.removed)
        appointments = {self._appointment_of[each] for each in touched if each in self._appointment_of}
        if appointments:
            self.changed(appointments)

    def _learn(self, record_id: str) -> None:
        row = self._visits.get(record_id)
        walkin_id = row.related_walkin_id if isinstance(row, Visit) else None
        before = self._walkin_of.pop(record_id, None)
        if before is not None and self._appointment_of.get(before) == record_id:
            del self._appointment_of[before]
        if walkin_id:
            self._walkin_of[record_id] = walkin_id
            self._appointment_of[walkin_id] = record_id


def _is_of_one(walkin: Visit, appointment: Visit) -> bool:
    """Never two patients in one row, whatever the server links."""
    ours, theirs = walkin.member, appointment.member
    return ours is None or theirs is None or ours.id == theirs.id
