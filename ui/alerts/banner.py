"""What stands unacknowledged, in the window itself, whatever becomes of sound and notifications (NOT-03)."""

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.alerts.record import Alarm, Priority
from ui.alerts.words import KEYS, LOOKS, alarm_text, pause_text
from ui.kit import keys
from ui.kit.announce import announce
from ui.kit.labels import label
from ui.kit.room import would_move_rows
from ui.kit.whole import Whole
from ui.theme.theme import Theme
from ui.theme.tokens import Space, Tone

_ICON = 20
_LOOK_MS = 300
# Below this many characters of width the buttons go under the words.
_BESIDE_FROM_CHARS = 84
_QUIET: tuple[str, Tone, str] = ("", "neutral", "info")
_LOCKED = "Unlock to acknowledge."


class AlertBanner(Whole):
    """Put it under what people point at, as `Notices`: nothing under the pointer moves when it comes or goes.

    acknowledged: the person knows. show_wanted: who has waited longest. pause_wanted, resume_wanted: the
    sound.
    """

    acknowledged = Signal()
    show_wanted = Signal()
    pause_wanted = Signal()
    resume_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._alarm, self._is_locked = Alarm(), False
        self._look: tuple[str, Tone, str] = _QUIET
        self._dressed: tuple[str, Tone, str] | None = None
        self._icon = QLabel(self)
        self._word = label("", "strong", parent=self)
        self._text = label("", wrap=True, parent=self)
        self._pause = label("", wrap=True, parent=self)
        self.acknowledge_button = self._button("Acknowledge", "primary", self.acknowledged)
        self.show_button = self._button("Show", "plain", self.show_wanted)
        self.pause_button = self._button("Pause sound", "link", self.pause_wanted)
        self.resume_button = self._button("Resume sound", "link", self.resume_wanted)
        # The parent's: the keys of a hidden widget are dead.
        self._keys = keys.shortcut(KEYS, "Acknowledge who came", parent, self._acknowledge)
        self._keys.setEnabled(False)
        keys.name(self.acknowledge_button, KEYS)
        self._leaves = QTimer(self, interval=_LOOK_MS)
        self._leaves.timeout.connect(self._leave)
        self.setAccessibleName("Alerts")
        self._lay_out()
        theme.changed.connect(self._restyle)
        self._restyle()
        self.hide()

    def show_alarm(self, alarm: Alarm, *, is_locked: bool) -> None:
        """Shows what stands; nothing where nothing does. is_locked: whoever looks may be anybody."""
        if (alarm, is_locked) == (self._alarm, self._is_locked):
            return
        self._alarm, self._is_locked = alarm, is_locked
        self._keys.setEnabled(self._can_acknowledge)
        if not alarm:
            self._leaves.start()
            self._leave()
            return
        self._leaves.stop()
        self._say()
        self._dress()
        self.show()

    def announce(self) -> None:
        """Tells assistive technology what it says now (A11-08)."""
        announce(self, self.text())

    def text(self) -> str:
        """Everything that it says, "" for nothing."""
        parts = (self._word.text(), self._text.text(), self._pause.text()) if self._alarm else ()
        return " ".join(filter(None, parts))

    @property
    def _can_acknowledge(self) -> bool:
        alarm = self._alarm
        stands = bool(alarm.waiting) or (alarm.lost is not None and not alarm.is_lost_known)
        return stands and not self._is_locked

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = self._theme.tokens.tone(self._look[1])
        painter.fillRect(self.rect(), QColor(colours.bg))
        painter.fillRect(0, 0, self._theme.px(5), self.height(), QColor(colours.fg))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The buttons beside the words, or under them where those would be squeezed."""
        super().resizeEvent(event)
        self._place()

    def _say(self) -> None:
        alarm = self._alarm
        priority = Priority.HIGH if alarm.lost and alarm.lost_waiting else alarm.priority
        if alarm.lost and priority is None:
            priority = Priority.MEDIUM
        self._look = LOOKS[priority] if priority else _QUIET
        text = alarm_text(alarm)
        self._word.setText(self._look[0])
        self._text.setText(f"{text} {_LOCKED}" if text and self._is_locked and alarm.waiting else text)
        self._pause.setText(f"{pause_text(alarm.paused_s)}." if alarm.paused_s > 0 else "")
        shows = {
            self._word: bool(priority),
            self._text: bool(text),
            self._pause: alarm.paused_s > 0,
            self.acknowledge_button: self._can_acknowledge,
            self.show_button: alarm.first_id is not None and not self._is_locked,
            self.pause_button: alarm.paused_s <= 0 and not self._is_locked,
            self.resume_button: alarm.paused_s > 0 and not self._is_locked,
        }
        for part, is_shown in shows.items():
            part.setVisible(is_shown)

    def _leave(self) -> None:
        if not would_move_rows(self):
            self._leaves.stop()
            self.hide()

    def _acknowledge(self) -> None:
        if self._can_acknowledge:
            self.acknowledged.emit()

    # -- look

    def _button(self, text: str, kind: str, wanted: object) -> QPushButton:
        made = QPushButton(text, self)
        made.setProperty("kind", kind)
        made.clicked.connect(wanted)
        return made

    def _lay_out(self) -> None:
        self._words = QVBoxLayout()
        self._words.addWidget(self._text)
        self._words.addWidget(self._pause)
        head = QHBoxLayout()
        head.addWidget(self._icon)
        head.addWidget(self._word)
        head.addLayout(self._words, 1)
        self._buttons = QHBoxLayout()
        for button in (self.acknowledge_button, self.show_button, self.pause_button, self.resume_button):
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self.column.addLayout(self._row)
        self._row.addLayout(head, 1)
        self._row.addLayout(self._buttons)

    def _place(self) -> None:
        is_wide = self.width() >= self.fontMetrics().averageCharWidth() * _BESIDE_FROM_CHARS
        direction = QBoxLayout.Direction
        self._row.setDirection(direction.LeftToRight if is_wide else direction.TopToBottom)

    def _restyle(self) -> None:
        px = self._theme.px
        self._row.setContentsMargins(px(Space.large), px(Space.small), px(Space.small), px(Space.small))
        self._row.setSpacing(px(Space.small))
        self._words.setSpacing(0)
        self._place()
        self._dressed = None
        self._dress()

    def _dress(self) -> None:
        """In the colours of its priority; time alone changes the words and not these."""
        if self._dressed == self._look:
            return
        self._dressed = self._look
        px, colours = self._theme.px, self._theme.tokens.tone(self._look[1])
        ratio, side = self.devicePixelRatioF(), px(_ICON)
        self._icon.setPixmap(self._theme.icons.pixmap(self._look[2], colours.fg, side, ratio, colours.bg))
        self._icon.setFixedSize(QSize(side, side))
        for part in (self._word, self._text, self._pause):
            part.setStyleSheet(f"color: {colours.fg};")
        for button in (self.pause_button, self.resume_button):
            button.setStyleSheet(f"color: {colours.fg};")
        self.update()
