"""Waits today: how many came, what became of them, how long they waited; by room and by hour (idea 14)."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.core.connection import Standing
from app.rooms.zone import clinic_zone
from app.session import Session
from app.visits.limits import Limits
from app.visits.waits import Waits, waits_of
from ui.kit.formats import time_text
from ui.kit.labels import label
from ui.kit.scrolling import Scrolling
from ui.kit.side_window import SideWindow
from ui.kit.ticker import Ticker
from ui.theme.theme import Theme
from ui.theme.tokens import Space
from ui.visits.waits_legend import Legend, arrivals_legend, waits_legend
from ui.visits.waits_plot import ArrivalsPlot, HourPlot, WaitsPlot
from ui.visits.waits_table import WaitsTable
from ui.visits.waits_words import (
    HOW_COUNTED,
    counts_line,
    notes,
    table_columns,
    table_row,
    waits_line,
)

_TITLE = "Waits today"
_EVERY_MS = 15_000
_BESIDE_PX = 720
"""From this width on, at 100 %, the plots stand side by side."""
_NOT_READ = "The queue has not been read yet. The figures come with it."
_AS_OF = "As of {}. The server has not confirmed anything since."
_ONE_ROOM = "{} only. Patients of other rooms are not counted."
_PARTIAL = "Not all rooms have been read yet. Patients may be missing here."
_UNKNOWN_ROOM = "Room not known"


class WaitsPanel(SideWindow):
    """`present` shows it. It is counted anew when it is shown, and every 15 s while it is on screen."""

    def __init__(self, theme: Theme, session: Session, parent: QWidget | None) -> None:
        super().__init__(theme, 960, 720, parent)
        self._session = session
        self.setWindowTitle(_TITLE)
        self._scroll = Scrolling(self)
        self._scroll.setAccessibleName(_TITLE)
        inner = self._scroll.inner
        self._title = label(_TITLE, "title", parent=self)
        self.state = label("", "error", wrap=True, parent=self)
        self.counts = label("", "strong", wrap=True, parent=self)
        self.waits = label("", "strong", wrap=True, parent=self)
        self.notes = label("", "soft", wrap=True, parent=inner)
        self.arrivals_plot = ArrivalsPlot(theme, "Who came, by hour", inner)
        self.waits_plot = WaitsPlot(theme, "How long they waited, by hour of arrival", inner)
        self.rooms = WaitsTable(theme, "Waits by room", "Room", inner)
        self.hours = WaitsTable(theme, "Waits by hour of arrival", "Came at", inner)
        self.close_button = QPushButton("Close", self)
        self.close_button.clicked.connect(self.hide)
        self._lay_out()
        self._ticker = Ticker(_EVERY_MS, self)
        self._ticker.ticked.connect(self.refresh)
        self._ticker.watch(self)
        theme.changed.connect(self._restyle)
        self._restyle()

    def present(self) -> None:
        """Shows the window."""
        if not self.isVisible():
            self.fit()
            self.show()
            self.close_button.setFocus()
        self.activateWindow()

    def refresh(self) -> None:
        """Counts anew what is known."""
        standing = self._session.queue.connection.standing()
        is_read = standing.confirmed_at is not None
        for part in (self.waits, self._scroll.inner):
            part.setVisible(is_read)
        self._say(standing)
        if is_read:
            self._show(self._counted(standing))
        else:
            self.counts.setText(_NOT_READ)

    def _counted(self, standing: Standing) -> Waits:
        """As of the last confirmation where that is long ago: who waited then may wait no more."""
        session = self._session
        now = session.clock.now()
        as_of = standing.confirmed_at if standing.is_too_old and standing.confirmed_at else now
        limits = session.clinic.wait_limits if session.clinic else Limits()
        return waits_of(session.queue.visits, as_of, self._zone(), limits.longest_s)

    def _say(self, standing: Standing) -> None:
        queue = self._session.queue
        said = []
        if standing.confirmed_at is not None and standing.is_too_old:
            said.append(_AS_OF.format(time_text(standing.confirmed_at, self._session.clock.now())))
        if queue.room:
            said.append(_ONE_ROOM.format(self._room_name(queue.room)))
        if queue.is_partial:
            said.append(_PARTIAL)
        self.state.setText(" ".join(said))
        self.state.setVisible(bool(said))

    def _show(self, waits: Waits) -> None:
        self.counts.setText(counts_line(waits, self._zone()))
        self.waits.setText(waits_line(waits.whole))
        self.notes.setText(" ".join((HOW_COUNTED, *notes(waits))))
        names = [time_text(hour.start, hour.start) for hour in waits.hours]
        for plot in (self.arrivals_plot, self.waits_plot):
            plot.show_hours(waits.hours, [name[:2] for name in names])
        columns = table_columns(waits)
        rooms = [("All", waits.whole), *((self._room_name(code), each) for code, each in waits.rooms)]
        self.rooms.show_rows(columns, [(name, table_row(each, waits)) for name, each in rooms])
        hours = [("All day", waits.whole), *zip(names, (hour.figures for hour in waits.hours), strict=True)]
        self.hours.show_rows(columns, [(name, table_row(each, waits)) for name, each in hours])

    def _zone(self) -> str:
        return clinic_zone(self._session.rooms.rooms, self._session.queue.room)

    def _room_name(self, code: str) -> str:
        room = self._session.rooms.rooms.get(code)
        return (room.name if room else "") or code or _UNKNOWN_ROOM

    # -- look

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()

    def _turn(self) -> None:
        beside = self.width() >= self._theme.px(_BESIDE_PX)
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._plots.setDirection(direction)

    def _lay_out(self) -> None:
        inner = self._scroll.inner
        self._plots = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._boxes = [
            self._box("Who came, by hour", self.arrivals_plot, arrivals_legend(self._theme, inner)),
            self._box(
                "Minutes they waited, by hour of arrival", self.waits_plot, waits_legend(self._theme, inner)
            ),
        ]
        for box in self._boxes:
            self._plots.addLayout(box, 1)
        self._parts = QVBoxLayout(inner)
        self._parts.addLayout(self._plots)
        for table in (self.rooms, self.hours):
            self._parts.addWidget(label(table.accessibleName(), "overline", parent=inner))
            self._parts.addWidget(table)
        self._parts.addWidget(self.notes)
        self._parts.addStretch(1)
        self._buttons = QHBoxLayout()
        self._buttons.addStretch(1)
        self._buttons.addWidget(self.close_button)
        self._column = QVBoxLayout(self)
        for part in (self._title, self.state, self.counts, self.waits):
            self._column.addWidget(part)
        self._column.addWidget(self._scroll, 1)
        self._column.addLayout(self._buttons)

    def _box(self, title: str, plot: HourPlot, legend: Legend) -> QVBoxLayout:
        box = QVBoxLayout()
        for part in (label(title, "overline", wrap=True, parent=self._scroll.inner), legend, plot):
            box.addWidget(part)
        box.addStretch(1)
        return box

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(Space.wide), px(Space.medium), px(Space.wide), px(Space.medium))
        self._column.setSpacing(px(Space.small))
        self._parts.setContentsMargins(0, px(Space.small), px(Space.medium), 0)
        self._parts.setSpacing(px(Space.medium))
        self._plots.setSpacing(px(Space.wide))
        for box in self._boxes:
            box.setSpacing(px(Space.tight))
        self._turn()
