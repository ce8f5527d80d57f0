"""What the program has to say, in the window and without taking the focus."""

from collections.abc import Callable

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ui.kit.labels import label
from ui.theme.theme import Theme
from ui.theme.tokens import Space, Tone

Action = tuple[str, Callable[[], object]]

ICONS: dict[Tone, str] = {
    "neutral": "info",
    "info": "info",
    "good": "check",
    "warn": "alert",
    "bad": "alert_filled",
}
_KEPT = 200


class Notice(QWidget):
    """One message: icon, words, perhaps one action, and a button that dismisses it.

    dismissed: its key.
    """

    dismissed = Signal(str)

    def __init__(
        self, theme: Theme, key: str, text: str, tone: Tone, action: Action | None, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._theme, self._key, self._tone = theme, key, tone
        self._action = action
        self._icon = QLabel(self)
        self._text = label(text, wrap=True, parent=self)
        self.dismiss = QToolButton(self)
        self.dismiss.setAccessibleName("Dismiss")
        self.dismiss.setToolTip("Dismiss")
        self.dismiss.clicked.connect(self._dismiss)
        self.act = QPushButton(action[0] if action else "", self)
        self.act.setProperty("kind", "link")
        self.act.setVisible(action is not None)
        self.act.clicked.connect(self._acted)
        self._row = QHBoxLayout(self)
        for part, stretch in ((self._icon, 0), (self._text, 1), (self.act, 0), (self.dismiss, 0)):
            self._row.addWidget(part, stretch)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)
        self._restyle()

    def text(self) -> str:
        return self._text.text()

    def tone(self) -> Tone:
        return self._tone

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = self._theme.tokens.tone(self._tone)
        painter.fillRect(self.rect(), QColor(colours.bg))
        painter.fillRect(0, 0, self._theme.px(3), self.height(), QColor(colours.fg))

    def go_after(self, seconds: float) -> None:
        """Dismisses itself later."""
        QTimer.singleShot(round(seconds * 1000), self, self._dismiss)

    def _dismiss(self) -> None:
        self.dismissed.emit(self._key)

    def _acted(self) -> None:
        if self._action is not None:
            self._action[1]()

    def _restyle(self) -> None:
        px, colours = self._theme.px, self._theme.tokens.tone(self._tone)
        ratio = self.devicePixelRatioF()
        self._icon.setPixmap(
            self._theme.icons.pixmap(ICONS[self._tone], colours.fg, px(16), ratio, colours.bg)
        )
        self._text.setStyleSheet(f"color: {colours.fg};")
        self.act.setStyleSheet(f"color: {colours.fg};")
        self.dismiss.setIconSize(QSize(px(14), px(14)))
        self.dismiss.setIcon(self._theme.icon("close", colours.fg, 14))
        self._row.setContentsMargins(px(Space.large), px(Space.tight), px(Space.small), px(Space.tight))
        self._row.setSpacing(px(Space.small))


class Notices(QWidget):
    """The messages that stand now, newest last. Takes no room while there is none."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._said: list[str] = []
        self._standing: dict[str, Notice] = {}
        self._unnamed = 0
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.hide()

    def say(
        self,
        text: str,
        tone: Tone = "neutral",
        *,
        key: str | None = None,
        action: Action | None = None,
        for_s: float | None = None,
    ) -> None:
        """Shows a message. key: a message with the same key is replaced, and not announced again if equal.

        action: the word on a button and what it does; the message stays until it is dismissed or replaced.
        for_s: seconds after which it goes by itself; only for what the screen says elsewhere, too.
        """
        if key is None:
            self._unnamed += 1
            key = f"unnamed {self._unnamed}"
        before = self._standing.get(key)
        again = before is not None and (before.text(), before.tone()) == (text, tone)
        notice = Notice(self._theme, key, text, tone, action, self)
        notice.dismissed.connect(self.clear)
        self._put(key, notice, before)
        if for_s is not None:
            notice.go_after(for_s)
        self.show()
        if not again:
            self._said = [*self._said[-_KEPT:], text]
            self._announce(notice)

    def clear(self, key: str) -> None:
        """Takes a message back, because it is no longer true."""
        notice = self._standing.pop(key, None)
        if notice is not None:
            self._drop(notice)
        self.setVisible(bool(self._standing))

    def texts(self) -> tuple[str, ...]:
        """The messages that stand now."""
        return tuple(notice.text() for notice in self._standing.values())

    def said(self) -> tuple[str, ...]:
        """Everything said so far, for tests; the last 200."""
        return tuple(self._said)

    def notices(self) -> tuple[Notice, ...]:
        return tuple(self._standing.values())

    def _put(self, key: str, notice: Notice, before: Notice | None) -> None:
        place = self._column.indexOf(before) if before is not None else self._column.count()
        self._column.insertWidget(place, notice)
        if before is not None:
            self._drop(before)
        self._standing[key] = notice

    def _drop(self, notice: Notice) -> None:
        notice.dismissed.disconnect(self.clear)
        self._column.removeWidget(notice)
        notice.hide()
        notice.deleteLater()

    def _announce(self, notice: Notice) -> None:
        """Tells assistive technology without moving the focus; a failure interrupts, the rest waits."""
        event = QAccessibleAnnouncementEvent(self, notice.text())
        urgent = notice.tone() == "bad"
        politeness = QAccessible.AnnouncementPoliteness
        event.setPoliteness(politeness.Assertive if urgent else politeness.Polite)
        QAccessible.updateAccessibility(event)
