"""The desktop's own word that it locks, sleeps, or shows another session (SEC-08)."""

import os
import sys
from pathlib import Path

from PySide6.QtCore import SLOT, QObject, Signal, Slot

from app import log

# Who says so: GNOME, Cinnamon and MATE under names of their own, everybody else under the common one.
_SCREEN_SAVERS = (
    "org.freedesktop.ScreenSaver",
    "org.gnome.ScreenSaver",
    "org.cinnamon.ScreenSaver",
    "org.mate.ScreenSaver",
)


class DesktopLock(QObject):
    """locked: the desktop has been locked, is about to sleep, or is being locked by its administrator.

    Linux says it by D-Bus, Windows by messages to a window. macOS says nothing here: there the time without
    input locks, and waking up does (`Wakes`).
    """

    locked = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        if sys.platform == "win32":
            from ui.lock.windows_messages import WindowsMessages

            self._messages = WindowsMessages(self.locked.emit)
            parent.destroyed.connect(self._messages.deleteLater)
            return
        if sys.platform != "linux":
            log.event("desktop.tells_no_lock")
            return
        # Imported here: no other desktop needs it.
        from PySide6.QtDBus import QDBusConnection

        system = QDBusConnection.systemBus()
        login = "org.freedesktop.login1"
        system.connect(login, "", f"{login}.Manager", "PrepareForSleep", self, SLOT("_active(bool)"))
        # Of any session: to be locked once too often harms nobody.
        system.connect(login, "", f"{login}.Session", "Lock", self, SLOT("_lock()"))
        if _has_session_bus():
            session = QDBusConnection.sessionBus()
            for name in _SCREEN_SAVERS:
                session.connect("", "", name, "ActiveChanged", self, SLOT("_active(bool)"))

    @Slot(bool)
    def _active(self, is_active: bool) -> None:
        if is_active:
            self.locked.emit()

    @Slot()
    def _lock(self) -> None:
        self.locked.emit()


def _has_session_bus() -> bool:
    """Whether one is there: asking for one that is not would start it."""
    beside = os.environ.get("XDG_RUNTIME_DIR")
    return bool(os.environ.get("DBUS_SESSION_BUS_ADDRESS")) or (
        beside is not None and (Path(beside) / "bus").exists()
    )
