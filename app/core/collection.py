"""All records of one kind, keyed by id; tells listeners which ids changed, and what they were."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from app.core.listeners import Listeners


class Record(Protocol):
    """One fact: frozen, compared by value, with an id."""

    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Change:
    """Ids that came, changed or went. Never empty when announced.

    before: the records that changed or went, by id, as they were.
    """

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    before: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def __bool__(self) -> bool:
        return bool(self.added or self.updated or self.removed)


Listener = Callable[[Change], None]


class Collection(Generic[R]):
    """Facts of one kind as they look now. Equal means silence: only real differences are announced."""

    def __init__(self) -> None:
        self._records: dict[str, R] = {}
        # Others hold these records: a change makes another mapping of them.
        self._is_given = False
        self._listeners: Listeners[Change] = Listeners()

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[R]:
        # Whoever goes through them may change them meanwhile.
        return iter(tuple(self._records.values()))

    def __contains__(self, record_id: object) -> bool:
        return record_id in self._records

    def get(self, record_id: str) -> R | None:
        """The record, or None when it is not (or no longer) known."""
        return self._records.get(record_id)

    def all(self) -> Mapping[str, R]:
        """All records by id. A later change makes another mapping: this one stays as it is."""
        self._is_given = True
        return self._records

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Calls `listener` after each change, in the same turn. Returns the way to stop it."""
        return self._listeners.add(listener)

    def replace(self, records: Mapping[str, R]) -> Change:
        """Makes `records` the whole truth, announces the difference and returns it."""
        known = self._records
        if records is known:
            return Change()
        added, updated = [], []
        for record_id, record in records.items():
            old = known.get(record_id)
            if old is record:
                continue
            if old is None:
                added.append(record_id)
            elif old != record:
                updated.append(record_id)
        removed = tuple(record_id for record_id in known if record_id not in records)
        before = {record_id: known[record_id] for record_id in (*updated, *removed)}
        self._records, self._is_given = dict(records), False
        return self._announce(Change(tuple(added), tuple(updated), removed, before))

    def put(self, record: R) -> Change:
        """Replaces or adds one record, announces it if it differs, and returns the change."""
        old = self._records.get(record.id)
        if old == record:
            return Change()
        self._own()[record.id] = record
        if old is None:
            return self._announce(Change(added=(record.id,)))
        return self._announce(Change(updated=(record.id,), before={record.id: old}))

    def drop(self, record_id: str) -> Change:
        """Removes one record, announces it if it was there, and returns the change."""
        if record_id not in self._records:
            return Change()
        old = self._own().pop(record_id)
        return self._announce(Change(removed=(record_id,), before={record_id: old}))

    def _own(self) -> dict[str, R]:
        """The records, to be changed."""
        if self._is_given:
            self._records, self._is_given = dict(self._records), False
        return self._records

    def _announce(self, change: Change) -> Change:
        if change:
            self._listeners.tell(change)
        return change
