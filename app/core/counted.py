"""How many there are of each kind, kept as single ones change: nobody is counted anew."""

from collections import Counter
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Counted(Generic[K]):
    """Ids, each of one kind."""

    def __init__(self) -> None:
        self._kinds: dict[str, K] = {}
        self._counts: Counter[K] = Counter()

    def put(self, record_id: str, kind: K | None) -> None:
        """From now on the id is of this kind; None: of none, and is not counted."""
        before = self._kinds.get(record_id)
        if before == kind:
            return
        if before is not None:
            self._counts[before] -= 1
            del self._kinds[record_id]
        if kind is not None:
            self._counts[kind] += 1
            self._kinds[record_id] = kind

    def of(self, record_id: str) -> K | None:
        """The kind of an id."""
        return self._kinds.get(record_id)

    def count(self, kind: K) -> int:
        """How many there are of a kind."""
        return self._counts[kind]

    def ids(self, kind: K) -> list[str]:
        """Those of a kind."""
        return [record_id for record_id, its_kind in self._kinds.items() if its_kind == kind]

    def ever(self) -> list[K]:
        """All kinds that there were at any time."""
        return list(self._counts)

    def clear(self) -> None:
        """Nobody is counted any more."""
        self._kinds.clear()
        self._counts.clear()
