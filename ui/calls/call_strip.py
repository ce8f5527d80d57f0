"""The calls that run, always in sight, whoever is selected: with whom, since when, and what can be done."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.calls.finishing import Finishing
from app.calls.rules import CallRules
from app.calls.start import Calls
from app.core.collection import Change, Collection
from app.core.unreadable import Unreadable
from app.visits.record import Visit
from app.visits.waiting import QueueRow
from ui.calls.call_acts import CallActs
from ui.calls.call_row import CallRow
from ui.kit.scrolling import Scrolling
from ui.kit.ticker import Ticker
from ui.theme.theme import Theme
from ui.theme.tokens import Space

# Of the window, at most: more calls scroll.
_SHARE = 0.3
# Another program that comes to the front so soon after a call was opened is the call.
_COMES_UP_WITHIN_S = 15.0


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
        self._scroll = Scrolling(self)
        self._scroll.setAccessibleName("Your calls")
        self._rows = QVBoxLayout(self._scroll.inner)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._scroll)
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
        found = (self._known(visit_id) for visit_id in self.rows)
        return [visit for visit in found if visit is not None]

    def close_listeners(self) -> None:
        """Stops listening to the session."""
        for stop in self._stops:
            stop()

    def _changed(self, change: Change) -> None:
        self._show((*change.added, *change.updated))

    def _tick(self) -> None:
        for visit_id in self.rows:
            self._show_row(visit_id)
        self._fit()

    def _known(self, visit_id: str) -> Visit | None:
        """As it is listed; where it is not, such as while another room is watched, as last known."""
        row, call = self._visits.get(visit_id), self._calls.opened.get(visit_id)
        if isinstance(row, Unreadable) or (row is None and call is None):
            return None
        return row or (call.visit if call else None)

    def _is_ours(self, visit_id: str) -> bool:
        visit = self._known(visit_id)
        return visit is not None and (self._calls.is_mine(visit) or self._calls.opened.is_unreported(visit))

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
            self._show_row(visit_id)
        self.setVisible(bool(self.rows))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width breaks the lines elsewhere."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As tall as its rows, up to a share of the window: the list stays in sight."""
        tall, most = self._rows.heightForWidth(self._scroll.width()), round(self.window().height() * _SHARE)
        is_cut = tall > most
        bars = Qt.ScrollBarPolicy
        self._scroll.setVerticalScrollBarPolicy(bars.ScrollBarAlwaysOn if is_cut else bars.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus if is_cut else Qt.FocusPolicy.NoFocus)
        self._scroll.setFixedHeight(max(0, min(tall, most)))

    def _show_row(self, visit_id: str) -> None:
        visit = self._known(visit_id)
        if visit is None:
            return
        if visit_id not in self.rows:
            self.rows[visit_id] = self._make(visit)
        self.rows[visit_id].show_visit(visit, is_listed=visit_id in self._visits)

    def _make(self, visit: Visit) -> CallRow:
        made = CallRow(
            self._theme, self._calls, self._finishing, self._acts, self._rules, visit, self._now,
            self._scroll.inner,
        )  # fmt: skip
        made.shown_wanted.connect(self.shown_wanted)
        self._rows.addWidget(made)
        made.show()
        return made

    def _left(self, state: Qt.ApplicationState) -> None:
        """Right after a call was opened another program came to the front: that is the call."""
        if state == Qt.ApplicationState.ApplicationActive:
            return
        for visit_id in self._calls.opened.ids():
            call = self._calls.opened.get(visit_id)
            if call and call.is_up is None and self._now() - call.again_at <= _COMES_UP_WITHIN_S:
                self._calls.opened.said(visit_id, is_up=True)

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(Space.medium), 0, px(Space.medium), px(Space.small))
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(px(Space.tight))
