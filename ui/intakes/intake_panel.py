"""The whole intake of one visit: every answer, as plain text, verbatim."""

import asyncio
from collections.abc import Awaitable, Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core.collection import Change, Collection
from app.errors import Failure
from app.intakes.record import Intake
from app.sentences import sentence
from app.visits.record import Visit
from ui.intakes.words import NO_ANSWER, answer_text, question_text
from ui.kit import tasks
from ui.kit.facts import Value
from ui.kit.formats import phone_text, time_text
from ui.kit.labels import label
from ui.theme.theme import Theme
from ui.theme.tokens import Space

# As often as the detail of a visit that somebody looks at (api/README.md §11).
_AGAIN_MS = 15_000


class IntakePanel(QWidget):
    """Shows what came with the visit at once, and the whole intake when it has been read.

    intakes: what is known. read: reads one from the server. now: the server's time, Unix s.
    """

    def __init__(
        self,
        theme: Theme,
        intakes: Collection[Intake],
        read: Callable[[str], Awaitable[Intake]],
        now: Callable[[], float],
        report: Callable[[BaseException], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._intakes, self._read, self._now, self._report = theme, intakes, read, now, report
        self._visit: Visit | None = None
        self._shown: Intake | None = None
        self._reading: asyncio.Task[None] | None = None
        self._title = label("Intake", "strong", parent=self)
        self._state = label("", "soft", wrap=True, parent=self)
        self._answers = QWidget(self)
        self._answer_column = QVBoxLayout(self._answers)
        self._answer_column.setContentsMargins(0, 0, 0, 0)
        self._column = QVBoxLayout(self)
        for part in (self._title, self._state, self._answers):
            self._column.addWidget(part)
        self._column.addStretch(1)
        self._again = QTimer(self, interval=_AGAIN_MS)
        self._again.timeout.connect(self._read_again)
        self._again.start()
        self._stop = intakes.listen(self._changed)
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_visit(self, visit: Visit) -> None:
        """Shows the intake of a visit; another visit's intake is taken away at once."""
        before, self._visit = self._visit, visit
        same = before is not None and (before.id, before.intake_id) == (visit.id, visit.intake_id)
        self._refresh()
        if same:
            return
        if self._reading is not None:
            self._reading.cancel()
        if visit.intake_id is None:
            self._say("The server names no intake for this visit.")
            return
        self._say("Reading the whole intake…")
        self._start_reading(visit.intake_id)

    def close_listeners(self) -> None:
        """Stops listening to the collection, and reading."""
        self._stop()
        if self._reading is not None:
            self._reading.cancel()

    def answers(self) -> list[tuple[str, str]]:
        """(question, answer) as shown."""
        return [(value.accessibleName(), value.toPlainText()) for value in self._answers.findChildren(Value)]

    def state(self) -> str:
        """What is said above the answers, "" for nothing."""
        return self._state.text()

    def _read_again(self) -> None:
        """It may have been edited, or could not be read before."""
        visit = self._visit
        idle = self._reading is None or self._reading.done()
        if visit is not None and visit.intake_id and self.isVisible() and idle:
            self._start_reading(visit.intake_id)

    def _start_reading(self, intake_id: str) -> None:
        work = self._fetch(intake_id)
        self._reading = tasks.run(self, work, busy=None, name="intakes.read", report=self._report)

    async def _fetch(self, intake_id: str) -> None:
        try:
            await self._read(intake_id)
        except Failure as failure:
            rest = "What came with the visit is shown." if self._shown else ""
            self._say(f"The whole intake could not be read. {sentence(failure)} {rest}".strip())
        else:
            self._say("")

    def _changed(self, change: Change) -> None:
        wanted = self._visit.intake_id if self._visit else None
        if wanted in (*change.added, *change.updated):
            self._refresh()

    def _refresh(self) -> None:
        visit = self._visit
        intake = None
        if visit is not None and visit.intake_id is not None:
            intake = self._intakes.get(visit.intake_id) or visit.intake
        if intake != self._shown:
            self._shown = intake
            self._fill(intake)

    def _fill(self, intake: Intake | None) -> None:
        while (item := self._answer_column.takeAt(0)) is not None:
            item.widget().hide()
            item.widget().setParent(None)
        for question, answer in self._rows(intake) if intake else []:
            self._answer_column.addWidget(self._pair(question, answer))

    def _pair(self, question: str, answer: str) -> QWidget:
        pair = QWidget()
        column = QVBoxLayout(pair)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self._theme.px(Space.hair))
        column.addWidget(label(question, "small", wrap=True))
        value = Value(self._theme)
        value.setAccessibleName(question)
        value.set(answer or NO_ANSWER)
        column.addWidget(value)
        return pair

    def _rows(self, intake: Intake) -> list[tuple[str, str]]:
        own = [("Reason for visit", intake.reason)]
        if intake.location:
            own.append(("Location", intake.location))
        if intake.phone:
            own.append(("Phone for this visit", phone_text(intake.phone)))
        custom = [(question_text(key), answer_text(value)) for key, value in intake.answers.items()]
        names = [file.name or file.id for file in intake.attachments]
        files = [("Attachments", "\n".join(names))] if names else []
        unread = [("Not understood", "\n".join(intake.unread))] if intake.unread else []
        sent = [("Written", time_text(intake.created, self._now()))] if intake.created else []
        return [*own, *custom, *files, *unread, *sent]

    def _say(self, text: str) -> None:
        self._state.setText(text)
        self._state.setVisible(bool(text))

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(Space.wide), px(Space.small), px(Space.wide), px(Space.large))
        self._column.setSpacing(px(Space.medium))
        self._answer_column.setSpacing(px(Space.medium))
