"""The ladder: who waits unacknowledged, what is due to be told of them, and when again.

It has no clock of its own: every moment is handed in.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from app.alerts.record import Counts, Priority, Ring, Step
from app.alerts.rules import AlertRules
from app.core.unreadable import Unreadable
from app.visits.limits import WaitLimits
from app.visits.record import Visit
from app.visits.waiting import ClockFault, Group, QueueRow, group, is_e_consult, is_open, wait_of

LimitsOf = Callable[[Visit], WaitLimits]
"""Of how long a patient should wait; the second, `very_long_s`, is what alerts go by."""

Heard = Callable[[Visit], Priority | None]
"""How loudly the person hears that this patient has come; None: not at all."""

# What came later than this before somebody pressed "Acknowledge" they cannot have read.
_READ_S = 1.0
_LOUDEST = {Step.DESK: Priority.MEDIUM, Step.URGENT: Priority.HIGH, Step.LATE: Priority.HIGH}


@dataclass(slots=True)
class Alert:
    """Of one visit that waits. Moments are monotonic seconds.

    came: when it began here. first: how loudly. due: when it is told next; None: not again in this step.
    told: how often in this step, and `shown` when first; times: in all. late_at: when the wait passes its
    second limit. is_known: somebody has acknowledged it. turn: when there is something to do for it next.
    """

    visit: Visit
    came: float
    first: Priority
    due: float | None
    late_at: float
    step: Step = Step.CAME
    shown: float = math.inf
    told: int = 0
    times: int = 0
    is_known: bool = False
    turn: float = -math.inf

    @property
    def priority(self) -> Priority:
        """Of the step it has reached; nobody sits and waits for an e-consult, so that is never urgent."""
        loudest = max(self.first, _LOUDEST.get(self.step, self.first))
        return min(loudest, Priority.MEDIUM) if is_e_consult(self.visit) else loudest


class Ladder:
    """rules: of the clinic, as they are now. known: the steps that were acknowledged in an earlier run, by
    visit; so nobody is told again of what they know. changes: is another number after each change."""

    def __init__(
        self, rules: Callable[[], AlertRules], limits: LimitsOf, heard: Heard, known: Mapping[str, int]
    ) -> None:
        self._rules, self._limits, self._heard = rules, limits, heard
        self._known = dict(known)
        self._alerts: dict[str, Alert] = {}
        self._rung: tuple[float, Priority] | None = None
        self._next = math.inf
        self.counts = Counts()
        self.changes = 0

    def see(self, rows: Iterable[tuple[str, QueueRow | None]], now: float, at: float) -> None:
        """These visits as they are now; None: no longer in the list. now: server's time, Unix s."""
        for visit_id, row in rows:
            heard = self._waits(row, now)
            if heard is None or not isinstance(row, Visit):
                self._end(visit_id, row)
            elif (alert := self._alerts.get(visit_id)) is None:
                self._begin(row, heard, now, at)
            else:
                alert.visit, alert.first, alert.late_at = row, heard, self._late_at(row, now, at)
                if _is_clear(row) and not alert.told and alert.due is not None:
                    alert.due = min(alert.due, at)
                self._turn(alert)
            self.changes += 1

    def look(self, at: float) -> Ring | None:
        """What is to be told now; None for nothing."""
        if at < self._next:
            return None
        for alert in self._alerts.values():
            if alert.turn <= at:
                self._climb(alert, at)
        ring = self._ring(at)
        self._next = min((alert.turn for alert in self._alerts.values()), default=math.inf)
        self.changes += 1
        return ring

    def acknowledge(self, at: float) -> tuple[str, ...]:
        """Somebody knows of them: told again only if one waits past the second limit. Their ids."""
        seen = [alert for alert in self.open() if at - alert.shown >= _READ_S]
        for alert in seen:
            alert.is_known, alert.due = True, None
            self._turn(alert)
        self.changes += 1
        self.counts.acknowledged += len(seen)
        # Who comes next needs a telling of their own.
        self._rung = None
        return tuple(alert.visit.id for alert in seen)

    def open(self) -> list[Alert]:
        """What was told and nobody has acknowledged."""
        return [alert for alert in self._alerts.values() if alert.times and not alert.is_known]

    def known(self) -> dict[str, int]:
        """The steps that were acknowledged of those who wait still, for the next run."""
        return {visit_id: alert.step for visit_id, alert in self._alerts.items() if alert.is_known}

    @property
    def waiting(self) -> int:
        """How many wait, acknowledged or not."""
        return len(self._alerts)

    # -- one visit

    def _waits(self, row: QueueRow | None, now: float) -> Priority | None:
        if row is None or isinstance(row, Unreadable) or not is_open(row):
            return None
        return self._heard(row) if group(row, now) in (Group.WAITING, Group.E_CONSULT) else None

    def _begin(self, visit: Visit, first: Priority, now: float, at: float) -> None:
        # Its detail may say that it is a colleague's, or an appointment that nobody has come to yet.
        held_s = 0.0 if _is_clear(visit) else self._rules().group_s
        alert = Alert(visit, at, first, at + held_s, self._late_at(visit, now, at))
        step = self._known.pop(visit.id, None)
        if step is not None:
            alert.step, alert.is_known, alert.due = Step(step), True, None
        self._alerts[visit.id] = alert
        self._turn(alert)

    def _end(self, visit_id: str, row: QueueRow | None) -> None:
        alert = self._alerts.pop(visit_id, None)
        if row is None:
            # Another room may be watched for a while: who comes back to the list is known still.
            if alert is not None and alert.is_known:
                self._known[visit_id] = alert.step
            return
        self._known.pop(visit_id, None)
        if alert is not None and alert.times and not alert.is_known and isinstance(row, Visit):
            self.counts.taken += 1

    def _late_at(self, visit: Visit, now: float, at: float) -> float:
        limits = self._limits(visit)
        waited = wait_of(visit, now, limits.longest_s)
        # A start that cannot be true makes nobody late.
        return (
            math.inf if waited is None or isinstance(waited, ClockFault) else at + limits.very_long_s - waited
        )

    def _climb(self, alert: Alert, at: float) -> None:
        """Raises it to the step that its time has come to: at once, however many it has missed."""
        rules = self._of(alert)
        step = Step.LATE if at >= alert.late_at else alert.step
        if step != Step.LATE and self._climbs(alert):
            came_s = at - alert.came
            step = Step.URGENT if came_s >= rules.urgent_s else Step.DESK if came_s >= rules.desk_s else step
        if step <= alert.step:
            self._turn(alert)
            return
        was = alert.priority
        alert.step, alert.told, alert.is_known = step, 0, False
        alert.due = at if alert.due is None else min(alert.due, at)
        if alert.priority == Priority.HIGH > was:
            self.counts.escalated += 1
        self._turn(alert)

    def _turn(self, alert: Alert) -> None:
        """Notes when there is something to do for it next."""
        turn = math.inf if alert.due is None else alert.due
        if alert.step < Step.LATE:
            turn = min(turn, alert.late_at)
        if alert.step < Step.URGENT and self._climbs(alert):
            rules = self._of(alert)
            turn = min(turn, alert.came + (rules.urgent_s if alert.step == Step.DESK else rules.desk_s))
        alert.turn = turn
        self._next = min(self._next, turn)

    def _climbs(self, alert: Alert) -> bool:
        """Whether time alone raises it while nobody acknowledges it."""
        return not alert.is_known and not is_e_consult(alert.visit)

    # -- all together

    def _ring(self, at: float) -> Ring | None:
        due = [alert for alert in self._alerts.values() if alert.due is not None and alert.due <= at]
        if not due:
            return None
        if self._is_just_told(max(alert.priority for alert in due), at):
            self._tell(due, at)
            return None
        # Everybody who is still told of is told of now, so that each gap is one silence.
        again = [alert for alert in self._alerts.values() if alert.due is not None and alert.told]
        told = list({alert.visit.id: alert for alert in (*due, *again)}.values())
        self._tell(told, at)
        priority = max(alert.priority for alert in told)
        self._rung = at, priority
        return Ring(priority, len(self.open()), max(alert.times for alert in told))

    def _is_just_told(self, priority: Priority, at: float) -> bool:
        """Whether the last telling, no less loud, serves these too (NOT-05)."""
        if self._rung is None or at - self._rung[0] >= self._rules().group_s:
            return False
        return priority <= self._rung[1]

    def _tell(self, alerts: Iterable[Alert], at: float) -> None:
        for alert in alerts:
            rules = self._of(alert)
            if not alert.told:
                alert.shown = at
                self.counts.shown += 1
            alert.told, alert.times = alert.told + 1, alert.times + 1
            alert.due = at + rules.repeat_s if alert.told < rules.most else None
            self._turn(alert)

    def _of(self, alert: Alert) -> AlertRules:
        return self._rules().of_room(alert.visit.room_code)


def _is_clear(visit: Visit) -> bool:
    """Whether the list has said what decides about an alert (quirk 21)."""
    return None not in (visit.status, visit.type) and "provider" not in visit.absent
