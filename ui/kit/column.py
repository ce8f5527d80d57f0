"""One column of a table: what a record says in it, how that looks, and how wide it wants to be."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt

from ui.kit.cell import Cell

Facts = tuple[Hashable, ...]
"""Always as many of one column; `...` for one that is not known."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    text: the cell's words; or cell: its look, whose words serve as text. tooltip: plain text; without
    one, words that are cut are shown whole.
    weight: share of spare width. chars: width below which it makes no sense. priority: 0 always stays, the
    largest is hidden first when the table is narrow. facts: what the cell is about, without what time alone
    does to it; where one of them changes the cell is marked. None: it is never marked.
    """

    name: str
    title: str
    text: Callable[[Any], str] | None = None
    tooltip: Callable[[Any], str] | None = None
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft
    cell: Callable[[Any], Cell] | None = None
    weight: float = 1.0
    chars: int = 8
    priority: int = 0
    facts: Callable[[Any], Facts] | None = None

    def look(self, record: Any) -> Cell:
        """How `record` looks in this column."""
        if self.cell is not None:
            return self.cell(record)
        return Cell(self.text(record) if self.text else "")

    def words(self, record: Any) -> str:
        """What `record` says in this column."""
        return self.text(record) if self.text is not None else self.look(record).text()

    def tip(self, record: Any) -> str:
        """What is said of `record` where somebody rests on it."""
        return self.tooltip(record) if self.tooltip is not None else ""
