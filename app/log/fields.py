"""The allow-list (AUD-03): what a line of the log may hold, field by field. All else is dropped and counted.

Words are of closed sets, numbers of narrow bounds (no phone number, no date of birth is a count), modules and
classes are those of loaded code. An id is hashed with this installation's salt.
"""

import errno
import math
import platform
import re
import secrets
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from hashlib import blake2b
from typing import get_args
from urllib.parse import urlsplit

from app import __version__
from app.core.action import State
from app.core.connection import Light
from app.core.store.fault import FaultReason
from app.errors import BrokenReason, OfflineReason
from app.log.code import UNKNOWN, WARNINGS, class_name, frames, is_module, loaded
from app.profile import NPPES
from app.wire.endpoints import TABLE

Written = int | float | str | list[str]

MOST = 999_999
_SALT_BYTES = 32
_DOTTED = r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*"
_FRAME = re.compile(rf"({_DOTTED}|\?):\d{{1,7}}")
_CODES = frozenset(errno.errorcode.values())
_VENDOR = (("vsee", "me"), ("vseepreview", "com"))
# They name no clinic.
_PUBLIC = ("127.0.0.1", "localhost", "::1", urlsplit(NPPES).hostname)
_QT_PARTS = ("accessibility", "core", "dbus", "fonts", "gui", "network", "qpa", "svg", "text", "widgets")
# Parts of addresses that every installation has.
_PARTS = frozenset(part for endpoint in TABLE.values() for part in endpoint.path.split("/"))
_STEMS = _PARTS | {"", "api_v3", "claims_v2", "vc", "stable", "next", "api"}


class Salt:
    """What ids are hashed with. Until the installation's own is known it is one of this run."""

    value = secrets.token_bytes(_SALT_BYTES)


class QtMethod(str):
    """`QClass::method` of Qt; who makes one has looked it up (ui/qt_messages.py)."""

    __slots__ = ()


def hashed(text: str) -> str:
    """An id as the log has it: the same here each time, another one on every other computer."""
    return "#" + blake2b(text.encode("utf-8", "replace"), key=Salt.value, digest_size=5).hexdigest()


class Reference(str):
    """What a person tells support, so that it finds the fault in the log: four signs, by chance."""

    __slots__ = ()

    def __new__(cls) -> "Reference":
        return super().__new__(cls, secrets.token_hex(2))


@dataclass(frozen=True, slots=True)
class Field:
    """safe: a value as it may be written, None when it may not. form: what every written text looks like.
    again: a text of that form, read from a log, as it may be shown."""

    safe: Callable[[object], Written | None]
    form: re.Pattern[str]
    again: Callable[[str], str] = str


def _words(*words: str) -> Field:
    known = frozenset(words)

    def safe(value: object) -> Written | None:
        word = value.value if isinstance(value, Enum) else value
        return word if type(word) is str and word in known else None

    return Field(safe, re.compile("|".join(map(re.escape, words))))


def _number(most: int = MOST) -> Field:
    def safe(value: object) -> Written | None:
        if type(value) is int:
            return value if 0 <= value <= most else None
        if type(value) is float and math.isfinite(value) and 0 <= value <= most:
            return round(value, 3)
        return None

    return Field(safe, re.compile("(?!)"))


def _id(value: object) -> Written | None:
    return hashed(value) if isinstance(value, str) and value else None


def _class(value: object) -> Written | None:
    return class_name(value) if isinstance(value, type) else None


def _frames(value: object) -> Written | None:
    is_places = isinstance(value, list) and all(
        isinstance(place, tuple) and tuple(map(type, place)) == (str, int) for place in value
    )
    return frames(value) if is_places else None  # type: ignore[arg-type]


def _loaded(value: object) -> Written | None:
    return loaded(value) if type(value) is str else None


def _url(value: object) -> Written | None:
    return template(value) if type(value) is str else None


def _method(value: object) -> Written | None:
    return value if isinstance(value, QtMethod) else None


def _reference(value: object) -> Written | None:
    return value if isinstance(value, Reference) else None


def template(url: str) -> str:
    """Scheme, host and path of an address: hosts without a clinic's name, paths with `:x` for every value."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return UNKNOWN
    if parts.scheme not in ("http", "https"):
        return UNKNOWN
    path = "/".join(part if part in _STEMS else ":x" for part in parts.path.split("/"))
    return f"{parts.scheme}://{public(host)}{path}"


def public(host: str) -> str:
    """A host without what names a clinic."""
    if host in _PUBLIC:
        return host
    labels = tuple(host.split("."))
    if labels[-2:] in _VENDOR:
        return ".".join((*(label if label == "api" else "*" for label in labels[:-2]), *labels[-2:]))
    return "other"


def _known_module(name: str) -> str:
    """Any two words joined by a full stop look like a module: only one that there is may be shown."""
    return name if name == WARNINGS or is_module(name) else UNKNOWN


def _known_frame(frame: str) -> str:
    module, _, line = frame.rpartition(":")
    return f"{_known_module(module)}:{line}"


def _known_class(name: str) -> str:
    """One that is there, or could be: what has not been imported here is not imported to be looked at."""
    parts = name.split(".")
    for count in range(len(parts) - 1, 0, -1):
        module = ".".join(parts[:count])
        if module in sys.modules:
            found: object = sys.modules[module]
            for part in parts[count:]:
                found = getattr(found, part, None)
            return name if isinstance(found, type) else UNKNOWN
        if is_module(module):
            return name
    return UNKNOWN


FIELDS: Mapping[str, Field] = {
    "kind": _words("offline", "uncertain", "signed_out", "refused", "not_offered", "broken"),
    "reason": _words(*get_args(OfflineReason), *get_args(BrokenReason), *get_args(FaultReason)),
    "key": _words(*TABLE),
    "light": _words(*Light),
    "act": _words("check_in", "note", "intake_edit", "rename"),
    "state": _words(*State),
    "status": _number(999),
    "seconds": _number(),
    "count": _number(),
    "id": Field(_id, re.compile("#[0-9a-f]{10}")),
    "url": Field(_url, re.compile(r"\?|https?://[a-z0-9.*:]+(/[a-z0-9_:-]*)*")),
    "type": Field(_class, re.compile(rf"{_DOTTED}|\?"), _known_class),
    "code": _words(*sorted(_CODES)),
    "frames": Field(_frames, _FRAME, _known_frame),
    "logger": Field(_loaded, re.compile(rf"{_DOTTED}|\?"), _known_module),
    "signal": _words(*sorted(each.name for each in signal.Signals)),
    "version": Field(_words(__version__).safe, re.compile(r"\d+(\.\d+){1,3}[a-z0-9.+]{0,20}")),
    "python": Field(_words(platform.python_version()).safe, re.compile(r"\d(\.\d+){1,2}[a-z0-9+]{0,8}")),
    "category": _words("default", "qt", *(f"qt.{part}" for part in _QT_PARTS)),
    "method": Field(_method, re.compile(r"Q[A-Za-z0-9]{1,60}::[A-Za-z0-9_~]{1,60}")),
    "reference": Field(_reference, re.compile("[0-9a-f]{4}")),
}


def read_again(name: str, value: object) -> Written | None:
    """A field of a log, as it may be shown; None unless it looks as if it was written here."""
    field = FIELDS.get(name)
    if field is None:
        return None
    if isinstance(value, int | float):
        return field.safe(value)
    given = value if name == "frames" and isinstance(value, list) else [value]
    texts = [text for text in given if isinstance(text, str) and field.form.fullmatch(text)]
    if len(texts) != len(given):
        return None
    shown = [field.again(text) for text in texts]
    return shown if isinstance(value, list) else shown[0]
