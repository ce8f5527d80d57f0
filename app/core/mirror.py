"""Writes what changes in a collection to the store: later, and in slices that nobody notices."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Generic, TypeVar

from app.core.collection import Change, Collection, Record
from app.core.store.fault import StoreFault
from app.core.store.store import Store

R = TypeVar("R", bound=Record)

_SLICE = 200
_AGAIN_S = 30.0


class Mirror(Generic[R]):
    """One kind of facts, in the store as in the collection.

    kind: names it in the store. encode: a record as bytes; None for one that is not worth keeping, or cannot
    be. decode: the record in such bytes; None when they are of another version. now: server time, Unix s.
    """

    def __init__(
        self,
        collection: Collection[R],
        kind: str,
        encode: Callable[[R], bytes | None],
        decode: Callable[[bytes], R | None],
        store: Store,
        now: Callable[[], float],
    ) -> None:
        self.kind = kind
        self._collection = collection
        self._encode, self._decode = encode, decode
        self._store = store
        self._now = now
        self._changed: dict[str, None] = {}
        self._woken = asyncio.Event()
        collection.listen(self._note)

    async def load(self) -> dict[str, R]:
        """The records in the store, by id. Raises StoreFault."""
        facts = await self._store.facts(self.kind)
        found = {fact.id: self._decode(fact.body) for fact in facts}
        return {fact_id: record for fact_id, record in found.items() if record is not None}

    async def run(self) -> None:
        """Writes until cancelled. What the disk does not take is tried again: it is in memory meanwhile."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            changed, self._changed = self._changed, {}
            try:
                await self._write(changed)
            except StoreFault:
                self._changed = changed | self._changed
                await asyncio.sleep(_AGAIN_S)
                self._woken.set()

    async def _write(self, changed: Iterable[str]) -> None:
        for ids in _slices(changed):
            records = [(fact_id, self._collection.get(fact_id)) for fact_id in ids]
            kept = [(fact_id, record) for fact_id, record in records if record is not None]
            gone = [fact_id for fact_id, record in records if record is None]
            await self._store.keep_facts(self.kind, self._now(), lambda kept=kept: self._bodies(kept), gone)  # type: ignore[misc]

    def _bodies(self, records: Iterable[tuple[str, R]]) -> Iterator[tuple[str, bytes]]:
        for fact_id, record in records:
            with suppress(ValueError, TypeError):
                body = self._encode(record)
                if body is not None:
                    yield fact_id, body

    def _note(self, change: Change) -> None:
        self._changed.update(dict.fromkeys((*change.added, *change.updated, *change.removed)))
        self._woken.set()


def _slices(ids: Iterable[str]) -> Iterator[list[str]]:
    every = list(ids)
    return (every[start : start + _SLICE] for start in range(0, len(every), _SLICE))
