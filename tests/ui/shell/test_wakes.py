"""What wakes the poller: focus, network, sleep."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtNetwork import QNetworkInformation
from PySide6.QtWidgets import QApplication

from tests.clocks import HandClock
from tests.until import until
from ui.shell import wakes
from ui.shell.wakes import Wakes

Reachability = QNetworkInformation.Reachability
Medium = QNetworkInformation.TransportMedium
ACTIVE, INACTIVE = Qt.ApplicationState.ApplicationActive, Qt.ApplicationState.ApplicationInactive


class Desk(QObject):
    """A desktop that says what the test says."""

    applicationStateChanged = Signal(Qt.ApplicationState)  # noqa: N815 (Qt's names)
    reachabilityChanged = Signal(Reachability)  # noqa: N815 (Qt's names)
    transportMediumChanged = Signal(Medium)  # noqa: N815 (Qt's names)
    isBehindCaptivePortalChanged = Signal(bool)  # noqa: N815 (Qt's names)


class Woken:
    def __init__(self) -> None:
        self.desk, self.clock, self.parent = Desk(), HandClock(), QObject()
        self.wakes = Wakes(self.desk, self.parent, clock=self.clock, network=self.desk, tick_s=0.01)
        self.reasons: list[str] = []
        self.wakes.woken.connect(self.reasons.append)

    def focus(self) -> None:
        self.desk.applicationStateChanged.emit(INACTIVE)
        self.desk.applicationStateChanged.emit(ACTIVE)


@pytest.fixture
def woken(qapp: QApplication) -> Woken:
    return Woken()


def test_coming_back_wakes_and_going_away_does_not(woken: Woken) -> None:
    woken.desk.applicationStateChanged.emit(INACTIVE)
    assert woken.reasons == []
    woken.desk.applicationStateChanged.emit(ACTIVE)
    assert woken.reasons == ["focus"]


def test_flapping_focus_wakes_once_in_two_seconds(woken: Woken) -> None:
    for _ in range(100):
        woken.focus()
        woken.clock.advance(0.1)
    assert woken.reasons == ["focus"] * 5


def test_each_return_of_the_network_wakes(woken: Woken) -> None:
    tell = woken.desk.reachabilityChanged.emit
    tell(Reachability.Online)  # how it is at the start
    assert woken.reasons == []
    for _ in range(3):
        tell(Reachability.Disconnected)
        tell(Reachability.Unknown)
        tell(Reachability.Online)
    assert woken.reasons == ["network"] * 3


def test_a_clinics_own_network_is_enough(woken: Woken) -> None:
    woken.desk.reachabilityChanged.emit(Reachability.Disconnected)
    woken.desk.reachabilityChanged.emit(Reachability.Site)
    assert woken.reasons == ["network"]


def test_another_network_and_the_end_of_a_captive_portal_wake(woken: Woken) -> None:
    woken.desk.reachabilityChanged.emit(Reachability.Online)
    woken.desk.transportMediumChanged.emit(Medium.WiFi)
    woken.desk.isBehindCaptivePortalChanged.emit(True)
    woken.desk.isBehindCaptivePortalChanged.emit(False)
    assert woken.reasons == ["network", "network"]


def test_a_medium_that_goes_with_the_network_does_not_wake(woken: Woken) -> None:
    woken.desk.reachabilityChanged.emit(Reachability.Disconnected)
    woken.desk.transportMediumChanged.emit(Medium.Unknown)
    assert woken.reasons == []


async def test_sleep_wakes_once(woken: Woken) -> None:
    woken.clock.advance(3600)
    await until(lambda: woken.reasons)
    woken.clock.advance(0.02)
    ticks: list[None] = []
    woken.wakes._timer.timeout.connect(lambda: ticks.append(None))
    await until(lambda: len(ticks) > 3)
    assert woken.reasons == ["resume"]


async def test_a_clock_set_forward_is_taken_for_a_pause_and_one_set_back_is_not(woken: Woken) -> None:
    ticks: list[None] = []
    woken.wakes._timer.timeout.connect(lambda: ticks.append(None))
    woken.clock.set_wall(woken.clock.wall() - 3600)
    await until(lambda: len(ticks) > 2)
    assert woken.reasons == []
    woken.clock.set_wall(woken.clock.wall() + 3600)
    await until(lambda: woken.reasons == ["resume"])


def test_a_desktop_that_tells_nothing_of_the_network_is_no_warning(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(wakes, "_network", lambda: None)
    parent = QObject()
    with caplog.at_level("INFO", logger="vestibule"):
        made = Wakes(Desk(), parent, clock=HandClock())
    assert [(record.levelname, record.name) for record in caplog.records] == [("INFO", "vestibule")]
    assert made.parent() is parent


def test_the_real_desktop_is_watched_and_let_go(qapp: QApplication) -> None:
    parent = QObject()
    made = Wakes(qapp, parent)
    reasons: list[str] = []
    made.woken.connect(reasons.append)
    qapp.applicationStateChanged.emit(ACTIVE)
    assert reasons == ["focus"]
    del made
    parent.deleteLater()
    qapp.sendPostedEvents(parent, 0)
    qapp.applicationStateChanged.emit(INACTIVE)
    qapp.applicationStateChanged.emit(ACTIVE)
    assert reasons == ["focus"]


_CHILD = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from ui.shell.wakes import Wakes

application = QApplication([])
wakes = Wakes(application, application, tick_s=0.05)

def tell(reason):
    print(reason, flush=True)
    if reason == "resume":
        application.quit()

wakes.woken.connect(tell)
QTimer.singleShot(0, lambda: print("ready", flush=True))
QTimer.singleShot(15000, application.quit)
application.exec()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be stopped there")
def test_a_process_that_was_stopped_wakes_when_it_goes_on_and_can_end() -> None:
    root = Path(wakes.__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", _CHILD], stdout=subprocess.PIPE, text=True, cwd=root
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        os.kill(child.pid, signal.SIGSTOP)
        time.sleep(0.3)  # More than five ticks; nothing tells that a stopped process has missed its time.
        os.kill(child.pid, signal.SIGCONT)
        assert "resume\n" in child.stdout.readlines()
        assert child.wait(10) == 0
