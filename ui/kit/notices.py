"""What the program has to say, in the window and without taking the focus."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.kit.labels import label
from ui.kit.room import would_move_rows
from ui.theme.theme import Theme
from ui.theme.tokens import Space, Tone

Action = tuple[str, Callable[[], object]]
_Said = tuple[str, Tone, Action | None, float | None]

ICONS: dict[Tone, str] = {
    "neutral": "info",
    "info": "info",
    "good": "check",
    "warn": "alert",
    "bad": "alert_filled",
}
_KEPT = 200
# The part of the window's height that all messages together may take.
_SHARE = 1 / 3
_LOOK_MS = 300


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
        # Several may stand: the name says which.
        self.dismiss.setAccessibleName(f"Dismiss: {text}")
        self.dismiss.setToolTip("Dismiss")
        self.dismiss.clicked.connect(self._dismiss)
        self.act = QPushButton(action[0] if action else "", self)
        self.act.setProperty("kind", "link")
        self.act.setAccessibleName(f"{self.act.text()}: {text}")
        self.act.setVisible(action is not None)
        self.act.clicked.connect(self._acted)
        self._row = QHBoxLayout(self)
        for part, stretch in ((self._icon, 0), (self._text, 1), (self.act, 0), (self.dismiss, 0)):
            self._row.addWidget(part, stretch)
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


class Notices(QScrollArea):
    """The messages that stand now, newest last. Takes no room while there is none, and never much.

    Put it under what people point at: then nothing moves under the pointer when a message comes. Rows
    that are scrolled to their end would follow when one goes: its room stays until the pointer is elsewhere.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._said: list[str] = []
        self._standing: dict[str, Notice] = {}
        # What is to be said when the veil is lifted; None while there is none.
        self._veiled: dict[str, _Said] | None = None
        self._unnamed = 0
        self._room = 0
        # Qt lays out wrongly what is given another size while it is being laid out.
        self._fit_soon = QTimer(self, singleShot=True, interval=0)
        self._fit_soon.timeout.connect(self._fit)
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._give_back)
        self._inner = QWidget()
        # Its height follows from its width alone: Qt's own least height is that of a narrow one.
        self._inner.setMinimumSize(1, 1)
        self._column = QVBoxLayout(self._inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(1)
        self.setWidgetResizable(True)
        self.setWidget(self._inner)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Messages")
        self.viewport().setAutoFillBackground(False)
        self._inner.setAutoFillBackground(False)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)
        self._restyle()
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
        if self._veiled is not None:
            self._veiled[key] = (text, tone, action, for_s)
            return
        self._hold()
        before = self._standing.get(key)
        again = before is not None and (before.text(), before.tone()) == (text, tone)
        notice = Notice(self._theme, key, text, tone, action, self._inner)
        notice.dismissed.connect(self.clear)
        self._put(key, notice, before)
        if for_s is not None:
            notice.go_after(for_s)
        self._fit()
        QTimer.singleShot(0, notice, lambda: self.verticalScrollBar().setValue(notice.y()))
        if not again:
            self._said = [*self._said[-_KEPT:], text]
            self._announce(notice)

    def clear(self, key: str) -> None:
        """Takes a message back, because it is no longer true."""
        if self._veiled is not None:
            self._veiled.pop(key, None)
        notice = self._standing.pop(key, None)
        if notice is not None:
            self._hold()
            self._drop(notice)
            self._fit()

    def veil(self) -> None:
        """Takes every word off the screen, for a message may name a patient. What stands, and what is said
        from now on, comes with `lift_veil`; without actions, whose widgets may be gone by then."""
        if self._veiled is not None:
            return
        self._veiled = {key: (each.text(), each.tone(), None, None) for key, each in self._standing.items()}
        for notice in self._standing.values():
            self._drop(notice)
        self._standing.clear()
        self._room = 0
        self._fit()

    def lift_veil(self, *, says: bool = True) -> None:
        """Says what has to be said; says: False where it is nobody's any more."""
        veiled, self._veiled = (self._veiled or {}) if says else {}, None
        for key, (text, tone, action, for_s) in veiled.items():
            self.say(text, tone, key=key, action=action, for_s=for_s)

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
        notice.show()
        if before is not None:
            self._drop(before)
        self._standing[key] = notice

    def _drop(self, notice: Notice) -> None:
        notice.dismissed.disconnect(self.clear)
        self._column.removeWidget(notice)
        notice.hide()
        notice.deleteLater()

    # -- room

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follows the height of its window and of its messages."""
        if watched is self._inner:
            if event.type() == QEvent.Type.LayoutRequest:
                self._fit_soon.start()
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.Resize:
            self._fit_soon.start()
        return False

    def showEvent(self, event: QShowEvent) -> None:
        """In whatever window it is now."""
        super().showEvent(event)
        if not self.isWindow():
            self.window().installEventFilter(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width breaks the lines elsewhere."""
        super().resizeEvent(event)
        self._fit_soon.start()

    def _hold(self) -> None:
        self._room = self.height() if would_move_rows(self) else 0
        if self._room:
            self._look.start()

    def _give_back(self) -> None:
        if not would_move_rows(self):
            self._look.stop()
            self._room = 0
            self._fit()

    def _fit(self) -> None:
        """As tall as the messages, up to a share of the window: then they scroll, also by keys."""
        # Before it is shown it has no width of its own yet.
        width = self.parentWidget().width() if self.isHidden() and self.parentWidget() else self.width()
        tall = self._column.heightForWidth(width) if self._standing else 0
        most = tall if self.isWindow() else round(self.window().height() * _SHARE)
        is_cut = tall > most
        bars = Qt.ScrollBarPolicy
        # Qt's own choice is stuck with a bar once it has broken the lines to make room for one.
        self.setVerticalScrollBarPolicy(bars.ScrollBarAlwaysOn if is_cut else bars.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if is_cut else Qt.FocusPolicy.NoFocus)
        room = min(max(tall, self._room), most)
        if room:
            self.setFixedHeight(room)
        self.setVisible(room > 0)

    def _restyle(self) -> None:
        self.setStyleSheet(f"Notices:focus {{ border: 2px solid {self._theme.tokens.accent}; }}")

    def _announce(self, notice: Notice) -> None:
        """Tells assistive technology without moving the focus; a failure interrupts, the rest waits."""
        event = QAccessibleAnnouncementEvent(self, notice.text())
        urgent = notice.tone() == "bad"
        politeness = QAccessible.AnnouncementPoliteness
        event.setPoliteness(politeness.Assertive if urgent else politeness.Polite)
        QAccessible.updateAccessibility(event)
