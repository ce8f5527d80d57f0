"""How an action looks in the list."""

from collections.abc import Callable

from app.core.action import Action, State
from ui.kit.cell import Cell
from ui.kit.column import Column
from ui.outbox.words import Described, since_text, state_pill


class Rows:
    """describe: an action for people. now: the server's time, Unix s."""

    def __init__(self, describe: Callable[[Action], Described], now: Callable[[], float]) -> None:
        self._describe, self._now = describe, now
        self._kept: dict[str, tuple[Action, Described]] = {}

    def columns(self) -> list[Column]:
        """State, patient, what, and why where there is room."""
        return [
            Column("state", "State", cell=self._state, weight=1, chars=14),
            Column("patient", "Patient", cell=self._patient, weight=3, chars=22),
            Column("what", "What", cell=self._what, weight=2, chars=14, priority=1),
            Column("why", "Why", cell=_why, weight=4, chars=24, priority=2),
        ]

    def described(self, action: Action) -> Described:
        """Kept until `forget`: looking for a patient's name takes longer than painting it."""
        kept = self._kept.get(action.id)
        if kept is None or kept[0] is not action:
            kept = self._kept[action.id] = (action, self._describe(action))
        return kept[1]

    def forget(self) -> None:
        """Names may have come to be known since."""
        self._kept.clear()

    def _state(self, action: Action) -> Cell:
        return Cell("", since_text(action, self._now()), chip=state_pill(action.state))

    def _patient(self, action: Action) -> Cell:
        described = self.described(action)
        return Cell(described.name, described.born, strong=action.state != State.SENT)

    def _what(self, action: Action) -> Cell:
        described = self.described(action)
        return Cell(described.title, described.place)


def _why(action: Action) -> Cell:
    return Cell(action.words, wrap=True)
