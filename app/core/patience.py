"""How often something was looked for or tried in vain, and when hoping is over."""

from app.errors import Broken, Failure, Offline, Refused, Uncertain

LOOKS = 3
"""Looks and tries that led nowhere, and by no passing fault, after which a person is told."""
LONG_LOOKS = 10
"""The same for a fault that may pass, while the server answers other things well."""


class Patience:
    """Of one process, for all its actions, by their ids."""

    def __init__(self) -> None:
        self._looks: dict[str, int] = {}
        # How often the server had a fault with them, and what it had answered well by then.
        self._faults: dict[str, tuple[int, int]] = {}
        self._answers = 0

    def answered(self) -> None:
        """The server has answered something well, whatever it was."""
        self._answers += 1

    def is_in_vain(self, action_id: str, failure: Failure) -> bool:
        """Counts the failure; whether the next try will most likely lead nowhere again."""
        faults, answers = self._faults.get(action_id, (0, -1))
        # A server that has a fault with everything is only down.
        if _is_fault(failure) and answers < self._answers:
            self._faults[action_id] = faults + 1, self._answers
        if not stays(failure):
            return _is_fault(failure) and self.is_over(action_id)
        looks = self._looks[action_id] = self._looks.get(action_id, 0) + 1
        return looks >= LOOKS

    def is_over(self, action_id: str) -> bool:
        """Whether the server has had a fault with it, and with nothing else, for long enough."""
        return self._faults.get(action_id, (0, 0))[0] >= LONG_LOOKS

    def was_told(self, action_id: str) -> None:
        """A look has told something: the next ones may be in vain anew."""
        self._looks.pop(action_id, None)

    def forget(self, action_id: str) -> None:
        """Nobody waits for it any more."""
        self._looks.pop(action_id, None)
        self._faults.pop(action_id, None)


def is_no(failure: Failure) -> bool:
    """Whether the server will not do it; too many requests is only a not now."""
    return isinstance(failure, Refused) and failure.status != 429


def stays(failure: Failure) -> bool:
    """Whether the next try will most likely end in the same way: no fault of the line or the server's."""
    return is_no(failure) or (isinstance(failure, Broken) and failure.reason in ("shape", "partial"))


def _is_fault(failure: Failure) -> bool:
    """Whether it may pass, or go on for as long as the server meets what it has a fault with."""
    is_too_slow = isinstance(failure, Offline) and failure.reason == "timeout"
    return is_too_slow or isinstance(failure, Broken | Uncertain)
