"""The actions of one person as they stand now: in memory and in the store, kept alike."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from app.core.action import Action, State, from_bytes
from app.core.collection import Collection
from app.core.store.fault import StoreFault
from app.core.store.store import Store

UNREADABLE = "unreadable"
"""The kind of an entry that cannot be read: it stays in the store as it is, until somebody discards it."""
_UNREADABLE_WORDS = "This entry cannot be read by this version of the program. It is kept as it is."


class Pending:
    """Every change goes to the disk before it is shown; a disk that refuses is behind until it does not.

    is_sender: whether this process is the one that sends, and therefore knows best what is on its way.
    """

    def __init__(self, store: Store, is_sender: Callable[[], bool]) -> None:
        self.actions: Collection[Action] = Collection()
        self.added: set[str] = set()
        self._store = store
        self._is_sender = is_sender
        # The store and the memory are changed together, by one at a time.
        self._both = asyncio.Lock()

    async def add(self, action: Action) -> bool:
        """Keeps a new action; False when there is one of its id."""
        if action.id in self.actions:
            return False
        self.added.add(action.id)
        async with self._both:
            self._store.add_action(action.id, action.state, action.to_bytes())
            with suppress(StoreFault):
                await self._store.flush()
                # Another process may have kept one of this id before.
                await self._adopt()
            if action.id not in self.actions:
                self.actions.put(action)
        return self.actions.get(action.id) == action

    async def move(self, before: Action, after: Action) -> bool:
        """Moves an action; False when another process has moved or discarded it meanwhile."""
        async with self._both:
            moved = await self._claim(before, after)
            if moved:
                self.actions.put(after)
        if not moved:
            await self.look()
        return moved

    async def _claim(self, before: Action, after: Action) -> bool:
        try:
            if await self._store.claim_action(after.id, after.state, after.to_bytes(), before.state):
                return True
        except StoreFault:
            pass
        else:
            if self._store.trouble is None:
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
        """Drops an action; False when another process has moved it meanwhile."""
        async with self._both:
            with suppress(StoreFault):
                if action.kind == UNREADABLE:
                    # Its state in the store may be any.
                    self._store.drop_action(action.id)
                    await self._store.flush()
                else:
                    await self._store.discard_action(action.id, action.state)
                if self._store.trouble is None:
                    await self._adopt()
                    return action.id not in self.actions
            self._store.drop_action(action.id)
            self.actions.replace({key: kept for key, kept in self._known().items() if key != action.id})
        return True

    async def look(self) -> None:
        """Takes over what stands in the store. Raises StoreFault."""
        async with self._both:
            await self._adopt()

    async def _adopt(self) -> None:
        if self._store.trouble is not None:
            return
        kept = {row.id: _read(row.id, row.body) for row in await self._store.actions()}
        known = self._known()
        for action_id, action in kept.items():
            mine = known.get(action_id)
            # What this process found out and did not write down stays, as long as nobody else moved it.
            if mine is not None and self._is_sender() and mine.state == action.state:
                kept[action_id] = mine
        self.actions.replace(kept)

    def _known(self) -> dict[str, Action]:
        return {action.id: action for action in self.actions}


def _read(action_id: str, body: bytes) -> Action:
    """The action as it was kept; one that cannot be read is shown as that, and stays in the store."""
    try:
        return from_bytes(body)
    except (ValueError, TypeError, KeyError):
        return Action(
            id=action_id,
            kind=UNREADABLE,
            subject=action_id,
            body={},
            made_at=0.0,
            state=State.REFUSED,
            words=_UNREADABLE_WORDS,
        )
