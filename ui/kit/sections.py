"""Sections of a list: which record is in which, how many each has, and which are folded away. No Qt."""

from collections import Counter
from collections.abc import Hashable, Iterable
from typing import Any, NamedTuple


class Heading(NamedTuple):
    """In the place of a record's id: the row above the records of one section."""

    section: Any


class Sections:
    """Sections sort by their own value. folded: those whose records are counted and not shown."""

    def __init__(self, folded: Iterable[Hashable] = ()) -> None:
        self._of: dict[str, Any] = {}
        self._counts: Counter[Any] = Counter()
        self._told: dict[Any, int] = {}
        self._folded = set(folded)

    def put(self, record_id: str, section: Any) -> None:
        """From now on the record is in this section; None: in none."""
        before = self._of.get(record_id)
        if before == section:
            return
        if before is not None:
            self._counts[before] -= 1
            del self._of[record_id]
        if section is not None:
            self._counts[section] += 1
            self._of[record_id] = section

    def count(self, section: Any) -> int:
        """Records in a section, folded ones too."""
        return self._counts[section]

    def is_folded(self, section: Any) -> bool:
        return section in self._folded

    def fold(self, section: Any, folded: bool) -> list[str]:
        """Folds a section or unfolds it. The records whose place changes by that."""
        if folded == self.is_folded(section):
            return []
        self._told.pop(section, None)
        (self._folded.add if folded else self._folded.discard)(section)
        return [record_id for record_id, its_section in self._of.items() if its_section == section]

    def headings(self) -> dict[Heading, bool]:
        """All that there ever were, and whether there is anything under them now."""
        return {Heading(section): count > 0 for section, count in self._counts.items()}

    def recounted(self) -> list[Heading]:
        """Headings whose words are others than when this was asked last."""
        changed = [section for section, count in self._counts.items() if self._told.get(section) != count]
        self._told.update((section, self._counts[section]) for section in changed)
        return [Heading(section) for section in changed]
