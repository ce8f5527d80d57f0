"""What a locked window shows: no patient, only how many wait and how to go on (SEC-02)."""

from PySide6.QtCore import QSize, Qt, Signal
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

from ui.kit.labels import label
from ui.theme.theme import Theme
from ui.theme.tokens import Space

_ICON = 28


class LockScreen(QScrollArea):
    """Asks for the password of the person signed in. who: their name.

    unlock_wanted: the password that was typed. sign_out_wanted: somebody else wants to work here.
    """

    unlock_wanted = Signal(str)
    sign_out_wanted = Signal()

    def __init__(self, theme: Theme, who: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = QLabel(self)
        self._title = label("Locked", "display", parent=self)
        self._who = label(f"Signed in: {who}", "strong", wrap=True, parent=self)
        self._counts = label("", wrap=True, parent=self)
        self._until = label("", "soft", wrap=True, parent=self)
        self._caption = label("Pass&word", parent=self)
        self.password = QLineEdit(self)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName("Password")
        self._caption.setBuddy(self.password)
        self._error = label("", "error", wrap=True, parent=self)
        self._error.hide()
        self.unlock_button = QPushButton("Unlock", self)
        self.unlock_button.setProperty("kind", "primary")
        self.sign_out_button = QPushButton("Sign out", self)
        self.sign_out_button.setProperty("kind", "plain")
        self.password.returnPressed.connect(self.unlock_button.click)
        self.unlock_button.clicked.connect(self._pressed)
        self.sign_out_button.clicked.connect(self.sign_out_wanted)
        self._lay_out()
        self.setFocusProxy(self.password)
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_counts(self, text: str) -> None:
        """How many wait, and how long; never who."""
        self._counts.setText(text)
        self._counts.setVisible(bool(text))

    def show_until(self, text: str) -> None:
        """What happens if nobody unlocks it."""
        self._until.setText(text)

    def set_error(self, text: str) -> None:
        """Why it stays locked; "" takes it back."""
        self._error.setText(text)
        self._error.setVisible(bool(text))
        if text:
            self.password.setFocus()
            self.password.selectAll()

    def error(self) -> str:
        """What is said under the password."""
        return self._error.text()

    def _pressed(self) -> None:
        if self.password.text():
            self.set_error("")
            self.unlock_wanted.emit(self.password.text())
        else:
            self.set_error("Enter your password.")

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
            self._caption,
            self.password,
            self._error,
        ):
            self._column.addWidget(part)
        buttons = QHBoxLayout()
        buttons.addWidget(self.unlock_button, 1)
        buttons.addWidget(self.sign_out_button)
        self._column.addLayout(buttons)
        self._column.addWidget(self._until)
        page = QWidget()
        row = QHBoxLayout(page)
        row.addStretch(1)
        row.addWidget(self._card, 0, Qt.AlignmentFlag.AlignVCenter)
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
        self._card.setFixedWidth(px(400))
