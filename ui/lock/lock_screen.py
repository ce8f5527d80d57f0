"""What a locked window shows: no patient, only how many wait and how to go on (SEC-02)."""

from typing import Literal

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.home import Way
from ui.kit.labels import label
from ui.theme.theme import Theme
from ui.theme.tokens import Space

_ICON = 28
FORGET_AFTER_MS = 60_000
"""Without typing; what was typed and not sent leaves its field then."""
_OVER = "The clinic's server has ended your sign-in. Once you are back, everything is as you left it."


class LockScreen(QScrollArea):
    """Asks the person signed in to show that it is them. who: their name. way: how they signed in.

    unlock_wanted: the password, or the token, that was given. browser_wanted: to show it on the clinic's
    page; cancel_wanted: not to wait for that any more. sign_out_wanted: somebody else wants to work here.
    """

    unlock_wanted = Signal(str)
    browser_wanted = Signal()
    cancel_wanted = Signal()
    sign_out_wanted = Signal()

    def __init__(self, theme: Theme, who: str, way: Way, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._way = theme, way
        self._is_over = False
        self._icon = QLabel(self)
        self._title = label("Locked", "display", parent=self)
        self._who = label(f"Signed in: {who}", "strong", wrap=True, parent=self)
        self._counts = label("", wrap=True, parent=self)
        self._over = label(_OVER, wrap=True, parent=self)
        self._over.hide()
        self._until = label("", "soft", wrap=True, parent=self)
        self.secret: Literal["password", "token"] = "token" if way == "token" else "password"
        self._caption = label("&Token" if way == "token" else "Pass&word", parent=self)
        self.password = QLineEdit(self)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName(self.secret.capitalize())
        self._caption.setBuddy(self.password)
        self._error = label("", "error", wrap=True, parent=self)
        self._error.hide()
        self.unlock_button = QPushButton(self)
        self.unlock_button.setProperty("kind", "primary")
        self.cancel_button = QPushButton("Cancel", self)
        self.cancel_button.setProperty("kind", "plain")
        self.cancel_button.hide()
        self.sign_out_button = QPushButton("Sign out", self)
        self.sign_out_button.setProperty("kind", "plain")
        # Whoever comes next must not find it there.
        self._forgets = QTimer(self, singleShot=True, interval=FORGET_AFTER_MS)
        self._forgets.timeout.connect(self.password.clear)
        self.password.textEdited.connect(self._typed)
        self.password.returnPressed.connect(self.unlock_button.click)
        self.unlock_button.clicked.connect(self._pressed)
        self.cancel_button.clicked.connect(self.cancel_wanted)
        self.sign_out_button.clicked.connect(self.sign_out_wanted)
        self._lay_out()
        self._name_buttons()
        is_in_browser = way == "browser"
        self._caption.setHidden(is_in_browser)
        self.password.setHidden(is_in_browser)
        self.setFocusProxy(self.unlock_button if is_in_browser else self.password)
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_counts(self, text: str) -> None:
        """How many wait, and how long; never who."""
        self._counts.setText(text)
        self._counts.setVisible(bool(text))

    def show_until(self, text: str) -> None:
        """What happens if nobody unlocks it."""
        self._until.setText(text)

    def show_over(self, is_over: bool) -> None:
        """Whether the server has ended the sign-in, so that unlocking signs in again."""
        if is_over != self._is_over:
            self._is_over = is_over
            self._over.setVisible(is_over)
            self._title.setText("Sign in again" if is_over else "Locked")
            self._name_buttons()

    def set_waiting(self, is_waiting: bool) -> None:
        """Whether the browser is waited for, which one can give up."""
        if self._way == "browser":
            self.cancel_button.setVisible(is_waiting)
            self.sign_out_button.setHidden(is_waiting)
            self._name_buttons("Waiting for the browser…" if is_waiting else "")

    def set_error(self, text: str) -> None:
        """Why it stays locked; "" takes it back."""
        self._error.setText(text)
        self._error.setVisible(bool(text))
        if text:
            # Whoever comes next must not find it there.
            self.password.clear()
            self.setFocus()

    def error(self) -> str:
        """What is said under the password."""
        return self._error.text()

    def _typed(self) -> None:
        self._forgets.start()

    def _name_buttons(self, text: str = "") -> None:
        word = "Sign in" if self._is_over else "Unlock"
        self.unlock_button.setText(text or (f"{word} in the browser" if self._way == "browser" else word))

    def _pressed(self) -> None:
        if self._way == "browser":
            self.set_error("")
            self.browser_wanted.emit()
        elif self.password.text():
            self.set_error("")
            self.unlock_wanted.emit(self.password.text())
        else:
            self.set_error(f"Enter your {self.secret}.")

    def _lay_out(self) -> None:
        self._card = QFrame()
        self._card.setProperty("card", True)
        self._column = QVBoxLayout(self._card)
        head = QHBoxLayout()
        head.addWidget(self._icon)
        head.addWidget(self._title, 1)
        self._column.addLayout(head)
        for part in (
            self._who,
            self._counts,
            self._over,
            self._caption,
            self.password,
            self._error,
        ):
            self._column.addWidget(part)
        buttons = QHBoxLayout()
        buttons.addWidget(self.unlock_button, 1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.sign_out_button)
        self._column.addLayout(buttons)
        self._column.addWidget(self._until)
        page = QWidget()
        row = QHBoxLayout(page)
        row.addStretch(1)
        # All the width there is, up to its own.
        row.addWidget(self._card, 100, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        self.setWidgetResizable(True)
        self.setWidget(page)

    def _restyle(self) -> None:
        px, colour = self._theme.px, self._theme.tokens.ink
        self._icon.setPixmap(
            self._theme.icons.pixmap(
                "lock", colour, px(_ICON), self.devicePixelRatioF(), self._theme.tokens.surface
            )
        )
        self._icon.setFixedSize(QSize(px(_ICON), px(_ICON)))
        pad = px(Space.wide)
        self._column.setContentsMargins(pad, pad, pad, pad)
        self._column.setSpacing(px(Space.small))
        self._card.setMaximumWidth(px(400))
