"""The actions of one person as they stand now: in memory and in the store, kept alike."""

import asyncio
from contextlib import suppress
from dataclasses import replace

from app.core.action import Action, State, from_bytes
from app.core.collection import Collection
from app.core.store.fault import StoreFault
from app.core.store.store import Store

UNREADABLE = "unreadable"
"""The kind of an entry that cannot be read: it stays in the store as it is, until somebody discards it."""
_UNREADABLE_WORDS = "This entry cannot be read by this version of the program. It is kept as it is."


class Pending:
    """Every change goes to the disk before it is shown; a disk that refuses is behind until it does not."""

    def __init__(self, store: Store) -> None:
        self.actions: Collection[Action] = Collection()
        self._store = store
        # As last read from the store or handed to it: what stands otherwise there, somebody else has moved.
        self._known: dict[str, tuple[bytes, Action]] = {}
        # Of the store when it was read: another one after another process has written.
        self._version: tuple[int, int] | None = None
        # Those that were moved in memory alone.
        self._behind: set[str] = set()
        # The store and the memory are changed together, by one at a time.
        self._both = asyncio.Lock()

    async def add(self, action: Action) -> bool:
        """Keeps a new action; False when there is one of its id. Being cancelled does not undo it."""
        if action.id in self.actions:
            return False
        body = action.to_bytes()
        self._store.add_action(action.id, action.state, body)
        try:
            async with self._both:
                with suppress(StoreFault):
                    # Another process may have kept one of this id before, or another of this subject.
                    await self._follow()
        finally:
            if action.id not in self.actions:
                self._known[action.id] = body, action
                self.actions.put(action)
        return self.actions.get(action.id) == action

    async def inherit(self, other: "Pending") -> None:
        """Takes over where another one of the same store stands, which moves nothing any more."""
        async with self._both:
            self._known |= other._known
            self._behind |= other._behind
            self.actions.replace({**self.actions.all(), **other.actions.all()})
            with suppress(StoreFault):
                await self._adopt()

    def say(self, action: Action, words: str) -> None:
        """Shows other words for where an action stands, here alone."""
        self.actions.put(replace(action, words=words))

    async def move(self, before: Action, after: Action) -> bool:
        """Moves an action; False when somebody else has moved or discarded it meanwhile."""
        async with self._both:
            moved = await self._claim(before, after)
            if moved:
                self.actions.put(after)
            else:
                with suppress(StoreFault):
                    await self._adopt()
        return moved

    def is_written(self, action_id: str) -> bool:
        """Whether the last move of an action is on the disk; else a start would find it as it was."""
        return action_id not in self._behind

    async def _claim(self, before: Action, after: Action) -> bool:
        if not self._is_still(before):
            return False
        body = after.to_bytes()
        try:
            if not await self._store.claim_action(after.id, after.state, body, self._known[before.id][0]):
                return False
        except StoreFault:
            # The disk is behind: it gets what stands in memory as soon as it takes it.
            self._behind.add(after.id)
            self._store.save_action(after.id, after.state, body)
        else:
            self._behind.discard(after.id)
        self._known[after.id] = body, after
        return True

    async def drop(self, action: Action) -> bool:
        """Drops an action; False when somebody else has moved it meanwhile."""
        async with self._both:
            if not self._is_still(action):
                return False
            is_gone = await self._discard(action)
            if is_gone:
                self._behind.discard(action.id)
                self._known.pop(action.id, None)
                self.actions.drop(action.id)
            else:
                with suppress(StoreFault):
                    await self._adopt()
        return is_gone or action.id not in self.actions

    async def _discard(self, action: Action) -> bool:
        with suppress(StoreFault):
            return await self._store.discard_action(action.id, self._known[action.id][0])
        self._store.drop_action(action.id)
        return True

    async def look(self) -> None:
        """Takes over what stands in the store. Raises StoreFault."""
        async with self._both:
            await self._adopt()

    async def follow(self) -> bool:
        """Takes over what another process has changed; whether one has. Raises StoreFault."""
        async with self._both:
            return await self._follow()

    async def _follow(self) -> bool:
        has_changed = await self._store.version() != self._version
        if has_changed:
            await self._adopt()
        return has_changed

    async def _adopt(self) -> None:
        version = await self._store.version()
        before = {action.id for action in self.actions}
        rows, behind = await self._store.actions_and_behind()
        mine, known = self.actions.all(), self._known
        kept: dict[str, Action] = {}
        self._known = {}
        for row in rows:
            # What the disk is behind on stands in memory, or was dropped there.
            if row.id in behind:
                if row.id in mine:
                    kept[row.id], self._known[row.id] = mine[row.id], known[row.id]
                continue
            was = known.get(row.id)
            if was is None or was[0] != row.body:
                # Only what has changed is decoded again.
                was = row.body, _decoded(row.id, row.body)
            kept[row.id], self._known[row.id] = was[1], was
        for action_id, action in mine.items():
            if action_id not in kept and (action_id in behind or action_id not in before):
                kept[action_id], self._known[action_id] = action, known[action_id]
        self.actions.replace(kept)
        self._version = version

    def _is_still(self, action: Action) -> bool:
        """Other words for the same are no move."""
        mine = self.actions.get(action.id)
        return mine is not None and replace(mine, words="") == replace(action, words="")


def _decoded(action_id: str, body: bytes) -> Action:
    """The action as it was kept; one that cannot be read is shown as that, and stays in the store."""
    with suppress(ValueError, TypeError, KeyError):
        action = from_bytes(body)
        if action.id == action_id:
            return action
    return Action(
        id=action_id,
        kind=UNREADABLE,
        subject=action_id,
        body={},
        made_at=0.0,
        state=State.REFUSED,
        words=_UNREADABLE_WORDS,
    )
