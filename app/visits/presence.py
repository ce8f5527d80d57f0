"""Present or gone: whether the patient of a visit is still there, as far as the server tells (idea 8).

Two things tell it, both [assumed] in their keys: the word with which a visit was closed (`close_reason`), and
when the patient's page last said that it is open (`member_alive`). The page says so every 250 s
(`api.interval.users_alive` [sdk]); a server takes somebody as gone after two intervals of silence
(api/auth.md §3), and so do we. Nothing else is taken for a sign of life: not a change of the visit, which
may be another's doing, and not its start, which the front desk may have made.
"""

from dataclasses import dataclass
from typing import Final

from app.core.unreadable import Unreadable
from app.visits.record import CloseReason, Type, Visit
from app.visits.waiting import CLOSED, QueueRow, is_e_consult

ALIVE_EVERY_S: Final = 250
"""Seconds between two signs of a patient's page, where the account does not say (api/README.md §11)."""
# A sign later than our idea of the server's time by more than this is a wrong clock, not life.
_AHEAD_S = 60


@dataclass(frozen=True, slots=True)
class Present:
    """last_sign: Unix s."""

    last_sign: float


@dataclass(frozen=True, slots=True)
class LostSignal:
    """Nothing was heard of the patient's page for two intervals. since: its last sign, Unix s."""

    since: float


@dataclass(frozen=True, slots=True)
class Left:
    """at: Unix s, None where it is not told."""

    at: float | None
    why: CloseReason


@dataclass(frozen=True, slots=True)
class NotTold:
    """The server does not tell. reason: the word with which the visit was closed, where we do not know it."""

    reason: str = ""


Presence = Present | LostSignal | Left | NotTold


def presence(row: QueueRow, now: float, every_s: float = ALIVE_EVERY_S) -> Presence:
    """Whether the patient of a visit is there.

    now: when the row was last confirmed (the server's Unix s): while we hear nothing from the server, its
    silence must not look like the patient's. every_s: seconds between two signs of a page
    (`AccountSettings.keep_alive_s`). An appointment's patient is looked for in its walk-in.
    """
    if isinstance(row, Unreadable):
        return NotTold()
    if row.status in CLOSED:
        return _gone(row)
    if row.type == Type.SCHEDULED or is_e_consult(row):
        return NotTold()
    return _there(row, now, every_s)


def _gone(visit: Visit) -> Presence:
    try:
        return Left(visit.actual_end, CloseReason(visit.close_reason or ""))
    except ValueError:
        return NotTold(visit.close_reason or "")


def _there(visit: Visit, now: float, every_s: float) -> Presence:
    sign = visit.last_alive
    if sign is None or sign > now + _AHEAD_S or (visit.start is not None and sign < visit.start):
        # A sign of before the visit is of another one, or of another day.
        return NotTold()
    return LostSignal(sign) if now - sign > 2 * every_s else Present(sign)
