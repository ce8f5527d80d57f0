"""A session as events: how the server answers, what becomes of actions, whether the disk keeps."""

from collections.abc import Callable

from app.core.action import Action
from app.core.collection import Change
from app.core.connection import Standing
from app.errors import Broken, Failure, NotOffered, Offline, Refused, SignedOut, Uncertain
from app.log.events import event
from app.session import Session

_KINDS = (
    (Offline, "offline"),
    (Uncertain, "uncertain"),
    (SignedOut, "signed_out"),
    (NotOffered, "not_offered"),
    (Refused, "refused"),
    (Broken, "broken"),
)


def watched(session: Session) -> Callable[[], None]:
    """Logs what happens to a session from now on. Returns the way to stop it."""
    event("session.opened", url=session.profile.api)
    watch = _Watch(session)

    def stop() -> None:
        watch.stop()
        event("session.closed")

    return stop


def failure_fields(failure: Failure) -> dict[str, object]:
    """A failure by its codes; the server's words are not among them."""
    told: dict[str, object] = {"kind": next(word for kind, word in _KINDS if isinstance(failure, kind))}
    match failure:
        case Offline():
            told["reason"] = failure.reason
        case NotOffered():
            told["key"] = failure.key
        case Refused():
            told["status"] = failure.status
        case Broken():
            told |= {"reason": failure.reason, "status": failure.status}
    return told


class _Watch:
    def __init__(self, session: Session) -> None:
        self._session = session
        self._light: object = None
        self._states: dict[str, object] = {action.id: action.state for action in session.outbox.actions}
        self._stops = [
            session.queue.connection.listen(self._heard),
            session.outbox.actions.listen(self._acted),
            session.store.listen(self._kept),
        ]

    def stop(self) -> None:
        for stop in self._stops:
            stop()

    def _heard(self, standing: Standing) -> None:
        age = {} if standing.age_s is None else {"seconds": standing.age_s}
        if standing.failure is not None:
            event("poll.failed", **{"key": "visits.list", **age, **failure_fields(standing.failure)})
        if standing.light != self._light:
            self._light = standing.light
            event("connection.changed", light=standing.light, **age)

    def _acted(self, change: Change) -> None:
        for action_id in (*change.added, *change.updated):
            action = self._session.outbox.actions.get(action_id)
            if action is not None and self._states.get(action_id) != action.state:
                self._states[action_id] = action.state
                _tell(action)
        for action_id in change.removed:
            self._states.pop(action_id, None)

    def _kept(self) -> None:
        trouble = self._session.store.trouble
        if trouble is None:
            event("store.well")
        else:
            event("store.trouble", reason=trouble.reason)


def _tell(action: Action) -> None:
    event("action.changed", id=action.id, act=action.kind, state=action.state)
