"""Sees whether somebody uses the program, and tells when it is to warn, to lock and to end."""

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.core.activity import Activity, Idle, Presence
from ui.lock.input import Input

# However far away the next step is: the machine may have slept, or the limits may be others now.
_LONGEST_LOOK_S = 15.0
_SOONEST_LOOK_S = 0.05


class IdleWatch(QObject):
    """Lives as long as the session. moved(Idle): told whenever the presence is another one."""

    moved = Signal(object)

    def __init__(self, activity: Activity, parent: QObject) -> None:
        super().__init__(parent)
        self._activity = activity
        self._presence = Presence.ACTIVE
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.look)
        self._input = Input(lambda: self._presence == Presence.WARNING, self)
        self._input.used.connect(self._used)
        self._input.lock_wanted.connect(self.lock)
        self.look()

    def look(self) -> Idle:
        """Tells what is due. After sleep, too: timers stand still then."""
        idle = self._activity.idle()
        self._look_again(idle)
        if idle.presence != self._presence:
            self._presence = idle.presence
            self._input.watch()
            self.moved.emit(idle)
        return idle

    def lock(self) -> None:
        """Now: by a key, or because the desktop locks, sleeps or shows somebody else (SEC-08)."""
        self._activity.lock()
        self.look()

    def _used(self) -> None:
        # What comes after a lock that was due unseen is no sign that somebody was there.
        self._activity.touch()
        if self._presence == Presence.WARNING:
            self.look()

    def _look_again(self, idle: Idle) -> None:
        if idle.presence == Presence.ENDED:
            self._timer.stop()
            return
        due_s = idle.left_s
        if idle.presence == Presence.ACTIVE:
            due_s = idle.left_s - self._activity.limits.warning_s
        self._timer.start(round(1000 * min(max(due_s, _SOONEST_LOOK_S), _LONGEST_LOOK_S)))
