"""The acts on one visit's call. One deliberate press, one launch."""

from collections.abc import Callable

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.calls.by_phone import is_phone_visit
from app.calls.refusal import CannotStart
from app.calls.start import Calls
from app.core.connection import Light, Standing
from app.sentences import outside_window
from app.visits.record import Visit
from app.visits.waiting import CLOSED, is_e_consult
from ui.calls.call_acts import CallActs, is_running
from ui.kit import keys
from ui.kit.flow import Flow
from ui.kit.formats import time_text
from ui.kit.labels import label
from ui.theme.theme import Theme
from ui.theme.tokens import Space

_NO_CONTACT = {
    Light.CONNECTING: "Not yet: this is as kept on this computer, and is being read afresh.",
    Light.OFFLINE: "Not while offline: the visit must be looked at afresh first.",
    Light.SIGNED_OUT: "Sign in again first.",
}
_TOO_OLD = "Not now: what is shown is too old, and the visit must be looked at afresh first."
_FINISHING = "This visit is about to be finished. To go on with it, press Undo below."
_UNREPORTED = "The call is open here, but the server does not know of it yet; starting again tells it."


class CallBar(QWidget):
    """Start, rejoin or accept; hand over; finish; telephone numbers: with the reason when it is not possible.

    me: id of the person signed in. now: server time, Unix s. numbers_wanted: shows the numbers of a visit.
    """

    def __init__(
        self,
        theme: Theme,
        calls: Calls,
        acts: CallActs,
        me: str,
        now: Callable[[], float],
        numbers_wanted: Callable[[Visit], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._calls, self._acts = theme, calls, acts
        self._me, self._now, self._numbers_wanted = me, now, numbers_wanted
        self._visit: Visit | None = None
        self._no_contact = ""
        self.start_button = self._button("Start call…", "primary", "Ctrl+J", self._start_pressed)
        self.finish_button = self._button("Finish visit…", "plain", "Ctrl+Shift+F", self._finish_pressed)
        self.hand_over_button = self._button("Hand over…", "plain", "Ctrl+Shift+H", self._hand_over_pressed)
        self.numbers_button = self._button("Phone numbers", "plain", "Ctrl+Shift+P", self._numbers_pressed)
        self._why = label("", "small", wrap=True, parent=self)
        self._row = Flow()
        for button in (self.start_button, self.finish_button, self.hand_over_button, self.numbers_button):
            self._row.addWidget(button)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._row)
        self._column.addWidget(self._why)
        acts.changed.connect(self._refresh)
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_visit(self, visit: Visit | None) -> None:
        """The visit that the buttons act on from now on."""
        self._visit = visit
        self._refresh()

    def show_standing(self, standing: Standing) -> None:
        """How we stand with the server: without contact, or on old facts, no call may start (OFF-01)."""
        no_contact = _no_contact(standing)
        if no_contact != self._no_contact:
            self._no_contact = no_contact
            self._refresh()

    def why_not(self) -> str:
        """The reason shown beside the buttons, "" for none."""
        return self._why.text()

    # -- acts

    def _start_pressed(self) -> None:
        visit = self._visit
        if visit is None:
            return
        if is_e_consult(visit):
            self._acts.accept(visit, self.start_button)
        else:
            self._acts.start(visit, self.start_button)

    def _finish_pressed(self) -> None:
        if self._visit is not None:
            self._acts.finish(self._visit, self.finish_button)

    def _hand_over_pressed(self) -> None:
        if self._visit is not None:
            self._acts.hand_over(self._visit, self.hand_over_button)

    def _numbers_pressed(self) -> None:
        if self._visit is not None:
            self._numbers_wanted(self._visit)

    # -- which act is possible

    def _refresh(self) -> None:
        visit = self._visit
        mine = visit is not None and self._calls.is_mine(visit)
        obstacle = "" if visit is None else self._obstacle(visit)
        is_over = visit is not None and visit.status in CLOSED
        self.start_button.setText(_act_words(visit, mine))
        self.start_button.setVisible(visit is not None and not is_over)
        self.finish_button.setVisible(mine)
        self.hand_over_button.setVisible(mine)
        self.numbers_button.setVisible(visit is not None and not is_over)
        self._enable(self.start_button, not obstacle)
        may_act = visit is not None and not self._no_contact and not self._acts.is_finishing(visit.id)
        for button in (self.finish_button, self.hand_over_button):
            self._enable(button, mine and may_act)
        self._why.setText(obstacle or self._remark())
        self._why.setVisible(bool(self._why.text()))

    def _remark(self) -> str:
        visit = self._visit
        if visit is None:
            return ""
        # Of the visit itself the button says so: words that come and go would move what is below.
        if self._acts.acting and not self._acts.is_acting_on(visit.id):
            return f"First go on with {self._acts.acting}."
        if self._calls.opened.is_unreported(visit):
            return _UNREPORTED
        beside = self._calls.outside(visit)
        return outside_window(beside.why, time_text(beside.when, self._now())) if beside else ""

    def _obstacle(self, visit: Visit) -> str:
        if visit.status in CLOSED:
            return "This visit is over."
        if is_e_consult(visit):
            return self._no_accepting(visit)
        if self._acts.is_finishing(visit.id):
            return _FINISHING
        refusal = self._calls.why_not(visit)
        return self._acts.refusal_text(refusal) if refusal else self._no_contact

    def _no_accepting(self, visit: Visit) -> str:
        if visit.provider is None:
            return self._no_contact
        if visit.provider.id == self._me:
            return "This e-consult is yours: answer it in the note, or in the portal."
        who = visit.provider.name or visit.provider.id
        return self._acts.refusal_text(CannotStart("taken_econsult", who=who))

    @staticmethod
    def _enable(button: QPushButton, possible: bool) -> None:
        # While its act runs a button stays off; the task starter gives it back.
        if not button.property("busy"):
            button.setEnabled(possible)

    # -- look

    def _button(self, text: str, kind: str, chord: str, pressed: Callable[[], None]) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("kind", kind)
        button.clicked.connect(pressed)
        keys.press(button, chord, self)
        return button

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(Space.wide), 0, px(Space.wide), px(Space.medium))
        self._column.setSpacing(px(Space.tight))
        self._row.setSpacing(px(Space.small))


def _act_words(visit: Visit | None, mine: bool) -> str:
    if visit is not None and is_e_consult(visit):
        return "Accept e-consult…"
    by_phone = visit is not None and is_phone_visit(visit)
    if mine and is_running(visit):
        return "Call again…" if by_phone else "Rejoin call…"
    return "Start phone visit…" if by_phone else "Start call…"


def _no_contact(standing: Standing) -> str:
    if standing.light in (Light.OFFLINE, Light.SIGNED_OUT):
        return _NO_CONTACT[standing.light]
    return _NO_CONTACT.get(standing.light, _TOO_OLD) if standing.is_too_old else ""
