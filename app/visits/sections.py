"""In which part of the list a visit stands, and in which order there (requirements.md §3.1)."""

import math
from dataclasses import dataclass
from enum import IntEnum

from app.core.unreadable import Unreadable
from app.visits.postvisit import TEXTS, PostVisit
from app.visits.record import Status, Visit
from app.visits.waiting import Group, QueueRow, group, is_missed, is_open

OVER_S = 3600
"""A call that runs this much longer than it was planned for has probably ended [assumed]."""


class Section(IntEnum):
    """From top to bottom. UNCLEAR: cannot be read, or has a status that nobody knows; somebody may wait."""

    IN_PROGRESS = 0
    UNCLEAR = 1
    WAITING = 2
    SCHEDULED = 3
    E_CONSULT = 4
    WRAP_UP = 5
    DONE = 6


FOLDABLE = frozenset({Section.SCHEDULED, Section.WRAP_UP, Section.DONE})
"""Whoever waits is never folded away."""

_OF_GROUP = {
    Group.IN_PROGRESS: Section.IN_PROGRESS,
    Group.UNCLEAR: Section.UNCLEAR,
    Group.WAITING: Section.WAITING,
    Group.E_CONSULT: Section.E_CONSULT,
    Group.SCHEDULED: Section.SCHEDULED,
    Group.MISSED: Section.WRAP_UP,
}


@dataclass(frozen=True, slots=True)
class Moment:
    """When somebody looks at the list. now, day_start: the server's time, Unix s. me: who looks, by id."""

    now: float
    day_start: float
    me: str = ""


def section(row: QueueRow, at: Moment) -> Section | None:
    """Where a row stands; None: it ended before today, or it is another kind of over."""
    if isinstance(row, Unreadable):
        return Section.UNCLEAR
    if is_open(row):
        return Section.WRAP_UP if over_s(row, at.now) is not None else _OF_GROUP[group(row, at.now)]
    if needs_note(row, at.me):
        return Section.WRAP_UP
    ended = ended_at(row)
    return Section.DONE if ended is None or ended >= at.day_start else None


def section_key(row: QueueRow, place: Section | None) -> tuple[int, bool, float]:
    """Sorts the list: by section, urgent ones first, then the one that began first; of those that are done
    the last one first. place: the row's section.
    """
    if isinstance(row, Unreadable) or place is None:
        return Section.UNCLEAR, True, 0.0
    if place == Section.DONE:
        return place, True, -(ended_at(row) or 0.0)
    return place, not row.urgent, row.start or 0.0


def moves_at(row: QueueRow, now: float) -> float | None:
    """When time alone will bring an open row to another section, Unix s: an appointment is missed, a call
    runs too long. None: nothing but news does.
    """
    if isinstance(row, Unreadable) or not is_open(row):
        return None
    missed_at = row.end if is_missed(row, math.inf) else None
    at = _over_at(row) if row.status == Status.IN_PROGRESS else missed_at
    return None if at is None or at < now else at


def over_s(visit: Visit, now: float) -> int | None:
    """Seconds that a visit in progress runs beyond its planned length; None below `OVER_S`, and when its
    length is not known.
    """
    if visit.status != Status.IN_PROGRESS:
        return None
    over_at = _over_at(visit)
    return None if over_at is None or now < over_at else int(now - over_at) + OVER_S


def _over_at(visit: Visit) -> float | None:
    """When a call has run `OVER_S` beyond what was planned, Unix s."""
    if visit.actual_start is None or visit.start is None or visit.end is None:
        return None
    return visit.actual_start + max(0.0, visit.end - visit.start) + OVER_S


def needs_note(visit: Visit, me: str) -> bool:
    """Whether a visit that this provider completed has no note; a note of which nothing is told is none."""
    if visit.status != Status.COMPLETED or visit.postvisit is None or not me:
        return False
    is_mine = visit.provider is not None and visit.provider.id == me
    return is_mine and is_blank(visit.postvisit)


def is_blank(note: PostVisit) -> bool:
    """Whether the server says that nothing is written, field by field."""
    return all(getattr(note, name) == "" for name in TEXTS)


def ended_at(visit: Visit) -> float | None:
    """When a visit that is over ended, Unix s; the best that is known of it."""
    return next((at for at in (visit.actual_end, visit.modified, visit.end) if at is not None), None)
