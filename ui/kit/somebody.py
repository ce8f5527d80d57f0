"""Whether somebody is at a window: it is the active one, and was used a short while ago."""

from time import monotonic

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

HERE_S = 60.0
"""Somebody who touched nothing for so long may have gone away [assumed]."""

_Type = QEvent.Type
_USED = frozenset(
    (
        _Type.KeyPress,
        _Type.ShortcutOverride,
        _Type.MouseMove,
        _Type.MouseButtonPress,
        _Type.Wheel,
        _Type.TouchBegin,
    )
)


class Somebody(QObject):
    """At the window that a part of the screen is in."""

    def __init__(self, part: QWidget) -> None:
        super().__init__(part)
        self._part = part
        self._window: QObject | None = None
        self._used_at = monotonic()

    def is_here(self) -> bool:
        """Also somebody who came before this was asked for the first time."""
        window = self._part.window()
        # It is there once it was shown, and is another one after it was moved between screens.
        handle = window.windowHandle()
        if handle is not None and handle is not self._window:
            handle.installEventFilter(self)
            self._window = handle
        return window.isActiveWindow() and monotonic() - self._used_at < HERE_S

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in _USED:
            self._used_at = monotonic()
        return False
