"""What the screen says of a visit. Plain functions over records; unknown codes stay visible (DSP-06)."""

from collections.abc import Mapping
from typing import Any

from app.core.unreadable import Unreadable
from app.users.record import GENDERS, Person
from app.visits.record import Status, Subtype, Type, Visit
from app.visits.waiting import (
    LATE_S,
    LONG_WAIT_S,
    VERY_LONG_WAIT_S,
    Group,
    QueueRow,
    group,
    waiting_s,
)
from ui.kit.cell import Cell, Pill
from ui.kit.formats import born_text, name_text, span_text, time_text
from ui.theme.tokens import Tone

_STATUS: dict[int, tuple[str, Tone, str]] = {
    Status.IN_PROGRESS: ("In progress", "good", "video"),
    Status.COMPLETED: ("Completed", "neutral", "check"),
    Status.CANCELLED: ("Cancelled", "neutral", "minus"),
    Status.REFUNDED: ("Refunded", "neutral", "minus"),
}
_GROUP: dict[Group, tuple[str, Tone, str]] = {
    Group.WAITING: ("Waiting", "info", "person"),
    Group.E_CONSULT: ("E-consult", "info", "message"),
    Group.SCHEDULED: ("Scheduled", "neutral", "calendar"),
    Group.MISSED: ("Missed", "neutral", "calendar"),
}
_TYPE = {
    Type.WALK_IN: "Walk-in",
    Type.SCHEDULED: "Appointment",
    Type.E_CONSULT: "E-consult",
    Type.INVITED_GUEST: "Invited guest",
}
_SUBTYPE = {
    Subtype.IN_PERSON: "In person",
    Subtype.PHONE: "Phone",
    Subtype.VIDEO: "Video",
    Subtype.E_CONSULT: "E-consult",
}
# The waiting column says the state, too: it is all that is left of it when the table is narrow.
_WAITS = {Group.WAITING: "waiting", Group.E_CONSULT: "e-consult", Group.UNCLEAR: "unrecognised"}


def status_pill(row: QueueRow, now: float) -> Pill:
    """The state of a visit as word, icon and tone; the word carries the meaning."""
    if isinstance(row, Unreadable):
        return Pill("Unreadable", "bad", "alert")
    place = group(row, now)
    if row.status in _STATUS:
        word, tone, icon = _STATUS[row.status]
    elif place in _GROUP:
        word, tone, icon = _GROUP[place]
        word = "Confirmed" if row.status == Status.CONFIRMED and place == Group.SCHEDULED else word
    else:
        return Pill("Status unknown" if row.status is None else f"Status {row.status}", "warn", "alert")
    return Pill(word, tone, icon)


def waiting_cell(row: QueueRow, now: float) -> Cell:
    """How long, since when; what is due when. Amber past the first limit, red past the second."""
    if isinstance(row, Unreadable):
        return Cell("—")
    if row.start is None:
        return Cell("—", "start not known")
    place = group(row, now)
    if place == Group.IN_PROGRESS:
        return _running(row, now)
    if place in (Group.SCHEDULED, Group.MISSED):
        return _due(row.start, now, missed=place == Group.MISSED)
    waited = waiting_s(row, now)
    if waited is None:
        return Cell("Check clock", "starts in the future", icon="alert", tone="warn")
    since = f"{_WAITS.get(place, 'open')} since {time_text(row.start, now)}"
    if waited >= VERY_LONG_WAIT_S and place == Group.WAITING:
        words = f"{span_text(waited)}, long wait"
        return Cell(words, since, icon="alert_filled", tone="bad", strong=True, tabular=True)
    if waited >= LONG_WAIT_S and place == Group.WAITING:
        return Cell(span_text(waited), since, icon="clock", tone="warn", strong=True, tabular=True)
    return Cell(span_text(waited), since, strong=True, tabular=True)


def _running(visit: Visit, now: float) -> Cell:
    if visit.actual_start is None:
        return Cell("In call", "since: not known")
    return Cell(
        span_text(now - visit.actual_start),
        f"in call since {time_text(visit.actual_start, now)}",
        tabular=True,
    )


def _due(start: float, now: float, *, missed: bool) -> Cell:
    late = now - start
    if missed:
        return Cell(time_text(start, now), "did not start", tabular=True)
    if late >= LATE_S:
        return Cell(time_text(start, now), f"{span_text(late)} late", icon="clock", tone="warn", tabular=True)
    return Cell(time_text(start, now), "due now" if late >= 0 else f"in {span_text(-late)}", tabular=True)


def patient_name(member: Person | None) -> str:
    """OKAFOR, Mira."""
    return name_text(member.family, member.given, member.full_name) if member else name_text("", "")


def patient_cell(row: QueueRow, now: float) -> Cell:
    """Name and date of birth."""
    if isinstance(row, Unreadable):
        return Cell(
            "A visit that cannot be read", "Look it up in the portal", strong=True, icon="alert", tone="bad"
        )
    return Cell(
        patient_name(row.member), born_text(row.member.born if row.member else None, now), strong=True
    )


def reason_cell(row: QueueRow, room: str) -> Cell:
    """Reason over room and kind. room: its name, "" when not known."""
    if isinstance(row, Unreadable):
        return Cell(row.complaint)
    return Cell(
        " ".join((row.reason or "No reason given").split()), " · ".join(filter(None, (room, kind_text(row))))
    )


def kind_cell(row: QueueRow, room: str) -> Cell:
    """Room over kind, for whoever may not read the reason."""
    if isinstance(row, Unreadable):
        return Cell(row.complaint)
    return Cell(room or "Room not known", kind_text(row))


def provider_cell(row: QueueRow, name: str) -> Cell:
    """The provider. name: "" when the server names none."""
    if isinstance(row, Unreadable):
        return Cell("—")
    return Cell(name or ("Any provider" if row.provider is None else f"Provider {row.provider.id}"))


def kind_text(visit: Visit) -> str:
    """Walk-in · Video."""
    kind = _word(_TYPE, visit.type, "type")
    way = _word(_SUBTYPE, visit.subtype, "subtype")
    return kind if way == kind else " · ".join(filter(None, (kind, way)))


def gender_text(code: int | str | None) -> str | None:
    """Male, female, or what came instead."""
    if code is None or isinstance(code, str):
        return code
    return GENDERS.get(code, f"unrecognised ({code})").capitalize()


def provider_name(person: Person) -> str:
    """Dr. Ana Ruiz, MD."""
    return ", ".join(filter(None, (" ".join(filter(None, (person.title, person.name))), person.suffix)))


def _word(words: Mapping[Any, str], code: int | None, what: str) -> str:
    if code is None:
        return ""
    return words.get(code, f"{what} {code} (unrecognised)")
