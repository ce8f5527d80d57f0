"""What changed in the queue, in one short sentence, for whoever hears the screen (A11-08)."""

import math
from collections.abc import Iterable, Mapping

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget

from app.core.clock import ServerClock
from app.core.collection import Change
from app.core.connection import Standing
from app.visits.away import Counts, while_away
from app.visits.queue import Queue
from app.visits.waiting import Group, QueueRow, group, is_open, waiting_s
from ui.kit.announce import announce
from ui.kit.pace import Pace

GAP_S = 5.0
"""Between two sentences, at least."""
# Whoever comes is told by their alert first; what one answer brings in several steps is one sentence.
_SETTLE_S = 1.0

_MINUTE_S, _HOUR_S = 60, 3600
# One, and several, in the order of what is to be done first.
_WORDS = {
    "came": ("1 new patient waiting", "{} new patients waiting"),
    "e_consults": ("1 new e-consult", "{} new e-consults"),
    "unclear": ("1 visit that cannot be placed", "{} visits that cannot be placed"),
    "started": ("1 call was started", "{} calls were started"),
    "completed": ("1 visit was finished", "{} visits were finished"),
    "left": ("1 left or was cancelled", "{} left or were cancelled"),
    "gone": ("1 is no longer listed", "{} are no longer listed"),
}


class QueueVoice(QObject):
    """Announces counts alone, never a name: at most once in `GAP_S`, as things are then, removals included.

    It takes no focus. Silent until the server has confirmed the queue once; what time alone does is no news.
    speaker: the part of the screen that it speaks of.
    """

    def __init__(self, speaker: QWidget, queue: Queue, clock: ServerClock) -> None:
        super().__init__(speaker)
        self._speaker, self._queue, self._clock = speaker, queue, clock
        self._pace = Pace(GAP_S, _SETTLE_S)
        self._has_begun = False
        # As they were when last spoken of; None: not in the list then.
        self._before: dict[str, QueueRow | None] = {}
        # Of whose coming an alert has told since then.
        self._told: set[str] = set()
        self._since, self._room = clock.now(), queue.room
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._speak)
        self._stops = [queue.visits.listen(self._changed), queue.connection.listen(self._heard)]
        self._heard(queue.connection.standing())

    def close(self) -> None:
        """Says no more."""
        self._timer.stop()
        for stop in self._stops:
            stop()

    def rest(self) -> None:
        """What has changed so far was told in another way."""
        self._before.clear()
        self._told.clear()
        self._since, self._room = self._clock.now(), self._queue.room

    def arrivals_told(self) -> None:
        """An alert was announced just now: of those who wait, only their number is said here."""
        if QAccessible.isActive():
            now = self._clock.now()
            self._told = {row.id for row in self._queue.visits if _waits(row, now)}

    def _heard(self, standing: Standing) -> None:
        is_confirmed = standing.confirmed_at is not None and not standing.is_restored
        if not self._has_begun or not (self._before or self._queue.is_partial):
            self.rest()
        self._has_begun = self._has_begun or is_confirmed

    def _changed(self, change: Change) -> None:
        if not self._has_begun or not QAccessible.isActive():
            return
        for visit_id in (*change.added, *change.updated, *change.removed):
            self._before.setdefault(visit_id, change.before.get(visit_id))
        self._wait()

    def _wait(self) -> None:
        self._timer.start(math.ceil(self._pace.ask(self._clock.monotonic()) * 1000))

    def _speak(self) -> None:
        at = self._clock.monotonic()
        if self._queue.is_partial:
            # Who is in the room that was chosen is not known yet.
            self._timer.start(round(_SETTLE_S * 1000))
        elif not self._pace.is_due(at):
            self._wait()
        else:
            text = self._text()
            self.rest()
            if text:
                self._pace.said(at)
                announce(self._speaker, text)

    def _text(self) -> str:
        """All that is to be said, "" for nothing."""
        now, rows = self._clock.now(), self._queue.visits
        before = {visit_id: row for visit_id, row in self._before.items() if row is not None}
        after = {visit_id: row for visit_id in self._before if (row := rows.get(visit_id)) is not None}
        is_moved = _waiting(before, now) != _waiting(after, now)
        if self._room != self._queue.room:
            # Who is in another room has neither come nor gone.
            return waiting_words(rows, now) if is_moved else ""
        told = {
            visit_id: row for visit_id, row in after.items() if visit_id in self._told and _waits(row, now)
        }
        news = news_words(while_away({**before, **told}, after, self._since, now).counts)
        return " ".join(filter(None, (news, waiting_words(rows, now)))) if news or is_moved else ""


def news_words(counts: Counts) -> str:
    """1 new patient waiting. 2 calls were started. "" for nothing; appointments that were booked can wait."""
    found = ((words, getattr(counts, name)) for name, words in _WORDS.items())
    return " ".join(
        f"{words[0] if count == 1 else words[1].format(count)}." for words, count in found if count
    )


def waiting_words(rows: Iterable[QueueRow], now: float) -> str:
    """7 waiting, longest 26 minutes. now: the server's time, Unix s."""
    waits = [waiting_s(row, now) or 0 for row in rows if _place(row, now) == Group.WAITING]
    return f"{len(waits)} waiting, longest {spoken_span(max(waits))}." if waits else "Nobody is waiting."


def spoken_span(seconds: float) -> str:
    """1 hour 5 minutes: in whole words, as it is to be spoken."""
    minutes = int(max(0.0, seconds)) // _MINUTE_S
    if not minutes:
        return "under 1 minute"
    hours, rest = divmod(minutes, _HOUR_S // _MINUTE_S)
    parts = (_counted(hours, "hour"), _counted(rest, "minute"))
    return " ".join(filter(None, parts))


def _counted(count: int, what: str) -> str:
    return "" if not count else f"1 {what}" if count == 1 else f"{count} {what}s"


def _waiting(rows: Mapping[str, QueueRow], now: float) -> set[str]:
    return {visit_id for visit_id, row in rows.items() if _place(row, now) == Group.WAITING}


def _waits(row: QueueRow, now: float) -> bool:
    """Whether alerts are for it, too."""
    return _place(row, now) in (Group.WAITING, Group.E_CONSULT)


def _place(row: QueueRow, now: float) -> Group | None:
    return group(row, now) if is_open(row) else None
