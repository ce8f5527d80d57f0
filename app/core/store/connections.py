"""The connections of a store, one after the other."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from app.core.listeners import Listeners
from app.core.store.database import Connection, connect, locked
from app.core.store.files import Files
from app.core.store.renewal import renewed


class Connections:
    """Opens a store's file once more, for its thread.

    number: how many there were. renewals: how often a new file was made in the place of a harmed one. Facts
    may be missing in it. last_line: number of the last line of the audit that was seen on the disk.
    """

    def __init__(self, path: Path | None, key: bytes, last_line: int = 0) -> None:
        self.number = 0
        self.renewals = 0
        self.last_line = last_line
        self._path, self._key = path, key
        self._listeners: Listeners[[]] = Listeners()
        self._loop = asyncio.get_running_loop()

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Calls `listener` after each renewal. Returns the way to stop it."""
        return self._listeners.add(listener)

    def again(self) -> Connection:
        """Another connection to the same file. Raises StoreFault."""
        self.number += 1
        return connected(self._path, self._key, is_checked=False)

    def renewed(self, harmed: Connection, before: Files) -> Connection:
        """A connection to a whole file: see `app.core.store.renewal.renewed`. Raises StoreFault."""
        if self._path is None:
            return harmed  # In memory there is no file to be harmed.
        fresh = renewed(self._path, self._key, harmed, before, self.last_line)
        self.number += 1
        self.renewals += 1
        with suppress(RuntimeError):  # the loop has ended meanwhile
            self._loop.call_soon_threadsafe(self._listeners.tell)
        return fresh


def connected(path: Path | None, key: bytes, *, is_checked: bool = True) -> Connection:
    """A connection to the file at `path`, made if need be: see `connect`. Raises StoreFault."""
    lock = locked(path) if path is not None else None
    try:
        return connect(path, key, is_checked=is_checked)
    finally:
        if lock is not None:
            lock.release()
