"""One visit beside the queue: whose it is, its call, and what is known and typed of it."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QStackedLayout, QVBoxLayout, QWidget

from app.core.audit import Event
from app.core.connection import Standing
from app.core.unreadable import Unreadable
from app.session import Session
from app.visits.namesakes import Namesake
from app.visits.record import CloseReason, Visit
from app.visits.waiting import QueueRow
from ui.calls.call_acts import CallActs
from ui.calls.call_bar import CallBar
from ui.intakes.intake_editor import IntakeEditor
from ui.intakes.intake_panel import IntakePanel
from ui.kit.editor import Editor
from ui.kit.labels import label
from ui.kit.notices import Notices
from ui.kit.scrolling import Scrolling
from ui.kit.whole import Whole
from ui.pages.edits import Edits
from ui.theme.theme import Theme
from ui.theme.tokens import Space
from ui.visits.gone_bar import GoneBar
from ui.visits.note_editor import NoteEditor
from ui.visits.note_words import why_no_notes
from ui.visits.patient_banner import PatientBanner
from ui.visits.visit_facts import VisitFacts

_LEFT = "No longer in the list. It is shown as it last was; what you type is kept on this computer."
_GONE = "This visit is no longer in the list."

Name = Callable[[Visit], str]


@dataclass(frozen=True, slots=True)
class SidePlace:
    """Where somebody was in a visit. scrolled: px. opened: kinds of editors. typing: kind, text, cursor."""

    scrolled: int = 0
    opened: frozenset[str] = frozenset()
    typing: tuple[str, str, int] | None = None


class VisitSide(QWidget):
    """Composes; which visit it is, the page says. Only what the person may see is made at all (SEC-10).

    room_name, provider_name: of a visit, "" when not known. alike: whom its patient could be taken for.
    acts: on its call. numbers_wanted: shows the telephone numbers of a visit. acted: told before and after
    something was done with a visit, by its id. The rest is as for the page.
    """

    def __init__(
        self,
        theme: Theme,
        session: Session,
        room_name: Name,
        provider_name: Name,
        alike: Callable[[str], Namesake | None],
        acts: CallActs,
        numbers_wanted: Callable[[Visit], None],
        notices: Notices,
        acted: Callable[[str], None],
        report: Callable[[BaseException], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._theme, self._session = theme, session
        self._room_name, self._provider_name, self._alike = room_name, provider_name, alike
        head, details = self._frames()
        self.banner = PatientBanner(theme, head)
        self.call_bar = CallBar(
            theme, session.calls, acts, session.me.id, session.clock.now, numbers_wanted, head
        )
        self.gone_bar = GoneBar(theme, self._leave, session.clock.now, notices, acted, report, head)
        self.facts = VisitFacts(theme, details, with_reason=session.rights.reason)
        self._editors: tuple[NoteEditor | IntakeEditor, ...] = ()
        self._clinical: tuple[IntakePanel | NoteEditor | IntakeEditor, ...] = ()
        if session.rights.clinical:
            self._make_clinical(details, report)
        self._fill(head, details)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _make_clinical(self, details: QWidget, report: Callable[[BaseException], None]) -> None:
        theme, session = self._theme, self._session
        drafts, actions, discard = session.drafts, session.outbox.actions, session.outbox.discard
        intakes, edits = session.intakes.intakes, Edits(session)
        self.intake = IntakePanel(theme, intakes, session.intakes.read, session.clock.now, report, details)
        self.notes = NoteEditor(
            theme, drafts, actions, edits.note, session.notes.read, discard, self._why_no_notes, report,
            details,
        )  # fmt: skip
        self.intake_editor = IntakeEditor(
            theme, drafts, actions, intakes, edits.intake, discard, report, details
        )
        self._editors = (self.notes, self.intake_editor)
        self._clinical = (*self._editors, self.intake)

    def close_listeners(self) -> None:
        """Stops listening to the session, before both go."""
        for part in self._clinical:
            part.close_listeners()

    def editor(self, kind: str) -> Editor:
        """Where texts of a kind are typed, such as "note"."""
        return next(part.editor for part in self._editors if part.editor.kind == kind)

    def place(self) -> SidePlace:
        """Where somebody is in it."""
        opened = frozenset(part.editor.kind for part in self._editors if part.editor.is_open)
        typing = {part.editor.kind: part.editor.typing_at() for part in self._editors}
        at = next(((kind, *where) for kind, where in typing.items() if where is not None), None)
        return SidePlace(self._scroll.verticalScrollBar().value(), opened, at)

    def return_to(self, place: SidePlace) -> None:
        """Shows it as somebody left it; typing goes on where it was."""
        for part in self._editors:
            part.editor.set_open(part.editor.kind in place.opened)
        if place.typing is not None:
            kind, name, cursor = place.typing
            self.editor(kind).type_at(name, cursor)
        # Only after the layout there is anything to scroll.
        bar = self._scroll.verticalScrollBar()
        QTimer.singleShot(0, bar, lambda: bar.setValue(place.scrolled))

    @property
    def is_in_use(self) -> bool:
        """Whether something is typed for the visit shown, or somebody is in its texts."""
        focus = self.window().focusWidget()
        is_in_it = focus is not None and self._scroll.isAncestorOf(focus)
        return is_in_it or any(part.editor.has_draft for part in self._editors)

    @property
    def has_focus(self) -> bool:
        """Whether the keyboard is somewhere in it."""
        focus = self.window().focusWidget()
        return focus is not None and self.isAncestorOf(focus)

    def show_top(self) -> None:
        """Scrolls to the beginning."""
        self._scroll.verticalScrollBar().setValue(0)

    def show_row(self, row: QueueRow, *, has_left: bool) -> None:
        """Shows a visit. has_left: it is no longer in the list, and its call cannot be started from here."""
        self._stack.setCurrentIndex(1)
        self._left.setVisible(has_left)
        self.banner.show_visit(row, self._session.clock.now(), self._alike(row.id))
        visit = None if isinstance(row, Unreadable) else row
        may_call = self._session.rights.calls and visit is not None and not has_left
        self.call_bar.show_visit(visit if may_call else None)
        self.call_bar.setVisible(may_call)
        for part in self._editors:
            part.show_visit(visit)
        for part in (self.facts, *self._clinical):
            part.setVisible(visit is not None)
        if visit is not None:
            self.show_facts(visit)
            if self._session.rights.clinical:
                self.intake.show_visit(visit)

    def show_facts(self, visit: Visit) -> None:
        """Shows what time alone changes."""
        names = self._room_name(visit), self._provider_name(visit)
        confirmed_at, now = self._session.queue.connection.standing().confirmed_at, self._session.clock.now()
        seen_at = now if confirmed_at is None else confirmed_at
        self.facts.show_visit(visit, *names, now, seen_at)
        may_act = self._session.rights.desk or self._session.rights.calls
        self.gone_bar.show_visit(visit if may_act else None, seen_at)

    def show_standing(self, standing: Standing) -> None:
        """How we stand with the server."""
        self.call_bar.show_standing(standing)

    def clear(self) -> None:
        """The visit has gone, and nobody was at it."""
        self._nobody.setText(_GONE)
        self._stack.setCurrentIndex(0)
        self.gone_bar.hide()
        for part in (self.call_bar, *self._editors):
            part.show_visit(None)

    async def _leave(self, visit_id: str) -> Visit:
        self._session.audit.note(Event.VISIT_LEFT, visit_id)
        return await self._session.visit_acts.leave(visit_id, CloseReason.PATIENT_EXIT_ROOM)

    def _why_no_notes(self, visit: Visit) -> str:
        return why_no_notes(visit, self._session.me.id, self._provider_name(visit))

    # -- look

    def _frames(self) -> tuple[Whole, QWidget]:
        """What stands still and what scrolls, empty: a part costs least where it is made in its place."""
        self._nobody = label("Select a visit to see the patient.", "soft", wrap=True, parent=self)
        self._nobody.setAlignment(Qt.AlignmentFlag.AlignCenter)
        visit = QWidget(self)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._nobody)
        self._stack.addWidget(visit)
        # No call can be started under a name that is cut (PID-06).
        head = Whole(visit)
        self._scroll = Scrolling(visit)
        self._scroll.setAccessibleName("Visit")
        column = _column(visit)
        column.addWidget(head)
        column.addWidget(self._scroll, 1)
        return head, self._scroll.inner

    def _fill(self, head: Whole, details: QWidget) -> None:
        self._left = label(_LEFT, "error", wrap=True, parent=head)
        self._left.hide()
        rule = QFrame(head, frameShape=QFrame.Shape.HLine)
        rule.setProperty("rule", True)
        for part in (self.banner, self._left, self.gone_bar, self.call_bar, rule):
            head.column.addWidget(part)
        # What stands still comes before what scrolls, for the keyboard, too.
        QWidget.setTabOrder(self.call_bar.numbers_button, self._scroll)
        column = _column(details)
        for part in (self.facts, *self._editors):
            column.addWidget(part)
        if self._clinical:
            column.addWidget(self.intake, 1)
        else:
            column.addStretch(1)

    def _restyle(self) -> None:
        px = self._theme.px
        self._left.setContentsMargins(px(Space.wide), 0, px(Space.wide), px(Space.small))
        # What scrolls gives way first, not whose visit it is.
        self._scroll.setMinimumHeight(px(48))


def _column(part: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(part)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    return column
