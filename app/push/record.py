"""Where a user is notified, and of what (api/push.md)."""

from datetime import date
from enum import IntEnum

import msgspec

from app.core.unreadable import Unreadable
from app.wire.reader import Json, Row


class AddressType(IntEnum):
    """Numbers of `type`; others are not publicly documented and are shown as they are."""

    EMAIL = 10
    IOS = 30


class NotifyAddress(msgspec.Struct, frozen=True, kw_only=True):
    """A place where a user is notified; the API calls it an endpoint (api/push.md §1).

    key: a device token or an e-mail address. type: the server's number, None when not said. arn: its name at
    Amazon, in lists only. created, modified: Unix s. unread: paths of what came but could not be understood.
    """

    id: str
    key: str = ""
    user_id: str = ""
    type: int | None = None
    arn: str = ""
    created: float | None = None
    modified: float | None = None
    unread: tuple[str, ...] = ()


class Notification(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a user was told (api/push.md §2). read: None when not said.

    at: the instant to show, Unix s. day: instead of it, where the server named a mere date. image: an
    address. food_id: of the meal that it is about, None for all others. unread: paths of what came but could
    not be understood.
    """

    id: str
    title: str = ""
    read: bool | None = None
    at: float | None = None
    day: date | None = None
    image: str = ""
    food_id: int | None = None
    unread: tuple[str, ...] = ()


def read_address(row: Row) -> NotifyAddress | Unreadable:
    """The address that a JSON object describes; only a missing id makes it Unreadable."""
    complaints_before = len(row.complaints)
    address_id = row.text("id")
    if not address_id:
        return row.unreadable("id is missing")
    return NotifyAddress(
        id=address_id,
        key=row.text("key") or "",
        user_id=row.text("user_id") or "",
        type=row.number("type"),
        arn=row.text("arn") or "",
        created=row.instant("created"),
        modified=row.instant("modified"),
        unread=tuple(row.complaints[complaints_before:]),
    )


def read_notification(row: Row) -> Notification | Unreadable:
    """The notification that a JSON object describes; only a missing id makes it Unreadable."""
    complaints_before = len(row.complaints)
    notification_id = row.text("id")
    if not notification_id:
        return row.unreadable("id is missing")
    day = row.day("time") if _is_date(row.raw("time")) else None
    return Notification(
        id=notification_id,
        title=row.text("title") or "",
        read=row.flag("read"),
        at=None if day else row.instant("time") or _changed(row),
        day=day,
        image=row.text("image") or "",
        food_id=row.object("data").number("food_id"),
        unread=tuple(row.complaints[complaints_before:]),
    )


def _is_date(value: Json) -> bool:
    """`YYYY-MM-DD`, which must not pass through a time zone (api/README.md §9)."""
    return isinstance(value, str) and value.count("-") == 2 and len(value) == 10


def _changed(row: Row) -> float | None:
    """`mtime`, the only moment of this API in milliseconds (api/README.md §9); 0 is its "not set"."""
    milliseconds = row.number("mtime")
    return milliseconds / 1000 if milliseconds else None
