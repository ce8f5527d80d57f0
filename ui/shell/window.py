"""The main window: top bar, notices, the page in front, the status bar. Its title never names a patient."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QKeySequence
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.home import Preferences
from app.session import Session
from ui.kit.labels import ElidedLabel, label
from ui.kit.notices import Notices
from ui.kit.ticker import Ticker
from ui.shell.sign_in import SignIn
from ui.shell.status_bar import StatusBar
from ui.theme.theme import Theme
from ui.theme.tokens import Space

_THEMES = (("system", "As the desktop"), ("light", "Light"), ("dark", "Dark"))
_SCALES = (1.0, 1.25, 1.5, 1.75, 2.0)


class Window(QMainWindow):
    """The window of one run. closing: the person closed it; it hides and lets the program end in order.

    sign_out_wanted, sign_in_wanted: from menu and status bar. look_changed: theme or text size was chosen.
    """

    closing = Signal()
    sign_out_wanted = Signal()
    sign_in_wanted = Signal()
    refresh_wanted = Signal()
    look_changed = Signal()

    def __init__(self, theme: Theme, preferences: Preferences) -> None:
        super().__init__()
        self._theme = theme
        self._session: Session | None = None
        self.setWindowTitle("Vestibule")
        self.ticker = Ticker(parent=self)
        self.notices = Notices(theme, self)
        self.sign_in = SignIn(theme, preferences, self)
        self.status = StatusBar(theme, self)
        self._lay_out()
        self._make_menu()
        self.status.sign_in_wanted.connect(self.sign_in_wanted)
        self.ticker.watch(self.status)
        self.ticker.ticked.connect(self._show_standing)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.resize(theme.px(1280) if theme.scale <= 1 else 1440, 800 if theme.scale <= 1 else 900)

    @property
    def page(self) -> QWidget | None:
        """The page of the session that is open, None when nobody is signed in."""
        return self._pages.widget(1) if self._pages.count() > 1 else None

    def open_session(self, session: Session, make_page: Callable[[], QWidget], where: str) -> None:
        """Shows the page of a session. where: the clinic's name."""
        self._session = session
        self._pages.addWidget(make_page())
        self._pages.setCurrentIndex(1)
        self._where.setText(where)
        self._who.setText(session.me.name or session.me.id)
        self._who.setVisible(True)
        self._sign_out.setEnabled(True)
        self._show_standing()

    def close_session(self) -> None:
        """Takes every word of the session off the screen and shows the sign-in."""
        page = self.page
        if page is not None:
            self._pages.removeWidget(page)
            page.close_listeners()
            page.deleteLater()
        self._session = None
        for key in ("call", "fault"):
            self.notices.clear(key)
        self._where.setText("")
        self._who.setVisible(False)
        self._sign_out.setEnabled(False)
        self.status.show_nothing()
        self.sign_in.focus_first()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Hides; the program ends when its session has been closed."""
        event.ignore()
        self.hide()
        self.closing.emit()

    def _show_standing(self) -> None:
        if self._session is not None:
            clock = self._session.clock
            standing = self._session.queue.connection.standing()
            self.status.show_standing(standing, clock.now(), clock.skew_s())

    # -- look

    def _lay_out(self) -> None:
        self._brand = label("Vestibule", "strong", parent=self)
        self._where = ElidedLabel("", "soft", parent=self)
        self._who = ElidedLabel("", parent=self)
        self._who.hide()
        self._menu_button = QToolButton(self)
        self._menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu_button.setAccessibleName("Menu")
        self._menu_button.setToolTip("Menu")
        self._bar = QHBoxLayout()
        self._bar.addWidget(self._brand)
        self._bar.addWidget(self._where, 1)
        self._bar.addWidget(self._who)
        self._bar.addWidget(self._menu_button)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.sign_in)
        central = QWidget(self)
        column = QVBoxLayout(central)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._bar)
        column.addWidget(self.notices)
        column.addWidget(self._pages, 1)
        column.addWidget(self.status)
        self.setCentralWidget(central)

    def _make_menu(self) -> None:
        menu = QMenu(self)
        self._choices(menu.addMenu("Colours"), _THEMES, self._theme.mode, self._theme.set_mode)
        scales = tuple((scale, f"{scale:.0%}") for scale in _SCALES)
        self._choices(menu.addMenu("Text size"), scales, self._theme.scale, self._theme.set_scale)
        menu.addSeparator()
        self._act(menu, "Refresh now", QKeySequence.StandardKey.Refresh, self.refresh_wanted.emit)
        self._sign_out = self._act(menu, "Sign out", None, self.sign_out_wanted.emit)
        self._sign_out.setEnabled(False)
        self._act(menu, "Quit", QKeySequence.StandardKey.Quit, self.close)
        self._menu_button.setMenu(menu)

    def _choices(self, menu, options, chosen, choose) -> None:  # type: ignore[no-untyped-def]
        group = QActionGroup(menu)
        for value, title in options:
            action = QAction(title, group, checkable=True, checked=value == chosen)
            action.setData(value)
            menu.addAction(action)

        def triggered(action: QAction) -> None:
            choose(action.data())
            self.look_changed.emit()

        group.triggered.connect(triggered)

    def _act(self, menu: QMenu, title: str, keys, do: Callable[[], object]) -> QAction:  # type: ignore[no-untyped-def]
        action = QAction(title, self)
        if keys is not None:
            action.setShortcut(QKeySequence(keys))
        action.triggered.connect(do)
        menu.addAction(action)
        self.addAction(action)
        return action

    def _restyle(self) -> None:
        px = self._theme.px
        self._bar.setContentsMargins(px(Space.wide), px(Space.small), px(Space.medium), px(Space.tight))
        self._bar.setSpacing(px(Space.medium))
        self._menu_button.setIcon(self._theme.icon("person"))
        self._menu_button.setIconSize(QSize(px(Space.large), px(Space.large)))
        self.setMinimumSize(640, 480)
