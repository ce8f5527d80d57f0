"""Which visits the refs of callers became here: a script that starts again makes nothing twice."""

import asyncio
from contextlib import suppress

import msgspec

from app.core.action import Facts
from app.core.clock import ServerClock
from app.core.store.fault import StoreFault
from app.core.store.store import Store

REF_LIVES_S = 24 * 3600.0
"""Seconds for which a caller's own ref is known again."""
_NAME = "refs"


class _Made(msgspec.Struct, frozen=True, array_like=True):
    """at: when it was known to be made, the server's Unix s."""

    at: float
    visit_id: str
    intake_id: str
    member_id: str


_IDS = ("visit_id", "intake_id", "member_id")
_REFS = msgspec.json.Decoder(dict[str, _Made])


class Refs:
    """Ids alone, in the person's store, for REF_LIVES_S; in common with other processes of the same person.

    A store that fails is no reason to send nothing: then what it did not take is known to this process alone.
    """

    def __init__(self, store: Store, clock: ServerClock) -> None:
        self._store = store
        self._clock = clock
        # What the store may not have taken yet.
        self._mine: dict[str, _Made] = {}
        self._keeping = asyncio.Lock()

    async def made_of(self, ref: str) -> Facts | None:
        """What a check-in with this ref became: {"visit_id", "intake_id", "member_id"}; None: not known."""
        made = (await self._all()).get(ref)
        return None if made is None else {name: getattr(made, name) for name in _IDS}

    async def keep(self, ref: str, made: Facts) -> None:
        """A check-in with this ref has become that."""
        entry = _Made(self._clock.now(), *(made[name] for name in _IDS))
        async with self._keeping:
            self._mine = {**await self._all(), ref: entry}
            self._store.put_setting(_NAME, msgspec.json.encode(self._mine))

    async def _all(self) -> dict[str, _Made]:
        kept: dict[str, _Made] = {}
        with suppress(StoreFault, msgspec.MsgspecError):
            kept = _REFS.decode((await self._store.settings()).get(_NAME, b"{}"))
            if self._store.trouble is None:
                self._mine = {}
        oldest = self._clock.now() - REF_LIVES_S
        return {ref: made for ref, made in {**kept, **self._mine}.items() if made.at >= oldest}
