"""The menu of the window: looks, refresh, sign out, quit."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from ui.theme.theme import Theme
from ui.theme.tokens import Space

_COLOURS = (("system", "As the desktop"), ("light", "Light"), ("dark", "Dark"))
_SCALES = tuple((scale, f"{scale:.0%}") for scale in (1.0, 1.25, 1.5, 1.75, 2.0))


LOCK_KEYS = "Ctrl+L"


class Menu(QObject):
    """A button and its menu; the keys work in the whole window.

    look_changed: colours or text size was chosen.
    """

    look_changed = Signal()
    refresh_wanted = Signal()
    check_in_wanted = Signal()
    outbox_wanted = Signal()
    reset_wanted = Signal()
    lock_wanted = Signal()
    sign_out_wanted = Signal()

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme, self._window = theme, window
        self._menu = QMenu(window)
        self._choices("Colours", _COLOURS, theme.mode, theme.set_mode)
        self._choices("Text size", _SCALES, theme.scale, theme.set_scale)
        self._menu.addSeparator()
        self._act("Refresh now", QKeySequence.StandardKey.Refresh, self.refresh_wanted.emit)
        new = QKeySequence.StandardKey.New
        self._check_in = self._act("Check in a patient…", new, self.check_in_wanted.emit)
        # The status bar owns the key: it works while its button is hidden, too.
        self._outbox = self._act("Outbox\tCtrl+Shift+O", None, self.outbox_wanted.emit)
        self._menu.addSeparator()
        self._reset = self._act("Remove data from this computer…", None, self.reset_wanted.emit)
        self._lock = self._act("Lock now", None, self.lock_wanted.emit)
        self._lock.setShortcut(QKeySequence(LOCK_KEYS))
        self._sign_out = self._act("Sign out", None, self.sign_out_wanted.emit)
        self._act("Quit", QKeySequence.StandardKey.Quit, window.close)
        self.button = QToolButton(window)
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.button.setAccessibleName("Menu")
        self.button.setToolTip("Menu")
        self.button.setMenu(self._menu)
        self.set_signed_in(False)
        theme.changed.connect(self._restyle)
        self._restyle()

    def set_signed_in(self, signed_in: bool) -> None:
        """Whether there is anybody to sign out."""
        for act in (self._check_in, self._outbox, self._reset, self._lock, self._sign_out):
            act.setEnabled(signed_in)

    def set_locked(self) -> None:
        """Nothing of the session can be reached; somebody else may sign in."""
        self.set_signed_in(False)
        self._sign_out.setEnabled(True)

    def _choices(
        self, title: str, options: Sequence[tuple[Any, str]], chosen: Any, choose: Callable[[Any], None]
    ) -> None:
        menu = self._menu.addMenu(title)
        group = QActionGroup(menu)
        for value, name in options:
            action = QAction(name, group, checkable=True, checked=value == chosen)
            action.setData(value)
            menu.addAction(action)

        def triggered(action: QAction) -> None:
            choose(action.data())
            self.look_changed.emit()

        group.triggered.connect(triggered)

    def _act(self, title: str, keys: QKeySequence.StandardKey | None, do: Callable[[], object]) -> QAction:
        action = QAction(title, self._window)
        if keys is not None:
            action.setShortcut(QKeySequence(keys))
        action.triggered.connect(do)
        self._menu.addAction(action)
        self._window.addAction(action)
        return action

    def _restyle(self) -> None:
        side = self._theme.px(Space.large)
        self.button.setIcon(self._theme.icon("person"))
        self.button.setIconSize(QSize(side, side))
