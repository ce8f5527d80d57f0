"""What is said of calls. Plain functions."""

from app.users.record import Person
from app.visits.record import Visit
from ui.kit.formats import born_text, name_text, phone_text

CHECK_WORDS = {
    "identity": ("Identity", "The patient said name and date of birth"),
    "location": ("Location", "Where the patient is now: for the licence, and for an emergency"),
    "callback": ("Call-back", "The number to call when the line breaks"),
}
"""Of `app.calls.opened.CHECKS`: the word beside the box, and what it means."""


OPENS = {
    "visit": "The call opens in the web browser, signed in as you.",
    "dashboard": "Your dashboard opens in the web browser, signed in as you: call from the patient's row.",
    "room": "The waiting room opens in the web browser, signed in as you.",
    "conference": "The visit's meeting opens in the web browser; it asks who you are.",
    "messenger": "VSee Messenger opens and calls the patient.",
}
"""Of a call target: what a start does."""


def patient_text(member: Person | None) -> str:
    """OKAFOR, Mira."""
    return name_text(member.family, member.given, member.full_name) if member else name_text("", "")


def patient_born(member: Person | None, now: float) -> str:
    """Born 09-May-1984 (42 y)."""
    return born_text(member.born if member else None, now)


def has_two_identifiers(member: Person | None) -> bool:
    """Whether the name, and the date of birth or the telephone number, are known (PID-01)."""
    return member is not None and bool(member.name) and bool(member.born or member.phone)


def phone_line(visit: Visit) -> str:
    """Where to call back: the number of the intake, else the patient's."""
    intake, member = visit.intake, visit.member
    if intake and intake.phone and (not member or intake.phone != member.phone):
        return f"Call back {phone_text(intake.phone)} (from the intake)"
    return f"Phone {phone_text(member.phone)}" if member and member.phone else "Phone: not known"


def location_line(visit: Visit) -> str:
    """Where the patient said they would be."""
    stated = visit.intake.location if visit.intake else ""
    return f"Location {stated}, as stated in the intake" if stated else "Location: not stated. Ask."
