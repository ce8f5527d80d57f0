"""The clinic's rooms and the providers in them: names for what visits only number."""

import asyncio
from contextlib import suppress

from app.core.collection import Collection
from app.errors import Broken, Failure, Refused
from app.rooms.record import Room, read_room
from app.users.record import Person, read_person
from app.wire.client import Client
from app.wire.envelope import rows_of
from app.wire.reader import Row, decode

_EVERY_S = 300.0
_PAGE = 20
_MOST_PAGES = 50


class Rooms:
    """Rooms and providers, read at the start and every five minutes. Without them codes and ids are shown."""

    def __init__(self, client: Client) -> None:
        self.rooms: Collection[Room] = Collection()
        self.providers: Collection[Person] = Collection()
        self._client = client

    async def run(self) -> None:
        """Keeps the directory fresh until cancelled."""
        while True:
            # A missing directory costs names, not visits: the poller speaks for the connection.
            with suppress(Failure):
                await self.load()
            await asyncio.sleep(_EVERY_S)

    async def load(self) -> None:
        """Reads all rooms, then the providers of each. Raises Failure."""
        rooms = await self._all()
        self.rooms.replace({room.code: room for room in rooms})
        people: dict[str, Person] = {}
        for room in rooms:
            # A room whose providers may not be seen costs its own names only.
            with suppress(Refused, Broken):
                people.update((person.id, person) for person in await self._providers(room.code))
        self.providers.replace(people)

    async def codes(self) -> list[str]:
        """The codes of all rooms. Raises Failure."""
        return [room.code for room in await self._all()]

    async def read(self, code: str) -> Room:
        """The room as it is now, open or closed. Raises Failure; Broken when another room came back."""
        reply = await self._client.get("rooms.get", code=code)
        room = read_room(Row(reply.value(), "room"))
        if room is None or room.code != code:
            raise Broken("shape", where="room.code")
        self.rooms.put(room)
        return room

    async def _all(self) -> list[Room]:
        """Every page, until one is short or brings nothing new (api/README.md §10)."""
        rooms: dict[str, Room] = {}
        for page in range(1, _MOST_PAGES + 1):
            rows = await self._rows("rooms.list", {"page": page, "limit": _PAGE})
            found = [room for room in map(read_room, rows) if room]
            new = [room for room in found if room.code not in rooms]
            rooms.update((room.code, room) for room in new)
            if len(rows) < _PAGE or not new:
                break
        return list(rooms.values())

    async def _providers(self, code: str) -> list[Person]:
        rows = await self._rows("rooms.providers", code=code)
        return [person for person in map(read_person, rows) if person]

    async def _rows(self, key: str, query: dict[str, int] | None = None, **values: str) -> list[Row]:
        reply = await self._client.get(key, query, **values)
        try:
            return [Row(decode(raw), key) for raw in rows_of(reply.data)]
        except ValueError:
            raise Broken("shape", where=key) from None
