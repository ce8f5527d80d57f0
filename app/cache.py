"""The facts of a session on this machine: there before the first answer, forgotten when their time is up."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import msgspec

from app.core.clock import ServerClock
from app.core.collection import Collection
from app.core.day import expired_before
from app.core.mirror import Mirror
from app.core.store.fault import StoreFault
from app.core.store.store import Store
from app.core.unreadable import Unreadable
from app.intakes.intakes import Intakes
from app.intakes.record import Intake
from app.rooms.record import Room
from app.rooms.rooms import Rooms
from app.rooms.zone import clinic_zone
from app.users.record import Person
from app.visits.queue import Queue
from app.visits.record import Visit
from app.visits.waiting import QueueRow

T = TypeVar("T")

_CONFIRMED = "visits.confirmed_at"
_LOOK_EVERY_S = 600.0
# Facts that are confirmed later than this from now are of no known age: one of the clocks was wrong by days.
_AHEAD_S = 24 * 3600.0


class Cache:
    """Keeps visits, intakes, rooms and providers in the store as they are in their collections."""

    def __init__(
        self, store: Store, clock: ServerClock, queue: Queue, rooms: Rooms, intakes: Intakes
    ) -> None:
        self._store, self._clock = store, clock
        self._queue, self._rooms, self._intakes = queue, rooms, intakes
        self._confirmed_at: float | None = None
        self._visits = Mirror(
            queue.visits, "visits", _encode_row, _decode_row, store, clock.now, self._keep_confirmed
        )
        self._people = Mirror(rooms.providers, "providers", _encode, _decoder(Person), store, clock.now)
        self._places = Mirror(rooms.rooms, "rooms", _encode, _decoder(Room), store, clock.now)
        self._answers = Mirror(intakes.intakes, "intakes", _encode, _decoder(Intake), store, clock.now)
        queue.connection.listen(lambda _standing: self._note())

    async def load(self) -> None:
        """Brings back the facts of an earlier session that have not expired. Raises StoreFault."""
        _fill(self._rooms.rooms, await self._places.load())
        _fill(self._rooms.providers, await self._people.load())
        confirmed_at = _number((await self._store.settings()).get(_CONFIRMED))
        if confirmed_at is None or self._is_expired(confirmed_at):
            await self._forget()
            return
        await self._forget_old_intakes()
        if self._intakes.is_kept:
            _fill(self._intakes.intakes, await self._answers.load())
        else:
            # Somebody else's rights have left them here (SEC-10).
            await self._store.forget_facts("intakes")
        self._queue.restore(await self._visits.load(), confirmed_at)

    async def run(self) -> None:
        """Writes what changes, and forgets what has expired, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for mirror in (self._visits, self._people, self._places, self._answers):
                tasks.create_task(mirror.run(), name=f"cache.{mirror.kind}")
            tasks.create_task(self._expire(), name="cache.expire")

    async def _expire(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            await self.expire()

    async def expire(self) -> None:
        """Forgets patients whose time is over (DAT-03), on the screen too; a sick disk is asked again."""
        confirmed_at = self._queue.connection.standing().confirmed_at
        with suppress(StoreFault):
            if confirmed_at is not None and self._is_expired(confirmed_at):
                self._queue.forget()
                self._intakes.intakes.replace({})
                await self._forget()
            await self._forget_old_intakes()

    async def _forget_old_intakes(self) -> None:
        await self._store.forget_facts("intakes", self._expired_before(), self._clock.now() + _AHEAD_S)

    async def _forget(self) -> None:
        for kind in ("visits", "intakes"):
            await self._store.forget_facts(kind)

    def _is_expired(self, at: float) -> bool:
        return at < self._expired_before() or at > self._clock.now() + _AHEAD_S

    def _expired_before(self) -> float:
        return expired_before(self._clock.now(), clinic_zone(self._rooms.rooms))

    def _note(self) -> None:
        standing = self._queue.connection.standing()
        if standing.failure is None and not standing.is_restored:
            self._confirmed_at = standing.confirmed_at
            if not self._visits.is_behind:
                self._keep_confirmed()

    def _keep_confirmed(self) -> None:
        """Once the rows are on the disk: half of them must not look as fresh as all."""
        if self._confirmed_at is not None:
            self._store.put_setting(_CONFIRMED, msgspec.json.encode(self._confirmed_at))


def _fill(collection: Collection[Any], records: dict[str, Any]) -> None:
    """What the server has told already stays."""
    collection.replace({**records, **{record.id: record for record in collection}})


def _number(body: bytes | None) -> float | None:
    with suppress(msgspec.MsgspecError):
        return None if body is None else msgspec.json.decode(body, type=float)
    return None


def _encode(record: Any) -> bytes:
    return msgspec.json.encode(record)


def _decoder(kind: type[T]) -> Callable[[bytes], T | None]:
    """Reads records of one kind; those that another version wrote otherwise are forgotten."""
    decoder = msgspec.json.Decoder(kind)

    def decode(body: bytes) -> T | None:
        try:
            return decoder.decode(body)
        except msgspec.MsgspecError:
            return None

    return decode


_UNREADABLE = b"?"
_decode_visit = _decoder(Visit)
_decode_unreadable = _decoder(Unreadable)


def _encode_row(row: QueueRow) -> bytes:
    return _UNREADABLE + _encode(row) if isinstance(row, Unreadable) else _encode(row)


def _decode_row(body: bytes) -> QueueRow | None:
    if body.startswith(_UNREADABLE):
        return _decode_unreadable(body[len(_UNREADABLE) :])
    return _decode_visit(body)
