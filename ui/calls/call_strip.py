"""The calls that run, always in sight, whoever is selected: with whom, since when, and what can be done."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.calls.finishing import Finishing
from app.calls.opened import CHECKS
from app.calls.rules import CallRules
from app.calls.start import Calls
from app.core.collection import Change, Collection
from app.core.unreadable import Unreadable
from app.visits.record import Visit
from app.visits.waiting import QueueRow
from ui.calls.call_acts import CallActs
from ui.calls.words import CHECK_WORDS, patient_born, patient_text
from ui.kit.flow import Flow
from ui.kit.formats import listed, span_text
from ui.kit.labels import label
from ui.kit.ticker import Ticker
from ui.theme.theme import Theme
from ui.theme.tokens import Space

_IS_UP = "Opened in another program. Do you see the call?"


class CallRow(QFrame):
    """One call. It stays that visit's; what it shows changes.

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
        self.up_button = self._button("Yes, I see it", self._is_up)
        self.rejoin_button = self._button("Rejoin…", self._rejoin)
        self.hand_over_button = self._button("Hand over…", self._hand_over)
        self.finish_button = self._button("Finish…", self._finish)
        self.undo_button = self._button("Undo", self._undo)
        self._flow = Flow()
        for part in (*self.checks.values(), self.up_button, self.rejoin_button, self.hand_over_button,
                     self.finish_button, self.undo_button, self.show_button):  # fmt: skip
            self._flow.addWidget(part)
        self._top = QHBoxLayout()
        self._top.addWidget(self._who, 2)
        self._top.addWidget(self._state, 1)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._top)
        self._column.addLayout(self._flow)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.show_visit(visit)

    def show_visit(self, visit: Visit) -> None:
        """The same visit as it is now."""
        self._visit = visit
        call, left_s = self._calls.opened.get(visit.id), self._finishing.left_s(visit.id)
        is_ending, now = left_s is not None, self._now()
        self._who.setText(listed((patient_text(visit.member), patient_born(visit.member, now))))
        self._state.setText(self._words(visit, left_s, now))
        asks = call is not None and call.is_up is None and not is_ending
        self.up_button.setVisible(asks)
        for part in (self.rejoin_button, self.hand_over_button, self.finish_button):
            part.setVisible(not is_ending)
        self.undo_button.setVisible(bool(left_s))
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
        since = visit.actual_start if visit.actual_start is not None else call.at if call else None
        runs = "In call" if since is None else f"In call for {span_text(now - since)}"
        asks = _IS_UP if call is not None and call.is_up is None else ""
        unreported = "The server does not know of it" if self._calls.opened.is_unreported(visit) else ""
        return listed((runs, unreported, asks))

    # -- acts

    def _is_up(self) -> None:
        self._calls.opened.said(self._visit.id, is_up=True)

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
        # Two calls may run: the name says whose.
        button.setAccessibleName(f"{words.rstrip('…')}: {patient_text(self._visit.member)}")
        button.clicked.connect(pressed)
        return button

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(Space.large), px(Space.small), px(Space.large), px(Space.small))
        self._column.setSpacing(px(Space.hair))
        self._flow.setSpacing(px(Space.small))
        self._top.setSpacing(px(Space.medium))


class CallStrip(QWidget):
    """A row for each call that is ours: in progress with us, or opened here. Hidden while there is none.

    shown_wanted: the visit with this id is to be shown.
    """

    shown_wanted = Signal(str)

    def __init__(
        self,
        theme: Theme,
        ticker: Ticker,
        calls: Calls,
        finishing: Finishing,
        acts: CallActs,
        visits: Collection[QueueRow],
        rules: Callable[[], CallRules],
        now: Callable[[], float],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._theme, self._calls, self._finishing, self._acts = theme, calls, finishing, acts
        self._visits, self._rules, self._now = visits, rules, now
        self.rows: dict[str, CallRow] = {}
        # What is above it takes the room.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._column = QVBoxLayout(self)
        self._stops = [
            visits.listen(self._changed),
            calls.opened.listen(self._show),
            finishing.changed.add(self._show),
        ]
        ticker.ticked.connect(self._tick)
        QGuiApplication.instance().applicationStateChanged.connect(self._left)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._show(row.id for row in visits)

    def visits(self) -> list[Visit]:
        """Those that it shows."""
        found = (self._visits.get(visit_id) for visit_id in self.rows)
        return [visit for visit in found if isinstance(visit, Visit)]

    def close_listeners(self) -> None:
        """Stops listening to the session."""
        for stop in self._stops:
            stop()

    def _changed(self, change: Change) -> None:
        self._show((*change.added, *change.updated))

    def _tick(self) -> None:
        for visit_id, row in self.rows.items():
            visit = self._visits.get(visit_id)
            if isinstance(visit, Visit):
                row.show_visit(visit)

    def _is_ours(self, visit_id: str) -> bool:
        row = self._visits.get(visit_id)
        if row is None or isinstance(row, Unreadable):
            return False
        return self._calls.is_mine(row) or self._calls.opened.is_unreported(row)

    def _show(self, changed: Iterable[str] = ()) -> None:
        """changed: visits that may be ours now, also started elsewhere, or by an earlier run."""
        candidates = {*self.rows, *self._calls.opened.ids(), *self._finishing.ids(), *changed}
        ours = sorted(visit_id for visit_id in candidates if self._is_ours(visit_id))
        for visit_id in tuple(self.rows):
            if visit_id not in ours:
                row = self.rows.pop(visit_id)
                row.hide()
                row.deleteLater()
        for visit_id in ours:
            visit = self._visits.get(visit_id)
            if not isinstance(visit, Visit):
                continue
            if visit_id in self.rows:
                self.rows[visit_id].show_visit(visit)
            else:
                self.rows[visit_id] = self._make(visit)
        self.setVisible(bool(self.rows))

    def _make(self, visit: Visit) -> CallRow:
        made = CallRow(
            self._theme, self._calls, self._finishing, self._acts, self._rules, visit, self._now, self
        )
        made.shown_wanted.connect(self.shown_wanted)
        self._column.addWidget(made)
        made.show()
        return made

    def _left(self, state: Qt.ApplicationState) -> None:
        """Right after a call was opened another program came to the front: that is the call."""
        if state != Qt.ApplicationState.ApplicationActive:
            for visit_id in self._calls.opened.ids():
                call = self._calls.opened.get(visit_id)
                if call is not None and call.is_up is None:
                    self._calls.opened.said(visit_id, is_up=True)

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(Space.medium), 0, px(Space.medium), px(Space.small))
        self._column.setSpacing(px(Space.tight))
