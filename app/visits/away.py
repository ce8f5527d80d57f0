"""What changed at the clinic while it could not be seen: one summary, not an alert for each change."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields

from app.core.clock import ServerClock
from app.core.collection import Change, Collection
from app.core.connection import Connection, Standing
from app.core.unreadable import Unreadable
from app.visits.queue import AHEAD_S, BACK_S
from app.visits.record import Status
from app.visits.waiting import Group, QueueRow, group, is_open, waiting_s

Rows = Mapping[str, QueueRow]

# A shorter cut is told by the status bar alone.
_SHORTEST_S = 30.0
# From here on it is said that nothing changed.
_WORTH_A_WORD_S = 120.0


@dataclass(frozen=True, slots=True)
class Counts:
    """Visits by what happened to them meanwhile.

    came: they wait now and did not before. e_consults: asked for meanwhile. started: their call is under way
    now. completed: finished. left: the patient left, or somebody cancelled. gone: open before, no longer in
    the list. booked: new appointments. unclear: they cannot be read or have an unknown status.
    """

    came: int = 0
    e_consults: int = 0
    started: int = 0
    completed: int = 0
    left: int = 0
    gone: int = 0
    booked: int = 0
    unclear: int = 0

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))


@dataclass(frozen=True, slots=True)
class WhileAway:
    """since, until: the two confirmed looks that it lies between, server's time (Unix s). longest_wait_s: of
    those who wait now, None when nobody does."""

    since: float
    until: float
    counts: Counts
    longest_wait_s: int | None


_BY_GROUP = {
    Group.IN_PROGRESS: "started",
    Group.UNCLEAR: "unclear",
    Group.WAITING: "came",
    Group.E_CONSULT: "e_consults",
}


def while_away(before: Rows, after: Rows, since: float, until: float) -> WhileAway:
    """What differs between the rows at `since` and those at `until` (server's time, Unix s).

    What time alone does is no change: an appointment that has become due or missed, a visit that the list's
    window has reached or left.
    """
    counts: dict[str, int] = {}
    for visit_id in before.keys() | after.keys():
        what = _happened(before.get(visit_id), after.get(visit_id), since, until)
        if what:
            counts[what] = counts.get(what, 0) + 1
    waits = [waiting_s(row, until) for row in after.values() if _place(row, until) == Group.WAITING]
    return WhileAway(since, until, Counts(**counts), max((wait for wait in waits if wait), default=None))


class Away:
    """Tells once, with the first answer after a gap, what happened in it.

    A gap is more than five intervals or 30 s without a confirmed look at the queue, whichever is longer: the
    line was cut, the machine slept, or the rows came from the store. After more than two minutes a summary
    comes even when nothing changed: whoever could not see the queue for that long asks herself whether she
    missed somebody, and silence would not answer.
    """

    def __init__(
        self,
        visits: Collection[QueueRow],
        connection: Connection,
        clock: ServerClock,
        tell: Callable[[WhileAway], None],
    ) -> None:
        self._visits, self._connection, self._clock = visits, connection, clock
        self._tell = tell
        self._seen: _Look | None = None
        self._owed: _Look | None = None
        self._stops = [connection.listen(self._heard), visits.listen(self._changed)]
        self._heard(connection.standing())

    def close(self) -> None:
        """Listens no longer."""
        for stop in self._stops:
            stop()

    def _heard(self, standing: Standing) -> None:
        if standing.confirmed_at is None or (standing.failure is not None and not standing.is_restored):
            return
        look = _Look(self._visits.all(), standing.confirmed_at, self._clock.monotonic(), standing.is_restored)
        before, self._seen = self._seen, look
        if look.is_restored:
            return
        was_owed = self._owed is not None
        if before is not None and not was_owed and before.gap_s(look) > self._shortest_s():
            self._owed = before
        self._pay(at_once=was_owed)

    def _changed(self, _change: Change) -> None:
        self._pay(at_once=False)

    def _pay(self, *, at_once: bool) -> None:
        """Tells; waits one look at most for rows that lack what their detail brings in a moment."""
        owed, seen = self._owed, self._seen
        if owed is None or seen is None:
            return
        rows = self._visits.all()
        if not at_once and any(_is_vague(row) for row in rows.values()):
            return
        self._owed = None
        summary = while_away(owed.rows, rows, owed.confirmed_at, seen.confirmed_at)
        if summary.counts or summary.until - summary.since > _WORTH_A_WORD_S:
            self._tell(summary)

    def _shortest_s(self) -> float:
        return max(self._connection.too_old_s, _SHORTEST_S)


@dataclass(frozen=True, slots=True)
class _Look:
    """A confirmed look at the queue. confirmed_at: server's time, Unix s. at: monotonic s."""

    rows: Rows
    confirmed_at: float
    at: float
    is_restored: bool

    def gap_s(self, later: "_Look") -> float:
        """Seconds to a later look; the monotonic clock of an earlier run says nothing."""
        return later.confirmed_at - self.confirmed_at if self.is_restored else later.at - self.at


def _happened(old: QueueRow | None, new: QueueRow | None, since: float, until: float) -> str:
    """The count that a visit belongs to; "" for none."""
    was = None if old is None else _place(old, until)
    if new is None:
        return "gone" if old is not None and was is not None and not _has_slid_out(old, until) else ""
    place = _place(new, until)
    if place == was and old is not None:
        return ""
    if isinstance(new, Unreadable):
        return "unclear"
    if place is None:
        if old is None and new.modified is not None and new.modified < since:
            return ""
        return "completed" if new.status == Status.COMPLETED else "left"
    if place in _BY_GROUP:
        return _BY_GROUP[place]
    return "booked" if old is None and _is_new(new, since) else ""


def _place(row: QueueRow, now: float) -> Group | None:
    """The group of an open visit, None of a closed one."""
    return group(row, now) if is_open(row) else None


def _is_new(row: QueueRow, since: float) -> bool:
    """Whether an appointment was booked after `since`: the list's window may only have reached it."""
    if isinstance(row, Unreadable):
        return True
    if row.created is not None:
        return row.created >= since
    return row.start is None or row.start <= since + AHEAD_S


def _has_slid_out(row: QueueRow, until: float) -> bool:
    """Whether the list's window has left a visit behind."""
    if isinstance(row, Unreadable):
        return False
    end = row.end or row.start
    return end is not None and end < until - BACK_S


def _is_vague(row: QueueRow) -> bool:
    """Whether the list said too little of an open visit to count it (quirk 21)."""
    return not isinstance(row, Unreadable) and is_open(row) and None in (row.status, row.type, row.start)
