"""The calls that were opened from this computer in this session."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from app.calls.claim import holder
from app.core.listeners import Listeners
from app.visits.record import Status, Visit

CHECKS: Final = ("identity", "location", "callback")
"""Who the patient is; where they are now, for licence and emergency; where to call back."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A call whose page was handed to the desktop.

    visit: as last known; the list may not have it any more, such as while another room is watched. at: since
    when, again_at: when it was opened last, the server's time, Unix s. assigned: the visit's provider when it
    was opened, by id. is_reported: the server knows of it. is_up: the person said that the call is open; None
    while nobody has said anything: Vestibule cannot see into the browser. checked: what the person ticked off
    (PID-08), of `CHECKS`.
    """

    visit: Visit
    at: float
    again_at: float
    assigned: str | None
    is_reported: bool = False
    is_up: bool | None = None
    checked: frozenset[str] = frozenset()


class OpenedCalls:
    """By the visit's id. Whose a call is does not change by anything that is done here."""

    def __init__(self) -> None:
        self._calls: dict[str, Opened] = {}
        self._listeners: Listeners[[]] = Listeners()

    def get(self, visit_id: str) -> Opened | None:
        return self._calls.get(visit_id)

    def ids(self) -> tuple[str, ...]:
        """In the order in which they were opened."""
        return tuple(self._calls)

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Calls `listener` after each change. Returns the way to stop it."""
        return self._listeners.add(listener)

    def put(self, visit: Visit, at: float, *, is_up: bool | None = None) -> None:
        """Opened now, or once more: since when it runs does not change by that."""
        assigned, before = holder(visit), self._calls.get(visit.id)
        if before is None:
            self._set(visit.id, Opened(visit, at, at, assigned, is_up=is_up))
        else:
            self._change(visit.id, visit=visit, again_at=at, assigned=assigned, is_up=is_up)

    def known(self, visit: Visit) -> None:
        """The visit of a call as it is now."""
        self._change(visit.id, visit=visit)

    def reported(self, visit_id: str) -> None:
        """The server knows of it."""
        self._change(visit_id, is_reported=True)

    def check(self, visit_id: str, what: str, *, is_done: bool) -> None:
        """The person ticks something off, or takes that back. what: one of `CHECKS`."""
        call = self._calls.get(visit_id)
        if call is not None:
            self._change(visit_id, checked=call.checked | {what} if is_done else call.checked - {what})

    def said(self, visit_id: str, *, is_up: bool) -> None:
        """The person says whether the call is open on their screen."""
        self._change(visit_id, is_up=is_up)

    def drop(self, visit_id: str) -> None:
        """It is over, or somebody else's."""
        if self._calls.pop(visit_id, None) is not None:
            self._listeners.tell()

    def is_unreported(self, visit: Visit) -> bool:
        """Whether this visit's call is open here and the server does not know it yet."""
        call = self._calls.get(visit.id)
        return call is not None and not call.is_reported and visit.status != Status.IN_PROGRESS

    def _change(self, visit_id: str, **changes: Any) -> None:
        call = self._calls.get(visit_id)
        if call is not None:
            self._set(visit_id, replace(call, **changes))

    def _set(self, visit_id: str, call: Opened) -> None:
        if self._calls.get(visit_id) != call:
            self._calls[visit_id] = call
            self._listeners.tell()
