"""The sign-in screen: which clinic and user, and one clear sentence when it fails (SEC-01, SEC-09)."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.home import Preferences, SignInChoice, home
from app.profile import Profile, WrongProfile, chosen, names
from ui.kit.into_view import bring_into_view
from ui.kit.labels import label
from ui.shell.sign_in_form import PRACTICE, SignInForm, SignInRequest
from ui.theme.theme import Theme
from ui.theme.tokens import Space

__all__ = ["PRACTICE", "SignIn", "SignInRequest"]

_NOTES = {
    PRACTICE: "A clinic with invented patients, on this computer alone. Nothing leaves it.",
    "browser": "Your web browser opens the clinic's own sign-in page. Come back here afterwards.",
    "kept": "This user is signed in on this computer still, behind the lock.",
}
_WAITING = "Your web browser has the clinic's sign-in page. This window goes on by itself when you are done."
_BUTTONS = {PRACTICE: "Open the practice clinic", "browser": "Open the browser", "kept": "Go to the lock"}


class SignIn(QScrollArea):
    """submitted: a SignInRequest. back_wanted: the SignInChoice of somebody who is signed in still.

    chosen: the SignInChoice that is on the screen now. cancel_wanted: the browser is not waited for any
    longer. remove_wanted: a SignInChoice is not to be offered any more. app_keys_wanted,
    messenger_keys_wanted: the Profile of the clinic whose key and secret an administrator wants to enter.
    """

    submitted = Signal(object)
    back_wanted = Signal(object)
    chosen = Signal(object)
    cancel_wanted = Signal()
    remove_wanted = Signal(object)
    app_keys_wanted = Signal(object)
    messenger_keys_wanted = Signal(object)

    def __init__(self, theme: Theme, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._folder = home()
        self.form = SignInForm(theme)
        form = self.form
        self.place, self.account, self.api, self.portal = form.place, form.account, form.api, form.portal
        self.username, self.password = form.username, form.password
        self.button = QPushButton("Sign in")
        self.button.setProperty("kind", "primary")
        self.cancel_button = QPushButton("Cancel")
        self.remove_button = _link("Take this user off the list…")
        self.app_keys_button = _link("The clinic's app key…")
        self.messenger_keys_button = _link("The clinic's Messenger key…")
        self._links = (self.remove_button, self.app_keys_button, self.messenger_keys_button)
        self._error = label("", "error", wrap=True)
        self._note = label("", "soft", wrap=True)
        self._lay_out()
        form.changed.connect(self._changed)
        form.entered.connect(self.button.click)
        self.button.clicked.connect(self._submit)
        self.cancel_button.clicked.connect(self.cancel_wanted)
        self.remove_button.clicked.connect(self._remove)
        self.app_keys_button.clicked.connect(self._app_keys)
        self.messenger_keys_button.clicked.connect(self._messenger_keys)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.fill(preferences)

    def look_in(self, folder: Path) -> None:
        """Where the profile files lie that an administrator has written; they are offered, too."""
        self._folder = folder

    def fill(self, preferences: Preferences) -> None:
        """Offers who signed in before, the last one first; never a password."""
        files = [SignInChoice(place="file", file=name) for name in names(self._folder)]
        self.form.offer([*preferences.remembered, *files], preferences.last)
        self.set_error("")
        self._show_what_follows()
        if self.isVisible():
            self.chosen.emit(self.form.choice())

    def forget_password(self) -> None:
        """Whoever comes next must not find it, nor a token."""
        self.form.forget_secrets()

    def focus_first(self) -> None:
        """Puts the focus where typing goes on."""
        if not self.form.focus_first():
            self.button.setFocus()

    def set_kept(self, choice: SignInChoice, is_kept: bool) -> None:
        """Whether somebody is signed in still, behind the lock; passed over when another one is chosen."""
        if self.form.choice().is_same_person(choice) and not self.password.text():
            self.form.set_kept(is_kept)
            self._show_what_follows()

    def set_waiting(self, is_waiting: bool) -> None:
        """Whether the browser is waited for: then there is nothing to do here but to cancel."""
        self.form.setEnabled(not is_waiting)
        self.cancel_button.setVisible(is_waiting)
        for link in self._links:
            link.setEnabled(not is_waiting)
        if is_waiting:
            self.set_error("")
            self._say(_WAITING)
            self.cancel_button.setFocus()
            # With large text both lie below a long form.
            for part in (self._note, self.cancel_button):
                bring_into_view(part)
        else:
            self._show_what_follows()

    def set_error(self, text: str) -> None:
        """Says why signing in did not work; "" takes it back."""
        self._error.setText(text)
        self._error.setVisible(bool(text))
        if text:
            bring_into_view(self._error)

    def error(self) -> str:
        """What is said above the button."""
        return self._error.text()

    def note(self) -> str:
        """What is said of what happens next."""
        return self._note.text()

    def form_error(self, name: str) -> str:
        """What is said under a field."""
        return self.form.error(name)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.chosen.emit(self.form.choice())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    # -- entering

    def _changed(self) -> None:
        self.set_error("")
        self._show_what_follows()
        if not self.form.is_choosing:
            self.focus_first()
        self.chosen.emit(self.form.choice())

    def _show_what_follows(self) -> None:
        choice = self.form.choice()
        what = PRACTICE if choice.place == PRACTICE else "kept" if self.form.is_kept else choice.way
        self.button.setText(_BUTTONS.get(what, "Sign in"))
        self._say(_NOTES.get(what, ""))
        known = self.form.chosen_one()
        self.remove_button.setVisible(known is not None and bool(known.username))
        for link in (self.app_keys_button, self.messenger_keys_button):
            link.setVisible(choice.place != PRACTICE)

    def _say(self, note: str) -> None:
        self._note.setText(note)
        self._note.setVisible(bool(note))

    def _submit(self) -> None:
        self.set_error("")
        if self.form.is_kept:
            self.back_wanted.emit(self.form.choice())
        elif (request := self.form.read(self._folder)) is not None:
            self.submitted.emit(request)

    def _remove(self) -> None:
        known = self.form.chosen_one()
        if known is not None:
            self.remove_wanted.emit(known)

    def _app_keys(self) -> None:
        profile = self._chosen()
        if profile is not None:
            self.app_keys_wanted.emit(profile)

    def _messenger_keys(self) -> None:
        profile = self._chosen()
        if profile is not None and not profile.messenger:
            self.set_error("This clinic's profile names no Messenger service.")
        elif profile is not None:
            self.messenger_keys_wanted.emit(profile)

    def _chosen(self) -> Profile | None:
        """The clinic that is chosen; None after saying why there is none."""
        try:
            return chosen(self.form.choice(), self._folder)
        except WrongProfile as error:
            self.set_error(f"Say first which clinic. {error}")
            return None

    # -- look

    def _lay_out(self) -> None:
        self._card = QFrame()
        self._card.setProperty("card", True)
        self._column = QVBoxLayout(self._card)
        self._column.addWidget(label("Vestibule", "display"))
        self._column.addWidget(label("Sign in to your clinic", "soft"))
        for part in (self.form, self._note, self._error, self.button, self.cancel_button):
            self._column.addWidget(part)
        links = QVBoxLayout()
        links.setSpacing(0)
        for link in self._links:
            links.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addLayout(links)
        page = QWidget()
        row = QHBoxLayout(page)
        row.addStretch(1)
        row.addWidget(self._card, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        row.setContentsMargins(0, 0, 0, 0)
        self.setWidgetResizable(True)
        # Whatever can be used in it comes into view by itself; a stop at the whole would show no focus.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(page)
        self._error.hide()
        self.cancel_button.hide()

    def _restyle(self) -> None:
        px = self._theme.px
        pad = px(Space.page)
        self._fit()
        self._column.setContentsMargins(pad, pad, pad, pad)
        self._column.setSpacing(px(Space.medium))

    def _fit(self) -> None:
        self._card.setFixedWidth(min(self._theme.px(400), max(1, self.viewport().width())))


def _link(text: str) -> QPushButton:
    made = QPushButton(text)
    made.setProperty("kind", "link")
    return made
