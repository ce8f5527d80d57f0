"""What all open alerts come to."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from app.alerts.ladder import Alert
from app.alerts.record import Priority, Step
from app.visits.record import Visit
from app.visits.waiting import is_e_consult


@dataclass(frozen=True, slots=True)
class Standing:
    """patients, e_consults: how many. first: the patient who has waited longest, or e-consult where there is
    no patient, as the queue tells waits. steps: that one of them has reached."""

    patients: int
    e_consults: int
    first: Visit | None
    priority: Priority | None
    steps: frozenset[Step]


def standing_of(alerts: Iterable[Alert]) -> Standing:
    """In one pass: there may be thousands, and each change of the queue asks."""
    patients, e_consults, steps = 0, 0, set()
    priority: Priority | None = None
    first: tuple[bool, float] | None = None
    longest: Visit | None = None
    for alert in alerts:
        steps.add(alert.step)
        loud = alert.priority
        priority = loud if priority is None else max(priority, loud)
        is_question = is_e_consult(alert.visit)
        patients, e_consults = patients + (not is_question), e_consults + is_question
        # A start that cannot be true is nobody's longest wait.
        start = alert.visit.start if alert.late_at < math.inf else None
        place = is_question, math.inf if start is None else start
        if first is None or place < first:
            first, longest = place, alert.visit
    return Standing(patients, e_consults, longest, priority, frozenset(steps))
