"""Events, not sentences: a name of the table below, and fields of the allow-list (`app/log/fields.py`).

They go through Python's own `logging`, so that tests see them; the file is `app/log/file.py`.
"""

import errno
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from app.log.code import places
from app.log.fields import FIELDS, Reference, Written

_DEBUG, _INFO, _WARNING, _ERROR = logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR

EVENTS: Mapping[str, int] = {
    "program.started": _INFO,
    "program.ended": _INFO,
    "program.crashed": _ERROR,
    "session.opened": _INFO,
    "session.closed": _INFO,
    "poll.failed": _INFO,
    "connection.changed": _INFO,
    "action.changed": _INFO,
    "store.trouble": _INFO,
    "store.well": _INFO,
    "desktop.tells_no_lock": _INFO,
    "desktop.tells_no_network": _INFO,
    "support.written": _INFO,
    "fault": _ERROR,
    "library": _INFO,
    "qt": _INFO,
    "lines.lost": _WARNING,
    "unknown": _WARNING,
}
"""Every event, and its level. `library` and `qt` tell what others logged, at the level they gave it."""

LOGGER = logging.getLogger("vestibule")
# Until somebody asks for less or more; the root's own level hides what is no warning.
LOGGER.setLevel(logging.INFO)
_MOST_CAUSES = 4


@dataclass(frozen=True, slots=True)
class Event:
    """One event with what of its fields is allowed. dropped: how many were not."""

    name: str
    fields: Mapping[str, Written] = field(default_factory=lambda: MappingProxyType({}))
    dropped: int = 0

    def to_dict(self) -> dict[str, Any]:
        """As it lies in the log."""
        more = {"dropped": self.dropped} if self.dropped else {}
        return {"event": self.name, **self.fields, **more}

    def __str__(self) -> str:
        return json.dumps(self.to_dict())


def made(name: str, given: Mapping[str, object]) -> Event:
    """The event of a name with the fields that may be written."""
    if name not in EVENTS:
        return Event("unknown", dropped=len(given))
    safe = {each: _safe(each, value) for each, value in given.items()}
    fields = {each: value for each, value in safe.items() if value is not None}
    return Event(name, fields, len(given) - len(fields))


def _safe(name: str, value: object) -> Written | None:
    known = FIELDS.get(name)
    try:
        return None if known is None else known.safe(value)
    except Exception:  # noqa: BLE001 (whatever a value does when it is looked at, nobody is to hear of it)
        return None


def event(name: str, /, **fields: object) -> None:
    """Logs that something happened. name: of `EVENTS`. fields: of `FIELDS`; others are dropped and counted.

    Never raises, never waits.
    """
    told = made(name, fields)
    LOGGER.log(EVENTS[told.name], told)


def fault(error: BaseException) -> str:
    """Logs a fault of ours: type, code and places in the code, never its words or values (AUD-04).

    Returns the reference by which support finds it. Never raises: Python would print both faults, in words.
    """
    reference = Reference()
    try:
        told = [about(each) for each in _leaves(error)]
    except Exception:  # noqa: BLE001 (whatever it does when it is looked at)
        told = [{"type": type(error)}]
    for fields in told:
        event("fault", reference=reference, **fields)
    return reference


def about(error: BaseException) -> dict[str, object]:
    """The fields of an exception."""
    told: dict[str, object] = {"type": type(error), "frames": places(error.__traceback__)}
    # Anything may stand there, such as what cannot be a key.
    if isinstance(error, OSError) and type(error.errno) is int and error.errno in errno.errorcode:
        told["code"] = errno.errorcode[error.errno]
    return told


def _leaves(error: BaseException) -> list[BaseException]:
    """An exception, or those of a group, each with what caused it."""
    found: list[BaseException] = []
    left = [error]
    while left and len(found) < _MOST_CAUSES:
        each = left.pop(0)
        if isinstance(each, BaseExceptionGroup):
            left[:0] = each.exceptions
            continue
        found.append(each)
        cause = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
        if cause is not None:
            left.append(cause)
    return found
