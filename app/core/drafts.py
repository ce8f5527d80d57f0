"""What somebody has typed and not yet saved: it outlives lock, sign-out, crash and power cut (SEC-06)."""

from collections.abc import Callable

from app.core.listeners import Listeners
from app.core.store.store import Store


class Drafts:
    """Typed texts of one person, each in its place.

    A place is text that names the record and the field, such as "note|48211|diagnosis": what is typed comes
    back to the same patient and the same field, and to no other.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        # None where it was dropped: what is still being read must not bring it back.
        self._texts: dict[str, str | None] = {}
        self._listeners: Listeners[[]] = Listeners()

    async def load(self) -> None:
        """Brings back what was typed before. Raises StoreFault."""
        self._texts = {**await self._store.drafts(), **self._texts}
        self._listeners.tell()

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Calls `listener` after every change. Returns the way to stop it."""
        return self._listeners.add(listener)

    def text(self, place: str) -> str | None:
        """What was typed in a place; None when nothing was."""
        return self._texts.get(place)

    def places(self, beginning: str) -> list[str]:
        """The places with a draft whose name begins so."""
        return [
            place for place, text in self._texts.items() if text is not None and place.startswith(beginning)
        ]

    def write(self, place: str, text: str) -> None:
        """Keeps what is typed in a place now."""
        if self._texts.get(place) != text:
            self._texts[place] = text
            self._store.put_draft(place, text)
            self._listeners.tell()

    def drop(self, place: str) -> None:
        """Keeps it no longer: it was saved, or the person does not want it."""
        if self._texts.get(place, "") is not None:
            self._texts[place] = None
            self._store.drop_draft(place)
            self._listeners.tell()

    def forget(self) -> None:
        """Drops what is in memory, after the store was wiped."""
        self._texts.clear()
        self._listeners.tell()

    async def flush(self) -> None:
        """Returns when all of it is on the disk. Raises StoreFault when some is not."""
        await self._store.flush()
