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
                    # Another process may have kept one of this id before.
                    await self._adopt()
        finally:
            if action.id not in self.actions:
                self.actions.put(action)
        return self.actions.get(action.id) == action

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

    async def _claim(self, before: Action, after: Action) -> bool:
        try:
            return await self._store.claim_action(after.id, after.state, after.to_bytes(), before.state)
        except StoreFault:
            if not self._is_still(before):
                return False
            # The disk is behind: it gets what stands in memory as soon as it takes it.
            self._store.save_action(after.id, after.state, after.to_bytes())
            return True

    async def save(self, action: Action) -> None:
        """Keeps what an attempt has found out, before it goes on."""
        async with self._both:
            self._store.save_action(action.id, action.state, action.to_bytes())
            with suppress(StoreFault):
                await self._store.flush()
            self.actions.put(action)

    async def drop(self, action: Action) -> bool:
        """Drops an action; False when somebody else has moved it meanwhile."""
        async with self._both:
            if not self._is_still(action):
                return False
            try:
                if action.kind == UNREADABLE:
                    # Its state in the store may be any.
                    self._store.drop_action(action.id)
                else:
                    await self._store.discard_action(action.id, action.state)
                await self._adopt()
            except StoreFault:
                self._store.drop_action(action.id)
                self.actions.replace({kept.id: kept for kept in self.actions if kept.id != action.id})
        return action.id not in self.actions

    async def look(self) -> None:
        """Takes over what stands in the store. Raises StoreFault."""
        async with self._both:
            await self._adopt()

    async def _adopt(self) -> None:
        before = {action.id for action in self.actions}
        rows = await self._store.actions()
        read = self._read
        self._read = {
            row.id: read[row.id]
            if row.id in read and read[row.id][0] == row.body
            else (row.body, _decoded(row.id, row.body))
            for row in rows
        }
        kept = {action_id: action for action_id, (_, action) in self._read.items()}
        added = {action.id: action for action in self.actions if action.id not in before}
        self.actions.replace({**added, **kept})

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
