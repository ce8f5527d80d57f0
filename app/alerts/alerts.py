"""What one person is told of who waits, from the sign-in to the sign-out, locked or not."""

from collections.abc import Callable, Mapping

from app.alerts.ladder import Heard, Ladder, LimitsOf
from app.alerts.monitoring import Monitoring
from app.alerts.pause import Pause
from app.alerts.record import Alarm, Counts, Priority, Ring, Step
from app.alerts.rules import AlertRules
from app.alerts.standing import standing_of
from app.core.audit import Audit, Event
from app.core.clock import ServerClock
from app.core.collection import Change, Collection
from app.core.connection import Connection, Standing
from app.visits.waiting import QueueRow, waiting_s

# Looked at once a second: where it was not for so long, the machine slept.
_SLEPT_S = 10.0
_MOST_COUNTED = 999


class Alerts:
    """Listens to the queue from `begin` on; `look` once a second tells what is due by time alone.

    rules, limits, heard, known: see `Ladder`. ring: told of each alert as it goes out. changed: told when the
    alarm may be another. keep: handed what is acknowledged, for the next run.
    """

    def __init__(
        self,
        visits: Collection[QueueRow],
        connection: Connection,
        clock: ServerClock,
        audit: Audit,
        rules: Callable[[], AlertRules],
        limits: LimitsOf,
        heard: Heard,
        known: Mapping[str, int],
        ring: Callable[[Ring], None],
        changed: Callable[[], None],
        keep: Callable[[Mapping[str, int]], None],
    ) -> None:
        self._visits, self._connection, self._clock = visits, connection, clock
        self._audit, self._rules = audit, rules
        self._ring, self._changed, self._keep = ring, changed, keep
        self._ladder = Ladder(rules, limits, heard, known)
        self._kept, self._told = dict(known), -1
        self._looked = clock.monotonic()
        self._monitoring = Monitoring(connection, rules, self._looked)
        self._pause = Pause()
        # Made anew when somebody came, went or climbed, not with every second of their waits.
        self._standing = -1, standing_of(())
        self._stops: list[Callable[[], None]] = []

    def begin(self) -> None:
        """Those who wait already are one alert, as soon as the server has confirmed that they do."""
        self._stops = [self._visits.listen(self._moved), self._connection.listen(self._heard)]
        self._see_all()
        self._heard(self._connection.standing())

    def close(self) -> None:
        """The shift is over: its counts go into the audit (ALM-04)."""
        for stop in self._stops:
            stop()
        self._audit.note(Event.ALERTS_COUNTED, outcome=_code(self.counts))

    @property
    def counts(self) -> Counts:
        """Of this shift."""
        return self._ladder.counts

    def see_all(self) -> None:
        """Who hears about whom, or the rules, may be others."""
        self._see_all()
        self.look()

    def look(self) -> None:
        """Tells what is due."""
        at = self._clock.monotonic()
        if at - self._looked > _SLEPT_S:
            self._monitoring.woke(at)
        self._looked = at
        self._look(at, is_summary=False)

    def alarm(self) -> Alarm:
        """What stands now."""
        if self._standing[0] != self._ladder.changes:
            self._standing = self._ladder.changes, standing_of(self._ladder.open())
        standing, monitoring = self._standing[1], self._monitoring
        first = standing.first
        return Alarm(
            patients=standing.patients,
            e_consults=standing.e_consults,
            longest_s=None if first is None else waiting_s(first, self._clock.now()),
            priority=standing.priority,
            is_late=Step.LATE in standing.steps,
            is_told_to_desk=not standing.steps.isdisjoint((Step.DESK, Step.URGENT)),
            first_id=None if first is None else first.id,
            lost=monitoring.lost,
            lost_waiting=self._ladder.waiting,
            is_lost_known=monitoring.is_known,
            paused_s=self._pause.left_s(self._clock.monotonic()),
        )

    def acknowledge(self) -> None:
        """The person knows of all that they have been told; each stands in the audit (NOT-06)."""
        for visit_id in self._ladder.acknowledge(self._clock.monotonic()):
            self._audit.note(Event.ALERT_ACKNOWLEDGED, visit_id)
        if self._monitoring.lost is not None and not self._monitoring.is_known:
            self._monitoring.is_known = True
            self._audit.note(Event.ALERT_ACKNOWLEDGED, outcome="not_seen")
        self._tell_changed()

    def pause(self) -> None:
        """No sound and no notification, for as long as the clinic allows; what stands stays in sight."""
        self._pause.begin(self._clock.monotonic(), self._rules().pause_s)
        self._audit.note(Event.ALERT_SOUND_PAUSED)
        self._changed()

    def resume(self) -> None:
        """Sound and notifications are on again."""
        self._pause.end()
        self._audit.note(Event.ALERT_SOUND_PAUSED, outcome="ended")
        self._changed()

    # -- told by the queue

    def _see_all(self) -> None:
        self._ladder.see(self._visits.all().items(), self._clock.now(), self._clock.monotonic())

    def _moved(self, change: Change) -> None:
        ids = (*change.added, *change.updated, *change.removed)
        rows = [(visit_id, self._visits.get(visit_id)) for visit_id in ids]
        self._ladder.see(rows, self._clock.now(), self._clock.monotonic())
        self.look()

    def _heard(self, standing: Standing) -> None:
        at, was_confirmed = self._clock.monotonic(), self._monitoring.is_confirmed
        self._monitoring.heard(standing, at)
        self._look(at, is_summary=self._monitoring.is_confirmed and not was_confirmed)

    def _look(self, at: float, *, is_summary: bool) -> None:
        monitoring = self._monitoring
        ring = monitoring.look(at, self._ladder.waiting)
        if ring is None and monitoring.is_confirmed:
            # While nobody knows who waits it is not told again that they do.
            ring = self._ladder.look(at)
        if ring is not None:
            self._ring(self._marked(ring, at, is_summary=is_summary))
        self._tell_changed()

    def _marked(self, ring: Ring, at: float, *, is_summary: bool) -> Ring:
        sounds = ring.priority == Priority.HIGH and self._rules().urgent_when_paused
        is_quiet = self._pause.left_s(at) > 0 and not sounds
        return Ring(ring.priority, ring.waiting, ring.times, is_summary, ring.is_lost, is_quiet)

    def _tell_changed(self) -> None:
        if self._told != self._ladder.changes:
            self._told = self._ladder.changes
            known = self._ladder.known()
            if known != self._kept:
                self._kept = known
                self._keep(known)
        self._changed()


def _code(counts: Counts) -> str:
    """For the audit, which takes words and numbers of bounded length."""
    said = {"shown": counts.shown, "known": counts.acknowledged, "taken": counts.taken}
    said["urgent"] = counts.escalated
    return "_".join(f"{name}_{min(number, _MOST_COUNTED)}" for name, number in said.items())
