"""Devices and readings (api/health.md §1 and §2)."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

import msgspec

from app.core.unreadable import Unreadable
from app.wire.reader import Json, Row

DataClass = Literal["body", "environment"]


class DataType(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of reading [doc]. unit_key: the key that names the unit of its value, "" when it has none."""

    data_class: DataClass = "body"
    unit_key: str = ""


def _outside(unit_key: str = "") -> DataType:
    return DataType(data_class="environment", unit_key=unit_key)


DATA_TYPES: Mapping[str, DataType] = {
    "temperature_body": DataType(unit_key="temperature_unit"),
    "bg": DataType(unit_key="bg_unit"),
    "hp": DataType(unit_key="bp_unit"),
    "lp": DataType(unit_key="bp_unit"),
    "weight": DataType(unit_key="weight_unit"),
    "hr": DataType(),
    "bo": DataType(),
    "steps": DataType(),
    "active_minutes": DataType(),
    "lightly_active_minutes": DataType(),
    "fairly_active_minutes": DataType(),
    "very_active_minutes": DataType(),
    "manual_active_minutes": DataType(),
    "calories_burn": DataType(),
    "sleep": DataType(),
    "illuminance": _outside("illuminance_unit"),
    "humidity": _outside("humidity_unit"),
    "gas": _outside(),
    "movement": _outside(),
    "noise": _outside("noise_unit"),
    "range": _outside("range_unit"),
}
"""All kinds of the reference, by the key of their value. hp: systolic, lp: diastolic pressure; bg: glucose;
bo: blood oxygen; hr: pulse, in beats a minute by its definition."""

_KNOWN = frozenset(("date", *DATA_TYPES, *(kind.unit_key for kind in DATA_TYPES.values() if kind.unit_key)))


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """A patient's device. id: `device_id`, such as a MAC without separators. type: open text.

    is_invalid: None not known. last_sync: Unix s, None never or not known.
    """

    id: str
    name: str = ""
    type: str = ""
    is_invalid: bool | None = None
    last_sync: float | None = None
    rest: Mapping[str, Json] = {}
    unread: tuple[str, ...] = ()


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """One measured value. unit: as it came with the value, never converted; "" when none came: not known."""

    number: float
    unit: str = ""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """All of one day. day: a plain date, in no time zone.

    values: by the keys of DATA_TYPES; a key that is not there means no reading, never 0. rest: all other
    keys, as they came. unread: paths of what came but could not be understood.
    """

    day: date
    values: Mapping[str, Value] = {}
    rest: Mapping[str, Json] = {}
    unread: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """A patient has one reading a day."""
        return self.day.isoformat()


def read_device(row: Row) -> Device | Unreadable:
    """The device that a JSON object describes; only a missing `device_id` makes it Unreadable."""
    device_id = row.text("device_id")
    if not device_id:
        return row.unreadable("device_id is missing")
    before = len(row.complaints)
    return Device(
        id=device_id,
        name=row.text("device_name") or "",
        type=row.text("type") or "",
        is_invalid=row.flag("invalid"),
        last_sync=row.instant("last_sync"),
        rest=row.rest(("device_id", "device_name", "type", "invalid", "last_sync")),
        unread=tuple(row.complaints[before:]),
    )


def read_reading(row: Row) -> Reading | Unreadable:
    """The readings of a day that a JSON object holds; only a missing date makes it Unreadable."""
    before = len(row.complaints)
    day = row.day("date")
    if day is None:
        return row.unreadable("date is missing")
    return Reading(
        day=day,
        values={name: value for name in DATA_TYPES if (value := _value(row, name)) is not None},
        rest=row.rest(_KNOWN),
        unread=tuple(row.complaints[before:]),
    )


def _value(row: Row, name: str) -> Value | None:
    # Movement is a bool or 0 and 1 [doc]: false is a value there.
    number = row.flag(name) if name == "movement" else row.real(name)
    unit_key = DATA_TYPES[name].unit_key
    if number is None:
        return None
    return Value(number=float(number), unit=(row.text(unit_key) if unit_key else "") or "")
