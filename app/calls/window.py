"""When an appointment's call may begin (`room.start_blackout`, api/rooms.md §1; api/calls.md §3)."""

from dataclasses import dataclass
from typing import Final

from app.calls.refusal import CannotStart, Why
from app.visits.record import Status, Type, Visit

START_BLACKOUT_S: Final = 900
"""Where a room says nothing [sdk]."""
_LINK_OPENS_S = 900
_DAY_S = 86_400
_NOT_STARTED = (Status.PENDING, Status.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Outside:
    """An appointment outside its window. when: Unix s.

    why: too_early, it may be started from then on; link_early, it may be started, but the patient's guest
    link works only from then on; over, its time ended then, and it may be started still.
    """

    why: Why
    when: float

    @property
    def refusal(self) -> CannotStart | None:
        """None: whoever wants to may start it."""
        return CannotStart("too_early", when=self.when) if self.why == "too_early" else None


def outside(visit: Visit, blackout_s: int | None, now: float) -> Outside | None:
    """None: within its window, no appointment, begun already, or its times are not known.

    blackout_s: of the visit's room, None where it says nothing. now: the server's time, Unix s.
    """
    if visit.type != Type.SCHEDULED or visit.status not in _NOT_STARTED or visit.start is None:
        return None
    ahead_s = START_BLACKOUT_S if blackout_s is None else min(max(0, blackout_s), _DAY_S)
    if now < visit.start - ahead_s:
        return Outside("too_early", visit.start - ahead_s)
    if now < visit.start - _LINK_OPENS_S:
        return Outside("link_early", visit.start - _LINK_OPENS_S)
    if visit.end is not None and now > visit.end:
        return Outside("over", visit.end)
    return None
