"""What a person does with calls: asks first, runs one act at a time, and says what came of it."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget
from shiboken6 import isValid

from app.calls.by_phone import is_phone_visit
from app.calls.claim import name_of
from app.calls.finishing import Finished
from app.calls.opened import CHECKS
from app.calls.refusal import CannotStart
from app.calls.start import Started
from app.errors import Failure
from app.sentences import cannot_start, sentence
from app.visits.record import Status, Visit
from ui.calls.call_desk import CallDesk
from ui.calls.questions import FinishQuestion, HandOverQuestion, accept_question, start_question
from ui.calls.words import CHECK_WORDS, patient_text
from ui.kit import tasks
from ui.kit.ask import Question, ask, discard
from ui.kit.formats import time_text
from ui.theme.theme import Theme
from ui.theme.tokens import Tone

Work = Coroutine[Any, Any, None]

# The visit itself says the same, so the message may go.
_GOOD_NEWS_S = 12.0
_BY_PHONE = (
    "You call by telephone. Nothing is opened but the numbers; the server is told that the visit began."
)


class CallActs(QWidget):
    """Has no look of its own; its tasks end with it. changed: an act, or the finishing of a visit, begins or
    ends.
    """

    changed = Signal()

    def __init__(self, theme: Theme, desk: CallDesk, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()
        self._theme, self._desk = theme, desk
        self.acting = ""
        """Whose act is under way, "" for nobody's."""
        self._acting_id = ""
        self._question: Question | None = None
        # What came by itself since the last act; what comes of the next one must not cover it.
        self._news: list[str] = []
        self._stops = [
            desk.finishing.ended.attend(self._finished),
            desk.calls.lost.attend(self._lost),
            desk.finishing.changed.add(self.changed.emit),
        ]

    def close_listeners(self) -> None:
        """Told of nothing any more."""
        for stop in self._stops:
            stop()

    def is_acting_on(self, visit_id: str) -> bool:
        """Whether the act that is under way is on this visit."""
        return visit_id == self._acting_id

    def is_finishing(self, visit_id: str) -> bool:
        """Whether the visit is about to be finished."""
        return self._desk.finishing.left_s(visit_id) is not None

    # -- acts

    def start(self, visit: Visit, button: QPushButton) -> None:
        """Starts or rejoins the call of a visit, after a question."""
        self._run(visit, self._start(visit.id), button, "calls.start", "No call was started.")

    def finish(self, visit: Visit, button: QPushButton) -> None:
        """Finishes a visit, after a question, and a moment in which it can be taken back."""
        self._run(visit, self._finish(visit), button, "calls.finish", "The visit was not finished.")

    def hand_over(self, visit: Visit, button: QPushButton) -> None:
        """Gives a visit to another provider, after a question."""
        self._run(visit, self._hand_over(visit), button, "calls.hand_over", "The visit was not handed over.")

    def accept(self, visit: Visit, button: QPushButton) -> None:
        """Takes an e-consult, after a question."""
        self._run(visit, self._accept(visit.id), button, "calls.accept", "The e-consult was not accepted.")

    def report(self, visit: Visit, button: QPushButton | None = None) -> None:
        """Tells the server of a call of which it does not know yet."""
        self._run(visit, self._report(visit), button, "calls.report", "The server could not be told.")

    def undo_finish(self, visit_id: str) -> None:
        """Takes a finished visit back."""
        if not self._desk.finishing.undo(visit_id):
            self._say("It is too late to take that back: the server is being told.", "warn")

    async def _start(self, visit_id: str) -> None:
        desk = self._desk

        async def confirm(visit: Visit) -> bool:
            warnings = desk.warnings(visit)
            other = visit.provider is not None and visit.provider.id != desk.me
            if other and not is_running(visit):
                name = desk.provider_name(visit) or "another provider"
                warnings.insert(0, f"Assigned to {name}. Starting it takes it over.")
            opens = _BY_PHONE if is_phone_visit(visit) else desk.opens()
            return await self._asked(
                start_question(self._theme, visit, warnings, desk.now(), self, opens=opens)
            )

        started = await desk.calls.start(visit_id, confirm, desk.open_link)
        if started is not None:
            self._tell(started)

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
            desk.finishing.begin(visit, rules.undo_s)
            if desk.to_note is not None and not desk.to_note(visit, question.disposition):
                name, meant = patient_text(visit.member), question.disposition
                self._say_also(f"{name}: the note cannot take the disposition now. You chose: {meant}.")

    async def _hand_over(self, visit: Visit) -> None:
        desk = self._desk
        others = [each for each in await desk.providers(visit) if each.id != desk.me]
        providers = [each for each in others if not (each.hidden or each.disabled)]
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

        visit = await self._desk.calls.accept(visit_id, confirm)
        if visit is not None:
            name = patient_text(visit.member)
            self._say(f"{name}: the e-consult is yours to answer.", "good", for_s=_GOOD_NEWS_S)

    async def _report(self, visit: Visit) -> None:
        name = patient_text(visit.member)
        try:
            await self._desk.calls.report(visit.id)
        except Failure as failure:
            self._unreported(visit, failure)
        else:
            self._say(f"{name}: the server knows of the call now.", "good", for_s=_GOOD_NEWS_S)

    async def _asked(self, question: Question) -> bool:
        self._question = question
        try:
            return await ask(question)
        finally:
            self._question = None
            discard(question)

    # -- running one

    def _run(self, visit: Visit, work: Work, button: QPushButton | None, name: str, otherwise: str) -> None:
        about = patient_text(visit.member)
        if self.acting:
            # Whatever was pressed: one act at a time, and the question that stands is in front.
            work.close()
            if self._question is not None:
                self._question.raise_()
                self._question.activateWindow()
            return

        def failed(error: BaseException) -> None:
            self._failed(error, about, otherwise)

        def ended(_task: asyncio.Task[None]) -> None:
            if isValid(self):
                self.acting = self._acting_id = ""
                self._desk.acted(visit.id)
                self.changed.emit()

        task = tasks.run(self, work, busy=button, name=name, report=failed)
        if task is not None:
            self._news.clear()
            self._desk.notices.clear("call")
            self.acting, self._acting_id = about, visit.id
            self._desk.acting(visit.id)
            task.add_done_callback(ended)
            self.changed.emit()

    # -- what came of it

    def _tell(self, started: Started) -> None:
        visit = started.visit
        name = patient_text(visit.member)
        if is_phone_visit(visit):
            self._desk.show_numbers(visit)
        if started.unreported is not None:
            self._unreported(visit, started.unreported)
        elif started.also:
            text = f"{name}: the call is open, but {started.also} took the visit in the same moment."
            self._say(f"{text} Agree who stays.", "bad")
        elif not started.is_claimed:
            whose = name_of(visit) or "nobody"
            text = f"{name}: the call is open, but for the server this is still the visit of {whose}."
            self._say(f"{text} Others may start it, too: tell them.", "warn")
        elif is_phone_visit(visit):
            self._say(f"{name}: the visit is in progress. Call now.", "good", for_s=_GOOD_NEWS_S)
        else:
            self._say(f"{name}: the call was opened.", "good", for_s=_GOOD_NEWS_S)

    def _unreported(self, visit: Visit, failure: Failure) -> None:
        self._desk.notices.say(
            f"{patient_text(visit.member)}: the call is open, but the server could not be told. "
            f"{sentence(failure)}",
            "warn",
            key="call",
            action=("Tell it again", lambda: self.report(visit)),
        )

    def _finished(self, finished: Finished) -> None:
        about, failure = patient_text(finished.visit.member), finished.failure
        if failure is None:
            self._say(f"{about}: the visit is finished.", "good", for_s=_GOOD_NEWS_S)
        else:
            self._say_also(self._why(failure, about, "The visit was not finished."))
        self._desk.acted(finished.visit.id)

    def _lost(self, visit: Visit) -> None:
        who = self._desk.provider_name(visit) or "somebody whom the server does not name"
        text = f"{patient_text(visit.member)}: this visit is with {who} now."
        self._say_also(f"{text} If your call still runs, agree who stays.")

    def _failed(self, error: BaseException, about: str, otherwise: str) -> None:
        """about: whose call it was; another visit may be in sight by now."""
        if isinstance(error, CannotStart | Failure):
            self._say(self._why(error, about, otherwise), "warn" if isinstance(error, CannotStart) else "bad")
        else:
            self._say(f"{about}: {otherwise} This is a fault of Vestibule.", "bad")
            self._desk.report(error)

    def _why(self, failure: Failure | CannotStart, about: str, otherwise: str) -> str:
        if isinstance(failure, CannotStart):
            return f"{about}: {self.refusal_text(failure)}"
        return f"{about}: {otherwise} {sentence(failure)}"

    def refusal_text(self, refusal: CannotStart) -> str:
        """Why something may not be done, with its time."""
        return cannot_start(refusal, time_text(refusal.when, self._desk.now()) if refusal.when else "")

    def _say(self, text: str, tone: Tone, for_s: float | None = None) -> None:
        if self._news:
            text, tone, for_s = "\n".join((*self._news, text)), "bad", None
        self._desk.notices.say(text, tone, key="call", for_s=for_s)

    def _say_also(self, text: str) -> None:
        self._desk.notices.say("\n".join((*self._news, text)), "bad", key="call")
        self._news.append(text)


def is_running(visit: Visit | None) -> bool:
    """Whether a call is under way as far as the server says."""
    return visit is not None and visit.status == Status.IN_PROGRESS
