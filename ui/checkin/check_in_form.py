"""Checking a patient in: one screen, fast by keyboard, and never the wrong patient by surprise."""

import uuid
from collections.abc import Awaitable, Callable, Iterable
from datetime import date
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.checkin.names import fold
from app.core.action import Action, Unfit
from app.core.collection import Change, Collection
from app.rooms.record import Room
from app.users.record import Person
from ui.checkin.form_drafts import FormDrafts
from ui.checkin.identity import Identity
from ui.checkin.outcomes import Outcomes
from ui.checkin.patient_pick import PatientPick
from ui.checkin.patient_search import ReadPerson, Search
from ui.checkin.unfinished_bar import UnfinishedBar
from ui.checkin.visit_fields import VisitFields
from ui.checkin.words import person_name
from ui.kit import tasks
from ui.kit.draft_field import Drafts
from ui.kit.labels import label
from ui.kit.notices import Notices
from ui.kit.side_window import SideWindow
from ui.theme.theme import Theme
from ui.theme.tokens import Space

KEYS = "Ctrl+N"
"""Opens the form from anywhere in the window."""
CHECK_IN_KEYS = "Ctrl+Return"
KIND = "check_in"

CheckIn = Callable[[dict[str, Any]], Awaitable[Action]]
"""Keeps a check-in: values as `app.checkin.record.read_check_in` wants them. May raise Unfit."""

_BESIDE_FROM_CHARS = 76
_IN_QUEUE = "This patient is in the queue already."
_NAMESAKE = "Somebody of this name and date of birth is in the queue already."


class CheckInForm(SideWindow):
    """`present` shows it; hiding it keeps what was typed.

    check_in: see CheckIn. actions: of the outbox. rooms: those that are known. search, read, known, now: see
    PatientSearch. report: told of every fault of our own.
    """

    def __init__(
        self,
        theme: Theme,
        drafts: Drafts,
        check_in: CheckIn,
        actions: Collection[Action],
        rooms: Collection[Room],
        search: Search,
        read: ReadPerson,
        known: Callable[[], Iterable[Person]],
        now: Callable[[], float],
        report: Callable[[BaseException], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, 800, 620, parent)
        self._check_in, self._actions, self._rooms = check_in, actions, rooms
        self._known, self._now, self._report = known, now, report
        self._drafts = FormDrafts(drafts, now)
        self.setWindowTitle("Check in a patient")
        self.pick = PatientPick(theme, self._drafts, search, read, known, now, report)
        self.visit = VisitFields(theme, self._drafts)
        self.identity = Identity(theme)
        self.notices = Notices(theme, self)
        self.bar = UnfinishedBar(theme, self)
        self._outcomes = Outcomes(self.notices, actions)
        self._lay_out()
        self._connect()
        theme.changed.connect(self._restyle)
        self._restyle()

    def present(self, *, asks: bool = True) -> None:
        """Shows the form: blank, or asking first whether an unfinished check-in goes on.

        asks: False where it was in sight just before: it goes on.
        """
        if not self.isVisible():
            self.fit()
            # First: a dialog that is shown selects what its field holds; the next letter would replace it.
            self.show()
            self._begin(asks=asks)
        self.activateWindow()

    def reject(self) -> None:
        """Closed on purpose, by key or button."""
        if not self.bar.is_asking:
            self._drafts.drop_mere_search()
        super().reject()

    def close_listeners(self) -> None:
        """Stops listening to the session, before both go."""
        self._stop()
        self._outcomes.close()

    def submit(self) -> None:
        """Checks in what the form says. A second press while the first is being kept does nothing."""
        if self.bar.is_asking or not self._body.isEnabled():
            return
        is_visit_whole = self.visit.check()
        person = self.pick.person()
        if not self.pick.check() or not is_visit_whole or person is None:
            return
        ref = uuid.uuid4().hex
        self._drafts.mark(ref)
        values = {**self.pick.values(), **self.visit.values(), "ref": ref}
        work = self._put(values, person_name(person))
        name = "checkin.keep"
        if tasks.run(self, work, busy=self.check_in_button, name=name, report=self._report):
            self._body.setEnabled(False)

    async def _put(self, values: dict[str, Any], name: str) -> None:
        try:
            action = await self._check_in(values)
        except Exception as error:
            self._body.setEnabled(True)
            if not isinstance(error, Unfit):
                raise
            self.notices.say(str(error), "bad", key="unfit")
            return
        self.notices.clear("unfit")
        self._outcomes.add(action, name)
        self._start_anew()

    # -- beginning

    def _begin(self, *, asks: bool) -> None:
        self._drafts.drop_what_was_kept(self._actions)
        begun_at = self._drafts.begun_at
        if not asks:
            self._go_on()
            return
        if begun_at is None:
            self._start_anew()
            return
        self.pick.reset()
        self.visit.reset()
        self._show_person()
        self._allow(False)
        self.bar.ask(begun_at, self._now())

    def _start_anew(self) -> None:
        self._drafts.drop_all()
        self._go_on()

    def _go_on(self) -> None:
        """With what the drafts hold."""
        self.bar.hide()
        self._allow(True)
        self.visit.reset()
        self._fill_rooms()
        self.pick.restore()
        self.visit.restore()
        self._show_person()
        self.pick.focus_first()

    def _allow(self, may_type: bool) -> None:
        self._body.setEnabled(may_type)
        self.check_in_button.setEnabled(may_type)

    def _fill_rooms(self) -> None:
        own = [action for action in self._actions if action.kind == KIND]
        last = own[-1].body.get("room", "") if own else ""
        self.visit.set_rooms(self._rooms, last)

    # -- change

    def _connect(self) -> None:
        self.pick.changed.connect(self._show_person)
        self.bar.continue_wanted.connect(self._go_on)
        self.bar.anew_wanted.connect(self._start_anew)
        self.check_in_button.clicked.connect(self.submit)
        self.close_button.clicked.connect(self.reject)
        keys = QShortcut(QKeySequence(CHECK_IN_KEYS), self)
        keys.setAutoRepeat(False)
        keys.activated.connect(self.check_in_button.click)
        shown = keys.key().toString(QKeySequence.SequenceFormat.NativeText)
        self.check_in_button.setToolTip(shown)
        self.check_in_button.setAccessibleDescription(shown)
        # Qt scrolls to what Tab reaches; what we focus ourselves would stay out of sight.
        QApplication.instance().focusChanged.connect(self._focus_moved)
        self._stop = self._rooms.listen(self._rooms_changed)

    def _focus_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self._body.isAncestorOf(now):
            self._scroll.ensureWidgetVisible(now)

    def _rooms_changed(self, _change: Change) -> None:
        if self.isVisible() and not self.bar.is_asking:
            self._fill_rooms()

    def _show_person(self) -> None:
        person = self.pick.person()
        self.identity.show_person(person, self._now(), self._warning(person) if person else "")

    def _warning(self, person: Person) -> str:
        if person.id:
            return _IN_QUEUE if any(known.id == person.id for known in self._known()) else ""
        is_there = any(_who(known) == _who(person) for known in self._known())
        return _NAMESAKE if is_there else ""

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody waits for what is being looked for."""
        super().hideEvent(event)
        self.pick.search.stop()

    # -- look

    def _lay_out(self) -> None:
        self._title = label("Check in a patient", "title", wrap=True, parent=self)
        self.close_button = self._button("Close", "plain")
        self.check_in_button = self._button("Check in", "primary")
        self._body = QWidget()
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._body)
        for title, part in (("Patient", self.pick), ("Visit", self.visit)):
            self._sides.addLayout(self._side(title, part), 1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        # It scrolls to whatever has the focus: no stop of its own for Tab.
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self._body)
        self._scroll.viewport().setAutoFillBackground(False)
        self._body.setAutoFillBackground(False)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self.close_button, self.check_in_button):
            buttons.addWidget(button)
        self._foot = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._foot.addWidget(self.identity, 1)
        self._foot.addLayout(buttons)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._title)
        self._column.addWidget(self.bar)
        self._column.addWidget(self._scroll, 1)
        self._column.addWidget(self.notices)
        self._column.addLayout(self._foot)

    def _side(self, title: str, part: QWidget) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(self._theme.px(Space.small))
        column.addWidget(label(title, "strong"))
        column.addWidget(part)
        column.addStretch(1)
        return column

    def _button(self, text: str, kind: str) -> QPushButton:
        """Never a default: Enter in a field must not check anybody in."""
        button = QPushButton(text, self)
        button.setProperty("kind", kind)
        button.setAutoDefault(False)
        return button

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()

    def _turn(self) -> None:
        """Patient and visit side by side while both have room, one above the other when the text is large."""
        beside = self.width() >= self.fontMetrics().averageCharWidth() * _BESIDE_FROM_CHARS
        directions = QBoxLayout.Direction
        direction = directions.LeftToRight if beside else directions.TopToBottom
        self.bar.set_direction(direction)
        for layout in (self._sides, self._foot):
            layout.setDirection(direction)

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(Space.wide), px(Space.large), px(Space.wide), px(Space.large))
        self._column.setSpacing(px(Space.medium))
        self._sides.setSpacing(px(Space.wide))
        self._sides.setContentsMargins(0, 0, px(Space.small), 0)
        self._foot.setSpacing(px(Space.small))
        # What scrolls gives way first, not who is checked in.
        self._scroll.setMinimumHeight(px(24))
        self._turn()


def _who(person: Person) -> tuple[str, str, date | None]:
    return fold(person.family), fold(person.given), person.born
