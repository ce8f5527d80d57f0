"""The clinic's rooms and the providers in them: names for what visits only number."""

import asyncio
from contextlib import suppress

from app.core.collection import Collection
from app.errors import Broken, Failure, Refused
from app.rooms.provider import (
    Presence,
    Provider,
    QueueInfo,
    read_presence,
    read_provider,
    read_queue_info,
)
from app.rooms.record import Room, read_room
from app.users.record import Person
from app.wire.client import Client
from app.wire.listing import Listing, every_page, listing, made, one

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
        rooms = [await self._whole(room) for room in await self._all()]
        self.rooms.replace({room.code: room for room in rooms})
        people: dict[str, Person] = {}
        for room in rooms:
            # A room whose providers may not be seen costs its own names only.
            with suppress(Refused, Broken):
                found = await self._providers(room.code, background=True)
                people.update((provider.id, provider.person) for provider in found.records)
        self.providers.replace(people)

    async def _whole(self, row: Room) -> Room:
        """A row of the list says little (quirk 21): not the zone, nor whether the room is closed."""
        known = self.rooms.get(row.code)
        if known is not None and known.zone and known.modified == row.modified:
            return known
        with suppress(Refused, Broken):
            reply = await self._client.get("rooms.get", background=True, code=row.code)
            room = one(reply, read_room, "room")
            return room if room.code == row.code else row
        return row

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

    async def create(self, domain: str, slug: str, name: str, code: str = "") -> Room:
        """A new room of the clinic; the server makes a code when none is given. For clinic admins.

        Raises Failure: Refused(400) with the server's words when the slug is taken in this domain. After
        Uncertain, no answer or none that names the room, `load` and look for the slug before trying again.
        """
        body = {"domain": domain, "slug": slug, "name": name, **({"code": code} if code else {})}
        room = made(await self._client.post("rooms.create", body), read_room, "room")
        self.rooms.put(room)
        return room

    async def read_providers(self, code: str, *, background: bool = False) -> Listing[Provider]:
        """Who works in a room, and who of them is online. background: nobody waits for it. Raises Failure."""
        return await self._providers(code, background=background)

    async def read_provider(self, code: str, provider_id: str) -> Provider:
        """One provider of a room with their whole profile.

        Raises Failure; Broken when somebody else came back.
        """
        reply = await self._client.get("rooms.provider", code=code, id=provider_id)
        provider = one(reply, read_provider, "provider")
        if provider.id != provider_id:
            raise Broken("shape", where="provider.id")
        return provider

    async def queue(self, code: str) -> QueueInfo:
        """How full a room is (`rooms.queue`, [assumed]).

        Raises Failure; NotOffered at a server without it: count the open visits of the room then.
        """
        reply = await self._client.get("rooms.queue", background=True, code=code)
        return one(reply, read_queue_info, "queue")

    async def put_provider(self, provider_id: str, code: str) -> None:
        """Puts a provider into a room; once more does no harm. For clinic admins.

        What the server answers is not documented: read the room again. Raises Failure.
        """
        await self._client.post("users.rooms.add", {"room_code": code}, id=provider_id)

    async def set_presence(self, available: bool, code: str = "", provider_id: str = "-") -> Presence:
        """Says whether a provider is available, in one room or in all of theirs (`users.presence`).

        provider_id: "-" for oneself; somebody else's needs an admin token. Raises Failure; NotOffered at a
        server without it, since it is [assumed]; Broken when the answer is about somebody else. After
        Uncertain, `read_provider` tells; saying it again does no harm.
        """
        body = {"is_available": available, **({"room_code": code} if code else {})}
        reply = await self._client.post("users.presence", body, id=provider_id)
        presence = made(reply, read_presence, "presence")
        if provider_id != "-" and presence.provider_id not in ("", provider_id):
            raise Broken("shape", where="presence.id")
        return presence

    async def _all(self) -> list[Room]:
        found = await every_page(self._client, "rooms.list", read_room, {}, limit=_PAGE, background=True)
        return list({room.code: room for room in found.records}.values())

    async def _providers(self, code: str, *, background: bool = False) -> Listing[Provider]:
        reply = await self._client.get("rooms.providers", background=background, code=code)
        return listing(reply, read_provider, "rooms.providers")
