"""One call that runs: with whom, since when, and what can be done."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.calls.by_phone import is_phone_visit
from app.calls.finishing import Finishing
from app.calls.opened import CHECKS
from app.calls.rules import CallRules
from app.calls.start import Calls
from app.visits.record import Visit
from app.visits.waiting import ClockFault, running
from ui.calls.call_acts import CallActs
from ui.calls.words import CHECK_WORDS, patient_born, patient_text
from ui.kit.flow import Flow
from ui.kit.formats import listed, span_text
from ui.kit.labels import label
from ui.theme.theme import Theme
from ui.theme.tokens import Space

_IS_UP = "Did the call open?"
_UNREPORTED = "The server does not know of it"


class CallRow(QFrame):
    """One call. It stays that visit's; what it shows changes. Its visit need not be in the list.

    shown_wanted: its patient is to be shown. now: the server's time, Unix s.
    """

    shown_wanted = Signal(str)

    def __init__(
        self,
        theme: Theme,
        calls: Calls,
        finishing: Finishing,
        acts: CallActs,
        rules: Callable[[], CallRules],
        visit: Visit,
        now: Callable[[], float],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._theme, self._calls, self._finishing, self._acts = theme, calls, finishing, acts
        self._rules, self._visit, self._now = rules, visit, now
        self._who = label("", "strong", wrap=True, parent=self)
        self._state = label("", "soft", wrap=True, parent=self)
        self.checks = {what: self._check(what) for what in CHECKS}
        self.show_button = self._button("Show", lambda: self.shown_wanted.emit(self._visit.id))
        self.up_button = self._button("Yes, it is open", self._is_up)
        self.report_button = self._button("Tell the server", self._report)
        self.rejoin_button = self._button("Rejoin…", self._rejoin)
        self.hand_over_button = self._button("Hand over…", self._hand_over)
        self.finish_button = self._button("Finish…", self._finish)
        self.undo_button = self._button("Undo", self._undo)
        self._flow = Flow()
        acts = (self.up_button, self.report_button, self.rejoin_button, self.hand_over_button)
        for part in (*self.checks.values(), *acts, self.finish_button, self.undo_button, self.show_button):
            self._flow.addWidget(part)
        self._top = QHBoxLayout()
        self._top.addWidget(self._who, 1)
        self._top.addWidget(self._state, 1)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._top)
        self._column.addLayout(self._flow)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.show_visit(visit)

    def show_visit(self, visit: Visit, *, is_listed: bool = True) -> None:
        """The same visit as it is now. is_listed: there is a row of it that could be shown."""
        self._visit = visit
        self._name_buttons()
        call, left_s = self._calls.opened.get(visit.id), self._finishing.left_s(visit.id)
        is_ending, now = left_s is not None, self._now()
        self._who.setText(listed((patient_text(visit.member), _unbroken(patient_born(visit.member, now)))))
        self._state.setText(self._words(visit, left_s, now))
        asks = call is not None and call.is_up is None and not is_ending
        self.up_button.setVisible(asks)
        self.report_button.setVisible(self._calls.opened.is_unreported(visit) and not is_ending)
        self.rejoin_button.setText("Call again…" if is_phone_visit(visit) else "Rejoin…")
        for part in (self.rejoin_button, self.hand_over_button, self.finish_button):
            part.setVisible(not is_ending)
        self.undo_button.setVisible(bool(left_s))
        self.show_button.setVisible(is_listed)
        wants_checks = call is not None and self._rules().has_checklist and not is_ending
        for what, box in self.checks.items():
            box.setVisible(wants_checks)
            box.setChecked(call is not None and what in call.checked)

    def words(self) -> str:
        """Everything that it says."""
        return f"{self._who.text()} {self._state.text()}"

    def _words(self, visit: Visit, left_s: float | None, now: float) -> str:
        if left_s is not None:
            return f"Finishing in {max(1, round(left_s))} s." if left_s else "The server is being told…"
        call = self._calls.opened.get(visit.id)
        asks = _IS_UP if call is not None and call.is_up is None else ""
        unreported = _UNREPORTED if self._calls.opened.is_unreported(visit) else ""
        return listed((self._runs(visit, now), unreported, asks))

    def _runs(self, visit: Visit, now: float) -> str:
        call, ran = self._calls.opened.get(visit.id), running(visit, now)
        what = "By telephone" if is_phone_visit(visit) else "In call"
        if isinstance(ran, ClockFault):
            return f"{what}: check clock"
        if ran is None and call is not None:
            ran = int(now - call.at)
        return what if ran is None else f"{what} for {span_text(ran)}"

    # -- acts

    def _is_up(self) -> None:
        self._calls.opened.said(self._visit.id, is_up=True)

    def _report(self) -> None:
        self._acts.report(self._visit, self.report_button)

    def _rejoin(self) -> None:
        self._acts.start(self._visit, self.rejoin_button)

    def _hand_over(self) -> None:
        self._acts.hand_over(self._visit, self.hand_over_button)

    def _finish(self) -> None:
        self._acts.finish(self._visit, self.finish_button)

    def _undo(self) -> None:
        self._acts.undo_finish(self._visit.id)

    # -- parts

    def _check(self, what: str) -> QCheckBox:
        word, meaning = CHECK_WORDS[what]
        box = QCheckBox(word, self)
        box.setToolTip(meaning)
        box.setAccessibleDescription(meaning)
        box.clicked.connect(lambda is_done: self._calls.check(self._visit.id, what, is_done=is_done))
        return box

    def _button(self, words: str, pressed: Callable[[], None]) -> QPushButton:
        button = QPushButton(words, self)
        button.setProperty("kind", "small")
        button.clicked.connect(pressed)
        return button

    def _name_buttons(self) -> None:
        """Two calls may run: the name says whose."""
        whose = patient_text(self._visit.member)
        for part in (*self.checks.values(), *self.findChildren(QPushButton)):
            part.setAccessibleName(f"{part.text().rstrip('…')}: {whose}")

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(Space.large), px(Space.small), px(Space.large), px(Space.small))
        self._column.setSpacing(px(Space.hair))
        self._flow.setSpacing(px(Space.small))
        self._top.setSpacing(px(Space.medium))


def _unbroken(text: str) -> str:
    """A date that is broken in two is easily misread."""
    return text.replace("-", "\N{NON-BREAKING HYPHEN}").replace(" ", "\N{NO-BREAK SPACE}")
