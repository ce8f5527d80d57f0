"""What a person does at the windows of the program, and nothing that the program does by itself (SEC-04)."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt, Signal
from PySide6.QtGui import (
    QCursor,
    QEnterEvent,
    QGuiApplication,
    QInputMethodEvent,
    QKeyEvent,
    QMouseEvent,
    QWindow,
)
from shiboken6 import isValid

LOCK_KEYS = "Ctrl+L"
_LOCK = QKeyCombination(Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_L)

_Type = QEvent.Type
# What goes down, and what follows it; the last of these is the end of it.
_PRESSES = {
    _Type.KeyPress: (_Type.ShortcutOverride, _Type.KeyPress, _Type.KeyRelease),
    _Type.MouseButtonPress: (_Type.MouseButtonDblClick, _Type.MouseButtonRelease),
    _Type.TouchBegin: (_Type.TouchUpdate, _Type.TouchCancel, _Type.TouchEnd),
    _Type.TabletPress: (_Type.TabletMove, _Type.TabletRelease),
    _Type.Wheel: (),
}
# A key comes as an override first; where a shortcut takes it, it never comes as itself.
_USED = {*_PRESSES, _Type.ShortcutOverride, _Type.TouchUpdate, _Type.TabletMove}


class Input(QObject):
    """Lives as long as the session.

    It is seen at the windows, since a filter over the application would see every paint, too; there a key
    comes by, whatever question, list or menu is open. Text of an input method (dictation, Chinese, a keyboard
    on the screen) comes past the windows, to what has the focus.

    used: somebody was here. lock_wanted: by its key. is_warned: whether the warning before the lock stands. A
    press then takes it back and does nothing else: whoever presses any key, or clicks where the pointer
    happens to be, means neither the note nor the button there. A pointer that moves takes it back, too, so
    that a click that was aimed acts; what is dictated or composed is text, and is never held back.
    """

    used = Signal()
    lock_wanted = Signal()

    def __init__(self, is_warned: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._is_warned = is_warned
        self._waking: QEvent.Type | None = None
        self._waking_what: object = None
        self._pointer = QCursor.pos()
        self._focus: QObject | None = None
        application = QGuiApplication.instance()
        application.focusWindowChanged.connect(self.watch)
        application.focusObjectChanged.connect(self._follow)
        self._follow(QGuiApplication.focusObject())
        self.watch()

    def watch(self) -> None:
        """Looks for new windows. Not every desktop gives the focus to a list or a menu that opens."""
        for window in QGuiApplication.topLevelWindows():
            window.installEventFilter(self)

    def eventFilter(self, at: QObject, event: QEvent) -> bool:
        if isinstance(event, QInputMethodEvent):
            # An empty one only ends what was composed.
            if event.commitString() or event.preeditString():
                self.used.emit()
            return False
        if not isinstance(at, QWindow) or not event.spontaneous():
            return False
        if isinstance(event, QEnterEvent):
            self._pointer = event.globalPosition().toPoint()
            return False
        if event.type() == _Type.MouseMove and isinstance(event, QMouseEvent):
            self._moved(event)
            return False
        if isinstance(event, QKeyEvent) and event.keyCombination() == _LOCK:
            return self._lock_pressed(event)
        stops = self._goes_on_waking(event) or (event.type() in _USED and self._wakes(event))
        if stops:
            # Else a pen or a finger would come again as a pointer, and a key as a shortcut.
            event.accept()
        return stops

    def _lock_pressed(self, event: QKeyEvent) -> bool:
        is_press = event.type() == _Type.KeyPress
        if is_press and not event.isAutoRepeat():
            self.lock_wanted.emit()
        return is_press

    def _wakes(self, event: QEvent) -> bool:
        """Whether it takes the warning back, and is to do nothing else."""
        kind, is_warned = event.type(), self._is_warned()
        if kind == _Type.ShortcutOverride and is_warned:
            # The key itself comes next, since no shortcut gets it.
            return True
        self.used.emit()
        if is_warned and kind in _PRESSES:
            self._waking, self._waking_what = kind, _what(event)
            return True
        return False

    def _goes_on_waking(self, event: QEvent) -> bool:
        """Whether it belongs to the press that took the warning back: held down, or let go."""
        kind, repeats = event.type(), isinstance(event, QKeyEvent) and event.isAutoRepeat()
        if (kind in _PRESSES or kind == _Type.ShortcutOverride) and not repeats:
            # Something new; how the last one ended may have been told to another program.
            self._waking = None
        if self._waking is None:
            return False
        follows = _PRESSES[self._waking]
        if kind not in follows or _what(event) != self._waking_what:
            return False
        if kind == follows[-1] and not repeats:
            self._waking = None
        return True

    def _moved(self, event: QMouseEvent) -> None:
        """A window that appears under the pointer is told of a move, too."""
        before, self._pointer = self._pointer, event.globalPosition().toPoint()
        if before != self._pointer:
            self.used.emit()

    def _follow(self, focus: QObject | None) -> None:
        if self._focus is not None and isValid(self._focus):
            self._focus.removeEventFilter(self)
        # A window without anything in it is watched as it is.
        self._focus = None if isinstance(focus, QWindow) else focus
        if self._focus is not None:
            self._focus.installEventFilter(self)


def _what(event: QEvent) -> object:
    """Which key or button; a pen and the fingers have none."""
    if isinstance(event, QKeyEvent):
        return event.key()
    return event.button() if isinstance(event, QMouseEvent) else None
