"""What a check-in says of the visit: room, reason, way, call-back phone, state."""

from collections.abc import Iterable

from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from app.rooms.record import Room
from ui.checkin.form_drafts import FormDrafts, place_of
from ui.checkin.words import WAYS
from ui.kit.draft_field import DraftField, TextField
from ui.kit.form import Form
from ui.kit.text_area import TextArea
from ui.theme.theme import Theme

_NO_ROOM = "Choose the waiting room."
_NO_ROOMS = "No waiting room is known yet: the server has not told any."
_NO_STATE = "A state is two letters, such as OR."


class VisitFields(QWidget):
    """The right side of the form."""

    def __init__(self, theme: Theme, drafts: FormDrafts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drafts = drafts
        self._form = Form(theme, self)
        self.room = self._form.add("room", "Waiting room", QComboBox())
        self.reason = self._form.add("reason", "Reason for visit", TextArea(theme, 2))
        self.way = self._form.add("way", "How the patient is seen", QComboBox())
        self.phone = self._form.add("phone", "Call-back phone", QLineEdit())
        self.location = self._form.add("location", "Where the patient is", QLineEdit(), "State, such as OR")
        self.room.setPlaceholderText("Choose…")
        for word, name in WAYS:
            self.way.addItem(name, word)
        fields: dict[str, TextField] = {"reason": self.reason, "phone": self.phone, "location": self.location}
        self._typed = {name: DraftField(field, drafts) for name, field in fields.items()}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._form)
        column.addStretch(1)
        self.room.activated.connect(self._room_chosen)
        self.way.activated.connect(self._way_chosen)

    def set_rooms(self, rooms: Iterable[Room], last: str) -> None:
        """Offers rooms. last: the code of the one used last, which comes first and is chosen."""
        chosen = self.room.currentData()
        ordered = sorted(rooms, key=lambda room: (room.code != last, (room.name or room.code).casefold()))
        self.room.clear()
        for room in ordered:
            self.room.addItem(room.name or room.code, room.code)
        is_clear = bool(ordered) and (len(ordered) == 1 or ordered[0].code == last)
        self.room.setCurrentIndex(0 if is_clear else -1)
        if chosen:
            self._choose_room(chosen)

    def reset(self) -> None:
        """Nothing typed, nothing that is typed is kept; drafts are left alone."""
        for typed in self._typed.values():
            typed.unbind()
        self.way.setCurrentIndex(0)
        self.room.setCurrentIndex(-1)
        self._form.clear_errors()

    def restore(self) -> None:
        """What the drafts hold; the room only where one was chosen on purpose."""
        for name, typed in self._typed.items():
            typed.bind(place_of(name), "")
        self.way.setCurrentIndex(max(0, self.way.findData(self._drafts.text(place_of("way")) or "")))
        if room := self._drafts.text(place_of("room")):
            self._choose_room(room)

    def values(self) -> dict[str, object]:
        """As a check-in wants them; what was not said is left out."""
        said = {
            "room": self.room.currentData(),
            "reason": self.reason.toPlainText().strip(),
            "type": self.way.currentData(),
            "phone": self.phone.text().strip(),
            "location": self.location.text().strip().upper(),
        }
        return {name: value for name, value in said.items() if value}

    def check(self) -> bool:
        """Says beside the fields what is missing; whether nothing is."""
        no_room = _NO_ROOM if self.room.count() else _NO_ROOMS
        state = self.location.text().strip()
        is_state = not state or (len(state) == 2 and state.isascii() and state.isalpha())
        self._form.set_error("room", None if self.room.currentData() else no_room)
        self._form.set_error("location", None if is_state else _NO_STATE)
        self._form.focus_first_error()
        return bool(self.room.currentData()) and is_state

    def error(self, name: str) -> str:
        """What is said under a field."""
        return self._form.error(name)

    def _choose_room(self, code: str) -> None:
        """Also one that is not known (any more): the server decides."""
        if self.room.findData(code) < 0:
            self.room.addItem(code, code)
        self.room.setCurrentIndex(self.room.findData(code))

    def _room_chosen(self) -> None:
        self._drafts.write(place_of("room"), self.room.currentData())
        self._form.set_error("room", None)

    def _way_chosen(self) -> None:
        self._drafts.write(place_of("way"), self.way.currentData())
