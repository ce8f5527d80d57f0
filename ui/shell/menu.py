"""The menu of the window: looks, refresh, sign out, quit."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from ui.kit.keys import DELIBERATE
from ui.lock.input import LOCK_KEYS
from ui.theme.theme import Theme
from ui.theme.tokens import Space

if TYPE_CHECKING:
    from ui.shell.keys_map import KeysMap

COLOURS = (("system", "As the desktop"), ("light", "Light"), ("dark", "Dark"))
SCALES = tuple((scale, f"{scale:.0%}") for scale in (1.0, 1.25, 1.5, 1.75, 2.0))


SETTINGS_KEYS = "Ctrl+,"
PALETTE_KEYS, KEYS_KEYS, OWN_STATE_KEYS, WAITS_KEYS = "Ctrl+K", "F1", "Ctrl+Shift+V", "Ctrl+Shift+W"


class Menu(QObject):
    """A button and its menu; the keys work in the whole window.

    look_changed: colours or text size was chosen. locked: nothing but the lock is to be seen.
    """

    look_changed = Signal()
    refresh_wanted = Signal()
    check_in_wanted = Signal()
    outbox_wanted = Signal()
    settings_wanted = Signal()
    reset_wanted = Signal()
    lock_wanted = Signal()
    switch_wanted = Signal()
    sign_out_wanted = Signal()
    support_wanted = Signal()
    pause_sound_wanted = Signal()
    alerts_test_wanted = Signal()
    palette_wanted = Signal()
    own_state_wanted = Signal()
    waits_wanted = Signal()
    keys_wanted = Signal()
    locked = Signal()

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme, self._window = theme, window
        self._menu = QMenu(window)
        self._looks: list[tuple[QActionGroup, Callable[[], Any]]] = []
        self._choices("Colours", COLOURS, lambda: theme.mode, theme.set_mode)
        self._choices("Text size", SCALES, lambda: theme.scale, theme.set_scale)
        self._menu.addSeparator()
        self.palette = self._act("Go to…", None, self.palette_wanted.emit)
        self._bind(self.palette, PALETTE_KEYS)
        self._act("Refresh now", QKeySequence.StandardKey.Refresh, self.refresh_wanted.emit)
        new = QKeySequence.StandardKey.New
        self._check_in = self._act("Check in a patient…", new, self.check_in_wanted.emit)
        # The status bar owns the key: it works while its button is hidden, too.
        self._outbox = self._act("Outbox\tCtrl+Shift+O", None, self.outbox_wanted.emit)
        self._waits = self._act("Waits today…", None, self.waits_wanted.emit)
        self._bind(self._waits, WAITS_KEYS)
        self._own_state = self._act("Available or away…", None, self.own_state_wanted.emit)
        self._bind(self._own_state, OWN_STATE_KEYS)
        self._menu.addSeparator()
        self._settings = self._act("Settings…", None, self.settings_wanted.emit)
        self._settings.setShortcut(QKeySequence(SETTINGS_KEYS))
        self._pause_sound = self._act("", None, self.pause_sound_wanted.emit)
        self._test_alerts = self._act("Test alerts…", None, self.alerts_test_wanted.emit)
        self.set_sound_paused(is_paused=False)
        self._reset = self._act("Remove data from this computer…", None, self.reset_wanted.emit)
        # The session owns the key: it works in every window, and over a question or a list that is open.
        lock_keys = QKeySequence(LOCK_KEYS).toString(QKeySequence.SequenceFormat.NativeText)
        self._lock = self._act(f"Lock now\t{lock_keys}", None, self.lock_wanted.emit)
        self._switch = self._act("Switch clinic or user…", None, self.switch_wanted.emit)
        self._sign_out = self._act("Sign out", None, self.sign_out_wanted.emit)
        self._support = self._act("Support bundle…", None, self.support_wanted.emit)
        self._keys = self._act("Keyboard…", None, self.keys_wanted.emit)
        self.keys_wanted.connect(self._show_keys)
        self._bind(self._keys, KEYS_KEYS)
        # In the windows beside this one, too.
        self._keys.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        self._keys_map: KeysMap | None = None
        end = self._act("Quit", QKeySequence.StandardKey.Quit, window.close)
        for act in (self._switch, self._sign_out, end):
            act.setProperty(DELIBERATE, True)
        self._menu.installEventFilter(self)
        self.button = QToolButton(window)
        self.button.setAccessibleName("Menu")
        self.button.setToolTip("Menu")
        # A menu of the button's own would run an event loop in the one that runs already.
        self.button.clicked.connect(self._open)
        self.show_own_state(False)
        self.set_signed_in(False)
        theme.changed.connect(self._restyle)
        self._restyle()

    def set_signed_in(self, signed_in: bool, *, may_check_in: bool = True) -> None:
        """Whether there is anybody to sign out, and whether they check patients in."""
        session = (self.palette, self._own_state, self._outbox, self._settings, self._reset, self._lock)
        alerts = (self._pause_sound, self._test_alerts)
        for act in (*session, *alerts, self._waits, self._switch, self._sign_out):
            act.setEnabled(signed_in)
        self._check_in.setEnabled(signed_in and may_check_in)
        self._support.setEnabled(True)

    def set_locked(self) -> None:
        """Nothing of the session can be reached; somebody else may sign in."""
        self.set_signed_in(False)
        self._switch.setEnabled(True)
        self._sign_out.setEnabled(True)
        # Its question for a file would show whoever passes by what lies on this computer.
        self._support.setEnabled(False)
        if self._keys_map is not None:
            self._keys_map.hide()
        self.locked.emit()

    def set_sound_paused(self, *, is_paused: bool) -> None:
        """Whether the sound of alerts is paused, so that the entry is to end it."""
        self._pause_sound.setText("Resume alert sound" if is_paused else "Pause alert sound")

    @property
    def menu(self) -> QMenu:
        """What the button opens."""
        return self._menu

    def show_own_state(self, is_provider: bool) -> None:
        """Whether patients wait for who is signed in, so that they say whether they are there."""
        self._own_state.setVisible(is_provider)

    def point_at(self, action: QAction) -> None:
        """Opens the menu at one of its entries, and does not choose it."""
        self._open()
        self._menu.setActiveAction(action)

    def _open(self) -> None:
        self._menu.popup(self.button.mapToGlobal(self.button.rect().bottomLeft()))

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Enter that is held down since something else was chosen by it chooses nothing here."""
        return (
            isinstance(event, QKeyEvent)
            and event.isAutoRepeat()
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        )

    def _show_keys(self) -> None:
        from ui.shell.keys_map import KeysMap

        if self._keys_map is None:
            self._keys_map = KeysMap(self._theme, self._window)
        self._keys_map.present()

    def _choices(
        self,
        title: str,
        options: Sequence[tuple[Any, str]],
        chosen: Callable[[], Any],
        choose: Callable[[Any], None],
    ) -> None:
        menu = self._menu.addMenu(title)
        group = QActionGroup(menu)
        for value, name in options:
            action = QAction(name, group, checkable=True)
            action.setData(value)
            menu.addAction(action)

        def triggered(action: QAction) -> None:
            choose(action.data())
            self.look_changed.emit()

        group.triggered.connect(triggered)
        self._looks.append((group, chosen))

    def _act(self, title: str, keys: QKeySequence.StandardKey | None, do: Callable[[], object]) -> QAction:
        action = QAction(title, self._window)
        if keys is not None:
            action.setShortcut(QKeySequence(keys))
        action.triggered.connect(do)
        self._menu.addAction(action)
        self._window.addAction(action)
        return action

    @staticmethod
    def _bind(action: QAction, keys: str) -> None:
        action.setShortcut(QKeySequence(keys))
        action.setAutoRepeat(False)

    def _restyle(self) -> None:
        # The settings screen chooses them, too.
        for group, chosen in self._looks:
            for action in group.actions():
                action.setChecked(action.data() == chosen())
        side = self._theme.px(Space.large)
        self.button.setIcon(self._theme.icon("person"))
        self.button.setIconSize(QSize(side, side))
