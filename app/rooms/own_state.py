"""Whether who is signed in takes patients: available or away, per room, and in a call (api/rooms.md §3).

The server knows two words, available and not, and its word is what is shown; what was chosen here stands
beside it, so that it shows when somebody else, or the server itself, has changed it since. A call is the
third word, and is ours alone: the server learns of it from the visit (`visits.inprogress`), and availability
stays as it was chosen, since by it patients find the room.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from app.core.audit import Audit
from app.core.listeners import Listeners
from app.errors import Broken, Failure, NotOffered, Refused, Uncertain
from app.rooms.rooms import Rooms

AUDITED: Final = "own_state"
"""In the audit, with the outcome "available" or "away"; "_in_room" follows where it was said of one room."""
SIGN_OFF_S: Final = 2.0
_EVERY_S = 60.0
# Every so many times it is looked whether there are other rooms by now.
_ALL_EVERY = 5


class Word(StrEnum):
    """PARTLY: in some rooms. UNKNOWN: the server has not said, or not since an answer was lost."""

    AVAILABLE = "available"
    AWAY = "away"
    PARTLY = "partly"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class InRoom:
    """How somebody stands in one room.

    online: as the server said last, None where that is not known. chosen: what was last chosen here and
    reached the server; None: nothing.
    """

    code: str
    online: bool | None = None
    chosen: bool | None = None

    @property
    def is_overruled(self) -> bool:
        """Whether it is not, or no longer, what was chosen here."""
        return None not in (self.online, self.chosen) and self.online != self.chosen


@dataclass(frozen=True, slots=True)
class Stand:
    """How the provider stands with their patients.

    rooms: those they work in, by code; none before they were read, or where they are in none. at: when the
    server said so, its time in Unix s. in_call: here. is_changing: a choice is on its way.
    is_offered: False once this clinic's server was found not to let it be set.
    """

    rooms: tuple[InRoom, ...] = ()
    at: float | None = None
    in_call: bool = False
    is_changing: bool = False
    is_offered: bool = True

    @property
    def word(self) -> Word:
        """Over all rooms; one that is not known makes the whole so, since it may be open to patients."""
        said = {room.online for room in self.rooms}
        if not said or None in said:
            return Word.UNKNOWN
        if len(said) > 1:
            return Word.PARTLY
        return Word.AVAILABLE if True in said else Word.AWAY

    @property
    def available_in(self) -> int:
        """In how many rooms the server has them as available."""
        return sum(room.online is True for room in self.rooms)


class OwnState:
    """The own state of who is signed in.

    me: their user id. now: the server's time, Unix s. may: whether they talk to patients; else nothing is
    asked. Locking changes nothing here: who went for a minute is still who patients wait for. Signing out
    ends it, see `sign_off`.
    """

    def __init__(
        self, rooms: Rooms, me: str, audit: Audit, now: Callable[[], float], may: Callable[[], bool]
    ) -> None:
        self._rooms, self._me, self._audit, self._now, self._may = rooms, me, audit, now, may
        self._stand = Stand()
        self._listeners: Listeners[[]] = Listeners()
        self._turn = asyncio.Lock()
        self._acts = self._reads = 0

    @property
    def stand(self) -> Stand:
        """How they stand now."""
        return self._stand

    @property
    def is_provider(self) -> bool:
        """Whether there is anything to choose: they talk to patients, and work in a room as far as known."""
        return self._may() and (bool(self._stand.rooms) or self._stand.at is None)

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Calls `listener` when `stand` is another. Returns the way to stop it."""
        return self._listeners.add(listener)

    def set_in_call(self, in_call: bool) -> None:
        """A call was opened here, or the last one has ended. Nothing is sent."""
        self._show(in_call=in_call)

    def offer_again(self) -> None:
        """What was found not to be offered may be tried again; see `Session.look_again`."""
        self._show(is_offered=True)

    async def run(self) -> None:
        """Keeps the server's word fresh until cancelled."""
        while True:
            if self._may():
                # The last word stands with its time: the poller speaks for the connection.
                with suppress(Failure):
                    await self.read()
            await asyncio.sleep(_EVERY_S)

    async def read(self) -> None:
        """Asks each room what it says (`rooms.providers`). A word that is older than an own act is dropped.

        Raises Failure; a room that does not tell is not known, and the others are read.
        """
        acts = self._acts
        read = await self._read()
        if acts == self._acts:
            self._take(read)

    async def choose(self, available: bool, code: str = "") -> None:
        """Available or away, in one room or in all of theirs (`users.presence`). Choices go in their order.

        An act whose answer was lost is read again: it has succeeded if the rooms show it. Raises Failure:
        NotOffered at a server without it; after Uncertain and Broken it is not known how it stands.
        """
        async with self._turn:
            self._acts += 1
            self._show(is_changing=True)
            try:
                await self._say(available, code)
            except NotOffered:
                self._show(is_offered=False)
                raise
            else:
                self._show(is_offered=True)
            finally:
                self._acts += 1
                self._show(is_changing=False)
        self._audit.note(AUDITED, self._me, ("available" if available else "away") + "_in_room" * bool(code))

    async def sign_off(self) -> bool:
        """Away in all rooms, because the person signs out; whether the server took it. Takes 2 s at most.

        Never fails: a server that was not told sees the sign-in end.
        """
        is_away = bool(self._stand.rooms) and self._stand.word == Word.AWAY
        if is_away or not self.is_provider or not self._stand.is_offered:
            return False
        try:
            async with asyncio.timeout(SIGN_OFF_S):
                await self.choose(False)
        except (Failure, TimeoutError):
            return False
        return True

    # -- asking and telling

    async def _say(self, available: bool, code: str) -> None:
        meant = {code} if code else {room.code for room in self._stand.rooms}
        try:
            presence = await self._rooms.set_presence(available, code)
        except (Uncertain, Broken):
            await self._look_after(meant)
            if not self._is(available, code):
                raise
            self._chose(available, meant)
            return
        told = set(presence.rooms) or meant
        if presence.online is None or not told:
            await self._look_after(told)
        else:
            self._show(rooms=self._with(dict.fromkeys(sorted(told), presence.online)), at=self._now())
        self._chose(available, told)

    async def _look_after(self, codes: set[str]) -> None:
        """After an act that did not tell: until it is read, nobody knows how it stands."""
        self._show(rooms=self._with(dict.fromkeys(sorted(codes))))
        # What cannot be read now stays not known.
        with suppress(Failure):
            self._take(await self._read())

    async def _read(self) -> dict[str, bool | None]:
        """What each of their rooms says; None where one does not tell. Raises Failure."""
        codes = known = [room.code for room in self._stand.rooms]
        if self._reads % _ALL_EVERY == 0 or not known:
            codes = [room.code for room in self._rooms.rooms] or await self._rooms.codes()
        self._reads += 1
        found: dict[str, bool | None] = {}
        for code in codes:
            try:
                people = (await self._rooms.read_providers(code, background=True)).records
            except (Refused, Broken):
                if code in known:
                    found[code] = None
            else:
                found.update((code, person.online) for person in people if person.id == self._me)
        return found

    # -- what is known

    def _is(self, available: bool, code: str) -> bool:
        rooms = [room for room in self._stand.rooms if room.code == code or not code]
        return bool(rooms) and all(room.online is available for room in rooms)

    def _take(self, read: dict[str, bool | None]) -> None:
        gone = {room.code for room in self._stand.rooms} - read.keys()
        rooms = tuple(room for room in self._with(read) if room.code not in gone)
        self._show(rooms=rooms, at=self._now())

    def _with(self, said: dict[str, bool | None]) -> tuple[InRoom, ...]:
        """The rooms as known, with what is said of some."""
        rooms = {room.code: room for room in self._stand.rooms}
        for code, online in said.items():
            rooms[code] = replace(rooms.get(code, InRoom(code)), online=online)
        return tuple(rooms.values())

    def _chose(self, available: bool, codes: set[str]) -> None:
        rooms = self._stand.rooms
        self._show(
            rooms=tuple(replace(room, chosen=available) if room.code in codes else room for room in rooms)
        )

    def _show(self, **changes: Any) -> None:
        stand = replace(self._stand, **changes)
        if stand != self._stand:
            self._stand = stand
            self._listeners.tell()
