"""A line of the log: one JSON object. What libraries log is reduced to who, how bad, and where in code."""

import json
import logging
import time
from datetime import UTC, datetime
from typing import Any

from app.log.code import places
from app.log.events import EVENTS, Event, about, made
from app.log.fields import read_again

LEVELS = ("debug", "info", "warning", "error", "critical")
_AT_LENGTH = len("2026-01-01T00:00:00.000Z")
_MOST_DROPPED = 99


class Lines(logging.Formatter):
    """Writes records as lines. A record's own text and arguments are never looked at."""

    def format(self, record: logging.LogRecord) -> str:
        told = record.msg if type(record.msg) is Event else _of_library(record)
        level = LEVELS[min(max(record.levelno, 10), 50) // 10 - 1]
        return json.dumps({"at": _at(record.created), "level": level, **told.to_dict()})


def _of_library(record: logging.LogRecord) -> Event:
    told: dict[str, object] = {"logger": record.name, "frames": [(record.pathname, record.lineno)]}
    error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
    if error is not None:
        told |= about(error)
        told["frames"] = places(error.__traceback__) or told["frames"]
    return made("library", told)


def _at(created: float) -> str:
    try:
        moment = datetime.fromtimestamp(created, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        moment = datetime.fromtimestamp(time.time(), UTC)
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def read(line: str) -> dict[str, Any] | None:
    """A line, if all that is in it looks as if it was written here; else None. What is no module that there
    is has no name in it."""
    try:
        found = json.loads(line)
        at, level, event = found.pop("at"), found.pop("level"), found.pop("event")
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    dropped = found.pop("dropped", 0)
    fields = {name: read_again(name, value) for name, value in found.items()}
    is_ours = (
        _is_time(at)
        and level in LEVELS
        and event in EVENTS
        and type(dropped) is int
        and 0 <= dropped <= _MOST_DROPPED
        and None not in fields.values()
    )
    more = {"dropped": dropped} if dropped else {}
    return {"at": at, "level": level, "event": event, **fields, **more} if is_ours else None


def _is_time(text: object) -> bool:
    if not isinstance(text, str) or len(text) != _AT_LENGTH or not text.isascii():
        return False
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
