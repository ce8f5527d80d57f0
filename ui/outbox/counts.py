"""How many actions stand where. Light: the status bar needs it before any page is imported."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from app.core.action import Action, State

KEYS = "Ctrl+Shift+O"
"""Opens the outbox from anywhere in the window."""


class Counts(NamedTuple):
    """Numbers of actions. waiting: queued or on their way. unsaved: typed, and no list leads to it."""

    waiting: int = 0
    unknown: int = 0
    refused: int = 0
    sent: int = 0
    unsaved: int = 0

    def text(self) -> str:
        """1 refused, 2 unknown, 3 to send: the worst first; "" when everything has arrived."""
        parts = ((self.refused, "refused"), (self.unknown, "unknown"), (self.waiting, "to send"))
        parts = (*parts, (self.unsaved, "unsaved"))
        return ", ".join(f"{number} {word}" for number, word in parts if number)


def counts(actions: Iterable[Action]) -> Counts:
    """How many stand where."""
    states = Counter(action.state for action in actions)
    return Counts(
        waiting=states[State.QUEUED] + states[State.SENDING],
        unknown=states[State.UNKNOWN],
        refused=states[State.REFUSED],
        sent=states[State.SENT],
    )
