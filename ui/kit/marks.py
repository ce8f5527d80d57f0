"""What changed in a list and was not looked at yet (requirements.md §3.7). No Qt."""

from collections.abc import Callable, Iterable, Sequence
from time import monotonic
from typing import Any, Literal

from app.core.collection import Change, Collection
from app.core.listeners import Listeners
from ui.kit.column import Column, Facts

Mark = Literal["", "new", "changed"]

SEEN_AFTER_S = 8.0
"""Somebody who is there sees a row that is in view for so long [assumed]."""
OWN_S = 30.0
"""What becomes of a visit so long after the person acted on it is their own doing [assumed]."""
_ALL: frozenset[str] = frozenset({"*"})


class Marks:
    """Marks of records that came, and of single cells whose fact became another, until they were seen.

    is_news: whether what changes now is. seen(ids): their marks went. clock: monotonic seconds.
    """

    def __init__(
        self,
        collection: Collection[Any],
        columns: Sequence[Column],
        is_news: Callable[[], bool] = lambda: True,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._collection, self._is_news, self._clock = collection, is_news, clock
        self._facts = [(column.name, column.facts) for column in columns if column.facts is not None]
        self._marked: dict[str, frozenset[str]] = {}
        self._looked_s: dict[str, float] = {}
        self._own_until: dict[str, float] = {}
        self.seen: Listeners[frozenset[str]] = Listeners()
        # Before any other listener: who paints a change asks for its marks.
        self._stop = collection.listen(self._changed)

    @property
    def ids(self) -> frozenset[str]:
        """All that bear a mark."""
        return frozenset(self._marked)

    def close(self) -> None:
        """Listens no longer."""
        self._stop()

    def of(self, record_id: str, column: str) -> Mark:
        marked = self._marked.get(record_id)
        if marked is None:
            return ""
        if marked is _ALL:
            return "new"
        return "changed" if column in marked else ""

    def look(self, ids: Iterable[str], seconds: float) -> None:
        """Somebody had these in view for another `seconds`."""
        seen = set()
        for record_id in ids:
            if record_id in self._marked:
                self._looked_s[record_id] = self._looked_s.get(record_id, 0.0) + seconds
                if self._looked_s[record_id] >= SEEN_AFTER_S:
                    seen.add(record_id)
        self.see(seen)

    def see(self, ids: Iterable[str]) -> None:
        """These were seen."""
        gone = frozenset(record_id for record_id in ids if self._marked.pop(record_id, None) is not None)
        for record_id in gone:
            self._looked_s.pop(record_id, None)
        if gone:
            self.seen.tell(gone)

    def own(self, record_id: str) -> None:
        """The person acts on this one, and knows what becomes of it."""
        now = self._clock()
        self._own_until = {each: until for each, until in self._own_until.items() if until > now}
        self._own_until[record_id] = now + OWN_S
        self.see((record_id,))

    def _is_own(self, record_id: str) -> bool:
        return record_id in self._own_until and self._clock() < self._own_until[record_id]

    def _changed(self, change: Change) -> None:
        self.see(change.removed)
        if not self._is_news():
            return
        for record_id in change.added:
            if not self._is_own(record_id):
                self._mark(record_id, _ALL)
        for record_id in change.updated:
            if not self._is_own(record_id) and self._marked.get(record_id) is not _ALL:
                self._mark(record_id, self._differing(record_id, change.before.get(record_id)))

    def _mark(self, record_id: str, columns: frozenset[str]) -> None:
        if columns:
            before = self._marked.get(record_id, frozenset())
            self._marked[record_id] = _ALL if columns is _ALL else before | columns
            self._looked_s.pop(record_id, None)

    def _differing(self, record_id: str, before: Any) -> frozenset[str]:
        now = self._collection.get(record_id)
        if before is None or now is None:
            return frozenset()
        return frozenset(name for name, facts in self._facts if _differ(facts(before), facts(now)))


def _differ(before: Facts, now: Facts) -> bool:
    """What was not known, or is not any more, has not changed by that."""
    if before == now:
        return False
    return any(old != new and ... not in (old, new) for old, new in zip(before, now, strict=True))
