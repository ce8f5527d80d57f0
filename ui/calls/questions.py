"""The questions before something is done with a visit's call: two identifiers, large (PID-01)."""

from collections.abc import Iterable, Sequence

from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from app.calls.by_phone import is_phone_visit
from app.rooms.provider import Provider
from app.visits.record import Status, Visit
from ui.calls.words import has_two_identifiers, location_line, patient_born, patient_text, phone_line
from ui.kit.ask import Question
from ui.kit.form import Form
from ui.kit.formats import span_text
from ui.kit.identity_card import IdentityCard
from ui.theme.theme import Theme

DISPOSITIONS = (
    "",
    "Home, no follow-up",
    "Home, follow-up planned",
    "Referred to another provider",
    "Sent to in-person care",
    "Sent to emergency care",
    "Not completed: technical trouble",
    "Patient left before the end",
)
"""What is offered; anything else may be typed. The first says nothing."""
_KEYS = "Ctrl+Return"
# By telephone, in progress: what is asked, and the word on the button.
_START = {
    (False, False): ("Start this call?", "Start call"),
    (False, True): ("Rejoin this call?", "Rejoin call"),
    (True, False): ("Start this phone visit?", "Start phone visit"),
    (True, True): ("Call this patient again?", "Call again"),
}
_FEW = "Fewer than two identifiers are known: ask the patient who they are."


def start_question(
    theme: Theme, visit: Visit, warnings: Iterable[str], now: float, parent: QWidget, *, opens: str
) -> Question:
    """Asks before a call opens. warnings: what else to know first. opens: where the call goes on."""
    title, accept = _START[is_phone_visit(visit), visit.status == Status.IN_PROGRESS]
    card = _identity(theme, visit, now)
    card.add(location_line(visit))
    for warning in warnings:
        card.add(warning, "error")
    card.add(visit.reason or "", "soft")
    return Question(
        theme,
        title,
        opens,
        accept=accept,
        accept_keys=_KEYS,
        body=card,
        parent=parent,
    )


def accept_question(theme: Theme, visit: Visit, now: float, parent: QWidget) -> Question:
    """Asks before an e-consult is taken."""
    card = _identity(theme, visit, now)
    card.add(visit.reason or "", "soft")
    return Question(
        theme,
        "Accept this e-consult?",
        "It is yours to answer then. Nothing is opened, and nobody is called.",
        accept="Accept e-consult",
        accept_keys=_KEYS,
        body=card,
        parent=parent,
    )


class FinishQuestion(Question):
    """Asks before a visit is completed, and how it ended. runs_s: since when its call is open here, seconds;
    None when it was not opened here. undo_s: so long it can be taken back. unchecked: not ticked off.
    """

    def __init__(
        self,
        theme: Theme,
        visit: Visit,
        now: float,
        parent: QWidget,
        *,
        runs_s: float | None,
        undo_s: int,
        unchecked: Sequence[str] = (),
        asks_disposition: bool = True,
    ) -> None:
        card = _identity(theme, visit, now)
        if unchecked:
            card.add(f"Not ticked off: {', '.join(unchecked)}.", "error")
        self._disposition = QComboBox()
        self._disposition.setEditable(True)
        self._disposition.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._disposition.addItems(DISPOSITIONS)
        self._disposition.setAccessibleName("Disposition")
        line = self._disposition.lineEdit() or QLineEdit()
        line.setPlaceholderText("How it ended, for the note")
        form = Form(theme)
        if asks_disposition:
            form.add("disposition", "Disposition", self._disposition)
        back = f" You can take it back for {undo_s} s." if undo_s else ""
        super().__init__(
            theme,
            "Finish this visit?",
            f"{_runs(runs_s)}{back}",
            accept="Finish visit",
            accept_keys=_KEYS,
            body=_below(card, form),
            parent=parent,
        )

    @property
    def disposition(self) -> str:
        """As chosen or typed."""
        return self._disposition.currentText().strip()


class HandOverQuestion(Question):
    """Asks to whom a visit goes; nobody is chosen yet. providers: of its room, but the person themselves."""

    def __init__(
        self, theme: Theme, visit: Visit, providers: Sequence[Provider], now: float, parent: QWidget
    ) -> None:
        self._to = QComboBox()
        for provider in sorted(providers, key=lambda each: each.online is not True):
            self._to.addItem(_with_presence(provider), provider.id)
        self._to.setPlaceholderText("Choose…")
        self._to.setCurrentIndex(-1)
        self._to.setAccessibleName("To")
        self._note = QLineEdit()
        self._note.setAccessibleName("Note to them")
        form = Form(theme)
        form.add("to", "To", self._to)
        form.add("note", "Note to them", self._note, "Not every server keeps it.")
        super().__init__(
            theme,
            "Hand this visit over?",
            "The visit stays in progress and is theirs then. Tell them yourself, too: the server may not.",
            accept="Hand over",
            accept_keys=_KEYS,
            body=_below(_identity(theme, visit, now), form),
            parent=parent,
        )
        self.set_accept_enabled(False)
        self._to.currentIndexChanged.connect(lambda index: self.set_accept_enabled(index >= 0))

    @property
    def chosen(self) -> tuple[str, str]:
        """The provider's id, and the note."""
        return str(self._to.currentData()), self._note.text().strip()


def _identity(theme: Theme, visit: Visit, now: float) -> IdentityCard:
    card = IdentityCard(theme, patient_text(visit.member), patient_born(visit.member, now))
    card.add(phone_line(visit))
    if not has_two_identifiers(visit.member):
        card.add(_FEW, "error")
    return card


def _below(*parts: QWidget) -> QWidget:
    body = QWidget()
    column = QVBoxLayout(body)
    column.setContentsMargins(0, 0, 0, 0)
    for part in parts:
        column.addWidget(part)
    return body


def _runs(runs_s: float | None) -> str:
    opened = "" if runs_s is None else f"Its call was opened here {span_text(runs_s)} ago. "
    return f"{opened}Vestibule cannot see whether a call still runs: finishing cuts it."


def _with_presence(provider: Provider) -> str:
    said = {True: "available", False: "away"}.get(provider.online, "not known whether available")
    return f"{provider.person.name or provider.id} ({said})"
