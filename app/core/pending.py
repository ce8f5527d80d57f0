"""The actions of one person as they stand now: in memory and in the store, kept alike."""

import asyncio
from contextlib import suppress

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
        # As last read from the store: only what has changed there is decoded again.
        self._read: dict[str, tuple[bytes, Action]] = {}
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
        self._store.add_action(action.id, action.state, action.to_bytes())
        try:
            async with self._both:
                with suppress(StoreFault):
                    # Another process may have kept one of this id before, or another of this subject.
                    await self._follow()
        finally:
            if action.id not in self.actions:
                self.actions.put(action)
        return self.actions.get(action.id) == action

    def show(self, action: Action) -> None:
        """Shows an action otherwise, or one that another part of this process has handed to the store."""
        self.actions.put(action)

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
        try:
            moved = await self._store.claim_action(after.id, after.state, after.to_bytes(), before.state)
        except StoreFault:
            if not self._is_still(before):
                return False
            # The disk is behind: it gets what stands in memory as soon as it takes it.
            self._behind.add(after.id)
            self._store.save_action(after.id, after.state, after.to_bytes())
            return True
        self._behind.discard(after.id)
        return moved

    async def drop(self, action: Action) -> bool:
        """Drops an action; False when somebody else has moved it meanwhile."""
        async with self._both:
            if not self._is_still(action):
                return False
            is_gone = await self._discard(action)
            if is_gone:
                self._behind.discard(action.id)
                self.actions.drop(action.id)
            else:
                with suppress(StoreFault):
                    await self._adopt()
        return is_gone or action.id not in self.actions

    async def _discard(self, action: Action) -> bool:
        # The state in the store of one that cannot be read may be any.
        if action.kind != UNREADABLE:
            with suppress(StoreFault):
                return await self._store.discard_action(action.id, action.state)
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
        read = self._read
        self._read = {
            row.id: read[row.id]
            if row.id in read and read[row.id][0] == row.body
            else (row.body, _decoded(row.id, row.body))
            for row in rows
        }
        mine = self.actions.all()
        # What the disk is behind on stands in memory, or was dropped there.
        kept = {
            row.id: mine[row.id] if row.id in behind else self._read[row.id][1]
            for row in rows
            if row.id in mine or row.id not in behind
        }
        for action in self.actions:
            if action.id in behind or action.id not in before:
                kept.setdefault(action.id, action)
        self.actions.replace(kept)
        self._version = version

    def _is_still(self, action: Action) -> bool:
        mine = self.actions.get(action.id)
        return mine is not None and mine.state == action.state


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
