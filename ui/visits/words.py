"""What the screen says of a visit. Plain functions over records; unknown codes stay visible (DSP-06)."""

from collections.abc import Mapping
from typing import Any

from app.core.unreadable import Unreadable
from app.users.record import GENDERS, Person
from app.visits.limits import USUAL, WaitLimits
from app.visits.namesakes import Namesake
from app.visits.record import Status, Subtype, Type, Visit
from app.visits.sections import ended_at, over_s
from app.visits.waiting import (
    CLOSED,
    ClockFault,
    Group,
    QueueRow,
    WaitLevel,
    group,
    running,
    wait_level,
    wait_of,
)
from ui.kit.cell import Cell, Pill
from ui.kit.formats import born_text, name_text, span_text, time_text
from ui.theme.tokens import Tone
from ui.visits.namesake_words import WORDS, emphasis

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
_LEVEL_WORDS = {
    WaitLevel.SHORT: "{}",
    WaitLevel.LONG: "{}",
    WaitLevel.VERY_LONG: "{}, long wait",
    WaitLevel.BEYOND: "{}, over the limit",
}
# The waiting column says the state, too: it is all that is left of it when the table is narrow.
_WAITS = {Group.WAITING: "waiting", Group.E_CONSULT: "e-consult", Group.UNCLEAR: "unrecognised"}


def status_pill(row: QueueRow, now: float, presence: Pill | None = None) -> Pill:
    """The state of a visit as word, icon and tone; the word carries the meaning.

    presence: that the patient seems to have gone, in place of that they wait.
    """
    if isinstance(row, Unreadable):
        return Pill("Unreadable", "bad", "alert")
    place = group(row, now)
    if row.status in _STATUS:
        word, tone, icon = _STATUS[row.status]
    elif place in _GROUP:
        if presence is not None and place == Group.WAITING:
            return presence
        word, tone, icon = _GROUP[place]
        word = "Confirmed" if row.status == Status.CONFIRMED and place == Group.SCHEDULED else word
    else:
        return Pill("Status unknown" if row.status is None else f"Status {row.status}", "warn", "alert")
    return Pill(word, tone, icon)


def waiting_cell(row: QueueRow, now: float, limits: WaitLimits = USUAL) -> Cell:
    """How long, since when; what is due when. Amber past the first limit, red past the second."""
    if isinstance(row, Unreadable):
        return Cell("—")
    if row.status in CLOSED:
        return _over(row, now)
    if row.start is None:
        return Cell("—", "start not known")
    place = group(row, now)
    if place == Group.IN_PROGRESS:
        return _running(row, now)
    if place in (Group.SCHEDULED, Group.MISSED):
        return _due(row.start, now, limits, missed=place == Group.MISSED)
    waited = wait_of(row, now, limits.longest_s)
    since = time_text(row.start, now)
    if waited is None:
        return Cell("—", f"open since {since}")
    if isinstance(waited, ClockFault):
        return _check_clock(waited, since)
    said = f"{_WAITS.get(place, 'open')} since {since}"
    return _waited(waited, said, limits, urgent=bool(row.urgent), counts=place == Group.WAITING)


def _waited(waited: int, since: str, limits: WaitLimits, *, urgent: bool, counts: bool) -> Cell:
    level = wait_level(waited, limits) if counts else WaitLevel.SHORT
    words = _LEVEL_WORDS[level].format(span_text(waited))
    said = f"urgent, {since}" if urgent else since
    if level >= WaitLevel.VERY_LONG:
        return Cell(words, said, icon="alert_filled", tone="bad", strong=True, tabular=True)
    icon = "alert" if urgent else "clock" if level == WaitLevel.LONG else None
    tone: Tone | None = "warn" if icon else None
    return Cell(words, said, icon=icon, tone=tone, strong=True, tabular=True)


def _check_clock(fault: ClockFault, since: str) -> Cell:
    """Never a plausible number of what cannot be true (DSP-07)."""
    why = "starts in the future" if fault == ClockFault.AHEAD else f"since {since}: too long to be true"
    return Cell("Check clock", why, icon="alert", tone="warn")


def _over(visit: Visit, now: float) -> Cell:
    """When it ended, and what the call took."""
    ended = ended_at(visit)
    when = "—" if ended is None else time_text(ended, now)
    if visit.actual_start is None:
        return Cell(when, "" if visit.status == Status.COMPLETED else "not seen", tabular=True)
    took = (visit.actual_end or visit.actual_start) - visit.actual_start
    return Cell(when, f"call took {span_text(took)}" if took > 0 else "", tabular=True)


def _running(visit: Visit, now: float) -> Cell:
    if visit.actual_start is None:
        return Cell("In call", "since: not known")
    began = time_text(visit.actual_start, now)
    runs = running(visit, now)
    if isinstance(runs, ClockFault):
        return _check_clock(runs, began)
    since = f"in call since {began}"
    over = over_s(visit, now)
    if over is not None:
        return Cell(f"{span_text(over)} over", since, icon="alert", tone="warn", tabular=True)
    return Cell(span_text(runs or 0), since, tabular=True)


def _due(start: float, now: float, limits: WaitLimits, *, missed: bool) -> Cell:
    late = now - start
    if missed:
        return Cell(time_text(start, now), "did not start", tabular=True)
    if late >= limits.late_s:
        return Cell(time_text(start, now), f"{span_text(late)} late", icon="clock", tone="warn", tabular=True)
    return Cell(time_text(start, now), "due now" if late >= 0 else f"in {span_text(-late)}", tabular=True)


def patient_name(member: Person | None) -> str:
    """OKAFOR, Mira."""
    return name_text(member.family, member.given, member.full_name) if member else name_text("", "")


def patient_cell(row: QueueRow, now: float, alike: Namesake | None = None) -> Cell:
    """Name and date of birth. alike: others whom somebody could take this patient for (PID-07)."""
    if isinstance(row, Unreadable):
        return Cell(
            "A visit that cannot be read", "Look it up in the portal", strong=True, icon="alert", tone="bad"
        )
    name, born = patient_name(row.member), born_text(row.member.born if row.member else None, now)
    if alike is None:
        return Cell(name, born, strong=True)
    stress, born = emphasis(alike, now), f"{born} · {WORDS[alike.likeness].lower()}"
    return Cell(name, born, icon="alert", strong=True, stressed=stress.name, stressed_below=stress.born)


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
