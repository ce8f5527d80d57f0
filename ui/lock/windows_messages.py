"""What Windows tells a window of locking, switching users and sleep (SEC-08)."""

import sys
from collections.abc import Callable
from ctypes.wintypes import MSG

from PySide6.QtWidgets import QWidget

_GENERIC = b"windows_generic_MSG"
_SESSION_CHANGE, _POWER = 0x02B1, 0x0218  # WM_WTSSESSION_CHANGE, WM_POWERBROADCAST
# WTS_CONSOLE_DISCONNECT, WTS_REMOTE_DISCONNECT, WTS_SESSION_LOGOFF, WTS_SESSION_LOCK: all leave the desk.
_LEAVES = frozenset({0x2, 0x4, 0x6, 0x7})
_SUSPENDS = 0x4  # PBT_APMSUSPEND
_THIS_SESSION = 0  # NOTIFY_FOR_THIS_SESSION


class WindowsMessages(QWidget):
    """Never shown, and without a parent: a window of its own gets these messages, and Python sees no others.

    left: told when the session is left or the machine is about to sleep.
    """

    def __init__(self, left: Callable[[], None]) -> None:
        super().__init__()
        self._left = left
        _listen(int(self.winId()))

    def nativeEvent(self, kind: bytes, message: int) -> tuple[bool, int]:
        """Looks at a message and leaves it to Qt."""
        if bytes(kind) == _GENERIC and is_leaving(MSG.from_address(int(message))):
            self._left()
        return False, 0


def is_leaving(message: MSG) -> bool:
    """Whether nobody is at the desk after this."""
    what, how = message.message, message.wParam
    return (what == _SESSION_CHANGE and how in _LEAVES) or (what == _POWER and how == _SUSPENDS)


def _listen(window: int) -> None:
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.wtsapi32.WTSRegisterSessionNotification(window, _THIS_SESSION)
