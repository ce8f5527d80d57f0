"""Says in the window that something was refused, or that nobody knows whether it arrived."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from app.core.action import Action, State
from app.core.collection import Change, Collection
from ui.kit.notices import Notices
from ui.outbox.counts import KEYS
from ui.outbox.words import kind_text, wants_verdict
from ui.theme.tokens import Tone

# Many at once are one message, and most unknowns are settled before it is said.
_AFTER_MS = 700
_TONES: dict[str, Tone] = {"refused": "bad", "undecided": "bad", "unknown": "warn"}
"""Kinds of trouble."""


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
        self._known: dict[str, frozenset[str]] = dict.fromkeys(_TONES, frozenset())
        self._said: dict[str, str] = dict.fromkeys(_TONES, "")
        self._timer = QTimer(self, singleShot=True, interval=after_ms)
        self._timer.timeout.connect(self._look)
        self._stop = actions.listen(self._changed)
        self._look()

    def close(self) -> None:
        """Stops listening, and takes back what was said."""
        self._stop()
        self._timer.stop()
        for trouble in _TONES:
            self._notices.clear(_key(trouble))

    def _changed(self, _change: Change) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _look(self) -> None:
        for trouble in _TONES:
            found = [action for action in self._actions if _trouble(action) == trouble]
            before, self._known[trouble] = self._known[trouble], frozenset(action.id for action in found)
            self._tell(trouble, found, before)

    def _tell(self, trouble: str, found: list[Action], before: frozenset[str]) -> None:
        now, key = self._known[trouble], _key(trouble)
        is_dismissed = self._said[trouble] not in self._notices.texts()
        if not now:
            self._notices.clear(key)
        elif now - before or (now != before and not is_dismissed):
            self._said[trouble] = _text(trouble, [action.kind for action in found])
            self._notices.say(
                self._said[trouble], _TONES[trouble], key=key, action=("Open the outbox", self._open)
            )


def _trouble(action: Action) -> str:
    """One of the kinds of trouble, "" for none."""
    if wants_verdict(action):
        return "undecided"
    return action.state.value if action.state in (State.REFUSED, State.UNKNOWN) else ""


def _key(trouble: str) -> str:
    return f"outbox {trouble}"


def _text(trouble: str, kinds: list[str]) -> str:
    what, one = kind_text(kinds), len(kinds) == 1
    if trouble == "refused":
        return f"{what} {'was' if one else 'were'} refused. What to do is in the outbox ({KEYS})."
    if trouble == "undecided":
        arrived = "it has arrived. It waits" if one else "they have arrived. They wait"
        return f"{what}: nobody can tell whether {arrived} for you to decide, in the outbox ({KEYS})."
    arrived = "it has arrived. It is" if one else "they have arrived. They are"
    return f"{what} left, and nobody knows yet whether {arrived} being looked for ({KEYS})."
