"""What an alert is: its priority, the step it has reached, and how it goes out."""

from dataclasses import dataclass
from enum import IntEnum

from app.core.connection import Light


class Priority(IntEnum):
    """Three, and no more (ALM-01). HIGH is for somebody who waits past the second limit, or whom nobody has
    acknowledged for long, and for facts that no longer come while patients wait."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3


class Step(IntEnum):
    """How far the alert for one visit has come; each is told once, then repeated (NOT-05, NOT-06).

    CAME: the patient waits. DESK: time that the front desk knows. URGENT: nobody has acknowledged it for
    long. LATE: the wait is past its second limit, acknowledged or not.
    """

    CAME = 0
    DESK = 1
    URGENT = 2
    LATE = 3


@dataclass(frozen=True, slots=True)
class Ring:
    """One alert as it goes out, for all that is not acknowledged then.

    waiting: how many visits. times: how often the one told most has been told, this time among them.
    is_summary: the first after a start, sleep or outage (NOT-07). is_lost: the queue itself is not seen.
    is_quiet: somebody has paused the sound, so it is only shown.
    """

    priority: Priority
    waiting: int
    times: int
    is_summary: bool = False
    is_lost: bool = False
    is_quiet: bool = False


@dataclass(frozen=True, slots=True)
class Alarm:
    """What stands now, whether or not anything sounds (ALM-03).

    patients, e_consults: not acknowledged. longest_s: the longest wait of these patients, of the e-consults
    where there is no patient; None where nobody knows.
    is_late: one of them is past its second limit. is_told_to_desk: one has come to that step. first_id: the
    visit that has waited longest. lost: what the light says where the queue is not seen, else None.
    lost_waiting: how many waited when it was last seen. is_lost_known: somebody has acknowledged that.
    paused_s: seconds until the sound is on again, 0 for now.
    """

    patients: int = 0
    e_consults: int = 0
    longest_s: int | None = None
    priority: Priority | None = None
    is_late: bool = False
    is_told_to_desk: bool = False
    first_id: str | None = None
    lost: Light | None = None
    lost_waiting: int = 0
    is_lost_known: bool = False
    paused_s: float = 0.0

    @property
    def waiting(self) -> int:
        """How many visits nobody has acknowledged."""
        return self.patients + self.e_consults

    def __bool__(self) -> bool:
        return bool(self.waiting or self.lost or self.paused_s > 0)


@dataclass(slots=True)
class Counts:
    """Of one shift, without names (ALM-04). shown: alerts. acknowledged; taken: ended by somebody starting,
    taking or closing the visit. escalated: that came to the highest priority."""

    shown: int = 0
    acknowledged: int = 0
    taken: int = 0
    escalated: int = 0
