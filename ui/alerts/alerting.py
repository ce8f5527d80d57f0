"""One person's alerts on this desktop: what is told goes out by sound, banner, tray, taskbar and badge."""

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from app.alerts.alerts import Alerts
from app.alerts.hearing import heard
from app.alerts.record import Alarm, Counts, Priority, Ring, Step
from app.alerts.rules import AlertRules
from app.alerts.self_test import SETTING, SelfTest, read_self_test
from app.alerts.speaker import Speaker
from app.alerts.voice import Voice
from app.choices import USUAL_VOLUME
from app.core.store.fault import StoreFault
from app.session import Session
from app.visits.limits import Limits, WaitLimits
from app.visits.record import Visit
from ui.alerts.banner import AlertBanner
from ui.alerts.self_test_window import SelfTestWindow
from ui.alerts.taskbar import Taskbar
from ui.alerts.tray import Tray
from ui.alerts.words import sound_text
from ui.kit import tasks
from ui.theme.theme import Theme

if TYPE_CHECKING:
    from ui.shell.window import Window

_KNOWN = "alerts_known"
"""Under this name the store knows what was acknowledged."""
_LOOK_MS = 1000


class Alerting(QObject):
    """Lives as long as the session, locked or not. What it says is on the locked window, too: counts alone.

    show: brings a visit to the front, by its id. report: told of every fault of our own. speaker: where
    alerts are played. announced: a screen reader is told of those who came.
    """

    announced = Signal()

    def __init__(
        self,
        session: Session,
        window: "Window",
        theme: Theme,
        show: Callable[[str | None], None],
        report: Callable[[BaseException], None],
        speaker: Speaker,
    ) -> None:
        super().__init__(window)
        self._session, self._window, self._theme, self._report = session, window, theme, report
        self._show, self._is_locked = show, False
        self._alerts: Alerts | None = None
        self.tested: SelfTest | None = None
        self.voice = Voice(speaker, self._voice_changed)
        self.tray = Tray(theme, window)
        self.taskbar = Taskbar(window)
        self.banner = AlertBanner(theme, window)
        self._test: SelfTestWindow | None = None
        window.put_under_page(self.banner)
        for part in (self.banner, self.tray):
            part.acknowledged.connect(self.acknowledge)
            part.pause_wanted.connect(self.pause)
            part.resume_wanted.connect(self.resume)
        self.banner.show_wanted.connect(self._show_first)
        self.tray.show_wanted.connect(self.taskbar.bring_forward)
        window.status.alerts_test_wanted.connect(self.show_test)
        window.menu.alerts_test_wanted.connect(self.show_test)
        window.menu.pause_sound_wanted.connect(self._pause_or_resume)
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._stop_listening = session.listen_to_choices(self._chosen)
        self._begun = self._run(self._begin(), "alerts.begin")
        self._voice_changed()

    def close(self) -> None:
        """The session is over: nothing of it is told any more."""
        self._timer.stop()
        self.voice.close()
        self._stop_listening()
        if self._begun is not None:
            self._begun.cancel()
        if self._alerts is not None:
            self._alerts.close()
            self._alerts = None
        window = self._window
        window.status.alerts_test_wanted.disconnect(self.show_test)
        window.menu.alerts_test_wanted.disconnect(self.show_test)
        window.menu.pause_sound_wanted.disconnect(self._pause_or_resume)
        window.status.set_sound("", "neutral")
        self.taskbar.count(0)
        self.tray.close()
        self.banner.hide()
        for part in (self.banner, self._test, self):
            if part is not None:
                part.deleteLater()

    def set_locked(self, is_locked: bool) -> None:
        """Whoever is at a locked window may be anybody: they see counts, and can do nothing."""
        self._is_locked = is_locked
        if is_locked and self._test is not None:
            self._test.hide()
        self._refresh()

    def rights_changed(self) -> None:
        """Others may be for this person now."""
        if self._alerts is not None:
            self._alerts.see_all()

    @property
    def counts(self) -> Counts:
        """Of this shift."""
        return Counts() if self._alerts is None else self._alerts.counts

    @property
    def rules(self) -> AlertRules:
        """As the clinic has set them."""
        clinic = self._session.clinic
        return (clinic.alerts if clinic else None) or AlertRules()

    @property
    def volume(self) -> int:
        """Per cent."""
        return self._session.choices.volume or USUAL_VOLUME

    @property
    def device(self) -> str:
        """Name of the sound device that was chosen, "" for the usual one."""
        return self._session.choices.sound_device or ""

    def alarm(self) -> Alarm:
        """What stands now."""
        return Alarm() if self._alerts is None else self._alerts.alarm()

    def acknowledge(self) -> None:
        """The person knows of everybody whom they have been told of."""
        if self._alerts is not None and not self._is_locked:
            self._alerts.acknowledge()
            page = self._window.page
            if self.banner.isHidden() and page is not None and self._window.focusWidget() is None:
                page.setFocus()

    def pause(self) -> None:
        """No sound for a while."""
        if self._alerts is not None and not self._is_locked:
            self._alerts.pause()

    def resume(self) -> None:
        """The sound is on again."""
        if self._alerts is not None and not self._is_locked:
            self._alerts.resume()

    # -- the test

    def show_test(self) -> None:
        """Brings the window in which one tries out whether alerts reach one here to the front."""
        if self._is_locked:
            return
        if self._test is None:
            self._test = SelfTestWindow(self._theme, self, self._session, self._window, self._report)
        self._test.present()

    def keep_test(self, tested: SelfTest) -> None:
        """Keeps what came of a test, for the status bar and for the next start."""
        self.tested = tested
        self._session.store.put_setting(SETTING, msgspec.json.encode(tested))
        self._voice_changed()

    # -- what is told

    async def _begin(self) -> None:
        session = self._session
        try:
            settings = await session.store.settings()
        except StoreFault:
            # Of which its own sentence tells; somebody may be told again of what they knew.
            settings = {}
        self.tested = read_self_test(settings.get(SETTING))
        self._alerts = Alerts(
            session.queue.visits,
            session.queue.connection,
            session.clock,
            session.audit,
            lambda: self.rules,
            self._limits,
            lambda visit: heard(visit, session.me.id, session.role),
            _known(settings.get(_KNOWN)),
            self._ring,
            self._refresh,
            self._keep_known,
        )
        self._alerts.begin()
        self._timer.start()
        await self.voice.find()

    def _limits(self, visit: Visit) -> WaitLimits:
        clinic = self._session.clinic
        return (clinic.wait_limits if clinic else Limits()).of(visit)

    def _keep_known(self, known: Mapping[str, int]) -> None:
        self._session.store.put_setting(_KNOWN, msgspec.json.encode(known))

    def _look(self) -> None:
        if self._alerts is not None:
            self._alerts.look()

    def _ring(self, ring: Ring) -> None:
        alarm = self.alarm()
        self.banner.show_alarm(alarm, is_locked=self._is_locked)
        if not ring.is_summary:
            # After a gap the summary of what happened in it is read out (NOT-07).
            self.banner.announce()
            self.announced.emit()
        if ring.is_quiet or not self._session.rights.identity:
            # A wall board only shows it: nobody sits there.
            return
        if ring.priority != Priority.LOW or self._session.choices.low_sounds is not False:
            self._run(self.voice.play(ring.priority, self.volume, self.device), "alerts.play")
        self.tray.notify(alarm)
        if ring.times >= self.rules.flash_from or ring.priority == Priority.HIGH:
            self.taskbar.mark()

    def _refresh(self) -> None:
        alarm = self.alarm()
        self.banner.show_alarm(alarm, is_locked=self._is_locked)
        self.tray.show_alarm(alarm, is_locked=self._is_locked)
        self._window.menu.set_sound_paused(is_paused=alarm.paused_s > 0)
        self.taskbar.count(alarm.waiting)

    def _voice_changed(self) -> None:
        tested = self.tested
        if tested is not None and (tested.device, tested.volume) != (self.device, self.volume):
            tested = None
        text, tone = sound_text(tested, self.voice.fault, self._session.clock.now())
        self._window.status.set_sound(text, tone)
        if self._test is not None:
            self._test.refresh()

    def _chosen(self) -> None:
        """Other limits, rules, or another device."""
        self.rights_changed()
        self._voice_changed()

    # -- acts

    def _pause_or_resume(self) -> None:
        if self.alarm().paused_s > 0:
            self.resume()
        else:
            self.pause()

    def _show_first(self) -> None:
        self.taskbar.bring_forward()
        self._show(self.alarm().first_id)

    def _run(self, work: object, name: str) -> "asyncio.Task[None] | None":
        return tasks.run(self.banner, work, busy=None, name=name, report=self._report)


def _known(body: bytes | None) -> Mapping[str, int]:
    try:
        return {} if body is None else msgspec.json.decode(body, type=dict[str, Step])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return {}
