"""The fields of the sign-in: which clinic and user, which way, and what that way wants to know."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit

from app.home import SignInChoice, Way
from app.profile import Profile, WrongProfile, chosen
from ui.kit.form import Form
from ui.theme.theme import Theme

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
_WAYS: tuple[tuple[str, str], ...] = (
    ("password", "User name and password"),
    ("browser", "In the browser, on the clinic's own page"),
    ("token", "A token"),
)
_ANOTHER = "Another clinic or user…"
_NO_BROKER = "This clinic has no sign-in page of its own here. Choose another way."


@dataclass(frozen=True, slots=True)
class SignInRequest:
    """What was entered. profile: None for the practice clinic, which brings its own. secret: the password or
    the token, never kept."""

    choice: SignInChoice
    profile: Profile | None
    secret: str = field(default="", repr=False)


class SignInForm(Form):
    """Only what is needed is shown. changed: another user, clinic or way; entered: Enter was pressed."""

    changed = Signal()
    entered = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._offered: list[SignInChoice] = []
        self._is_kept = False
        self.who = self.add("who", "&Clinic and user", QComboBox())
        self.place = self.add("place", "&Server", _combo(_PLACES))
        self.account = self.add("account", "&Account code of the clinic", QLineEdit())
        self.api = self.add("api", "AP&I address", QLineEdit())
        self.portal = self.add("portal", "P&ortal address", QLineEdit())
        self.way = self.add("way", "Sign in &by", _combo(_WAYS))
        self.broker = self.add("broker", "Address of the clinic's sign-in pa&ge", QLineEdit())
        self.username = self.add("username", "&User name or e-mail", QLineEdit())
        self.password = self.add("password", "Pass&word", QLineEdit())
        self.token = self.add("token", "&Token", QLineEdit(), "It leaves this field once it is used.")
        self.api.setPlaceholderText("https://api.example.org/api_v3/")
        self.portal.setPlaceholderText("https://clinic.example.org/")
        self.broker.setPlaceholderText("https://clinic.example.org/sign-in")
        self._name_fields()
        for each in (self.who, self.place, self.way):
            each.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.who.currentIndexChanged.connect(self._who_changed)
        self.place.currentIndexChanged.connect(self._changed)
        self.way.currentIndexChanged.connect(self._changed)
        self.username.textEdited.connect(self._another_user)
        for line in self._lines():
            line.returnPressed.connect(self.entered)

    def offer(self, choices: Sequence[SignInChoice], last: SignInChoice) -> None:
        """Lists who may be chosen, and fills in who signed in last."""
        self.forget_secrets()
        self._offered = list(choices)
        self.who.blockSignals(True)
        self.who.clear()
        for each in self._offered:
            self.who.addItem(title_of(each))
        self.who.addItem(_ANOTHER)
        self.who.setCurrentIndex(self._number_of(last))
        self.who.blockSignals(False)
        self._fill(self.chosen_one() or last)

    def _number_of(self, last: SignInChoice) -> int:
        """Whoever signed in last; else the first of the list; else another one, as typed in before."""
        if not last.username and last.place != PRACTICE:
            return 0
        same = (number for number, each in enumerate(self._offered) if each.is_same_person(last))
        return next(same, len(self._offered))

    def chosen_one(self) -> SignInChoice | None:
        """Which of those offered is chosen; None for another clinic or user."""
        number = self.who.currentIndex()
        return self._offered[number] if 0 <= number < len(self._offered) else None

    def choice(self) -> SignInChoice:
        """What is entered now."""
        known, place = self.chosen_one(), str(self.place.currentData())
        way: Way = "password" if place == PRACTICE else self.way.currentData()
        if known is not None:
            return replace(known, way=way, username=self.username.text().strip())
        is_other = place == "other"
        return SignInChoice(
            place=place,
            account=self.account.text().strip(),
            api=self.api.text().strip() if is_other else "",
            portal=self.portal.text().strip() if is_other else "",
            broker=self.broker.text().strip() if way == "browser" else "",
            username=self.username.text().strip(),
            way=way,
        )

    def set_kept(self, is_kept: bool) -> None:
        """Whether whoever is chosen is signed in still, so that nothing has to be typed here."""
        self._is_kept = is_kept
        self._show_rows()

    @property
    def is_kept(self) -> bool:
        """Whether nothing has to be typed here."""
        return self._is_kept and not self.password.text()

    @property
    def is_choosing(self) -> bool:
        """Whether somebody goes through a list by keys: the focus must stay there."""
        return any(combo.hasFocus() for combo in (self.who, self.place, self.way))

    def forget_secrets(self) -> None:
        """Whoever comes next must not find them."""
        for line in (self.password, self.token):
            # Not `clear`: undo would bring it back.
            line.setText("")

    def focus_first(self) -> bool:
        """Puts the focus where typing goes on; whether anything is missing."""
        empty = [line for line in self._lines() if not line.isHidden() and self._is_shown(line)]
        empty = [line for line in empty if not line.text()]
        if empty:
            empty[0].setFocus()
        return bool(empty)

    def read(self, folder: Path) -> SignInRequest | None:
        """What was entered; None when something is missing or wrong, which is said under its field.

        folder: where profile files lie.
        """
        self.clear_errors()
        choice = self.choice()
        if choice.place == PRACTICE:
            return SignInRequest(choice, None)
        way, secret = choice.way, {"password": self.password.text(), "token": self.token.text().strip()}
        missing = [
            ("account", self.account, "Enter the account code of the clinic."),
            ("username", self.username, "Enter your user name."),
            ("password", self.password, "Enter your password."),
            ("token", self.token, "Paste the token."),
        ]
        wrong = {name: words for name, line, words in missing if self._lacks(name, line)}
        profile = None
        try:
            profile = chosen(choice, folder)
        except WrongProfile as error:
            wrong.setdefault(self._culprit(), str(error))
        if profile is not None and way == "browser" and not profile.broker:
            wrong["broker" if "broker" in self._rows_shown() else "way"] = _NO_BROKER
        for name, words in wrong.items():
            self.set_error(name, words)
        self.focus_first_error()
        return None if wrong else SignInRequest(choice, profile, secret.get(way, ""))

    # -- what is shown

    def _rows_shown(self) -> set[str]:
        place, way = self.place.currentData(), self.way.currentData()
        shown = {"who"} if self._offered else set()
        is_new = self.chosen_one() is None
        if is_new:
            shown |= {"place"}
        if is_new and place == PRACTICE:
            return shown
        shown |= {"way"}
        if is_new:
            shown |= {"account"}
        if is_new and place == "other":
            shown |= {"api", "portal"}
        if is_new and way == "browser":
            shown |= {"broker"}
        wanted = {"password": {"username", "password"}, "token": {"token"}}.get(way, set())
        return shown | (wanted - {"password"} if self._is_kept else wanted)

    def _show_rows(self) -> None:
        shown = self._rows_shown()
        for name in ("who", "place", "account", "api", "portal", "way", "broker", *_TYPED):
            self.set_row_visible(name, name in shown)

    def _is_shown(self, line: QLineEdit) -> bool:
        return any(self.field(name) is line for name in self._rows_shown())

    def _lacks(self, name: str, line: QLineEdit) -> bool:
        return name in self._rows_shown() and not line.text().strip()

    def _culprit(self) -> str:
        """Under which field a wrong profile is said."""
        if self.chosen_one() is not None:
            return "who"
        return "api" if self.place.currentData() == "other" else "account"

    def _who_changed(self) -> None:
        self.forget_secrets()
        self._fill(self.chosen_one() or SignInChoice(place="production"))
        self.changed.emit()

    def _another_user(self) -> None:
        if self._is_kept:
            self.set_kept(False)

    def _fill(self, choice: SignInChoice) -> None:
        for combo, value in ((self.place, choice.place), (self.way, choice.way)):
            combo.blockSignals(True)
            combo.setCurrentIndex(max(0, combo.findData(value)))
            combo.blockSignals(False)
        for line, text in (
            (self.account, choice.account),
            (self.api, choice.api),
            (self.portal, choice.portal),
            (self.broker, choice.broker),
            (self.username, choice.username),
        ):
            line.setText(text)
        self.clear_errors()
        self.set_kept(False)

    def _changed(self) -> None:
        self.clear_errors()
        self.set_kept(False)
        self.changed.emit()

    def _lines(self) -> tuple[QLineEdit, ...]:
        return (self.account, self.api, self.portal, self.broker, *self._typed())

    def _typed(self) -> tuple[QLineEdit, ...]:
        return self.username, self.password, self.token

    def _name_fields(self) -> None:
        """Names by which password managers and screen readers know what a field is for (SEC-09)."""
        hints, secret = Qt.InputMethodHint, QLineEdit.EchoMode.Password
        names = (("username", "User name or e-mail"), ("current-password", "Password"), ("token", "Token"))
        for line, (name, title) in zip(self._typed(), names, strict=True):
            line.setObjectName(name)
            line.setAccessibleName(title)
            line.setInputMethodHints(hints.ImhNoAutoUppercase | hints.ImhNoPredictiveText)
        for line in (self.password, self.token):
            line.setEchoMode(secret)


_TYPED = ("username", "password", "token")


def title_of(choice: SignInChoice) -> str:
    """How somebody is called in a list: "Demo Clinic · noor.haddad"."""
    clinic = choice.file or choice.account
    if choice.place.startswith("staging"):
        clinic = f"{clinic} (staging)"
    elif choice.place == "other":
        clinic = f"{clinic} ({urlsplit(choice.api).netloc})"
    return f"{clinic} · {choice.username}" if choice.username else clinic


def _combo(items: Sequence[tuple[str, str]]) -> QComboBox:
    made = QComboBox()
    for name, title in items:
        made.addItem(title, name)
    return made
