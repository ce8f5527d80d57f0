"""The queue page: the live queue, and beside it the selected visit."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from app.calls.start import OpenLink
from app.core.collection import Change
from app.core.connection import Standing
from app.core.unreadable import Unreadable
from app.errors import Failure
from app.sentences import sentence
from app.session import Session
from app.visits.record import Visit
from app.visits.waiting import QueueRow
from ui.calls.call_bar import CallBar
from ui.intakes.intake_editor import IntakeEditor
from ui.intakes.intake_panel import IntakePanel
from ui.kit import tasks
from ui.kit.labels import label
from ui.kit.notices import Notices
from ui.kit.ticker import Ticker
from ui.pages.edits import Edits
from ui.theme.theme import Theme
from ui.theme.tokens import Space
from ui.visits.note_editor import NoteEditor
from ui.visits.note_words import why_no_notes
from ui.visits.patient_banner import PatientBanner
from ui.visits.queue_table import QueueTable
from ui.visits.visit_facts import VisitFacts

# Below this many characters of width the visit goes under the queue instead of beside it.
_BESIDE_FROM_CHARS = 84
# Of the length, until the person moves the line between queue and visit.
_QUEUE_SHARE = 0.56


_LEFT = "No longer in the list. It is shown as it last was; what you type is kept on this computer."
_NOT_FOUND = "The visit could not be read. {} What you typed is kept on this computer."


class QueuePage(QWidget):
    """Composes; decides nothing.

    A visit that leaves the list stays in sight, as it last was, while something is typed for it or somebody
    is in its texts: neither may go from under typing hands. It stays until another is chosen.
    """

    def __init__(
        self,
        theme: Theme,
        ticker: Ticker,
        session: Session,
        notices: Notices,
        open_link: OpenLink,
        report: Callable[[BaseException], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._session = theme, session
        self._notices, self._report = notices, report
        self._shown_id: str | None = None
        # As last known: the list may not have it any more.
        self._row: QueueRow | None = None
        now = session.clock.now
        self.queue = QueueTable(
            theme,
            ticker,
            session.queue.visits,
            session.rooms.rooms,
            session.rooms.providers,
            now,
            report,
            self,
        )
        self.banner = PatientBanner(theme)
        self.call_bar = CallBar(
            theme, session.calls, session.me.id, self.queue.provider_name, now, notices, open_link,
            session.queue.poller.wake, report,
        )  # fmt: skip
        self.facts = VisitFacts(theme)
        self.intake = IntakePanel(theme, session.intakes.intakes, session.intakes.read, now, report)
        drafts, actions, discard = session.drafts, session.outbox.actions, session.outbox.discard
        edits = Edits(session)
        self.intake_editor = IntakeEditor(
            theme, drafts, actions, session.intakes.intakes, edits.intake, discard, report
        )
        self.notes = NoteEditor(
            theme, drafts, actions, edits.note, session.notes.read, discard, self._why_no_notes, report
        )
        self._editors = (self.notes, self.intake_editor)
        self._lay_out()
        self.setFocusProxy(self.queue.table)
        self.queue.selected.connect(self._selected)
        self.queue.opened.connect(self._opened)
        ticker.ticked.connect(self._tick)
        self._stops = [
            session.queue.visits.listen(self._changed),
            session.rooms.rooms.listen(self._renamed),
            session.rooms.providers.listen(self._renamed),
            session.queue.connection.listen(self._heard),
        ]
        theme.changed.connect(self._restyle)
        self._restyle()

    @property
    def shown_id(self) -> str | None:
        """The visit that is shown beside the queue."""
        return self._shown_id

    def close_listeners(self) -> None:
        """Stops listening to the session, before both go."""
        for stop in self._stops:
            stop()
        self.queue.close_listeners()
        for part in (self.intake, *self._editors):
            part.close_listeners()

    # -- what is shown

    def show_unsaved(self, visit_id: str, kind: str) -> None:
        """Brings back a visit for which something was typed, also one that is in no list.

        kind: of what was typed, such as "note".
        """
        tasks.run(
            self, self._bring_back(visit_id, kind), busy=None, name="visits.bring_back", report=self._report
        )

    async def _bring_back(self, visit_id: str, kind: str) -> None:
        self._notices.clear("unsaved")
        row = self._session.queue.visits.get(visit_id)
        try:
            row = await self._session.queue.read(visit_id) if row is None else row
        except Failure as failure:
            self._notices.say(_NOT_FOUND.format(sentence(failure)), "warn", key="unsaved")
            return
        if not self.queue.table.select(visit_id):
            self.queue.table.select(None)
            self._row = row
            self._choose(visit_id)
        editor = next(part.editor for part in self._editors if part.editor.kind == kind)
        editor.go_in()

    def _selected(self, visit_id: str | None) -> None:
        """None: nothing is selected any more, because the row has gone."""
        if visit_id is not None:
            self._row = self._session.queue.visits.get(visit_id)
            self._choose(visit_id)

    def _choose(self, visit_id: str) -> None:
        self._shown_id = visit_id
        self._session.queue.watch(visit_id)
        self._scroll.verticalScrollBar().setValue(0)
        self._show()

    def _opened(self, visit_id: str) -> None:
        """Enter goes on to the visit; it never starts anything."""
        self.queue.table.select(visit_id)
        self.call_bar.start_button.setFocus()

    def _changed(self, change: Change) -> None:
        if self._shown_id in (*change.added, *change.updated, *change.removed):
            self._show()

    def _renamed(self, _change: Change) -> None:
        self._show()

    def _tick(self) -> None:
        self.call_bar.show_standing(self._session.queue.connection.standing())
        row = self._row
        if row is not None and not isinstance(row, Unreadable):
            self.facts.show_visit(row, *self._names(row), self._session.clock.now())

    def _heard(self, standing: Standing) -> None:
        if standing.failure is None and not standing.is_restored:
            self.queue.set_loaded()
        self.call_bar.show_standing(standing)

    def _show(self) -> None:
        row = self._session.queue.visits.get(self._shown_id) if self._shown_id else None
        has_left = row is None and self._row is not None
        if has_left and not self._is_in_use():
            self._row = None
            self._clear()
            return
        self._row = row = row or self._row
        self._left.setVisible(has_left)
        if row is None:
            return
        self._stack.setCurrentIndex(1)
        now = self._session.clock.now()
        self.banner.show_visit(row, now)
        visit = None if isinstance(row, Unreadable) else row
        # A call starts from the list alone.
        self.call_bar.show_visit(None if has_left else visit)
        for part in self._editors:
            part.show_visit(visit)
        for part in (self.facts, self.intake, *self._editors):
            part.setVisible(visit is not None)
        self.call_bar.setVisible(visit is not None and not has_left)
        if visit is not None:
            self.facts.show_visit(visit, *self._names(visit), now)
            self.intake.show_visit(visit)

    def _is_in_use(self) -> bool:
        """Whether something is typed for the visit shown, or somebody is in its texts."""
        focus = self.window().focusWidget()
        is_in_it = focus is not None and self._scroll.isAncestorOf(focus)
        return is_in_it or any(part.editor.has_draft for part in self._editors)

    def _clear(self) -> None:
        """The visit has gone, and nobody was at it."""
        focus = self.window().focusWidget()
        if focus is not None and self._side.isAncestorOf(focus):
            self.queue.table.setFocus()
        self._nobody.setText("This visit is no longer in the list.")
        self._stack.setCurrentIndex(0)
        for part in (self.call_bar, *self._editors):
            part.show_visit(None)

    def _why_no_notes(self, visit: Visit) -> str:
        return why_no_notes(visit, self._session.me.id, self.queue.provider_name(visit))

    def _names(self, visit: Visit) -> tuple[str, str]:
        return self.queue.room_name(visit), self.queue.provider_name(visit)

    # -- look

    def _lay_out(self) -> None:
        details = QWidget()
        column = QVBoxLayout(details)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.facts, *self._editors):
            column.addWidget(part)
        column.addWidget(self.intake, 1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(details)
        self._scroll.viewport().setAutoFillBackground(False)
        details.setAutoFillBackground(False)
        visit = QWidget()
        column = QVBoxLayout(visit)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        self._left = label(_LEFT, "error", wrap=True)
        self._left.hide()
        column.addWidget(self.banner)
        column.addWidget(self._left)
        column.addWidget(self.call_bar)
        rule = QFrame(frameShape=QFrame.Shape.HLine)
        rule.setProperty("rule", True)
        column.addWidget(rule)
        column.addWidget(self._scroll, 1)
        self._nobody = label("Select a visit to see the patient.", "soft", wrap=True)
        self._nobody.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._side = _card()
        self._stack = QStackedLayout(self._side)
        self._stack.addWidget(self._nobody)
        self._stack.addWidget(visit)
        left = _card()
        QVBoxLayout(left).addWidget(self.queue)
        left.layout().setContentsMargins(0, 0, 0, 0)
        self._splitter = QSplitter()
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(left)
        self._splitter.addWidget(self._side)
        self._splitter.splitterMoved.connect(self._divided)
        self._is_divided = False
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._splitter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()

    def _turn(self) -> None:
        """Side by side while both have room, one above the other when the text is large."""
        beside = self.width() >= self.fontMetrics().averageCharWidth() * _BESIDE_FROM_CHARS
        wanted = Qt.Orientation.Horizontal if beside else Qt.Orientation.Vertical
        if self._splitter.orientation() != wanted:
            self._splitter.setOrientation(wanted)
            self._is_divided = False
        if not self._is_divided:
            length = self.width() if beside else self.height()
            self._splitter.setSizes([round(length * _QUEUE_SHARE), round(length * (1 - _QUEUE_SHARE))])

    def _divided(self) -> None:
        """The person has moved the line between the two: it stays there."""
        self._is_divided = True

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(Space.medium), px(Space.small), px(Space.medium), px(Space.medium))
        self._splitter.setHandleWidth(px(Space.small))
        self._left.setContentsMargins(px(Space.wide), 0, px(Space.wide), px(Space.small))
        self._turn()


def _card() -> QFrame:
    card = QFrame()
    card.setProperty("card", True)
    return card
