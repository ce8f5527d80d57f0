"""What a person does with calls: asks first, runs one act at a time, and says what came of it."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget
from shiboken6 import isValid

from app.calls.finishing import Finished, Finishing
from app.calls.opened import CHECKS
from app.calls.refusal import CannotStart
from app.calls.rules import CallRules
from app.calls.start import Calls, OpenLink, Started
from app.errors import Failure
from app.rooms.provider import Provider
from app.sentences import cannot_start, sentence
from app.visits.record import Status, Visit
from ui.calls.questions import FinishQuestion, HandOverQuestion, accept_question, start_question
from ui.calls.words import CHECK_WORDS, patient_text
from ui.kit import tasks
from ui.kit.ask import Question, ask, discard
from ui.kit.formats import time_text
from ui.kit.notices import Notices
from ui.theme.theme import Theme

Work = Coroutine[Any, Any, None]

# The visit itself says the same, so the message may go.
_GOOD_NEWS_S = 12.0
_BY_PHONE = "You call by telephone: nothing is opened, and the server is told that the visit is in progress."


@dataclass(frozen=True, slots=True)
class CallDesk:
    """What the acts are made of.

    me: id of the person signed in. provider_name: names the provider of a visit. now: server time, Unix s.
    open_link: the desktop's opener. acted: told before and after each act, with the visit's id, so that the
    queue is asked at once. rules: the clinic's. warnings: what else to know before a visit is started.
    opens: where a started call goes on. providers: of a visit's room; raises Failure. to_note: goes on to the
    note of a finished visit, with its disposition; None where the person writes none.
    """

    calls: Calls
    finishing: Finishing
    me: str
    provider_name: Callable[[Visit], str]
    now: Callable[[], float]
    notices: Notices
    open_link: OpenLink
    acted: Callable[[str], None]
    report: Callable[[BaseException], None]
    rules: Callable[[], CallRules]
    warnings: Callable[[Visit], list[str]]
    opens: Callable[[], str]
    providers: Callable[[Visit], Awaitable[list[Provider]]]
    to_note: Callable[[Visit, str], None] | None


class CallActs(QWidget):
    """Has no look of its own; its tasks end with it. changed: an act begins or ends."""

    changed = Signal()

    def __init__(self, theme: Theme, desk: CallDesk, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()
        self._theme, self._desk = theme, desk
        self.acting = ""
        """Whose act is under way, "" for nobody's."""
        self._names: dict[str, str] = {}
        self._stop = desk.finishing.ended.add(self._finished)

    def close_listeners(self) -> None:
        """Told of nothing any more."""
        self._stop()

    # -- acts

    def start(self, visit: Visit, button: QPushButton, *, by_phone: bool = False) -> None:
        """Starts or rejoins the call of a visit, after a question."""
        self._run(visit, self._start(visit.id, by_phone), button, "calls.start", "No call was started.")

    def finish(self, visit: Visit, button: QPushButton) -> None:
        """Finishes a visit, after a question, and a moment in which it can be taken back."""
        self._run(visit, self._finish(visit), button, "calls.finish", "The visit was not finished.")

    def hand_over(self, visit: Visit, button: QPushButton) -> None:
        """Gives a visit to another provider, after a question."""
        self._run(visit, self._hand_over(visit), button, "calls.hand_over", "The visit was not handed over.")

    def accept(self, visit: Visit, button: QPushButton) -> None:
        """Takes an e-consult, after a question."""
        self._run(visit, self._accept(visit.id), button, "calls.accept", "The e-consult was not accepted.")

    def undo_finish(self, visit_id: str) -> None:
        """Takes a finished visit back."""
        if not self._desk.finishing.undo(visit_id):
            self._say("The server was told already: the visit is finished.", "warn")

    async def _start(self, visit_id: str, by_phone: bool) -> None:
        desk = self._desk

        async def confirm(visit: Visit) -> bool:
            warnings = desk.warnings(visit)
            other = visit.provider is not None and visit.provider.id != desk.me
            if other:
                name = desk.provider_name(visit) or "another provider"
                warnings.insert(0, f"Assigned to {name}. Starting it makes it yours.")
            opens = _BY_PHONE if by_phone else desk.opens()
            return await self._asked(
                start_question(self._theme, visit, warnings, desk.now(), self, opens=opens)
            )

        started = await desk.calls.start(visit_id, confirm, desk.open_link, by_phone=by_phone)
        if started is not None:
            self._tell(started, by_phone)

    async def _finish(self, visit: Visit) -> None:
        desk, call, rules = self._desk, self._desk.calls.opened.get(visit.id), self._desk.rules()
        unchecked = [CHECK_WORDS[what][0] for what in CHECKS if call and what not in call.checked]
        question = FinishQuestion(
            self._theme,
            visit,
            desk.now(),
            self,
            runs_s=None if call is None else desk.now() - call.at,
            undo_s=rules.undo_s,
            unchecked=unchecked if rules.has_checklist else (),
            asks_disposition=desk.to_note is not None,
        )
        if await self._asked(question):
            self._names[visit.id] = patient_text(visit.member)
            desk.finishing.begin(visit.id, rules.undo_s)
            if desk.to_note is not None:
                desk.to_note(visit, question.disposition)

    async def _hand_over(self, visit: Visit) -> None:
        desk = self._desk
        providers = [each for each in await desk.providers(visit) if each.id != desk.me and not each.hidden]
        if not providers:
            self._say(f"{patient_text(visit.member)}: nobody else works in this room.", "warn")
            return
        question = HandOverQuestion(self._theme, visit, providers, desk.now(), self)
        if await self._asked(question):
            provider_id, note = question.chosen
            await desk.calls.hand_over(visit.id, provider_id, note)
            name = next(each.person.name or each.id for each in providers if each.id == provider_id)
            self._say(f"{patient_text(visit.member)} is with {name} now.", "good", for_s=_GOOD_NEWS_S)

    async def _accept(self, visit_id: str) -> None:
        async def confirm(visit: Visit) -> bool:
            return await self._asked(accept_question(self._theme, visit, self._desk.now(), self))

        if await self._desk.calls.accept(visit_id, confirm) is not None:
            self._say("The e-consult is yours to answer.", "good", for_s=_GOOD_NEWS_S)

    async def _report_again(self, visit_id: str) -> None:
        await self._desk.calls.report(visit_id)
        self._say("The server knows of the call now.", "good", for_s=_GOOD_NEWS_S)

    @staticmethod
    async def _asked(question: Question) -> bool:
        try:
            return await ask(question)
        finally:
            discard(question)

    # -- running one

    def _run(self, visit: Visit, work: Work, button: QPushButton, name: str, otherwise: str) -> None:
        about = patient_text(visit.member) if visit.member else "This visit"

        def failed(error: BaseException) -> None:
            self._failed(error, about, otherwise)

        def ended(_task: asyncio.Task[None]) -> None:
            if isValid(self):
                self.acting = ""
                self._desk.acted(visit.id)
                self.changed.emit()

        task = tasks.run(self, work, busy=button, name=name, report=failed)
        if task is not None:
            self._desk.notices.clear("call")
            self.acting = about
            self._desk.acted(visit.id)
            task.add_done_callback(ended)
            self.changed.emit()

    # -- what came of it

    def _tell(self, started: Started, by_phone: bool) -> None:
        name, visit_id = patient_text(started.visit.member), started.visit.id
        if started.also:
            text = f"{name}: the call is open, but {started.also} took the visit in the same moment."
            self._say(f"{text} Agree who stays.", "bad")
        elif started.unreported is not None:
            self._unreported(name, visit_id, started.unreported)
        elif by_phone:
            self._say(f"{name}: the visit is in progress. Call now.", "good", for_s=_GOOD_NEWS_S)
        else:
            self._say(f"{name}: the call was opened.", "good", for_s=_GOOD_NEWS_S)

    def _unreported(self, name: str, visit_id: str, failure: Failure) -> None:
        def again() -> None:
            def failed(error: BaseException) -> None:
                if isinstance(error, Failure):
                    self._unreported(name, visit_id, error)
                else:
                    self._desk.report(error)

            tasks.run(self, self._report_again(visit_id), busy=None, name="calls.report", report=failed)

        self._desk.notices.say(
            f"{name}: the call is open, but the server could not be told. {sentence(failure)}",
            "warn",
            key="call",
            action=("Tell it again", again),
        )

    def _finished(self, finished: Finished) -> None:
        about = self._names.pop(finished.visit_id, "The visit")
        if finished.failure is None:
            self._say(f"{about}: the visit is finished.", "good", for_s=_GOOD_NEWS_S)
        else:
            self._failed(finished.failure, about, "The visit was not finished.")
        self._desk.acted(finished.visit_id)

    def _failed(self, error: BaseException, about: str, otherwise: str) -> None:
        """about: whose call it was; another visit may be in sight by now."""
        if isinstance(error, CannotStart):
            self._say(f"{about}: {self.refusal_text(error)}", "warn")
        elif isinstance(error, Failure):
            self._say(f"{about}: {otherwise} {sentence(error)}", "bad")
        else:
            self._say(f"{about}: {otherwise} This is a fault of Vestibule.", "bad")
            self._desk.report(error)

    def refusal_text(self, refusal: CannotStart) -> str:
        """Why something may not be done, with its time."""
        return cannot_start(refusal, time_text(refusal.when, self._desk.now()) if refusal.when else "")

    def _say(self, text: str, tone: str, for_s: float | None = None) -> None:
        self._desk.notices.say(text, tone, key="call", for_s=for_s)


def is_running(visit: Visit | None) -> bool:
    """Whether a call is under way as far as the server says."""
    return visit is not None and visit.status == Status.IN_PROGRESS
