"""What of the queue is shown: columns and folded sections, by the menu key or the right button."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QMenu, QWidget

from app.visits.sections import FOLDABLE, Section
from ui.kit.column import Column
from ui.visits.queue_columns import ALWAYS
from ui.visits.section_words import TITLES


class ArrangeMenu(QMenu):
    """Made anew each time; deletes itself.

    hidden: names of columns that are left out. is_folded: of a section. turn_column, turn_section: shows one
    that is left out, or the other way round.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        hidden: frozenset[str],
        is_folded: Callable[[Section], bool],
        turn_column: Callable[[str], None],
        turn_section: Callable[[Section], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.addSection("Columns")
        for column in columns:
            if column.name not in ALWAYS:
                self._add(column.title, column.name not in hidden, turn_column, column.name)
        self.addSection("Shown in full")
        for place in sorted(FOLDABLE):
            self._add(TITLES[place], not is_folded(place), turn_section, place)
        self.aboutToHide.connect(self.deleteLater)

    def _add(self, words: str, is_shown: bool, turn: Callable[[Any], None], what: Any) -> None:
        action = self.addAction(words)
        action.setCheckable(True)
        action.setChecked(is_shown)
        action.triggered.connect(lambda _checked: turn(what))
