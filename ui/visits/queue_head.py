"""The head of the queue: its title, what is new in it, and how many wait."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.kit.formats import listed
from ui.kit.labels import label
from ui.kit.whole import Whole
from ui.theme.theme import Theme
from ui.theme.tokens import Space
from ui.visits.updates_bar import UpdatesBar


class QueueHead(Whole):
    """Above the list, and never lower than its words need."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._counts = label("", "soft", wrap=True, parent=self)
        self.updates_bar = UpdatesBar(theme, self)
        self._top = QHBoxLayout()
        self._top.addWidget(label("Queue", "title", parent=self))
        self._top.addWidget(self.updates_bar, 1)
        self.column.addLayout(self._top)
        self.column.addWidget(self._counts)
        theme.changed.connect(self._restyle)
        self._restyle()

    def say(self, age: str, counts: str, zone: str) -> None:
        """age: since when nothing is known, "" while the list is fresh. zone: of all times, "" for this
        machine's."""
        text = listed((age, counts, zone))
        if text != self._counts.text():
            self._counts.setText(text)

    def text(self) -> str:
        """What the line under the title says."""
        return self._counts.text()

    def _restyle(self) -> None:
        px = self._theme.px
        self.column.setContentsMargins(px(Space.large), px(Space.medium), px(Space.large), px(Space.medium))
        self.column.setSpacing(px(Space.hair))
