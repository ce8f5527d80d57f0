"""Which visits were recorded (api/visits.md §8). Fetching a recording is not publicly documented."""

from collections.abc import Mapping
from typing import Any

import msgspec

from app.core.unreadable import Unreadable
from app.users.record import Person, read_person
from app.wire.client import Client
from app.wire.listing import Listing, listing
from app.wire.reader import Row

_FIELDS = "id,start,end,room_code,member,provider,recordings"
_KNOWN = frozenset(("id", "visit_id", "end"))


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """One recording. end: Unix s, None when not told. more: what else the server tells, as it came."""

    id: str
    visit_id: str
    end: float | None = None
    more: Mapping[str, Any] = {}


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """A visit and its recordings. start, end: Unix s. None means not told.

    count: how many recordings the server has, 0 for none; it may list fewer in `recordings`. unread: paths
    of what came but could not be understood.
    """

    id: str
    start: float | None = None
    end: float | None = None
    room_code: str = ""
    member: Person | None = None
    provider: Person | None = None
    count: int | None = None
    recordings: tuple[Recording, ...] = ()
    unread: tuple[str, ...] = ()


def read_recorded(row: Row) -> Recorded | Unreadable:
    """The visit that a JSON object describes, with its recordings; Unreadable without an id."""
    visit_id = row.text("id", "_id")
    if not visit_id:
        return row.unreadable("id is missing")
    told = row.object("recordings")
    return Recorded(
        id=visit_id,
        start=row.instant("start"),
        end=row.instant("end"),
        room_code=row.text("room_code") or "",
        member=read_person(row.object("member"), row.text("member_id")),
        provider=read_person(row.object("provider"), row.text("provider_id")),
        count=told.number("count"),
        recordings=tuple(_recording(part, visit_id) for part in told.objects("data")),
        unread=tuple(row.complaints),
    )


def _recording(row: Row, visit_id: str) -> Recording:
    return Recording(
        id=row.text("id") or "",
        visit_id=row.text("visit_id") or visit_id,
        end=row.instant("end"),
        more=row.rest(_KNOWN),
    )


class Recordings:
    """Asks for recordings; nothing is kept."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def of_room(self, room_code: str, start: float, end: float) -> Listing[Recorded]:
        """The visits of a room in the window from `start` to `end` (Unix s), recorded or not. Raises Failure.

        A `count` of None: this server tells nothing about recordings.
        """
        question = {
            "room_code": room_code,
            "start_time": int(start),
            "end_time": int(end),
            "fields": _FIELDS,
        }
        return listing(await self._client.get("recordings.list", question), read_recorded, "visits")
