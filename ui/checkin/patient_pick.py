"""Who is checked in: searched for, chosen, or not in the list."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.errors import Failure
from app.users.record import Person
from ui.checkin.form_drafts import SEARCH, FormDrafts, place_of
from ui.checkin.new_patient import NewPatient
from ui.checkin.patient_search import PatientSearch, ReadPerson, Search
from ui.checkin.words import person_name, person_text, read_person_text
from ui.kit import tasks
from ui.kit.draft_field import DraftField
from ui.kit.labels import label
from ui.theme.theme import Theme
from ui.theme.tokens import Space

Mode = Literal["search", "chosen", "new"]
_MISSING = "Search for the patient and choose one, or press “Not in the list”."
_READING = "The date of birth is still being read. Wait a moment."


class PatientPick(QWidget):
    """search, read, known, now, report: see PatientSearch. mode: which of the three is shown.

    changed: somebody else, or nobody, is meant now.
    """

    changed = Signal()

    def __init__(
        self,
        theme: Theme,
        drafts: FormDrafts,
        search: Search,
        read: ReadPerson,
        known: Callable[[], Iterable[Person]],
        now: Callable[[], float],
        report: Callable[[BaseException], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._drafts, self._read, self._report = theme, drafts, read, report
        self.mode: Mode = "search"
        self._chosen: Person | None = None
        self._reading: asyncio.Task[None] | None = None
        self.search = PatientSearch(theme, search, read, known, now, report, self)
        self.new = NewPatient(theme, now, self)
        fields = {SEARCH: self.search.field} | {f"new.{name}": each for name, each in self.new.fields.items()}
        self._typed = {name: DraftField(field, drafts) for name, field in fields.items()}
        self._who = label("", wrap=True, parent=self)
        self._error = label("", "error", wrap=True, parent=self)
        self.change_button = self._button("C&hange patient", self._search_again)
        self.new_button = self._button("&Not in the list", self._write_new)
        self.list_button = self._button("&Search the list", self._search_again)
        self._lay_out()
        self.search.chosen.connect(self._choose)
        self.new.changed.connect(self._new_typed)
        self.reset()

    # -- who it is

    def person(self) -> Person | None:
        """Who is meant; None while that is not clear."""
        if self.mode == "new":
            return self.new.person()
        return self._chosen if self.mode == "chosen" else None

    def values(self) -> dict[str, object]:
        """The patient as a check-in wants them; after `check`."""
        person = self._chosen
        if person is None:
            return {"patient": self.new.values()}
        if not (person.given and person.family and person.born):
            return {"member_id": person.id}
        # With both, nobody else's number can slip in: they must agree.
        named = {"first_name": person.given, "last_name": person.family, "dob": person.born.isoformat()}
        return {"member_id": person.id, "patient": named}

    def check(self) -> bool:
        """Says what is missing, beside the field, and goes there; whether nothing is."""
        self.set_error("")
        if self.mode == "new":
            return self.new.check()
        is_reading = self._reading is not None and not self._reading.done()
        if self.mode == "search" or is_reading:
            self.set_error(_READING if is_reading else _MISSING)
            self.focus_first()
            return False
        return True

    def set_error(self, text: str) -> None:
        """Says what is wrong with the choice; "" for nothing."""
        self._error.setText(text)
        self._error.setVisible(bool(text))

    def error(self) -> str:
        """What is said to be wrong."""
        return self._error.text()

    def focus_first(self) -> None:
        """Puts the focus where typing goes on."""
        {"search": self.search.field, "chosen": self.change_button, "new": self.new}[self.mode].setFocus()

    # -- drafts

    def reset(self) -> None:
        """Nobody, and nothing typed; drafts are left alone."""
        self._stop_reading()
        self._chosen = None
        for typed in self._typed.values():
            typed.unbind()
        self.new.clear_errors()
        self.set_error("")
        self._show("search")

    def restore(self) -> None:
        """What the drafts hold: a patient only where one was chosen on purpose."""
        self.reset()
        for name, typed in self._typed.items():
            typed.bind(place_of(name), "")
        self.search.field.end(False)
        member = self._drafts.text(place_of("member"))
        person = read_person_text(member) if member else None
        if self._drafts.text(place_of("mode")) == "new":
            self._show("new")
        elif person is not None:
            self._show_chosen(person)

    # -- choosing

    def _choose(self, person: Person) -> None:
        self._drafts.write(place_of("member"), person_text(person))
        self._drafts.drop(place_of("mode"))
        self._show_chosen(person)
        self.changed.emit()
        self.change_button.setFocus()

    def _show_chosen(self, person: Person) -> None:
        self._stop_reading()
        self._chosen = person
        self._who.setText(person_name(person))
        self.set_error("")
        self._show("chosen")
        if person.born is None:
            work = self._complete(person)
            self._reading = tasks.run(self, work, busy=None, name="checkin.read", report=self._report)

    async def _complete(self, person: Person) -> None:
        """Two identifiers: a list says the name alone."""
        try:
            whole = await self._read(person.id)
        except Failure:
            return  # the number of the patient is the other one
        if whole.id == person.id:
            self._chosen = whole
            self._drafts.write(place_of("member"), person_text(whole))
            self._who.setText(person_name(whole))
            self.set_error("")
            self.changed.emit()

    def _search_again(self) -> None:
        self._stop_reading()
        self._chosen = None
        self._drafts.drop(place_of("member"))
        self._drafts.drop(place_of("mode"))
        self._show("search")
        self.search.field.setFocus()
        self.search.field.selectAll()

    def _write_new(self) -> None:
        self._chosen = None
        self._drafts.drop(place_of("member"))
        self._drafts.write(place_of("mode"), "new")
        self.set_error("")
        self._show("new")
        self.new.setFocus()

    def _new_typed(self) -> None:
        if self.mode == "new":
            self.changed.emit()

    def _stop_reading(self) -> None:
        self.search.stop()
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _show(self, mode: Mode) -> None:
        self.mode = mode
        if mode != "search":
            self.search.stop()
        for part, shown_in in self._parts.items():
            part.setVisible(mode == shown_in)
        self.changed.emit()

    # -- look

    def _button(self, text: str, do: Callable[[], None]) -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        button.clicked.connect(do)
        return button

    def _lay_out(self) -> None:
        self._parts: dict[QWidget, Mode] = {
            self.search: "search", self.new_button: "search",
            self._who: "chosen", self.change_button: "chosen",
            self.new: "new", self.list_button: "new",
        }  # fmt: skip
        buttons = QHBoxLayout()
        for button in (self.new_button, self.change_button, self.list_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        own = QVBoxLayout(self)
        own.setContentsMargins(0, 0, 0, 0)
        own.setSpacing(self._theme.px(Space.small))
        for part in (self.search, self._who, self.new, self._error):
            own.addWidget(part)
        own.addLayout(buttons)
