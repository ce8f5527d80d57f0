"""The program in the desktop's tray: how many are not acknowledged, and the acts that cannot wait."""

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from app.alerts.record import Alarm
from ui.alerts.words import notification_text, tip_text
from ui.theme.theme import Theme

_SIDES = (16, 22, 24, 32, 48, 64)
_MOST = 99
_SHOWN_MS = 10_000


class Tray(QObject):
    """Lives as long as the session, locked or not. Where there is no tray nothing happens, until one comes.

    show_wanted, acknowledged, pause_wanted, resume_wanted: from its menu, or by pressing it.
    """

    show_wanted = Signal()
    acknowledged = Signal()
    pause_wanted = Signal()
    resume_wanted = Signal()

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme, self._window = theme, window
        self._alarm, self._is_locked = Alarm(), False
        self._menu = QMenu(window)
        self._menu.addAction("Show Vestibule", self.show_wanted.emit)
        self.acknowledge_act = self._menu.addAction("Acknowledge", self.acknowledged.emit)
        self.pause_act = self._menu.addAction("Pause sound", self.pause_wanted.emit)
        self.resume_act = self._menu.addAction("Resume sound", self.resume_wanted.emit)
        self._icon: QSystemTrayIcon | None = None
        theme.changed.connect(self._draw)
        self._show()

    @property
    def can_notify(self) -> bool:
        """Whether this desktop takes notifications from us; whether it shows them nobody tells."""
        return self._icon is not None and QSystemTrayIcon.supportsMessages()

    def show_alarm(self, alarm: Alarm, *, is_locked: bool) -> None:
        """Counts, and what can be done now. is_locked: nobody is known to be there."""
        was, self._alarm, self._is_locked = (_told(self._alarm), self._is_locked), alarm, is_locked
        # Time alone changes the alarm every second, and nothing of what is told here.
        if was != (_told(alarm), is_locked):
            self._show()
            self._draw()

    def notify(self, alarm: Alarm) -> None:
        """A notification of the desktop: counts only."""
        self._tell(notification_text(alarm))

    def try_out(self, text: str) -> None:
        """A notification that says it is a test."""
        self._tell(text)

    def close(self) -> None:
        """The session is over."""
        if self._icon is not None:
            self._icon.hide()
            self._icon.deleteLater()
        self._menu.deleteLater()
        self.deleteLater()

    def _show(self) -> None:
        alarm, is_mine = self._alarm, not self._is_locked
        if self._icon is None and QSystemTrayIcon.isSystemTrayAvailable():
            self._icon = self._make()
        if self._icon is not None:
            self._icon.setToolTip(tip_text(alarm))
        self.acknowledge_act.setEnabled(is_mine and bool(alarm.waiting or alarm.lost))
        self.pause_act.setVisible(alarm.paused_s <= 0)
        self.resume_act.setVisible(alarm.paused_s > 0)
        for act in (self.pause_act, self.resume_act):
            act.setEnabled(is_mine)

    def _make(self) -> QSystemTrayIcon:
        made = QSystemTrayIcon(badged(self._theme, self._alarm), self._window)
        made.setContextMenu(self._menu)
        made.activated.connect(self._activated)
        made.messageClicked.connect(self.show_wanted)
        made.show()
        return made

    def _tell(self, text: str) -> None:
        if self._icon is not None and self.can_notify:
            self._icon.showMessage("Vestibule", text, self._icon.icon(), _SHOWN_MS)

    def _draw(self) -> None:
        if self._icon is not None:
            self._icon.setIcon(badged(self._theme, self._alarm))

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.show_wanted.emit()


def _told(alarm: Alarm) -> tuple[object, ...]:
    return alarm.patients, alarm.e_consults, alarm.lost, alarm.paused_s > 0


def badged(theme: Theme, alarm: Alarm) -> QIcon:
    """The program's mark with how many are not acknowledged; "!" where the queue is not seen.

    It has a ground of its own, so that it can be seen on a light and on a dark tray.
    """
    icon = QIcon()
    for side in _SIDES:
        icon.addPixmap(_pixmap(theme, alarm, side))
    return icon


def _pixmap(theme: Theme, alarm: Alarm, side: int) -> QPixmap:
    tokens, pixmap = theme.tokens, QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.accent))
    painter.drawRoundedRect(QRectF(0, 0, side, side), side * 0.22, side * 0.22)
    text = "!" if alarm.lost else str(min(alarm.waiting, _MOST)) if alarm.waiting else ""
    if text:
        # The number is what matters there: it has the whole of a mark of 16 px.
        painter.setBrush(QColor(tokens.bad.fg))
        painter.drawRoundedRect(QRectF(0, 0, side, side), side * 0.5, side * 0.5)
    painter.setPen(QColor(tokens.bad.bg if text else tokens.accent_ink))
    font = QFont(theme.font("body", "strong"))
    font.setPixelSize(round(side * (0.72 if len(text) < 2 else 0.6)))
    painter.setFont(font)
    painter.drawText(QRectF(0, 0, side, side), Qt.AlignmentFlag.AlignCenter, text or "V")
    painter.end()
    return pixmap
