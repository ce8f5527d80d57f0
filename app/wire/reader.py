"""Makes sense of this server's JSON, with the path in every complaint (api/README.md §8).

Any JSON goes in; a value, or None and a complaint, comes out. Unset is None without a complaint, in all
its four forms: null, "", a missing key, false.
"""

import hashlib
import json
import math
import re
from collections.abc import Container, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from app.core.unreadable import Unreadable

Json = Any

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
# Past this a number of seconds cannot be a date of this century and must be milliseconds (§9).
_MILLISECONDS_FROM = 100_000_000_000
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}|\d{8}$", re.ASCII)
_EARLIEST_EPOCH = 100_000_000
_LATEST_S = 4_102_444_800  # the year 2100


def decode(raw: bytes | msgspec.Raw) -> Json:
    """The JSON value, or raises ValueError when it is none.

    A byte that is no UTF-8, or half an emoji, becomes a replacement character: it must not hide the rest.
    """
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        return msgspec.json.decode(mended(bytes(raw)))
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise ValueError(str(error)) from None


def mended(text: bytes) -> bytes:
    """The JSON with a replacement character for every byte, or half an emoji, that is none.

    Raises ValueError or RecursionError when it is no JSON all the same.
    """
    value = json.loads(text.decode("utf-8", "replace"))
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


class Row:
    """One JSON object being read. Complaints of it and of the objects in it gather in `complaints`."""

    def __init__(self, value: Json, path: str = "", complaints: list[str] | None = None) -> None:
        self.path = path
        self.value = value
        self.complaints = [] if complaints is None else complaints
        # PHP writes an empty object as [] (quirk 7); null, "" and false are unset (quirk 6).
        self.values: dict[str, Json] = value if type(value) is dict else {}
        if type(value) is not dict and value not in (None, False, "", []):
            self._complain("", "is no object")

    def __bool__(self) -> bool:
        return bool(self.values)

    def raw(self, *names: str) -> Json:
        """The first value among old and new `names` (quirk 22) that is set, as it came; None if none is."""
        for name in names:
            value = self.values.get(name)
            if value is not None and value is not False and value != "":
                return value
        return None

    def text(self, *names: str) -> str | None:
        """Text; a number is taken as its digits (ids come as both, quirk 3)."""
        value = self.raw(*names)
        if value is None or type(value) is str:
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        self._complain(names[0], "is no text")
        return None

    def number(self, *names: str) -> int | None:
        """A whole number, from a number or decimal text (quirk 1). 0 counts as set."""
        value = self.raw(*names)
        if value is None or type(value) is int:
            return value
        found = _number(value)
        if found is None or found != int(found):
            self._complain(names[0], "is no whole number")
            return None
        # Not by way of a float, which would bend a long number.
        return int(str(value).strip().partition(".")[0]) if isinstance(value, str) else int(found)

    def real(self, *names: str) -> float | None:
        """A measured value, from a number or decimal text. 0 counts as set."""
        value = self.raw(*names)
        if value is None:
            return None
        found = _number(value)
        if found is None:
            self._complain(names[0], "is no number")
        return found

    def amount(self, *names: str) -> Decimal | None:
        """Money, exactly as written, from a number or decimal text (quirk 15). 0 counts as set."""
        value = self.raw(*names)
        if value is None:
            return None
        if _number(value) is None or not _NUMBER.fullmatch(str(value).strip()):
            self._complain(names[0], "is no amount")
            return None
        return Decimal(str(value).strip())

    def flag(self, *names: str) -> bool | None:
        """True or false; false is a value here, only null, "" and a missing key are unset."""
        for name in names:
            value = self.values.get(name)
            if isinstance(value, bool):
                return value
            if value in (0, 1, "0", "1", "true", "false"):
                return value in (1, "1", "true")
        return None

    def instant(self, *names: str) -> float | None:
        """Unix seconds, UTC, from seconds, milliseconds or ISO 8601 (quirks 2 and 5, DSP-07)."""
        value = self.raw(*names)
        if type(value) is int and 0 < value < _LATEST_S:
            return float(value)
        if isinstance(value, dict):
            value = value.get("sec")
        if value is None or value == 0 or value == "0":  # noqa: PLR1714 (a list is not hashable)
            return None
        seconds = _number(value)
        if seconds is None and isinstance(value, str):
            seconds = _iso(value)
        if seconds is not None and abs(seconds) >= _MILLISECONDS_FROM:
            seconds /= 1000
        if seconds is None or not 0 < seconds < _LATEST_S:
            self._complain(names[0], "is no moment in time")
            return None
        return seconds

    def day(self, *names: str) -> date | None:
        """A date-only value; it never passes through a time zone (DSP-02). An epoch is read as UTC (§9)."""
        value = self.raw(*names)
        if value is None or value in (0, "0", "0000-00-00"):
            return None
        try:
            if isinstance(value, str) and _DAY.match(value):
                return date.fromisoformat(value[:10])
            epoch = _number(value)
            # A small number is rather a year, or a date without its hyphens, than a day of 1970.
            if epoch is not None and abs(epoch) >= _EARLIEST_EPOCH:
                return datetime.fromtimestamp(epoch, UTC).date()
        except (ValueError, OverflowError, OSError):
            pass
        self._complain(names[0], "is no date")
        return None

    def object(self, name: str) -> "Row":
        """The object under `name`; an empty one when unset."""
        return Row(self.values.get(name), self._at(name), self.complaints)

    def array(self, name: str) -> Sequence[Json]:
        """The array under `name`; empty when unset."""
        value = self.raw(name)
        if value is None or isinstance(value, list):
            return value or ()
        self._complain(name, "is no list")
        return ()

    def texts(self, *names: str) -> tuple[str, ...]:
        """Texts or numbers as texts, from an array or one comma-separated text (quirk 12)."""
        value = self.raw(*names)
        values = value.split(",") if isinstance(value, str) else value
        if values is None:
            return ()
        if not isinstance(values, list):
            self._complain(names[0], "is no list")
            return ()
        found = [
            str(part).strip() for part in values if isinstance(part, str | int) and not isinstance(part, bool)
        ]
        if len(found) < len(values):
            self._complain(names[0], "holds something that is no text")
        return tuple(text for text in found if text)

    def objects(self, name: str) -> "list[Row]":
        """The objects of an array; PHP writes an array with gaps as an object with numbers for keys."""
        value = self.raw(name)
        values = list(value.values()) if isinstance(value, dict) else self.array(name)
        return [Row(part, f"{self._at(name)}[{index}]", self.complaints) for index, part in enumerate(values)]

    def rest(self, known: Container[str]) -> Mapping[str, Json]:
        """What came beside the `known` keys, as it came: kept when the object is sent back (quirk 9)."""
        return {key: value for key, value in self.values.items() if key not in known}

    def unreadable(self, complaint: str) -> Unreadable:
        """This object as a record that could not be read; `complaint` such as "id is missing"."""
        text = "; ".join((*self.complaints, f"{self.path or 'row'}.{complaint}"))
        return Unreadable(id=_unreadable_id(msgspec.json.encode(self.value)), complaint=text)

    def _at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path and name else self.path or name

    def _complain(self, name: str, what: str) -> None:
        self.complaints.append(f"{self._at(name) or 'row'} {what}")


def unreadable(raw: bytes, complaint: str) -> Unreadable:
    """Bytes that are no JSON object at all."""
    return Unreadable(id=_unreadable_id(raw), complaint=complaint)


def _unreadable_id(content: bytes) -> str:
    return f"unreadable-{hashlib.blake2b(content, digest_size=8).hexdigest()}"


def _iso(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _number(value: Json) -> float | None:
    if isinstance(value, str) and not _NUMBER.fullmatch(value.strip()):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (OverflowError, ValueError):
        return None
    return number if math.isfinite(number) else None
