"""Whether anybody can see who waits: where the queue is not read, that is an alarm of its own (ALM-02)."""

from collections.abc import Callable

from app.alerts.record import Priority, Ring
from app.alerts.rules import AlertRules
from app.core.connection import DELAYED_AFTER, OFFLINE_AFTER, Connection, Light, Standing

_MISSED = 2
# A slow answer is none that is missed.
_ANSWER_S = 5.0


class Monitoring:
    """Told by the connection; ends by itself with the next confirmed look.

    at: monotonic seconds. is_confirmed: the facts are of now, so that it can be told who waits. is_known:
    somebody has acknowledged the alarm. lost: what the light says while the queue is not seen, else None.
    """

    def __init__(self, connection: Connection, rules: Callable[[], AlertRules], at: float) -> None:
        self._connection, self._rules = connection, rules
        self._since = at
        self._missed = 0
        self._told, self._due = 0, at
        self.is_confirmed = False
        self.is_known = False
        self.lost: Light | None = None

    def heard(self, standing: Standing, at: float) -> None:
        """After each attempt, and after what was kept on this computer has been brought back."""
        if standing.failure is not None:
            self._missed += 1
        elif not standing.is_restored and standing.age_s is not None:
            self._missed, self._since = 0, at
            self.is_confirmed = True

    def woke(self, at: float) -> None:
        """The machine stood still: what happened meanwhile is known with the next answer, which may come."""
        self._missed, self._since = 0, at
        self.is_confirmed = False

    def look(self, at: float, waiting: int) -> Ring | None:
        """What is to be told now. waiting: how many did when the queue was last read."""
        light = self._light(at)
        if light is None or self.lost is None:
            self._told, self._due, self.is_known = 0, at, False
        self.lost = light
        self.is_confirmed = self.is_confirmed and light is None
        if light is None or self.is_known or at < self._due or self._told >= self._rules().most:
            return None
        self._told, self._due = self._told + 1, at + self._rules().repeat_s
        priority = Priority.HIGH if waiting else Priority.MEDIUM
        return Ring(priority, waiting, self._told, is_lost=True)

    def _light(self, at: float) -> Light | None:
        """Why the queue is not seen: within two missed polls; None while it is."""
        light = self._connection.standing().light
        if light == Light.SIGNED_OUT:
            return light
        unseen_s = at - self._since
        interval_s = self._connection.too_old_s / OFFLINE_AFTER
        limit_s = DELAYED_AFTER * interval_s
        has_missed = self._missed >= _MISSED and unseen_s > limit_s
        # One question that hangs is as many as would have been asked meanwhile.
        if not has_missed and unseen_s <= limit_s + max(interval_s, _ANSWER_S):
            return None
        return light if light == Light.TROUBLE else Light.OFFLINE
