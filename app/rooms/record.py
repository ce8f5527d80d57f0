"""A waiting room (api/rooms.md §1)."""

import re

import msgspec

from app.core.unreadable import Unreadable
from app.wire.reader import Row

_TAG = re.compile(r"<[^>]*>")


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """A waiting room. code: what the API knows it by; slug: its page is {portal}u/<slug>.

    is_closed: None when the server does not say. close_message: plain text, markup stripped.
    """

    code: str
    slug: str = ""
    name: str = ""
    is_closed: bool | None = None
    close_message: str = ""
    provider_ids: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Rooms are keyed by their code."""
        return self.code


def read_room(row: Row) -> Room | Unreadable:
    """The room that a JSON object describes; only a missing code makes it Unreadable."""
    code = row.text("code")
    if not code:
        return row.unreadable("code is missing")
    operation = row.object("operation_settings")
    message = operation.text("close_msg") or operation.object("close_message").text("html") or ""
    return Room(
        code=code,
        slug=row.text("slug") or "",
        name=row.text("name", "display_name") or "",
        is_closed=operation.flag("is_closed"),
        close_message=" ".join(_TAG.sub(" ", message).split()),
        provider_ids=_provider_ids(row),
    )


def _provider_ids(row: Row) -> tuple[str, ...]:
    """An array in one key, one comma-separated text in the other (quirk 12)."""
    listed = [str(value) for value in row.array("provider_ids")]
    if listed:
        return tuple(listed)
    users = row.raw("users")
    return tuple(part.strip() for part in users.split(",")) if isinstance(users, str) else ()
