"""How many wait, without a name: for the head of the queue and for a locked screen."""

from collections.abc import Iterable

from app.core.collection import Collection
from app.core.counted import Counted
from app.visits.waiting import Group, QueueRow, group, is_open, waiting_s
from ui.kit.formats import listed, span_text

_WORDS = (
    (Group.WAITING, "waiting"),
    (Group.IN_PROGRESS, "in progress"),
    (Group.E_CONSULT, "e-consult"),
    (Group.SCHEDULED, "scheduled"),
    (Group.MISSED, "missed"),
    (Group.UNCLEAR, "unclear"),
)
# No number is broken off from its word.
_WHOLE = str.maketrans({" ": "\N{NO-BREAK SPACE}", "-": "\N{NON-BREAKING HYPHEN}"})


class Counts:
    """Of the open visits in a collection; whoever has it tells it of whom to look at again."""

    def __init__(self, visits: Collection[QueueRow]) -> None:
        self._visits = visits
        self._groups: Counted[Group] = Counted()
        # Since when each of those who wait does, Unix s.
        self._since: dict[str, float] = {}

    def look(self, visit_ids: Iterable[str], now: float) -> None:
        """These changed, or time may have brought them to another group. now: the server's time, Unix s."""
        for visit_id in visit_ids:
            row = self._visits.get(visit_id)
            place = group(row, now) if row is not None and is_open(row) else None
            self._groups.put(visit_id, place)
            self._since.pop(visit_id, None)
            start = getattr(row, "start", None)
            if place == Group.WAITING and start is not None:
                self._since[visit_id] = start

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
        for visit_id in sorted(self._since, key=self._since.__getitem__):
            row = self._visits.get(visit_id)
            waited = None if row is None else waiting_s(row, now)
            if waited is not None:
                return waited
        return 0


def counts_text(visits: Collection[QueueRow], now: float) -> str:
    """As `Counts.text`, for whoever asks once."""
    counts = Counts(visits)
    counts.look((row.id for row in visits), now)
    return counts.text(now)
