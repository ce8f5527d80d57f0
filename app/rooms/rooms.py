"""The clinic's rooms and the providers in them: names for what visits only number."""

import asyncio
from contextlib import suppress

from app.core.collection import Collection
from app.errors import Broken, Failure, Refused
from app.rooms.record import Room, read_room
from app.users.record import Person, read_user
from app.wire.client import Client
from app.wire.listing import every_page, listing, one

_EVERY_S = 300.0
_PAGE = 20


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
        room = one(await self._client.get("rooms.get", code=code), read_room, "room")
        if room.code != code:
            raise Broken("shape", where="room.code")
        self.rooms.put(room)
        return room

    async def _all(self) -> list[Room]:
        found = await every_page(self._client, "rooms.list", read_room, {}, limit=_PAGE, background=True)
        return list({room.code: room for room in found.records}.values())

    async def _providers(self, code: str) -> tuple[Person, ...]:
        reply = await self._client.get("rooms.providers", background=True, code=code)
        return listing(reply, read_user, "rooms.providers").records
