"""The live queue: the clinic's visits of now, kept fresh, each as complete as the server lets it be."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec

from app.core.clock import ServerClock
from app.core.collection import Collection
from app.core.connection import Connection
from app.core.poller import Poller
from app.core.unreadable import Unreadable
from app.errors import Broken, Failure, Refused
from app.users.role import EVERYTHING, Rights
from app.visits.record import Visit, filled, is_complete, read_visit
from app.visits.seen import seen
from app.visits.waiting import QueueRow, is_open
from app.wire.client import Client, Reply
from app.wire.envelope import rows_of
from app.wire.rows import RowMemory

# The window asked for: a night's visits are still there, tomorrow's first appointments already.
BACK_S = 24 * 3600
AHEAD_S = 24 * 3600
# The window moves in steps, so that the same question is asked for a while.
_STEP_S = 300
# api/README.md §11: interval of a visit's detail while somebody looks at it.
DETAIL_EVERY_S = 15.0
_AGAIN_S = 60.0
_COMPLETING_AT_ONCE = 3
_PROGRESS = frozenset(("status", "actual_start", "actual_end", "completed_by", "state"))


@dataclass(frozen=True, slots=True)
class _Detail:
    """A visit's detail, the row it was read beside, and when it was (monotonic s)."""

    row: QueueRow | None
    visit: Visit
    at: float


@dataclass(frozen=True, slots=True)
class _Asked:
    """Beside which row, and when (monotonic s), a detail was last asked for, and whether it came."""

    row: QueueRow | None
    at: float
    came: bool = False

    def is_due(self, row: Visit, now: float) -> bool:
        """Once a row; again after a minute if it did not come, or if the row never tells the status."""
        if self.row is not row:
            return True
        return (not self.came or row.status is None) and now - self.at >= _AGAIN_S


@dataclass(frozen=True, slots=True)
class _Answer:
    """asked_at: monotonic s, before the question left. room, rights: that were wanted, and held, then."""

    asked_at: float
    room: str
    rights: Rights
    bodies: list[bytes]
    rows: dict[str, QueueRow]


RoomCodes = Callable[[], Awaitable[Sequence[str]]]


class Queue:
    """The visits of one room, or of all rooms that the person may see.

    room: a room code, or "" for all; `watch_room` changes it. interval_s: seconds between two polls.
    all_rooms: brings the codes of the clinic's rooms, for a server that wants a room with each question.
    is_partial: patients of rooms that are wanted now have not been read yet, so the list may lack them.
    """

    def __init__(
        self, client: Client, clock: ServerClock, interval_s: float, room: str, all_rooms: RoomCodes
    ) -> None:
        self.visits: Collection[QueueRow] = Collection()
        self.connection = Connection(clock, interval_s)
        self.poller: Poller[_Answer | None] = Poller(self._ask, self._take, self.connection, interval_s)
        self._client = client
        self._clock = clock
        self.room = room
        self.is_partial = False
        # Rows of other rooms are left out: a server may tell more than was asked for (visits.md §3).
        self._is_narrowed = False
        self._asks_rooms: Sequence[str] = (room,)
        self._all_rooms = all_rooms
        self._rights = EVERYTHING
        self._memory: RowMemory[QueueRow] = RowMemory(self._read_row)
        self._bodies: list[bytes] = []
        self._rows: dict[str, QueueRow] = {}
        self._details: dict[str, _Detail] = {}
        self._asked: dict[str, _Asked] = {}
        self._watched = ""
        self._looked_at = asyncio.Event()
        self._arrived = asyncio.Event()

    async def run(self) -> None:
        """Keeps the queue fresh until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.poller.run(), name="visits.poll")
            tasks.create_task(self._attend_watched(), name="visits.watched")
            tasks.create_task(self._attend_incomplete(), name="visits.incomplete")

    def limit_to(self, rights: Rights) -> None:
        """From now on visits are known as these rights see them, also those that are known already.

        What was hidden before and is not any more comes with the next answer.
        """
        self._rights = rights
        self._memory = RowMemory(self._read_row)
        self._bodies = []
        self._rows = {visit_id: self._seen(row) for visit_id, row in self._rows.items()}
        self._details = {
            key: _Detail(None, seen(detail.visit, rights), -math.inf) for key, detail in self._details.items()
        }
        self.visits.replace({row.id: self._seen(row) for row in self.visits})

    def watch_room(self, room: str) -> None:
        """From now on patients of this room alone are listed, "" for those of all rooms.

        Others leave the list at once; who is missing comes with the next answer, and until then the list
        `is_partial`.
        """
        if room == self.room:
            return
        # Of all rooms every one is known.
        self.is_partial = self.is_partial or bool(self.room)
        self.room, self._is_narrowed = room, bool(room)
        self._asks_rooms = (room,)
        self._bodies = []
        self._rows = self._watched_of(self._rows)
        self.visits.replace(self._watched_of({row.id: row for row in self.visits}))
        self.poller.wake()

    def restore(self, rows: dict[str, QueueRow], confirmed_at: float) -> None:
        """Shows the rows of an earlier session, last confirmed at `confirmed_at` (Unix s), until others come.

        What they know stays under the first answer, whose rows may leave it out; but not how far a visit is.
        """
        rows = self._watched_of({visit_id: self._seen(row) for visit_id, row in rows.items()})
        for visit_id, row in rows.items():
            if isinstance(row, Visit):
                self._details[visit_id] = _Detail(None, _without_progress(row), -math.inf)
        self.visits.replace(rows)
        self.connection.restore(confirmed_at)

    def forget(self) -> None:
        """Drops what is known: its time is over. The next answer is taken whole."""
        self._bodies, self._rows, self._details = [], {}, {}
        self.visits.replace({})

    def watch(self, visit_id: str | None) -> None:
        """Somebody looks at this visit: its detail is read now and every 15 s. None: at none."""
        self._watched = visit_id or ""
        self._looked_at.set()

    async def read(self, visit_id: str, *, background: bool = False) -> Visit:
        """The visit as the server has it now. Raises Failure; Broken when another visit came back."""
        reply = await self._client.get("visits.get", background=background, id=visit_id)
        visit = read_visit(bytes(reply.data))
        if isinstance(visit, Unreadable) or visit.id != visit_id:
            raise Broken("shape", where="visit.id")
        visit = seen(visit, self._rights)
        self._keep(visit)
        return visit

    async def complete(self) -> None:
        """Reads the detail of each open visit whose row leaves out what the queue needs.

        A visit whose detail cannot be read stays as its row told it; the next round asks again.
        """
        gate = asyncio.Semaphore(_COMPLETING_AT_ONCE)

        async def one(visit_id: str) -> None:
            async with gate:
                row, now = self._rows.get(visit_id), self._clock.monotonic()
                self._asked[visit_id] = _Asked(row, now)
                with suppress(Failure):
                    await self.read(visit_id, background=True)
                    self._asked[visit_id] = _Asked(row, now, came=True)

        async with asyncio.TaskGroup() as tasks:
            for visit_id in self._incomplete():
                tasks.create_task(one(visit_id), name="visits.complete")

    async def _ask(self) -> _Answer | None:
        asked_at, room, rights = self._clock.monotonic(), self.room, self._rights
        replies = await self._replies()
        bodies = [reply.body for reply in replies]
        if bodies == self._bodies:
            return None
        rows: dict[str, QueueRow] = {}
        raw_rows = [raw for reply in replies for raw in rows_of(reply.data)]
        for record in await self._memory.records(raw_rows):
            _add(rows, record)
        return _Answer(asked_at, room, rights, bodies, rows)

    async def _replies(self) -> list[Reply]:
        """One answer for all rooms, or one a room where the server wants `room_code` (visits.md §3)."""
        try:
            return [await self._list(room) for room in self._asks_rooms]
        except Refused as refusal:
            if refusal.status != 400 or any(self._asks_rooms):
                raise
            answers = await self._room_by_room()
            if not answers:
                raise
        if not self.room:
            self._asks_rooms = tuple(answers)
        return list(answers.values())

    async def _room_by_room(self) -> dict[str, Reply]:
        """The answer of each room that this person may see."""
        answers: dict[str, Reply] = {}
        for room in await self._all_rooms():
            try:
                answers[room] = await self._list(room)
            except Refused as refusal:
                if refusal.status not in (403, 404):
                    raise
        return answers

    async def _list(self, room: str) -> Reply:
        # The poller asks again by itself, and says meanwhile how old the list is.
        return await self._client.get("visits.list", self._question(room), repeat=False, first=True)

    def _question(self, room: str) -> dict[str, Any]:
        now = self._clock.now() // _STEP_S * _STEP_S
        question: dict[str, Any] = {"start_time": int(now - BACK_S), "end_time": int(now + AHEAD_S)}
        if room:
            question["room_code"] = room
        return question

    def _take(self, answer: _Answer | None) -> None:
        if answer is not None and (answer.room, answer.rights) != (self.room, self._rights):
            # Somebody has chosen another room, or may see more or less, while the question was out.
            self.poller.wake()
            return
        if answer is not None:
            self.is_partial = False
            self._rows = self._watched_of(answer.rows)
            self.visits.replace(self._watched_of(self._merged(answer.asked_at)))
            self._bodies = answer.bodies
        self._arrived.set()

    def _merged(self, asked_at: float) -> dict[str, QueueRow]:
        """The rows with their details laid under.

        A detail wins over the row it was read beside, and over a row that was asked for before it (QUE-04).
        """
        self._details = {key: detail for key, detail in self._details.items() if key in self._rows}
        self._asked = {key: asked for key, asked in self._asked.items() if key in self._rows}
        if not self._details:
            return self._rows
        merged = dict(self._rows)
        for visit_id, detail in tuple(self._details.items()):
            row = merged[visit_id]
            if row is detail.row or detail.at >= asked_at:
                merged[visit_id] = detail.visit
                self._details[visit_id] = _Detail(row, detail.visit, detail.at)
            elif isinstance(row, Visit):
                merged[visit_id] = filled(row, detail.visit)
        return merged

    def _keep(self, visit: Visit) -> None:
        row = self._rows.get(visit.id)
        if isinstance(row, Visit) and "last_alive" in row.absent:
            # A sign that only details tell would grow old between two of them, as if the patient had gone.
            visit = msgspec.structs.replace(visit, last_alive=None, absent=visit.absent | {"last_alive"})
        complete = filled(visit, row) if isinstance(row, Visit) else visit
        self._details[visit.id] = _Detail(row, complete, self._clock.monotonic())
        if row is not None:
            self.visits.put(complete)

    def _incomplete(self) -> list[str]:
        now = self._clock.monotonic()
        return [
            visit_id
            for visit_id, row in self._rows.items()
            if isinstance(row, Visit)
            and not self._is_complete(row)
            and not self._is_known_of_old(visit_id, row)
            and is_open(row)
            and self._is_due(visit_id, row, now)
        ]

    def _is_known_of_old(self, visit_id: str, row: Visit) -> bool:
        """Whether what the store knew completes a row that has not changed since."""
        detail = self._details.get(visit_id)
        if detail is None or detail.at != -math.inf or row.modified is None:
            return False
        return row.modified == detail.visit.modified and self._is_complete(filled(row, detail.visit))

    def _is_complete(self, visit: Visit) -> bool:
        return is_complete(visit, wants_name=self._rights.identity)

    def _read_row(self, raw: bytes) -> QueueRow:
        return self._seen(read_visit(raw))

    def _watched_of(self, rows: dict[str, QueueRow]) -> dict[str, QueueRow]:
        """Those of the room that was chosen, and those of which nobody knows the room: see `watch_room`."""
        return {
            visit_id: row
            for visit_id, row in rows.items()
            if not self._is_narrowed or isinstance(row, Unreadable) or row.room_code in (None, "", self.room)
        }

    def _seen(self, row: QueueRow) -> QueueRow:
        return row if isinstance(row, Unreadable) else seen(row, self._rights)

    def _is_due(self, visit_id: str, row: Visit, now: float) -> bool:
        asked = self._asked.get(visit_id)
        return asked is None or asked.is_due(row, now)

    async def _attend_watched(self) -> None:
        while True:
            self._looked_at.clear()
            if self._watched in self.visits:
                # The poller speaks for the connection; a detail that fails is asked for again.
                with suppress(Failure):
                    await self.read(self._watched)
            with suppress(TimeoutError):
                async with asyncio.timeout(DETAIL_EVERY_S):
                    await self._looked_at.wait()

    async def _attend_incomplete(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            await self.complete()


def _without_progress(visit: Visit) -> Visit:
    """What was true of a visit then, without what may have become of it since."""
    unsaid = dict.fromkeys(_PROGRESS)
    return msgspec.structs.replace(visit, absent=visit.absent | _PROGRESS, **unsaid)


def _add(rows: dict[str, QueueRow], record: QueueRow) -> None:
    """Adds a row. Two of one id: the one modified last counts. Two alike unreadable rows are both kept."""
    known = rows.get(record.id)
    if isinstance(record, Unreadable):
        copies = 1
        record_id = record.id
        while record_id in rows:
            copies += 1
            record_id = f"{record.id}-{copies}"
        rows[record_id] = record if copies == 1 else Unreadable(id=record_id, complaint=record.complaint)
    elif not isinstance(known, Visit) or (record.modified or 0) >= (known.modified or 0):
        rows[record.id] = record
