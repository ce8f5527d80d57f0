"""How many wait, without a name: for the head of the queue and for a locked screen."""

from collections.abc import Iterable

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


def counts_text(rows: Iterable[QueueRow], now: float) -> str:
    """5 waiting, longest 26 min, 2 in progress; "" for none. now: the server's time, Unix s.

    A line is broken between two of these alone.
    """
    places = [(row, group(row, now)) for row in rows if is_open(row)]
    found = [place for _row, place in places]
    parts = [f"{found.count(place)} {word}" for place, word in _WORDS if place in found]
    waits = [waiting_s(row, now) or 0 for row, place in places if place == Group.WAITING]
    if waits:
        parts.insert(1, f"longest {span_text(max(waits))}")
    return listed(part.translate(_WHOLE) for part in parts)
