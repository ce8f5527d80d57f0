"""The actions that are still to be sent, in a line for each subject."""

import heapq
from bisect import insort
from itertools import count

from app.core.action import Action, State
from app.core.collection import Change, Collection

OPEN = (State.QUEUED, State.SENDING, State.UNKNOWN)
"""The states in which an action is still to be sent, or to be looked for."""


class Lines:
    """Follows the actions, so that nobody needs to go through all of them.

    A line is looked at when something has changed in it, or somebody has called for it: see `call`.
    """

    def __init__(self, actions: Collection[Action]) -> None:
        self._actions = actions
        self._count = count()
        self._numbers: dict[str, int] = {}
        self._subjects: dict[str, str] = {}
        self._lines: dict[str, list[str]] = {}
        # Those that were called, by the number of their first at that time.
        self._called: set[str] = set()
        self._next: list[tuple[int, str]] = []
        actions.listen(self._changed)

    def call(self, subject: str) -> None:
        """The line of a subject is to be looked at."""
        if subject in self._lines and subject not in self._called:
            self._called.add(subject)
            heapq.heappush(self._next, (self._numbers[self._lines[subject][0]], subject))

    def call_all(self) -> None:
        """All lines are."""
        for subject in self._lines:
            self.call(subject)

    def next(self) -> Action | None:
        """The oldest that is the first in a line that was called, which then is no more; None: none is."""
        while self._next:
            subject = heapq.heappop(self._next)[1]
            self._called.discard(subject)
            line = self._lines.get(subject)
            if line:
                return self._actions.get(line[0])
        return None

    def _changed(self, change: Change) -> None:
        for action_id in change.removed:
            self._leave(action_id)
            self._numbers.pop(action_id, None)
        for action_id in (*change.added, *change.updated):
            action = self._actions.get(action_id)
            self._numbers.setdefault(action_id, next(self._count))
            if action is None or action.state not in OPEN:
                self._leave(action_id)
                continue
            if action_id not in self._subjects:
                self._subjects[action_id] = action.subject
                # One that is tried again goes back to where it stood.
                insort(self._lines.setdefault(action.subject, []), action_id, key=self._numbers.__getitem__)
            self.call(action.subject)

    def _leave(self, action_id: str) -> None:
        subject = self._subjects.pop(action_id, None)
        if subject is not None:
            line = self._lines[subject]
            line.remove(action_id)
            if not line:
                del self._lines[subject]
            self.call(subject)
