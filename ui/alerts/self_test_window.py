"""Whether alerts reach somebody here: each is tried out, and the person says what came (idea 7)."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.alerts.mute import is_muted
from app.alerts.record import Priority
from app.alerts.self_test import SelfTest
from app.core.aside import aside
from app.session import Session
from ui.alerts.trial import Trial
from ui.alerts.words import LOOKS
from ui.kit import tasks
from ui.kit.labels import label
from ui.kit.scrolling import Scrolling
from ui.kit.side_window import SideWindow
from ui.theme.theme import Theme
from ui.theme.tokens import Space

if TYPE_CHECKING:
    from ui.alerts.alerting import Alerting

_INTRO = "Try each way by which Vestibule reaches you, and say what came. It takes half a minute."
_MUTED: dict[bool | None, str] = {
    True: "This computer is muted.",
    False: "",
    None: "Vestibule cannot see whether this computer is muted: that is why it asks.",
}
_TONES = "Urgent has three tones, Waiting two, New one."
_NO_DEVICE = "This computer has no sound device. The line in the window and the taskbar still tell you."
_LOOKING = "Looking for sound devices…"
_NO_TRAY = "This desktop has no tray that takes notifications. The line in the window still tells you."
_TRAY = "It says how many wait, and never who. A desktop that must not be disturbed does not show it."
_TEST = "This is a test. Nobody is waiting because of it."
_COUNTS = "This shift: {} alerts, {} acknowledged, {} ended because the visit began or ended, {} urgent."


class SelfTestWindow(SideWindow):
    """`present` shows it. What was answered is kept with its time."""

    def __init__(
        self,
        theme: Theme,
        alerting: "Alerting",
        session: Session,
        parent: QWidget,
        report: Callable[[BaseException], None],
    ) -> None:
        super().__init__(theme, 560, 600, parent)
        self._alerting, self._session, self._report = alerting, session, report
        self._muted: bool | None = False
        self.setWindowTitle("Test alerts")
        self._title = label("Test alerts", "title", parent=self)
        self._intro = label(_INTRO, wrap=True, parent=self)
        self._counts = label("", "small", wrap=True, parent=self)
        self._scroll = Scrolling(self, takes_focus=False)
        inner = self._scroll.inner
        names = {priority: LOOKS[priority][0] for priority in reversed(Priority)}
        self.sound = Trial(theme, "Sound", "Did you hear it?", tuple(names.values()), inner)
        self.notification = Trial(theme, "Notification", "Did you see it?", ("Show one",), inner)
        self.taskbar = Trial(theme, "Taskbar", "", ("Mark the window",), inner)
        self.taskbar.say(
            "The desktop marks Vestibule in its taskbar, in its own way, while another window is in front."
        )
        for button, priority in zip(self.sound.buttons, names, strict=True):
            button.clicked.connect(lambda _checked=False, each=priority: self._play(each))
        self.notification.buttons[0].clicked.connect(self._notify)
        self.taskbar.buttons[0].clicked.connect(self._flash)
        self.sound.answered.connect(lambda is_yes: self._keep(heard=is_yes))
        self.notification.answered.connect(lambda is_yes: self._keep(seen=is_yes))
        self._lay_out()
        theme.changed.connect(self._restyle)
        self._restyle()
        self.refresh()

    def present(self) -> None:
        """Shows the window, and looks what there is to hear and to see with."""
        if not self.isVisible():
            self.fit()
            self.show()
            self.sound.buttons[0].setFocus()
        self.activateWindow()
        self._run(self._look(), "alerts.look")

    def refresh(self) -> None:
        """Shows everything as it is now."""
        alerting, tray = self._alerting, self._alerting.tray
        self.sound.say(self._sound_words())
        self.sound.set_ready(bool(alerting.voice.devices))
        self.notification.say(_TRAY if tray.can_notify else _NO_TRAY)
        self.notification.set_ready(tray.can_notify)
        counts = alerting.counts
        self._counts.setText(
            _COUNTS.format(counts.shown, counts.acknowledged, counts.taken, counts.escalated)
        )

    def _sound_words(self) -> str:
        alerting, devices = self._alerting, self._alerting.voice.devices
        if devices is None:
            return _LOOKING
        if not devices:
            return _NO_DEVICE
        chosen = alerting.device
        where = f"Plays on {chosen or 'the usual device'} at {alerting.volume} %."
        if chosen and chosen not in devices:
            where = f"{chosen} is not there, so it plays on the usual device, at {alerting.volume} %."
        failed = {"cannot_open": "The device did not open.", "silent": "The device did not play."}
        fault = failed.get(alerting.voice.fault or "", "")
        return " ".join(filter(None, (where, _TONES, fault, _MUTED[self._muted])))

    async def _look(self) -> None:
        self._muted = await aside(is_muted)
        await self._alerting.voice.find()

    def _play(self, priority: Priority) -> None:
        alerting = self._alerting
        self.sound.ask()
        self._run(alerting.voice.play(priority, alerting.volume, alerting.device), "alerts.try")

    def _notify(self) -> None:
        self.notification.ask()
        self._alerting.tray.try_out(_TEST)

    def _flash(self) -> None:
        self._alerting.taskbar.mark()

    def _keep(self, **answer: bool) -> None:
        alerting = self._alerting
        before = alerting.tested or SelfTest(at=0.0)
        alerting.keep_test(
            msgspec.structs.replace(
                before,
                at=self._session.clock.now(),
                device=alerting.device,
                volume=alerting.volume,
                **answer,
            )
        )

    def _run(self, work: object, name: str) -> "asyncio.Task[None] | None":
        return tasks.run(self, work, busy=None, name=name, report=self._report)

    # -- look

    def _lay_out(self) -> None:
        self._parts = QVBoxLayout(self._scroll.inner)
        for part in (self._intro, self.sound, self.notification, self.taskbar, self._counts):
            self._parts.addWidget(part)
        self._parts.addStretch(1)
        self._column = QVBoxLayout(self)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        self._column.addLayout(head)
        self._column.addWidget(self._scroll, 1)

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(Space.wide), px(Space.medium), px(Space.medium), px(Space.medium))
        self._column.setSpacing(px(Space.small))
        self._parts.setContentsMargins(0, 0, px(Space.medium), 0)
        self._parts.setSpacing(px(Space.medium))
