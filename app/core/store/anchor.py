"""The last line of the audit, noted where the file is not: one that was cut at its end shows (AUD-01)."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.core.keys import Keys, NoKeyring
from app.core.store.fault import StoreFault
from app.core.store.index import add_to_index

SOON_S = 2.0
"""Seconds after a line in which others may come: the keyring is told of all of them at once."""
_AGAIN_S = 30.0
_LONGEST_S = 600.0
_ENDS_WITHIN_S = 1.0


@dataclass(frozen=True, slots=True)
class Anchor:
    """A line that must be there. number, seal: of that line."""

    number: int
    seal: str


Last = Callable[[Anchor | None], Awaitable[tuple[Anchor | None, bool]]]
"""See `Anchoring`. Raises StoreFault."""


async def read_anchor(keys: Keys, name: str) -> Anchor | None:
    """The anchor of the store `name`; None when there is none. Raises NoKeyring."""
    number, _, seal = (await keys.read(_place(name)) or "").partition(" ")
    return Anchor(int(number), seal) if number.isdecimal() and len(number) < 19 else None


async def write_anchor(keys: Keys, name: str, anchor: Anchor) -> None:
    """Keeps the anchor of the store `name`. Raises NoKeyring."""
    await keys.write(_place(name), f"{anchor.number} {anchor.seal}")


def _place(name: str) -> str:
    return f"audit|{name}"


class Anchoring:
    """Writes the anchor of the store `name`, one at a time, and only after a new line.

    last: told the anchor there is, it brings that of the last line on the disk, or None where the one there
    is does not hold: it stays then, so that it goes on showing. Also, whether lines are in memory alone.
    folder: where the store lies, for the index of those that must be there.
    """

    def __init__(self, keys: Keys, name: str, last: Last, folder: Path | None = None) -> None:
        self._keys, self._name, self._last, self._folder = keys, name, last, folder
        self._is_behind = False
        self._ending = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """A line is on its way to the disk."""
        self._is_behind = True
        if self._task is None and not self._ending.is_set():
            self._task = asyncio.get_running_loop().create_task(self._run(), name="store.anchor")

    async def close(self) -> None:
        """Writes what is new, if the keyring answers soon."""
        self._ending.set()
        task = self._task
        if task is not None:
            await asyncio.wait((task,), timeout=_ENDS_WITHIN_S)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _run(self) -> None:
        pause_s = SOON_S
        while self._is_behind:
            with suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._ending.wait()
            is_ending = self._ending.is_set()
            self._is_behind = False
            if await self._follow():
                pause_s = SOON_S
            elif is_ending:
                return
            else:
                self._is_behind = True
                pause_s = min(max(_AGAIN_S, pause_s * 2), _LONGEST_S)
        self._task = None

    async def _follow(self) -> bool:
        """Whether the keyring has taken the last line."""
        try:
            before = await read_anchor(self._keys, self._name)
            anchor, is_more_to_come = await self._last(before)
            if anchor is not None and anchor != before:
                await write_anchor(self._keys, self._name, anchor)
                # Another process may have written a later one between our reading and our writing.
                latest, _ = await self._last(None)
                self._is_behind = self._is_behind or latest != anchor
            if anchor is not None and self._folder is not None:
                # Last: one that is in the index without an anchor has lost it.
                await add_to_index(self._keys, self._folder, self._name)
        except (NoKeyring, StoreFault):
            return False
        return not is_more_to_come
