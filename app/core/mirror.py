"""Writes what changes in a collection to the store: later, and in slices that nobody notices."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Generic, TypeVar

from app.core.aside import aside
from app.core.collection import Change, Collection, Record
from app.core.store.fault import StoreFault
from app.core.store.store import Fact, Store

R = TypeVar("R", bound=Record)

AGAIN_S = 30.0
"""Seconds after which what the disk did not take is tried again."""
_SLICE = 100
# A number too large, objects in a circle: a record that no encoding takes.
_UNFIT = (ValueError, TypeError, OverflowError, RecursionError)


class Mirror(Generic[R]):
    """One kind of facts, in the store as in the collection.

    kind: names it in the store. encode: a record as bytes; None for one that is not worth keeping, or cannot
    be. decode: the record in such bytes; None when they are of another version. Both are called in threads.
    now: server time, Unix s. caught_up: told whenever the store has all that the collection has.
    """

    def __init__(
        self,
        collection: Collection[R],
        kind: str,
        encode: Callable[[R], bytes | None],
        decode: Callable[[bytes], R | None],
        store: Store,
        now: Callable[[], float],
        caught_up: Callable[[], None] = lambda: None,
    ) -> None:
        self.kind = kind
        self._is_behind = False
        self._collection = collection
        self._encode, self._decode = encode, decode
        self._store = store
        self._now = now
        self._caught_up = caught_up
        self._changed: dict[str, None] = {}
        # The records that the store has: what comes back to them, or came from there, is no change.
        self._kept: dict[str, R] = {}
        self._renewals = store.renewals
        self._woken = asyncio.Event()
        collection.listen(self._note)

    @property
    def is_behind(self) -> bool:
        """Whether the store may lack something of what the collection has."""
        return self._is_behind or self._renewals != self._store.renewals

    async def load(self) -> dict[str, R]:
        """The records in the store, by id; those that cannot be read are forgotten. Raises StoreFault."""
        facts = await self._store.facts(self.kind)
        records = await aside(lambda: [(fact.id, self._decoded(fact)) for fact in facts])
        found = {fact_id: record for fact_id, record in records if record is not None}
        self._kept.update(found)
        self._wants_writing(fact_id for fact_id, record in records if record is None)
        return found

    async def run(self) -> None:
        """Writes until cancelled. What the disk does not take is tried again: it is in memory meanwhile."""
        stop = self._store.listen_for_renewal(self._woken.set)
        try:
            while True:
                if not self.is_behind:
                    await self._woken.wait()
                self._woken.clear()
                try:
                    await self._catch_up()
                except StoreFault:
                    await asyncio.sleep(AGAIN_S)
        finally:
            stop()

    async def _catch_up(self) -> None:
        while self.is_behind:
            if self._renewals != self._store.renewals:
                # The new file may have none of them.
                self._renewals = self._store.renewals
                self._kept.clear()
                self._wants_writing(record.id for record in self._collection)
            while self._changed:
                await self._write(list(islice(self._changed, _SLICE)))
            self._is_behind = False
        self._caught_up()

    async def _write(self, ids: list[str]) -> None:
        for fact_id in ids:
            del self._changed[fact_id]
        records = {fact_id: self._collection.get(fact_id) for fact_id in ids}
        new = {
            fact_id: record
            for fact_id, record in records.items()
            if record is not None and self._kept.get(fact_id) != record
        }
        gone = [fact_id for fact_id, record in records.items() if record is None]
        if not new and not gone:
            return
        for fact_id in ids:
            self._kept.pop(fact_id, None)
        try:
            # One that cannot be encoded leaves nothing older behind.
            await self._store.keep_facts(self.kind, self._now(), lambda: self._bodies(new), [*gone, *new])
        except BaseException:
            self._wants_writing(ids)
            raise
        self._kept.update(new)

    def _bodies(self, records: dict[str, R]) -> Iterator[tuple[str, bytes]]:
        for fact_id, record in records.items():
            with suppress(*_UNFIT):
                body = self._encode(record)
                if body is not None:
                    yield fact_id, body

    def _decoded(self, fact: Fact) -> R | None:
        with suppress(*_UNFIT):
            return self._decode(fact.body)
        return None

    def _note(self, change: Change) -> None:
        for fact_id in change.removed:
            # Whoever removed it may have emptied the store, too.
            self._kept.pop(fact_id, None)
        self._wants_writing((*change.added, *change.updated, *change.removed))

    def _wants_writing(self, ids: Iterable[str]) -> None:
        self._changed.update(dict.fromkeys(ids))
        self._is_behind = bool(self._changed) or self._is_behind
        self._woken.set()
