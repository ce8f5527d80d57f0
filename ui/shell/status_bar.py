"""The truth light: live, delayed or offline, and how old the facts are. Always on screen (QUE-01)."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPalette, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from app.core.connection import Light, Standing
from app.sentences import sentence
from ui.kit.chip import Chip
from ui.kit.formats import ago_text, time_text
from ui.kit.labels import label
from ui.outbox.counts import Counts
from ui.outbox.outbox_button import OutboxButton
from ui.theme.theme import Theme
from ui.theme.tokens import Space, Tone

_LIGHTS: dict[Light, tuple[str, Tone, str]] = {
    Light.CONNECTING: ("Connecting", "neutral", "refresh"),
    Light.LIVE: ("Live", "good", "live"),
    Light.DELAYED: ("Delayed", "warn", "clock"),
    Light.OFFLINE: ("Offline", "bad", "offline"),
    Light.SIGNED_OUT: ("Signed out", "bad", "lock"),
    Light.TROUBLE: ("Server trouble", "bad", "alert_filled"),
}
_ICON = 14
# TIM-03: a machine clock that is further off than this is said.
_SKEW_S = 60
# Below this many characters of width the sentence goes above the rest.
_BESIDE_FROM_CHARS = 72


class StatusBar(QWidget):
    """One line. sign_in_wanted: the person wants to sign in again. outbox_wanted: to see the outbox.
    alerts_test_wanted: to try whether alerts reach them."""

    sign_in_wanted = Signal()
    outbox_wanted = Signal()
    alerts_test_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tone: Tone = "neutral"
        self._sound_tone: Tone = "neutral"
        self._chip = Chip(theme, parent=self)
        self._words = label("", wrap=True, parent=self)
        self._note = label("", "small", wrap=True, parent=self)
        self._sign_in = QPushButton("Sign in again", self)
        self._sign_in.setProperty("kind", "link")
        self._sign_in.clicked.connect(self.sign_in_wanted)
        self._outbox = OutboxButton(theme, self)
        self._outbox.wanted.connect(self.outbox_wanted)
        self._sound = QPushButton(self)
        self._sound.setProperty("kind", "link")
        self._sound.setToolTip("Try whether alerts reach you")
        self._sound.clicked.connect(self.alerts_test_wanted)
        self._grid = QGridLayout(self)
        self._is_wide: bool | None = None
        self.setAutoFillBackground(True)
        theme.changed.connect(self._restyle)
        self.show_nothing()
        self.set_note("")
        self.set_sound("", "neutral")
        self._restyle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The sentence beside the rest, or above it where it would be squeezed."""
        super().resizeEvent(event)
        self._place()

    def show_nothing(self) -> None:
        """Nobody is signed in."""
        self._set("Not signed in", "neutral", "lock", "", offers_sign_in=False)

    def show_standing(self, standing: Standing, now: float, skew_s: float) -> None:
        """Shows how we stand. now: the server's time, Unix s. skew_s: how far this machine is ahead of it."""
        word, tone, icon = _LIGHTS[standing.light]
        if standing.light == Light.OFFLINE and standing.confirmed_at is not None and not standing.is_restored:
            word = f"Offline since {time_text(standing.confirmed_at, now)}"
        offers_sign_in = standing.light == Light.SIGNED_OUT
        self._set(word, tone, icon, _words(standing, now), offers_sign_in=offers_sign_in)
        if abs(skew_s) > _SKEW_S:
            self._words.setText(f"{self._words.text()} This computer's clock is {ago_text(abs(skew_s))} off.")
        elif standing.is_restored and (standing.confirmed_at or 0.0) > now + _SKEW_S:
            # The server has not told its time yet, but it was already later than this.
            self._words.setText(f"{self._words.text()} This computer's clock is wrong: it is before that.")

    def set_note(self, text: str) -> None:
        """A quiet remark at the right end, such as where secrets are kept."""
        self._note.setText(text)
        self._note.setVisible(bool(text))
        self._grid.setColumnStretch(3, 1 if text else 0)

    def set_outbox(self, counts: Counts | None) -> None:
        """How much has not arrived. None: nobody is signed in, there is no outbox."""
        self._outbox.set_counts(counts)

    def set_sound(self, text: str, tone: Tone) -> None:
        """Whether alerts can be heard, "" while nobody is signed in. tone: "warn" where they cannot."""
        self._sound.setText(text)
        self._sound.setVisible(bool(text))
        self._sound_tone = tone
        self._restyle_sound()

    def sound_text(self) -> str:
        """What is said of the sound of alerts."""
        return self._sound.text()

    def text(self) -> str:
        """Everything the line says."""
        return f"{self._chip.text()}: {self._words.text()}"

    def _set(self, word: str, tone: Tone, icon: str, words: str, *, offers_sign_in: bool) -> None:
        if (word, tone) != (self._chip.text(), self._chip.tone()):
            self._chip.set(word, tone, icon)
        self._words.setText(words)
        self._sign_in.setVisible(offers_sign_in)
        if tone != self._tone:
            self._tone = tone
            self._restyle()

    def _place(self) -> None:
        """What can be pressed has its place at an edge, where no other part coming or going moves it."""
        is_wide = self.width() >= self.fontMetrics().averageCharWidth() * _BESIDE_FROM_CHARS
        if is_wide == self._is_wide:
            return
        self._is_wide = is_wide
        bottom, middle = Qt.AlignmentFlag.AlignBottom, Qt.AlignmentFlag(0)
        self._grid.addWidget(self._words, 0, 2 if is_wide else 0, 1, 1 if is_wide else 6)
        row = 0 if is_wide else 1
        for part, column, place in (
            (self._chip, 0, middle),
            (self._sign_in, 1, bottom),
            (self._note, 3, middle),
            (self._sound, 4, bottom),
            (self._outbox, 5, bottom),
        ):
            self._grid.addWidget(part, row, column, place)
        self._grid.setColumnStretch(2, 3)

    def _restyle(self) -> None:
        px, tokens = self._theme.px, self._theme.tokens
        self._place()
        self._restyle_sound()
        self._grid.setContentsMargins(px(Space.medium), px(Space.tight), px(Space.medium), px(Space.tight))
        self._grid.setHorizontalSpacing(px(Space.medium))
        self._grid.setVerticalSpacing(px(Space.hair))
        loud = self._tone in ("warn", "bad")
        palette = self.palette()
        palette.setColor(
            QPalette.ColorRole.Window, QColor(tokens.tone(self._tone).bg if loud else tokens.window)
        )
        palette.setColor(QPalette.ColorRole.WindowText, QColor(tokens.ink))
        self.setPalette(palette)

    def _restyle_sound(self) -> None:
        colour = self._theme.tokens.tone(self._sound_tone).fg
        is_loud = self._sound_tone != "neutral"
        self._sound.setIcon(self._theme.icon("alert", colour, _ICON) if is_loud else QIcon())
        self._sound.setStyleSheet(f"color: {colour};")


def _words(standing: Standing, now: float) -> str:
    if standing.confirmed_at is None or (standing.age_s is None and not standing.is_restored):
        known = "The queue has not been read yet."
    elif standing.is_restored:
        known = f"The queue is as of {_moment(standing, now)}, as kept on this computer."
    elif standing.light == Light.LIVE:
        known = f"Updated {ago_text(standing.age_s)} ago."
    else:
        known = f"The queue is as of {_moment(standing, now)}."
    if standing.failure is None:
        return known
    again = "" if standing.light == Light.SIGNED_OUT else " Trying again by itself."
    return f"{known} {sentence(standing.failure)}{again}"


def _moment(standing: Standing, now: float) -> str:
    confirmed_at, age_s = standing.confirmed_at or 0.0, standing.age_s or 0.0
    moment = time_text(confirmed_at, now)
    return moment if confirmed_at > now else f"{moment}, {ago_text(age_s)} ago"
