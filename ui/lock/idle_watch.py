"""Sees whether somebody uses the program, and tells when it is to warn, to lock and to end."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

from app.core.activity import Activity, Idle, Presence

_INPUT = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.InputMethod,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.TabletPress,
        QEvent.Type.TabletMove,
    }
)
# However far away the next step is: the machine may have slept, or the limits may be others now.
_LONGEST_LOOK_S = 15.0
_SOONEST_LOOK_S = 0.05


class IdleWatch(QObject):
    """Lives as long as the session. moved(Idle): told whenever the presence is another one.

    What counts is what the desktop delivers to a window of ours: no timer, message or test of ours does
    (SEC-04). It is seen at the windows, since a filter over the application would see every paint, too.
    """

    moved = Signal(object)

    def __init__(self, activity: Activity, parent: QObject) -> None:
        super().__init__(parent)
        self._activity = activity
        self._presence = Presence.ACTIVE
        self._watched: set[QWindow] = set()
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.look)
        QGuiApplication.instance().focusWindowChanged.connect(self._watch)
        for window in QGuiApplication.topLevelWindows():
            self._watch(window)
        self.look()

    def look(self) -> Idle:
        """Tells what is due. After sleep, too: timers stand still then."""
        idle = self._activity.idle()
        self._look_again(idle)
        if idle.presence != self._presence:
            self._presence = idle.presence
            self.moved.emit(idle)
        return idle

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT and event.spontaneous():
            # What comes after a lock that was due unseen is no sign that somebody was there.
            self._activity.touch()
            if self._presence == Presence.WARNING:
                self.look()
        return False

    def _watch(self, window: QWindow | None) -> None:
        if window is not None and window not in self._watched:
            self._watched.add(window)
            window.installEventFilter(self)
            window.destroyed.connect(lambda: self._watched.discard(window))

    def _look_again(self, idle: Idle) -> None:
        if idle.presence == Presence.ENDED:
            self._timer.stop()
            return
        due_s = idle.left_s
        if idle.presence == Presence.ACTIVE:
            due_s = idle.left_s - self._activity.limits.warning_s
        self._timer.start(round(1000 * min(max(due_s, _SOONEST_LOOK_S), _LONGEST_LOOK_S)))
