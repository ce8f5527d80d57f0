"""What makes it likely that the facts are stale or that a stale line works again: told at once (QUE-05)."""

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app import log
from app.core.clock import Clock, SystemClock

RESUME, NETWORK, FOCUS = "resume", "network", "focus"
# Coming back again and again within this time (s) tells once: the facts are no older than that.
_FOCUS_EVERY_S = 2.0
# A tick that comes this many intervals after the last one: the machine or the process stood still.
_LATE_BY = 5


class Wakes(QObject):
    """Make it after the first paint.

    woken(reason): "resume" after sleep or a stop of the process, "network" when the network came (back) or is
    another one, "focus" when a window of ours becomes the active one. After the first two the answer to a
    question that is out may never come.

    application: says `applicationStateChanged`. network: says `reachabilityChanged`, `transportMediumChanged`
    and `isBehindCaptivePortalChanged`; the desktop's when it is None. tick_s: how often sleep is looked for.
    """

    woken = Signal(str)

    def __init__(
        self,
        application: QObject,
        parent: QObject,
        *,
        clock: Clock | None = None,
        network: QObject | None = None,
        tick_s: float = 2.0,
    ) -> None:
        super().__init__(parent)
        self._clock = clock or SystemClock()
        self._late_s = _LATE_BY * tick_s
        self._ticked = self._now()
        self._focus_told: float | None = None
        self._was_reachable: bool | None = None
        application.applicationStateChanged.connect(self._state_changed)
        self._watch(network or _network())
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.VeryCoarseTimer if tick_s >= 1 else Qt.TimerType.CoarseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(round(1000 * tick_s))

    # -- sleep

    def _now(self) -> tuple[float, float]:
        return self._clock.monotonic(), self._clock.wall()

    def _tick(self) -> None:
        before, self._ticked = self._ticked, self._now()
        # The wall clock, too: to a paused virtual machine only that tells of the pause.
        if max(now - then for now, then in zip(self._ticked, before, strict=True)) > self._late_s:
            self.woken.emit(RESUME)

    # -- focus

    def _state_changed(self, state: Qt.ApplicationState) -> None:
        if state != Qt.ApplicationState.ApplicationActive:
            return
        now = self._clock.monotonic()
        if self._focus_told is None or now - self._focus_told >= _FOCUS_EVERY_S:
            self._focus_told = now
            self.woken.emit(FOCUS)

    # -- network

    def _watch(self, network: QObject | None) -> None:
        if network is None:
            # Polling goes on by time alone.
            log.event("desktop.tells_no_network")
            return
        self._network = network
        network.reachabilityChanged.connect(self._reachability_changed)
        network.transportMediumChanged.connect(self._medium_changed)
        network.isBehindCaptivePortalChanged.connect(self._portal_changed)

    def _reachability_changed(self, reachability: object) -> None:
        from PySide6.QtNetwork import QNetworkInformation

        levels = QNetworkInformation.Reachability
        if reachability == levels.Unknown:
            return
        is_reachable = reachability != levels.Disconnected
        # The first word only says how it is; from then on each word is a change.
        is_first, self._was_reachable = self._was_reachable is None, is_reachable
        if is_reachable and not is_first:
            self.woken.emit(NETWORK)

    def _medium_changed(self, _medium: object) -> None:
        if self._was_reachable is not False:
            self.woken.emit(NETWORK)

    def _portal_changed(self, is_behind: bool) -> None:
        if not is_behind:
            self.woken.emit(NETWORK)


def _network() -> QObject | None:
    """The desktop's word on the network; None where it has none."""
    from PySide6.QtNetwork import QNetworkInformation

    if not QNetworkInformation.loadBackendByFeatures(QNetworkInformation.Feature.Reachability):
        return None
    return QNetworkInformation.instance()
