"""The main window: top bar, the page in front, notices, the status bar. Its title never names a patient."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from app.home import Preferences
from ui.kit.least_size import least_size
from ui.theme.theme import Theme
from ui.theme.tokens import Space

if TYPE_CHECKING:
    # Not needed to paint, and slow to import.
    from app.core.connection import Standing
    from app.session import Session


# By the values of `app.users.role.Role`, which the first paint has no need of.
_ROLES = {
    "provider": "Provider",
    "front_desk": "Front desk",
    "clinic_admin": "Clinic admin",
    "monitor": "Wall board",
    "unknown": "Role not known",
    "outsider": "Not staff",
}


class Window(QMainWindow):
    """The window of one run. closing: the person wants to close it; the program ends in order.

    sign_in_wanted: the person wants to sign in again.
    """

    closing = Signal()
    sign_in_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        """Makes what the first paint shows; `furnish` makes the rest."""
        super().__init__()
        self._theme = theme
        self._page: QWidget | None = None
        self._stop_listening: Callable[[], None] = lambda: None
        self._session: Session | None = None
        self.setWindowTitle("Vestibule")
        self._lay_out()
        self._restyle()
        theme.changed.connect(self._restyle)
        self.resize(theme.px(1280) if theme.scale <= 1 else 1440, 800 if theme.scale <= 1 else 900)

    def furnish(self, preferences: Preferences) -> None:
        """Makes notices, sign-in, status bar and menu, once the window has been painted."""
        from PySide6.QtCore import Qt

        from ui.kit.into_view import FocusInSight
        from ui.kit.labels import ElidedLabel, label
        from ui.kit.notices import Notices
        from ui.kit.ticker import Ticker
        from ui.shell.menu import Menu
        from ui.shell.sign_in import SignIn
        from ui.shell.status_bar import StatusBar

        self.ticker = Ticker(parent=self)
        FocusInSight(self)
        self.notices = Notices(self._theme, self)
        self.sign_in = SignIn(self._theme, preferences, self)
        self.status = StatusBar(self._theme, self)
        self.menu = Menu(self._theme, self)
        self._where = ElidedLabel("", "soft", parent=self)
        self._who = ElidedLabel("", parent=self)
        self._who.hide()
        self._bar.addWidget(self._where, 1)
        self._bar.addWidget(self._who)
        self._bar.addWidget(self.menu.button)
        # Under the page: a message that comes by itself moves no row under the pointer (QUE-02).
        self._column.addWidget(self.notices)
        self._column.addWidget(self.status)
        self._pages.addWidget(self.sign_in)
        opening = QVBoxLayout(self._pages.widget(0))
        opening.addStretch(1)
        opening.addWidget(label("Opening…", "soft"), 0, Qt.AlignmentFlag.AlignHCenter)
        opening.addStretch(1)
        self.status.sign_in_wanted.connect(self.sign_in_wanted)
        self.ticker.watch(self.status)
        self.ticker.ticked.connect(self._show_standing)

    def show_sign_in(self) -> None:
        """Asks who it is; with the focus where typing goes on."""
        self.sign_in.forget_password()
        self._pages.setCurrentWidget(self.sign_in)
        self.sign_in.focus_first()

    def put_beside_name(self, part: QWidget) -> None:
        """Between the name of who is signed in and the menu."""
        self._bar.insertWidget(self._bar.indexOf(self.menu.button), part)

    def put_under_page(self, part: QWidget) -> None:
        """Above the messages: what stands has its place, whatever comes and goes under it."""
        self._column.insertWidget(self._column.indexOf(self.notices), part)

    @property
    def page(self) -> QWidget | None:
        """The page of the session that is open, None when nobody is signed in."""
        return self._page

    def open_session(self, session: "Session", where: str) -> None:
        """Says who is signed in, and how we stand with the server. where: the clinic's name."""
        self.sign_in.forget_password()
        self._stop_listening()
        self._session = session
        self._stop_listening = session.queue.connection.listen(self._heard)
        self._where.setText(where)
        self._who.setText(f"{session.me.name or session.me.id}  ·  {_ROLES[session.role]}")
        self._who.setVisible(True)
        self._show_standing()

    def show_page(self, make_page: Callable[[QWidget], QWidget], *, may_check_in: bool = True) -> None:
        """Shows a page of the session instead of the one before. may_check_in: the person may."""
        self._take_page()
        self._page = make_page(self._pages)
        self._pages.addWidget(self._page)
        self._pages.setCurrentWidget(self._page)
        self._page.setFocus()
        self.menu.set_signed_in(True, may_check_in=may_check_in)

    def close_session(self) -> None:
        """Takes every word of the session off the screen and shows the sign-in."""
        self._take_page()
        self._stop_listening()
        self._session = None
        self._where.setText("")
        self._who.setVisible(False)
        self.menu.set_signed_in(False)
        self.status.show_nothing()
        self.show_sign_in()

    def cover(self, cover: QWidget) -> None:
        """Shows `cover` instead of the page; how we stand with the server stays in sight."""
        self._take_page()
        self.menu.set_locked()
        self._pages.addWidget(cover)
        self._pages.setCurrentWidget(cover)
        cover.setFocus()

    def _take_page(self) -> None:
        page, self._page = self._page, None
        if page is not None:
            self._pages.removeWidget(page)
            page.hide()
            page.close_listeners()
            page.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The program decides: it may have to ask, and ends when its session has been closed."""
        event.ignore()
        self.closing.emit()

    def _heard(self, _standing: "Standing") -> None:
        self._show_standing()

    def _show_standing(self) -> None:
        if self._session is not None:
            clock = self._session.clock
            standing = self._session.queue.connection.standing()
            self.status.show_standing(standing, clock.now(), clock.skew_s())

    # -- look

    def _lay_out(self) -> None:
        self._brand = QLabel("Vestibule", self)
        self._brand.setProperty("kind", "strong")
        self._bar = QHBoxLayout()
        self._bar.addWidget(self._brand)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(QWidget(self))
        # Where there is no room for everything the page gives way, not the sentences under it.
        self._pages.setMinimumHeight(1)
        central = QWidget(self)
        self._column = QVBoxLayout(central)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addLayout(self._bar)
        self._column.addWidget(self._pages, 1)
        self.setCentralWidget(central)

    def _restyle(self) -> None:
        px = self._theme.px
        self._bar.setContentsMargins(px(Space.wide), px(Space.small), px(Space.medium), px(Space.tight))
        self._bar.setSpacing(px(Space.medium))
        self.setMinimumSize(least_size(self._theme, self, 640, 480))
