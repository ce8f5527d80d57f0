"""Which form a value takes on the wire: the type quirks of api/README.md §8, produced on purpose.

Which form a field of a record takes depends on the record's id and the field's name alone, so an unchanged
record has the same bytes on every poll, and a handful of records shows every form.
"""

import json
from typing import Any, Final
from zlib import crc32

import msgspec

MISSING: Final = object()
"""A key that is to be left out; `without_missing` drops it."""

_encoder = msgspec.json.Encoder()


def form(record: str, field: str, forms: int) -> int:
    """Which of `forms` forms this field of this record takes, 0 first."""
    return crc32(f"{record}:{field}".encode()) % forms


def number(record: str, field: str, value: int) -> int | str:
    """A JSON number or a decimal string (quirks 1 and 2)."""
    return str(value) if form(record, field, 2) else value


def unset(record: str, field: str) -> Any:
    """One of the four ways to say "nothing" (quirk 6): null, an empty string, false, no key."""
    return (None, "", MISSING, False)[form(record, field, 4)]


def unset_object(record: str, field: str) -> Any:
    """An object that is not there: null, `[]` for an empty object (quirk 7), no key."""
    return (None, [], MISSING)[form(record, field, 3)]


def object_or_array(record: str, field: str, value: dict[str, Any]) -> Any:
    """`[]` stands for an empty object on every second record (quirk 7)."""
    return value if value or form(record, field, 2) == 0 else []


def without_missing(row: dict[str, Any]) -> dict[str, Any]:
    """The row without the keys that are to be left out."""
    return {key: value for key, value in row.items() if value is not MISSING}


def encode(record: str, row: Any) -> bytes:
    """JSON bytes of one record: every second one as PHP writes it, `\\/` and `\\u00e9` included (quirk 8)."""
    return encode_php(row) if form(record, "encoding", 2) else _encoder.encode(row)


def encode_php(value: Any) -> bytes:
    """JSON as PHP's json_encode writes it. A slash occurs inside strings only, so the replacement is safe."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=True)
    return text.replace("/", "\\/").encode()
