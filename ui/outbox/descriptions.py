"""Describes actions with what is known of patients and rooms."""

from collections.abc import Callable, Mapping
from typing import Any

from app.core.action import Action, Facts
from app.core.collection import Collection
from app.rooms.record import Room
from app.users.record import Person
from app.users.role import Rights
from app.visits.record import Visit
from app.visits.waiting import QueueRow
from ui.kit.formats import born_text, name_text
from ui.outbox.words import Described, Lines, as_day, as_object, as_text, field_lines, kind_title

_OTHER_ROLE = "Done in another role, so it is not shown here."


class Descriptions:
    """visits, rooms: what is known now; they only add names. now: the server's time, Unix s. rights: of
    whoever looks; somebody may have done it in another role."""

    def __init__(
        self,
        visits: Collection[QueueRow],
        rooms: Collection[Room],
        now: Callable[[], float],
        rights: Callable[[], Rights],
    ) -> None:
        self._visits, self._rooms, self._now, self._rights = visits, rooms, now, rights
        # Hundreds of actions are described at once: none of them goes through thousands of visits.
        self._members: dict[str, Person] = {}
        self._by_intake: dict[str, Visit] = {}
        self._read_from: Mapping[str, QueueRow] | None = None

    def describe(self, action: Action) -> Described:
        """The action for people. Never fails, whatever its body is."""
        if not self._rights().shows(action.kind):
            return Described(title=kind_title(action.kind), name=_OTHER_ROLE, born="", lines=())
        body = as_object(action.body)
        visit = self._visit(body)
        person = _entered(body) or (visit.member if visit else None) or self._member(action, body)
        name = name_text(person.family, person.given, person.full_name) if person else ""
        member_id = as_text(body.get("member_id"))
        return Described(
            title=kind_title(action.kind),
            name=name or (f"Patient {member_id}" if member_id else name_text("", "")),
            born=born_text(person.born if person else None, self._now()),
            lines=self._lines(action.body),
            place=self._place(body, visit),
        )

    def _visit(self, body: Facts) -> Visit | None:
        """The visit that the action is about, if we have it."""
        visit_id, intake_id = as_text(body.get("visit_id")), as_text(body.get("intake_id"))
        if visit_id:
            row = self._visits.get(visit_id)
            return row if isinstance(row, Visit) else None
        self._read_visits()
        return self._by_intake.get(intake_id) if intake_id else None

    def _member(self, action: Action, body: Facts) -> Person | None:
        """The patient by id: the action's own, else the one that it is kept under."""
        self._read_visits()
        return self._members.get(as_text(body.get("member_id")) or action.subject)

    def _read_visits(self) -> None:
        """Anew when they have changed: then the collection has another mapping of them."""
        rows = self._visits.all()
        if rows is self._read_from:
            return
        self._read_from = rows
        visits = [row for row in rows.values() if isinstance(row, Visit)]
        self._members = {visit.member.id: visit.member for visit in reversed(visits) if visit.member}
        self._by_intake = {visit.intake_id: visit for visit in reversed(visits) if visit.intake_id}

    def _place(self, body: Facts, visit: Visit | None) -> str:
        room = as_text(body.get("room"))
        if room:
            return f"room {self._room_name(room)}"
        visit_id = visit.id if visit else as_text(body.get("visit_id"))
        new_name = as_text(as_object(body.get("after")).get("name"))
        return f"visit {visit_id}" if visit_id else new_name

    def _room_name(self, code: str) -> str:
        room = self._rooms.get(code)
        return room.name if room and room.name else code

    def _lines(self, body: Any) -> Lines:
        room = as_text(as_object(body).get("room"))
        named = {**body, "room": self._room_name(room)} if room else body
        if isinstance(named, Mapping) and "before" in named:
            # What was typed comes first, what was there before it last.
            named = {**{name: named[name] for name in named if name != "before"}, "before": named["before"]}
        return field_lines(named) if named else ()


def _entered(body: Facts) -> Person | None:
    """The patient as they were typed in, None when nobody was."""
    patient = as_object(body.get("patient"))
    given, family = as_text(patient.get("first_name")), as_text(patient.get("last_name"))
    if not given and not family:
        return None
    return Person(id="", given=given, family=family, born=as_day(patient.get("dob")))
