"""A call by telephone: whom, and by which numbers; for phone visits, and when the internet is down.

Everything on it was read before, so it works offline. Two identifiers stand on top (PID-01).
"""

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.calls.by_phone import ByPhone, Line, by_phone
from app.calls.start import OpenLink
from app.visits.record import Visit
from ui.kit.announce import announce
from ui.kit.formats import born_text, name_text, phone_text, time_text
from ui.kit.identity_card import IdentityCard
from ui.kit.into_view import bring_into_view
from ui.kit.labels import label
from ui.theme.theme import Theme
from ui.theme.tokens import Space

# Presses that follow one another as fast are one (PID-03).
_ONE_PRESS_MS = 3_000
_HINT = "Dial hands a number to this computer's telephone program."
_DIALLED = "Handed to this computer's telephone program."
_NOT_DIALLED = "This computer has no program that dials. Dial the number by hand."
_COPIED = "Copied. It is forgotten when you sign out."
_NO_NUMBER = "Not known. Ask the front desk, or look in the intake."
_BY_HAND = "Not a plain number: read it, and dial it by hand."
_BOTH_CALL = "You and the patient both call one of these numbers."
_BOTH_TYPE = "You and the patient both call one of these numbers and type the PIN."


class PhoneCard(IdentityCard):
    """The card of one visit, which stays that visit's. Whoever makes it sees to it that the person may call.

    country: of the clinic, two letters. now: the server's time, Unix s. dialled: a number of the visit with
    this id was handed to the desktop. Enter never dials.
    """

    dialled = Signal(str)

    def __init__(self, theme: Theme, visit: Visit, country: str, now: float, open_link: OpenLink) -> None:
        member = visit.member
        name = name_text(member.family, member.given, member.full_name) if member else name_text("", "")
        super().__init__(theme, name, born_text(member.born if member else None, now))
        self._theme, self._visit_id, self._open_link = theme, visit.id, open_link
        self._pause = QTimer(self, singleShot=True, interval=_ONE_PRESS_MS)
        ways = by_phone(visit, country)
        # Under the identifiers, so that they are in sight when it speaks, and no button moves for it.
        self._said = label(_HINT if ways else "", "small", wrap=True)
        self.put(self._said)
        self._add_patient(ways.patient)
        if ways.dial_in:
            self._add_meeting(ways, now)

    def said(self) -> str:
        """What came of the last press; before the first, what a press does."""
        return self._said.text()

    # -- parts

    def _add_patient(self, line: Line | None) -> None:
        self._column.addSpacing(self._theme.px(Space.medium))
        self.add("Patient's phone", "overline")
        if line is None:
            self.add(_NO_NUMBER)
            return
        self._add_line(phone_text(line.number), "title", self._buttons(line, "the patient's phone"))
        if line.link is None:
            self.add(_BY_HAND, "small")

    def _add_meeting(self, ways: ByPhone, now: float) -> None:
        self._column.addSpacing(self._theme.px(Space.medium))
        self.add("Dial-in of this visit's meeting", "overline")
        if ways.until is not None and ways.until <= now:
            self.add(f"The meeting was over at {time_text(ways.until, now)}: it may not answer.", "error")
        self.add(_BOTH_TYPE if ways.pin else _BOTH_CALL, "small")
        for line in ways.dial_in:
            shown = " ".join(filter(None, (line.country, phone_text(line.number))))
            self._add_line(shown, "strong", self._buttons(line, f"the dial-in {shown}"))
        if ways.pin:
            self._add_line(f"PIN {ways.pin}", "strong", [self._copy_button(ways.pin, "the PIN")])

    def _add_line(self, text: str, kind: str, buttons: list[QPushButton]) -> None:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self._theme.px(Space.small))
        row.addWidget(label(text, kind, wrap=True), 1)
        for button in buttons:
            row.addWidget(button)
        self.put(line)

    def _buttons(self, line: Line, what: str) -> list[QPushButton]:
        copy, link = self._copy_button(line.number, what), line.link
        if link is None:
            return [copy]
        return [self._button("Dial", f"Dial {what}", lambda: self._dial(link)), copy]

    def _copy_button(self, text: str, what: str) -> QPushButton:
        return self._button("Copy", f"Copy {what}", lambda: self._copy(text))

    def _button(self, text: str, name: str, pressed: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(name)
        # Else Enter would press it in a window that has a button of its own for Enter.
        button.setAutoDefault(False)
        button.clicked.connect(pressed)
        return button

    # -- acts

    def _dial(self, link: str) -> None:
        if self._pause.isActive():
            return
        self._pause.start()
        is_open = self._open_link(link)
        self._say(_DIALLED if is_open else _NOT_DIALLED)
        if is_open:
            self.dialled.emit(self._visit_id)

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._say(_COPIED)

    def _say(self, words: str) -> None:
        self._said.setText(words)
        bring_into_view(self._said)
        announce(self._said, words)
