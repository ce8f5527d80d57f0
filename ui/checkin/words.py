"""What the screen says of people and check-ins."""

import msgspec

from app.core.action import Action, State, Verdict
from app.users.record import Person
from ui.kit.formats import born_text, listed, name_text, phone_text
from ui.theme.tokens import Tone

WAYS = (("", "Not said"), ("in_person", "In person"), ("phone", "Phone"), ("video", "Video"))
"""Words of a check-in's `type`, with their names."""

NOBODY = "Nobody chosen yet"


def person_name(person: Person) -> str:
    """OKAFOR, Mira."""
    return name_text(person.family, person.given, person.full_name)


def person_row(person: Person, now: float) -> str:
    """A person in a list: what tells people of one name apart. now: the server's Unix s."""
    return "\n".join((person_name(person), born_text(person.born, now), contact_text(person)))


def contact_text(person: Person) -> str:
    """Phone and number; a person without a number is new."""
    phone = f"Phone {phone_text(person.phone)}" if person.phone else "Phone: not known"
    return listed((phone, f"Patient {person.id}" if person.id else "New patient"))


def outcome(action: Action, name: str) -> tuple[str, Tone]:
    """How far a check-in came, for the line in the form. name: of the patient."""
    match action.state:
        case State.SENT:
            return f"{name}: checked in.", "good"
        case State.UNKNOWN if action.verdict == Verdict.WANTED:
            return f"{name}: nobody can tell whether the check-in arrived. Decide in the outbox.", "bad"
        case State.UNKNOWN:
            return f"{name}: not known yet whether the check-in arrived. It is being looked for.", "warn"
        case State.REFUSED:
            words = action.words or "The server said no."
            return f"{name}: not checked in. {words} It stands in the outbox.", "bad"
    return " ".join(filter(None, (f"{name}: kept, not at the server yet.", action.words))), "info"


def person_text(person: Person) -> str:
    """A chosen person as a draft keeps them."""
    return msgspec.json.encode(person).decode()


def read_person_text(text: str) -> Person | None:
    """The person that a draft keeps; None when it keeps none."""
    try:
        return msgspec.json.decode(text, type=Person)
    except msgspec.MsgspecError:
        return None
