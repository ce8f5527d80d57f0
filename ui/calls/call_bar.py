"""The acts on one visit: start or rejoin its call, finish it. One deliberate press, one launch."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.calls.refusal import CannotStart
from app.calls.start import Calls, OpenLink, Started
from app.core.connection import Light, Standing
from app.errors import Failure
from app.sentences import cannot_start, sentence
from app.visits.record import Status, Visit
from app.visits.waiting import CLOSED, is_e_consult
from ui.calls.questions import finish_question, start_question
from ui.kit import tasks
from ui.kit.ask import Question, ask, discard
from ui.kit.formats import name_text, time_text
from ui.kit.labels import label
from ui.kit.notices import Notices
from ui.theme.theme import Theme
from ui.theme.tokens import Space

Work = Coroutine[Any, Any, None]

# The visit itself says the same, so the message may go.
_GOOD_NEWS_S = 12.0
_NO_CONTACT = {
    Light.CONNECTING: "Not yet: this is as kept on this computer, and is being read afresh.",
    Light.OFFLINE: "Not while offline: the visit must be looked at afresh first.",
    Light.SIGNED_OUT: "Sign in again first.",
}
_TOO_OLD = "Not now: what is shown is too old, and the visit must be looked at afresh first."


class CallBar(QWidget):
    """Start call, Rejoin, Finish visit, with the reason when one of them is not possible.

    me: id of the person signed in. provider_name: names the provider of a visit. now: server time, Unix s.
    open_link: the desktop's opener. acted: told after each act, so that the queue is asked at once.
    """

    def __init__(
        self,
        theme: Theme,
        calls: Calls,
        me: str,
        provider_name: Callable[[Visit], str],
        now: Callable[[], float],
        notices: Notices,
        open_link: OpenLink,
        acted: Callable[[], None],
        report: Callable[[BaseException], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._calls, self._me = theme, calls, me
        self._provider_name, self._now, self._notices = provider_name, now, notices
        self._open_link, self._acted, self._report = open_link, acted, report
        self._visit: Visit | None = None
        self._no_contact = ""
        self._acting = ""
        self.start_button = self._button("Start call…", "primary", "Ctrl+J", self._start_pressed)
        self.finish_button = self._button("Finish visit…", "plain", "Ctrl+Shift+F", self._finish_pressed)
        self._why = label("", "small", wrap=True, parent=self)
        self._row = QHBoxLayout()
        self._row.addWidget(self.start_button)
        self._row.addWidget(self.finish_button)
        self._row.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._row)
        self._column.addWidget(self._why)
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
        if self._visit is not None:
            self._run(self._start(self._visit.id), self.start_button, "calls.start", "No call was started.")

    def _finish_pressed(self) -> None:
        if self._visit is not None:
            self._run(
                self._finish(self._visit), self.finish_button, "calls.finish", "The visit was not finished."
            )

    def _run(self, work: Work, button: QPushButton, name: str, otherwise: str) -> None:
        about = self._about()

        def failed(error: BaseException) -> None:
            self._failed(error, about, otherwise)

        task = tasks.run(self, work, busy=button, name=name, report=failed)
        if task is not None:
            self._notices.clear("call")
            self._acting = about
            task.add_done_callback(self._ended)
            self._refresh()

    def _ended(self, _task: asyncio.Task[None]) -> None:
        if isValid(self):
            self._acting = ""
            self._acted()
            self._refresh()

    async def _start(self, visit_id: str) -> None:
        started = await self._calls.start(visit_id, self._confirm_start, self._open_link)
        if started is not None:
            self._tell(started)

    async def _confirm_start(self, visit: Visit) -> bool:
        other = visit.provider is not None and visit.provider.id != self._me
        assigned_to = (self._provider_name(visit) or "another provider") if other else ""
        return await self._ask(start_question(self._theme, visit, assigned_to, self._now(), self))

    async def _finish(self, visit: Visit) -> None:
        if await self._ask(finish_question(self._theme, visit, self._now(), self)):
            await self._calls.finish(visit.id)
            self._notices.say("The visit is finished.", "good", key="call", for_s=_GOOD_NEWS_S)

    async def _report_again(self, visit_id: str) -> None:
        await self._calls.report(visit_id)
        self._notices.say("The server knows of the call now.", "good", key="call", for_s=_GOOD_NEWS_S)

    @staticmethod
    async def _ask(question: Question) -> bool:
        try:
            return await ask(question)
        finally:
            discard(question)

    # -- what came of it

    def _tell(self, started: Started) -> None:
        visit_id = started.visit.id
        if started.also:
            self._notices.say(
                f"The call is open, but {started.also} took the visit in the same moment. Agree who stays.",
                "bad",
                key="call",
            )
        elif started.unreported is not None:
            self._unreported(visit_id, started.unreported)
        else:
            self._notices.say("The call is open in the web browser.", "good", key="call", for_s=_GOOD_NEWS_S)

    def _unreported(self, visit_id: str, failure: Failure) -> None:
        def again() -> None:
            def failed(error: BaseException) -> None:
                if isinstance(error, Failure):
                    self._unreported(visit_id, error)
                else:
                    self._report(error)

            tasks.run(self, self._report_again(visit_id), busy=None, name="calls.report", report=failed)

        self._notices.say(
            f"The call is open, but the server could not be told. {sentence(failure)}",
            "warn",
            key="call",
            action=("Tell it again", again),
        )

    def _failed(self, error: BaseException, about: str, otherwise: str) -> None:
        """about: whose call it was; another visit may be in sight by now."""
        if isinstance(error, CannotStart):
            when = time_text(error.when, self._now()) if error.when else ""
            self._notices.say(f"{about}: {cannot_start(error, when)}", "warn", key="call")
        elif isinstance(error, Failure):
            self._notices.say(f"{about}: {otherwise} {sentence(error)}", "bad", key="call")
        else:
            self._notices.say(f"{about}: {otherwise} This is a fault of Vestibule.", "bad", key="call")
            self._report(error)

    def _about(self) -> str:
        """Whose visit it is, for messages that outlast the selection."""
        member = self._visit.member if self._visit else None
        return name_text(member.family, member.given, member.full_name) if member else "This visit"

    # -- which act is possible

    def _refresh(self) -> None:
        visit = self._visit
        running = visit is not None and visit.status == Status.IN_PROGRESS
        mine = visit is not None and self._calls.is_mine(visit)
        why = self._obstacle(visit, running=running, mine=mine)
        self.start_button.setText("Rejoin call…" if mine else "Start call…")
        self.start_button.setVisible(visit is not None and not self._is_over(visit))
        self.finish_button.setVisible(mine)
        self._enable(self.start_button, not why)
        self._enable(self.finish_button, mine and not self._no_contact)
        if not why and self._acting:
            why = f"{self._acting}: one moment, the visit is being looked at afresh."
        if not why and visit is not None and self._calls.is_unreported(visit):
            why = "The call is open here, but the server does not know of it yet; starting again tells it."
        self._why.setText(why)
        self._why.setVisible(bool(why))

    def _obstacle(self, visit: Visit | None, *, running: bool, mine: bool) -> str:
        if visit is None:
            return ""
        if self._is_over(visit):
            return "This visit is over."
        if is_e_consult(visit):
            return cannot_start(CannotStart("e_consult"))
        if running and not mine:
            when = time_text(visit.actual_start, self._now()) if visit.actual_start else ""
            return cannot_start(CannotStart("taken", who=self._provider_name(visit)), when)
        return self._no_contact

    @staticmethod
    def _is_over(visit: Visit) -> bool:
        return visit.status in CLOSED

    @staticmethod
    def _enable(button: QPushButton, possible: bool) -> None:
        # While its act runs a button stays off; the task starter gives it back.
        if not button.property("busy"):
            button.setEnabled(possible)

    # -- look

    def _button(self, text: str, kind: str, keys: str, pressed: Callable[[], None]) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("kind", kind)
        button.clicked.connect(pressed)
        sequence = QKeySequence(keys)
        shortcut = QShortcut(sequence, self)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(button.click)
        button.setToolTip(sequence.toString(QKeySequence.SequenceFormat.NativeText))
        return button

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(Space.wide), 0, px(Space.wide), px(Space.medium))
        self._column.setSpacing(px(Space.tight))
        self._row.setSpacing(px(Space.small))


def _no_contact(standing: Standing) -> str:
    if standing.light in (Light.OFFLINE, Light.SIGNED_OUT):
        return _NO_CONTACT[standing.light]
    return _NO_CONTACT.get(standing.light, _TOO_OLD) if standing.is_too_old else ""
