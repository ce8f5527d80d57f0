"""Invented actions for the tests of the outbox on screen."""

from typing import Any

from app.core.action import Action, State
from app.core.collection import Collection

NOW = 1_780_000_000.0

MIRA = {"first_name": "Mira", "last_name": "Okafor", "dob": "1984-05-09", "phone": "(503) 555-0117"}
CHECK_IN = {
    "patient": MIRA,
    "room": "gp",
    "reason": "Cough",
    "type": 1,
    "answers": {"custom_allergies": ["Latex"]},
}
NOTE = {
    "visit_id": "48211",
    "before": {"diagnosis": "Cold"},
    "after": {"diagnosis": "Flu"},
    "modified": 1_779_990_000,
}


def action(action_id: str = "a", kind: str = "check_in", **changes: Any) -> Action:
    """A check-in of Mira Okafor, ten minutes old, unless told otherwise."""
    body = {"check_in": CHECK_IN, "note": NOTE}.get(kind, {})
    values: dict[str, Any] = {"subject": "7301", "body": body, "made_at": NOW - 600, **changes}
    return Action(id=action_id, kind=kind, **values)


def collection(*actions: Action) -> Collection[Action]:
    made: Collection[Action] = Collection()
    made.replace({each.id: each for each in actions})
    return made


def without(actions: Collection[Action], action_id: str) -> None:
    """Takes one out, as the outbox does when it is discarded or long sent."""
    actions.replace({each.id: each for each in actions if each.id != action_id})


def one_of_each() -> Collection[Action]:
    """From the newest to the oldest: sending, unknown, refused, queued, sent."""
    states = (State.SENDING, State.UNKNOWN, State.REFUSED, State.QUEUED, State.SENT)
    return collection(
        *(
            action(state, state=state, made_at=NOW - 60 * number, sent_at=NOW - 60 * number + 1)
            for number, state in reversed(tuple(enumerate(states, 1)))
        )
    )
