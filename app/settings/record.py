"""A user's settings at the server (api/settings.md §3, all keys [assumed] to stand there)."""

from collections.abc import Mapping
from typing import Any

import msgspec

from app.core.unreadable import Unreadable
from app.wire.reader import Json, Row

_KEYS = frozenset(
    {"timezone", "language", "disable_emails", "to_notify", "to_autoaccept", "to_hide", "notifications"}
)
_CHANNELS = frozenset({"email", "sms", "push"})


class Channels(msgspec.Struct, frozen=True, kw_only=True):
    """By which ways a user wants to be told. None is not said. rest: other ways, as they came."""

    email: bool | None = None
    sms: bool | None = None
    push: bool | None = None
    rest: Mapping[str, Any] = {}


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """A user's settings. None and "" mean not said, and are not sent.

    zone: IANA. language: BCP 47. disable_emails: no e-mail to this user. notify, autoaccept, hidden: of
    providers, as in rooms. rest: keys that we do not know, as they came; they are sent back unchanged.
    unread: paths of what came but could not be understood.
    """

    zone: str = ""
    language: str = ""
    disable_emails: bool | None = None
    notify: bool | None = None
    autoaccept: bool | None = None
    hidden: bool | None = None
    channels: Channels = Channels()
    rest: Mapping[str, Any] = {}
    unread: tuple[str, ...] = ()

    def body(self) -> dict[str, Json]:
        """What is said here, as the server wants it."""
        channels = self.channels
        ways = {"email": channels.email, "sms": channels.sms, "push": channels.push}
        said: dict[str, Json] = {
            "timezone": self.zone or None,
            "language": self.language or None,
            "disable_emails": None if self.disable_emails is None else int(self.disable_emails),
            "to_notify": self.notify,
            "to_autoaccept": self.autoaccept,
            "to_hide": self.hidden,
            "notifications": {**channels.rest, **_said(ways)} or None,
        }
        return {**self.rest, **_said(said)}


def read_settings(row: Row) -> Settings | Unreadable:
    """The settings that a JSON object holds, an empty one included; Unreadable when it is no object."""
    if not isinstance(row.value, dict) and row.value != []:
        return row.unreadable("settings are no object")
    complaints_before = len(row.complaints)
    channels = row.object("notifications")
    return Settings(
        zone=row.text("timezone") or "",
        language=row.text("language") or "",
        disable_emails=row.flag("disable_emails"),
        notify=row.flag("to_notify"),
        autoaccept=row.flag("to_autoaccept"),
        hidden=row.flag("to_hide"),
        channels=Channels(
            email=channels.flag("email"),
            sms=channels.flag("sms"),
            push=channels.flag("push"),
            rest=channels.rest(_CHANNELS),
        ),
        rest=row.rest(_KEYS),
        unread=tuple(row.complaints[complaints_before:]),
    )


def _said(values: Mapping[str, Json]) -> dict[str, Json]:
    return {key: value for key, value in values.items() if value is not None}
