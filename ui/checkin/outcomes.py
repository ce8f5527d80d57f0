"""Says in the form how far the check-ins made with it came."""

from collections.abc import Callable

from app.core.action import Action, State
from app.core.collection import Change, Collection
from ui.checkin.words import outcome
from ui.kit.notices import Notices

_GOOD_NEWS_S = 12.0
_NEWEST = "newest"


class Outcomes:
    """The newest one always has a line; an earlier one only when it was refused."""

    def __init__(self, notices: Notices, actions: Collection[Action]) -> None:
        self._notices, self._actions = notices, actions
        self._names: dict[str, str] = {}
        self._newest = ""
        self.close: Callable[[], None] = actions.listen(self._changed)

    def add(self, action: Action, name: str) -> None:
        """Follows a check-in from now on. name: of the patient."""
        self._names[action.id], self._newest = name, action.id
        self._tell(self._actions.get(action.id) or action)

    def _changed(self, change: Change) -> None:
        for action_id in (*change.added, *change.updated):
            action = self._actions.get(action_id)
            if action is not None and action_id in self._names:
                self._tell(action)

        for action_id in change.removed:
            self._forget(action_id)

    def _forget(self, action_id: str) -> None:
        """It was discarded, or arrived long ago: what was said of it is no longer true, or new."""
        if self._names.pop(action_id, None) is None:
            return
        self._notices.clear(action_id)
        if action_id == self._newest:
            self._notices.clear(_NEWEST)

    def _tell(self, action: Action) -> None:
        text, tone = outcome(action, self._names[action.id])
        is_newest = action.id == self._newest
        if action.state == State.REFUSED:
            self._notices.say(text, tone, key=action.id)
            if is_newest:
                self._notices.clear(_NEWEST)
            return
        # It was tried once more.
        self._notices.clear(action.id)
        if is_newest:
            for_s = _GOOD_NEWS_S if action.state == State.SENT else None
            self._notices.say(text, tone, key=_NEWEST, for_s=for_s)
