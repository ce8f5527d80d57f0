"""The practice clinic's settings endpoints (api/settings.md §3)."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import Response

from app.sandbox.http import Call, Endpoint, Param, Refusal, as_text, as_truth, as_whole, reply
from app.sandbox.quirks import form
from app.sandbox.world import Person

CHANNELS = ("email", "sms", "push")
_ZONE = re.compile(r"[A-Za-z][A-Za-z_-]*(/[A-Za-z0-9_+-]+){0,2}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


@dataclass(slots=True)
class Saved:
    """What a user has changed, by key; zone and hiding stand with the person."""

    values: dict[str, Any] = field(default_factory=dict)


def get(call: Call) -> Response:
    """All settings of a user."""
    return reply(_settings(call, _user(call)))


def save(call: Call) -> Response:
    """Any subset; keys that the clinic does not know are kept as they came."""
    person = _user(call)
    changes = {key: _READ[key](value, key) if key in _READ else value for key, value in call.body.items()}
    person.timezone = changes.pop("timezone", person.timezone)
    if person.sees_patients:
        person.hidden = changes.pop("to_hide", person.hidden)
    saved = call.world.table(Saved).setdefault(person.id, Saved())
    if "notifications" in changes:
        changes["notifications"] = {**saved.values.get("notifications", {}), **changes["notifications"]}
    saved.values |= changes
    return reply(_settings(call, person))


def _user(call: Call) -> Person:
    """Oneself; somebody else for a clinic admin and the clinic's app only."""
    wanted = call.params["id"]
    if not call.caller.is_admin and wanted not in {"-", call.caller.user_id}:
        raise Refusal(403)
    return call.user(wanted)


def _settings(call: Call, person: Person) -> dict[str, Any]:
    """The provider's keys are a provider's alone; `disable_emails` as number or text (quirk 1)."""
    saved = call.world.table(Saved).get(person.id, Saved()).values
    provider = {"to_notify": True, "to_autoaccept": True, "to_hide": person.hidden}
    whole = {
        "timezone": person.timezone,
        "language": "en-US",
        "disable_emails": 0,
        **(provider if person.sees_patients else {}),
        **saved,
        "notifications": {**dict.fromkeys(CHANNELS, True), **saved.get("notifications", {})},
    }
    disabled = whole["disable_emails"]
    return whole | {"disable_emails": str(disabled) if form(person.id, "disable_emails", 2) else disabled}


# -- what a value must be ------------------------------------------------------------------------


def _matching(pattern: re.Pattern[str]) -> Callable[[Any, str], str]:
    def read(value: Any, name: str) -> str:
        text = as_text(value, name)
        if text is None or not pattern.fullmatch(text):
            raise Refusal(400, f"{name} is not valid.")
        return text

    return read


def _truth(value: Any, name: str) -> bool:
    found = as_truth(value)
    if found is None:
        raise Refusal(400, f"{name} is not valid.")
    return found


def _zero_or_one(value: Any, name: str) -> int:
    """false counts as absent elsewhere; here it is 0."""
    number = 0 if value is False else 1 if value is True else as_whole(value, name)
    if number not in {0, 1}:
        raise Refusal(400, f"{name} is not valid.")
    return number


def _channels(value: Any, name: str) -> dict[str, Any]:
    """`[]` is an empty object (quirk 7)."""
    if value == []:
        return {}
    if not isinstance(value, dict):
        raise Refusal(400, f"{name} is not valid.")
    return {key: _truth(way, f"{name}.{key}") if key in CHANNELS else way for key, way in value.items()}


_READ: dict[str, Callable[[Any, str], Any]] = {
    "timezone": _matching(_ZONE),
    "language": _matching(_LANGUAGE),
    "disable_emails": _zero_or_one,
    "to_notify": _truth,
    "to_autoaccept": _truth,
    "to_hide": _truth,
    "notifications": _channels,
}

_SETTINGS = (
    Param("timezone", about="IANA."),
    Param("language", about="BCP 47."),
    Param("disable_emails", "integer", "1: no e-mail to this user.", choices=(0, 1)),
    Param("to_notify", "boolean", "Providers."),
    Param("to_autoaccept", "boolean", "Providers."),
    Param("to_hide", "boolean", "Providers."),
    Param("notifications", "object", "email, sms, push: true or false; those given are changed."),
)

ENDPOINTS = (
    Endpoint("settings.get", "GET", "/users/:id/settings", get),
    Endpoint("settings.save", "POST", "/users/:id/settings", save, body=_SETTINGS),
)
