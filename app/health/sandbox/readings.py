"""Devices and readings of the practice clinic (api/health.md §1 and §2)."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from app.emr.sandbox.patients import cast
from app.sandbox.people import practice_toml
from app.sandbox.quirks import MISSING, form, number, unset, without_missing
from app.sandbox.world import World

DAYS = 60


@dataclass(slots=True)
class Device:
    """A patient's device. last_sync: epoch seconds, None never."""

    device_id: str
    patient_id: str
    name: str
    type: str
    invalid: bool = False
    last_sync: int | None = None


@dataclass(slots=True)
class Day:
    """A patient's readings of one day. date: YYYY-MM-DD. values: by data type; units: by unit key."""

    patient_id: str
    date: str
    values: dict[str, float] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)


UNITS: dict[str, tuple[str, tuple[str, ...]]] = {
    "temperature_body": ("temperature_unit", ("cel", "fah")),
    "bg": ("bg_unit", ("mg/dL", "mmol/L")),
    "hp": ("bp_unit", ("mmHg", "kPa")),
    "lp": ("bp_unit", ("mmHg", "kPa")),
    "weight": ("weight_unit", ("lbs", "kg")),
    "illuminance": ("illuminance_unit", ("lux",)),
    "humidity": ("humidity_unit", ("percentage",)),
    "noise": ("noise_unit", ()),
    "range": ("range_unit", ("cm",)),
}
"""Which key names the unit of a value, and the units there are; open where none is listed."""


def put(world: World, patient_id: str, date: str, values: dict[str, float], units: dict[str, str]) -> None:
    """A later reading of a kind takes the place of the day's earlier one; one key has one unit a day."""
    day = world.table(Day).setdefault(f"{patient_id}/{date}", Day(patient_id, date))
    changed = {key for key, unit in units.items() if day.units.get(key) != unit}
    for name in [name for name in day.values if name in UNITS and UNITS[name][0] in changed]:
        del day.values[name]
    day.values |= values
    day.units |= units


def devices_of(world: World, patient_id: str) -> list[Device]:
    """The patient's devices, in the order in which they were added."""
    return [device for device in world.table(Device).values() if device.patient_id == patient_id]


def days_of(world: World, patient_id: str, start: str, end: str) -> list[Day]:
    """The patient's days from `start` to `end`, both included, ascending."""
    days = (day for day in world.table(Day).values() if day.patient_id == patient_id)
    return sorted((day for day in days if start <= day.date <= end), key=lambda day: day.date)


def date_of(world: World, days_ago: int = 0) -> str:
    """A day counted back from the clinic's today, which is that of UTC."""
    return (datetime.fromtimestamp(world.now, UTC).date() - timedelta(days=days_ago)).isoformat()


# -- on the wire ---------------------------------------------------------------------------------


def device_row(device: Device) -> dict[str, Any]:
    """A device; `last_sync` int or text (quirk 2), in one of the forms of unset when it never was."""
    name = device.device_id
    synced = device.last_sync
    return without_missing(
        {
            "device_id": name,
            "device_name": device.name or unset(name, "device_name"),
            "type": device.type,
            "invalid": device.invalid,
            "last_sync": number(name, "last_sync", synced) if synced else unset(name, "last_sync"),
        }
    )


def day_row(day: Day, only: tuple[str, ...] = ()) -> dict[str, Any]:
    """A day's values, as number or text (quirk 1); keys without a reading are missing, some are null."""
    record = f"{day.patient_id}/{day.date}"
    names = [name for name in day.values if not only or name in only]
    values = {name: _figure(record, name, day.values[name]) for name in names}
    keys = {UNITS[name][0] for name in names if name in UNITS}
    units = {key: unit for key, unit in day.units.items() if key in keys}
    nothing = MISSING if only or form(record, "sleep", 4) else None
    return without_missing({"date": day.date, "sleep": nothing, **values, **units})


def _figure(record: str, name: str, value: float) -> float | int | str:
    figure = int(value) if value == int(value) else value
    return str(figure) if form(record, name, 2) else figure


# -- how the day begins --------------------------------------------------------------------------


def furnish(world: World) -> None:
    """The devices and series of health.toml."""
    book, people = practice_toml("health.toml"), cast(world)
    for entry in book["device"]:
        synced = world.now - entry["synced"] * 3_600 if "synced" in entry else None
        device = Device(
            entry["id"],
            people[entry["patient"]].id,
            entry["name"],
            entry["type"],
            entry.get("invalid", False),
            synced,
        )
        world.table(Device)[device.device_id] = device
    for entry in book["series"]:
        _measure(world, people[entry["patient"]].id, entry)


def _measure(world: World, patient_id: str, series: dict[str, Any]) -> None:
    """One series: both pressures of a day come together, since what is missing hangs on the unit's key."""
    name, unit = series["value"], series.get("unit")
    unit_key = UNITS[name][0] if name in UNITS else name
    first = series.get("from", DAYS - 1)
    for days_ago in range(first, series.get("to", 0) - 1, -1):
        if world.dice("no reading", patient_id, unit_key, days_ago).random() < series["missing"]:
            continue
        chance = world.dice("reading", patient_id, name, days_ago).uniform(-1, 1)
        value = series["base"] + series["drift"] * (first - days_ago) + series["spread"] * chance
        units = {unit_key: unit} if unit else {}
        put(world, patient_id, date_of(world, days_ago), {name: round(value, series["digits"])}, units)
