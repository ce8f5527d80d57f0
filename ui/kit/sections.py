"""Sections of a list: which record is in which, how many each has, and which are folded away. No Qt."""

from collections.abc import Hashable, Iterable
from typing import Any, NamedTuple

from app.core.counted import Counted


class Heading(NamedTuple):
    """In the place of a record's id: the row above the records of one section."""

    section: Any


class Sections:
    """Sections sort by their own value. folded: those whose records are counted and not shown."""

    def __init__(self, folded: Iterable[Hashable] = ()) -> None:
        self._records: Counted[Any] = Counted()
        self._told: dict[Any, int] = {}
        self._folded = set(folded)

    def put(self, record_id: str, section: Any) -> None:
        """From now on the record is in this section; None: in none."""
        self._records.put(record_id, section)

    def of(self, record_id: str) -> Any:
        """The section of a record, also of one that is folded; None: it is in none."""
        return self._records.of(record_id)

    def count(self, section: Any) -> int:
        """Records in a section, folded ones too."""
        return self._records.count(section)

    def is_folded(self, section: Any) -> bool:
        return section in self._folded

    def fold(self, section: Any, folded: bool) -> list[str]:
        """Folds a section or unfolds it. The records whose place changes by that."""
        if folded == self.is_folded(section):
            return []
        self._told.pop(section, None)
        (self._folded.add if folded else self._folded.discard)(section)
        return self._records.ids(section)

    def headings(self) -> dict[Heading, bool]:
        """All that there ever were, and whether there is anything under them now."""
        return {Heading(section): self.count(section) > 0 for section in self._records.ever()}

    def recounted(self) -> list[Heading]:
        """Headings whose words are others than when this was asked last."""
        counts = {section: self.count(section) for section in self._records.ever()}
        changed = [section for section, count in counts.items() if self._told.get(section) != count]
        self._told = counts
        return [Heading(section) for section in changed]
