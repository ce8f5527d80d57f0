"""Signing in: which server, which clinic, who."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.home import Preferences
from app.profile import Place, Profile, WrongProfile, at, checked
from ui.kit.form import Form
from ui.kit.labels import label
from ui.theme.theme import Theme
from ui.theme.tokens import Space

PRACTICE = "practice"
_PLACES: tuple[tuple[str, str], ...] = (
    ("production", "VSee Clinic"),
    ("production-clinic", "VSee Clinic, the clinic's own address"),
    ("staging", "Staging (stable)"),
    ("staging-next", "Staging (next)"),
    ("staging-clinic", "Staging, the clinic's own address"),
    ("other", "Other address…"),
    (PRACTICE, "Practice clinic on this computer"),
)


@dataclass(frozen=True, slots=True)
class SignInRequest:
    """What was entered. profile: None for the practice clinic, which brings its own. password: never kept."""

    place: str
    profile: Profile | None
    username: str
    password: str


class SignIn(QScrollArea):
    """The sign-in screen. submitted: a SignInRequest."""

    submitted = Signal(object)

    def __init__(self, theme: Theme, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._form = Form(theme)
        self.place = self._form.add("place", "&Server", QComboBox())
        for name, title in _PLACES:
            self.place.addItem(title, name)
        self.account = self._form.add("account", "&Account code of the clinic", QLineEdit())
        self.api = self._form.add("api", "A&PI address", QLineEdit())
        self.portal = self._form.add("portal", "P&ortal address", QLineEdit())
        self.username = self._form.add("username", "&User name or e-mail", QLineEdit())
        self.password = self._form.add("password", "Pass&word", QLineEdit())
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.api.setPlaceholderText("https://api.example.org/api_v3/")
        self.portal.setPlaceholderText("https://clinic.example.org/")
        self.button = QPushButton("Sign in")
        self.button.setProperty("kind", "primary")
        self._error = label("", "error", wrap=True)
        self._practice = label(
            "A clinic with invented patients, on this computer alone. Nothing leaves it.", "soft", wrap=True
        )
        self._lay_out()
        self.place.currentIndexChanged.connect(self._place_changed)
        self.button.clicked.connect(self._submit)
        for field in (self.account, self.api, self.portal, self.username, self.password):
            field.returnPressed.connect(self.button.click)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.fill(preferences)

    def fill(self, preferences: Preferences) -> None:
        """Offers what was used last; never a password."""
        self.place.setCurrentIndex(max(0, self.place.findData(preferences.place)))
        self.account.setText(preferences.account)
        self.api.setText(preferences.api)
        self.portal.setText(preferences.portal)
        self.username.setText(preferences.username)
        self.password.clear()
        self._place_changed()

    def forget_password(self) -> None:
        """Whoever comes next must not find it."""
        # Not `clear`: undo would bring it back.
        self.password.setText("")

    def focus_first(self) -> None:
        """Puts the focus where typing goes on."""
        fields = [field for field in self._shown() if not field.text()]
        (fields[0] if fields else self.button).setFocus()

    def set_error(self, text: str) -> None:
        """Says why signing in did not work; "" takes it back."""
        self._error.setText(text)
        self._error.setVisible(bool(text))

    def error(self) -> str:
        """What is said above the button."""
        return self._error.text()

    def form_error(self, name: str) -> str:
        """What is said under a field."""
        return self._form.error(name)

    # -- entering

    def _place_changed(self) -> None:
        place = self.place.currentData()
        self._form.clear_errors()
        self.set_error("")
        for name in ("account", "username", "password"):
            self._form.set_row_visible(name, place != PRACTICE)
        for name in ("api", "portal"):
            self._form.set_row_visible(name, place == "other")
        self._practice.setVisible(place == PRACTICE)
        self.button.setText("Open the practice clinic" if place == PRACTICE else "Sign in")

    def _shown(self) -> list[QLineEdit]:
        place = self.place.currentData()
        if place == PRACTICE:
            return []
        own = [self.api, self.portal] if place == "other" else []
        return [self.account, *own, self.username, self.password]

    def _submit(self) -> None:
        self._form.clear_errors()
        self.set_error("")
        place = self.place.currentData()
        if place == PRACTICE:
            self.submitted.emit(SignInRequest(place, None, "", ""))
            return
        missing = [
            ("account", self.account.text(), "Enter the account code of the clinic."),
            ("username", self.username.text(), "Enter your user name."),
            ("password", self.password.text(), "Enter your password."),
        ]
        for name, value, words in missing:
            self._form.set_error(name, None if value.strip() else words)
        try:
            profile = self._profile(place)
        except WrongProfile as error:
            self._form.set_error("api" if place == "other" else "account", str(error))
        self._form.focus_first_error()
        if not any(self._form.error(name) for name in ("account", "api", "username", "password")):
            self.submitted.emit(
                SignInRequest(place, profile, self.username.text().strip(), self.password.text())
            )

    def _profile(self, place: Place) -> Profile:
        account = self.account.text().strip()
        if place != "other":
            return at(place, account)
        return checked(
            Profile(name=account, api=self.api.text(), portal=self.portal.text().strip(), account=account)
        )

    # -- look

    def _lay_out(self) -> None:
        self._card = QFrame()
        self._card.setProperty("card", True)
        self._column = QVBoxLayout(self._card)
        self._column.addWidget(label("Vestibule", "display"))
        self._column.addWidget(label("Sign in to your clinic", "soft"))
        self._column.addWidget(self._form)
        self._column.addWidget(self._practice)
        self._column.addWidget(self._error)
        self._column.addWidget(self.button)
        page = QWidget()
        row = QHBoxLayout(page)
        row.addStretch(1)
        row.addWidget(self._card, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        self.setWidgetResizable(True)
        self.setWidget(page)
        self._error.hide()

    def _restyle(self) -> None:
        px = self._theme.px
        pad = px(Space.page)
        self._card.setFixedWidth(px(400))
        self._column.setContentsMargins(pad, pad, pad, pad)
        self._column.setSpacing(px(Space.medium))
