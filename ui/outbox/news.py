"""Says in the window that something was refused, or that nobody knows whether it arrived."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from app.core.action import Action, State
from app.core.collection import Change, Collection
from ui.kit.notices import Notices
from ui.outbox.counts import KEYS
from ui.outbox.words import kind_text
from ui.theme.tokens import Tone

# Many at once are one message, and most unknowns are settled before it is said.
_AFTER_MS = 700
_TONES: dict[State, Tone] = {State.REFUSED: "bad", State.UNKNOWN: "warn"}


class OutboxNews(QObject):
    """One notice for each kind of trouble; it goes when the trouble is settled, or when it is dismissed.

    open_outbox: shows the list. after_ms: how long changes are gathered.
    """

    def __init__(
        self,
        notices: Notices,
        actions: Collection[Action],
        open_outbox: Callable[[], object],
        parent: QObject | None = None,
        *,
        after_ms: int = _AFTER_MS,
    ) -> None:
        super().__init__(parent)
        self._notices, self._actions, self._open = notices, actions, open_outbox
        self._known: dict[State, frozenset[str]] = dict.fromkeys(_TONES, frozenset())
        self._said: dict[State, str] = dict.fromkeys(_TONES, "")
        self._timer = QTimer(self, singleShot=True, interval=after_ms)
        self._timer.timeout.connect(self._look)
        self._stop = actions.listen(self._changed)
        self._look()

    def close(self) -> None:
        """Stops listening, and takes back what was said."""
        self._stop()
        self._timer.stop()
        for state in _TONES:
            self._notices.clear(_key(state))

    def _changed(self, _change: Change) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _look(self) -> None:
        for state in _TONES:
            found = [action for action in self._actions if action.state == state]
            before, self._known[state] = self._known[state], frozenset(action.id for action in found)
            self._tell(state, found, before)

    def _tell(self, state: State, found: list[Action], before: frozenset[str]) -> None:
        now, key = self._known[state], _key(state)
        is_dismissed = self._said[state] not in self._notices.texts()
        if not now:
            self._notices.clear(key)
        elif now - before or (now != before and not is_dismissed):
            self._said[state] = _text(state, [action.kind for action in found])
            self._notices.say(
                self._said[state], _TONES[state], key=key, action=("Open the outbox", self._open)
            )


def _key(state: State) -> str:
    return f"outbox {state}"


def _text(state: State, kinds: list[str]) -> str:
    one = len(kinds) == 1
    if state == State.REFUSED:
        return f"{kind_text(kinds)} {'was' if one else 'were'} refused. What to do is in the outbox ({KEYS})."
    arrived = "it has arrived. It is" if one else "they have arrived. They are"
    return f"{kind_text(kinds)} left, and nobody knows yet whether {arrived} being looked for ({KEYS})."
