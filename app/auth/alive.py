"""Telling the server that somebody is still at the screen (api/auth.md §3, `auth.alive`, [assumed])."""

import asyncio
from contextlib import suppress
from itertools import count

from app.errors import Failure
from app.wire.client import Client

EVERY_S = 250.0


class KeepAlive:
    """A heartbeat; a provider who falls silent for two intervals may be shown as offline.

    every_s: seconds between two beats, of the account (`AccountSettings.keep_alive_s`).
    """

    def __init__(self, client: Client, every_s: float = EVERY_S) -> None:
        self.every_s = every_s
        self._client = client
        self._numbers = count(1)

    async def beat(self) -> None:
        """One heartbeat. Raises Failure; NotOffered at a server that does not listen for it."""
        await self._client.post("auth.alive", {"heartbeat": next(self._numbers)}, background=True)

    async def run(self) -> None:
        """Beats until cancelled. A beat that fails is not repeated: the next one says the same."""
        while True:
            with suppress(Failure):
                await self.beat()
            await asyncio.sleep(self.every_s)
