"""The practice clinic's endpoints of devices and readings (api/health.md §3)."""

import math
import re
from datetime import date
from typing import Any

from starlette.responses import Response

from app.emr.sandbox.patients import patient_of, treated
from app.health.sandbox.readings import UNITS, Device, date_of, day_row, days_of, device_row, devices_of, put
from app.sandbox.http import Call, Endpoint, Param, Refusal, as_text, reply
from app.sandbox.world import Person

DEFAULT_DAYS = 30
BODY = (
    *("temperature_body", "bg", "hp", "lp", "weight", "active_minutes", "steps", "hr", "bo"),
    *("lightly_active_minutes", "fairly_active_minutes", "very_active_minutes", "manual_active_minutes"),
    *("calories_burn", "sleep"),
)
ENVIRONMENT = ("illuminance", "humidity", "gas", "movement", "noise", "range")
PRESSURE = "bp"
"""Accepted in place of `hp`: the value for pressure is not publicly documented."""
_WHOLE = frozenset(
    {"hp", "lp", "steps", "movement", *(name for name in BODY if name.endswith("active_minutes"))}
)
_RANGES = {"movement": (0, 1), "noise": (0, 1), "range": (2, 400)}


def devices(call: Call) -> Response:
    """The patient's devices."""
    return reply([device_row(device) for device in devices_of(call.world, patient_of(call).id)])


def add_device(call: Call) -> Response:
    """A device is one patient's; added again, it changes."""
    patient = patient_of(call)
    ident, kind, name = call.needed("device_id"), call.needed("type"), call.text("device_name") or ""
    known = call.world.table(Device).get(ident)
    if known is not None and known.patient_id != patient.id:
        raise Refusal(400, "device_id is not valid.")
    synced = known.last_sync if known else None
    device = Device(ident, patient.id, name, kind, last_sync=synced)
    call.world.table(Device)[ident] = device
    return reply(device_row(device))


def read(call: Call) -> Response:
    """The days from `start` to `end`, ascending; of one kind of reading, or of all."""
    patient = patient_of(call)
    end = _day(call.asked("end"), "end") or date_of(call.world)
    start = _day(call.asked("start"), "start") or date_of(call.world, DEFAULT_DAYS - 1)
    only = _kinds(call.asked("data_type"))
    days = days_of(call.world, patient.id, start, end)
    shown = [day for day in days if not only or not day.values.keys().isdisjoint(only)]
    return reply([day_row(day, only) for day in shown])


def submit(call: Call) -> Response:
    """What a device measured: a patient's token gives it to them, any other to the device's owner."""
    call.needed("type")
    day = _day(call.needed("date"), "date") or ""
    ident, names = call.needed("device_id"), _kinds(call.needed("data_type"))
    group = "environment" if names[0] in ENVIRONMENT else "body"
    if call.text("data_class") not in {None, group}:
        raise Refusal(400, "data_class is not valid.")
    values = {names[0]: _needed(call, names[0])}
    values |= {name: _needed(call, name) for name in names[1:] if name in call.body}
    units = {UNITS[name][0]: _unit(call, *UNITS[name]) for name in names if name in UNITS}
    device = call.world.table(Device).get(ident)
    put(call.world, _owner(call, device).id, day, values, units)
    if device is not None:
        device.last_sync = call.world.now
    return reply(True)


def _owner(call: Call, device: Device | None) -> Person:
    me = call.caller.person
    if me is not None and me.is_patient:
        if device is not None and device.patient_id != me.id:
            raise Refusal(403)
        return me
    if device is None:
        raise Refusal(400, "device_id is not valid.")
    return treated(call, call.world.people[device.patient_id])


def _day(text: str | None, name: str) -> str | None:
    """YYYY-MM-DD and nothing else."""
    if text is None:
        return None
    try:
        day = date.fromisoformat(text).isoformat()
    except ValueError:
        day = ""
    if day != text:
        raise Refusal(400, f"{name} is not valid.")
    return day


def _kinds(data_type: str | None) -> tuple[str, ...]:
    """The keys of the values of a data type; both pressures go together."""
    if data_type is None:
        return ()
    if data_type in {PRESSURE, "hp"}:
        return ("hp", "lp")
    if data_type not in (*BODY, *ENVIRONMENT):
        raise Refusal(400, "data_type is not valid.")
    return (data_type,)


def _needed(call: Call, name: str) -> float:
    """A value as number or numeric text; movement also as a bool, where false is a value."""
    sent: Any = call.body.get(name)
    if name == "movement" and isinstance(sent, bool):
        return float(sent)
    value = _figure(as_text(sent, name), name)
    if value is None:
        raise Refusal(400, f"{name} is required.")
    low, high = _RANGES.get(name, (value, value))
    if not low <= value <= high or (name in _WHOLE and value != int(value)):
        raise Refusal(400, f"{name} is not valid.")
    return value


def _figure(text: str | None, name: str) -> float | None:
    if text is None:
        return None
    if re.fullmatch(r"-?\d{1,12}(\.\d{1,12})?", text.strip(), re.ASCII) and math.isfinite(float(text)):
        return float(text)
    raise Refusal(400, f"{name} is not valid.")


def _unit(call: Call, name: str, units: tuple[str, ...]) -> str:
    unit = call.needed(name)
    if units and unit not in units:
        raise Refusal(400, f"{name} is not valid.")
    return unit


_KINDS = (PRESSURE, *BODY, *ENVIRONMENT)
_UNIT_KEYS = dict(UNITS.values())

ENDPOINTS = (
    Endpoint("health.devices", "GET", "/users/:id/devices", devices, data="array"),
    Endpoint(
        "health.device.add",
        "POST",
        "/users/:id/devices",
        add_device,
        body=(
            Param("device_id", about="such as a MAC without separators", required=True),
            Param("device_name"),
            Param("type", about="of the device, open text", required=True),
        ),
    ),
    Endpoint(
        "health.read",
        "GET",
        "/users/:id/health",
        read,
        query=(
            Param("start", about="YYYY-MM-DD, default 29 days before today"),
            Param("end", about="YYYY-MM-DD, default today"),
            Param("data_type", choices=_KINDS),
        ),
        data="array",
    ),
    Endpoint(
        "health.submit",
        "POST",
        "/health",
        submit,
        body=(
            Param("type", about="of the device, open text", required=True),
            Param("date", about="YYYY-MM-DD", required=True),
            Param("device_id", required=True),
            Param("data_type", required=True, choices=_KINDS),
            Param("data_class", choices=("body", "environment")),
            *(Param(name, "number", about="the value") for name in (*BODY, *ENVIRONMENT)),
            *(Param(key, choices=units, about="of the value") for key, units in _UNIT_KEYS.items()),
        ),
        data="boolean",
    ),
)
