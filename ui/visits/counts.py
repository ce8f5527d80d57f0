"""How many wait, without a name: for the head of the queue and for a locked screen."""

from collections.abc import Iterable

from app.core.counted import Counted
from app.visits.record import Visit
from app.visits.sections import over_s
from app.visits.waiting import Group, QueueRow, group, is_open, waiting_s
from ui.kit.formats import listed, span_text

# A call that has probably ended: it stands apart in the list, too.
_OVER = -1
_WORDS = (
    (Group.WAITING, "waiting"),
    (Group.IN_PROGRESS, "in progress"),
    (_OVER, "over time"),
    (Group.E_CONSULT, "e-consult"),
    (Group.SCHEDULED, "scheduled"),
    (Group.MISSED, "missed"),
    (Group.UNCLEAR, "unclear"),
)
# No number is broken off from its word.
_WHOLE = str.maketrans({" ": "\N{NO-BREAK SPACE}", "-": "\N{NON-BREAKING HYPHEN}"})


class Counts:
    """Of open visits, one taken after another."""

    def __init__(self) -> None:
        self._groups: Counted[int] = Counted()
        self._waiting: dict[str, Visit] = {}

    def take(self, visit_id: str, row: QueueRow | None, now: float) -> None:
        """A visit as it is now, in place of what was taken under its id; None: it is no more.

        To be taken anew when time may have brought it to another group. now: the server's time, Unix s.
        """
        place: int | None = group(row, now) if row is not None and is_open(row) else None
        if isinstance(row, Visit) and over_s(row, now) is not None:
            place = _OVER
        self._groups.put(visit_id, place)
        if place == Group.WAITING and isinstance(row, Visit):
            self._waiting[visit_id] = row
        else:
            self._waiting.pop(visit_id, None)

    def text(self, now: float) -> str:
        """5 waiting, longest 26 min, 2 in progress; "" for none.

        A line is broken between two of these alone.
        """
        counts = {place: self._groups.count(place) for place, _word in _WORDS}
        parts = [f"{counts[place]} {word}" for place, word in _WORDS if counts[place]]
        if counts[Group.WAITING]:
            parts.insert(1, f"longest {span_text(self._longest_s(now))}")
        return listed(part.translate(_WHOLE) for part in parts)

    def _longest_s(self, now: float) -> int:
        """Of the waits that can be true, the one that began first."""
        for visit in sorted(self._waiting.values(), key=lambda visit: visit.start or now):
            waited = waiting_s(visit, now)
            if waited is not None:
                return waited
        return 0


def counts_text(rows: Iterable[QueueRow], now: float) -> str:
    """As `Counts.text`, for whoever asks once."""
    counts = Counts()
    for row in rows:
        counts.take(row.id, row, now)
    return counts.text(now)
