"""What changed in the list and nobody has looked at, in words, and the way to it (requirements.md §3.7)."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from ui.kit.labels import ElidedLabel
from ui.theme.theme import Theme
from ui.theme.tokens import Space


class UpdatesBar(QWidget):
    """Keeps its place while it has nothing to say: what comes by itself moves no row under the pointer.

    wanted: show them.
    """

    wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        # Cut at its end in a narrow window: a second line would move the rows.
        self._words = ElidedLabel("", "news", self)
        self.button = QPushButton("Show (F5)", self)
        self.button.setProperty("kind", "small")
        self.button.clicked.connect(self.wanted)
        self._row = QHBoxLayout(self)
        self._row.addStretch(1)
        self._row.addWidget(self._words)
        self._row.addWidget(self.button)
        for part in (self._words, self.button):
            policy = part.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            part.setSizePolicy(policy)
        theme.changed.connect(self._restyle)
        for part in (self._words, self.button):
            part.hide()
        self._restyle()

    def show_updates(self, updates: int, out_of_view: int, new_waiting: int) -> bool:
        """updates: rows that changed, unseen. out_of_view: of these. new_waiting: patients among them who
        wait and are in no row yet. False when the keyboard was here and has to go elsewhere.
        """
        words = updates_text(updates, out_of_view, new_waiting)
        keeps_focus = bool(words) or not self.button.hasFocus()
        if words != self._words.text():
            self._words.setText(words)
            for part in (self._words, self.button):
                part.setVisible(bool(words))
        return keeps_focus

    def words(self) -> str:
        """What it says, "" for nothing."""
        return self._words.text()

    def _restyle(self) -> None:
        px = self._theme.px
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(px(Space.small))


def updates_text(updates: int, out_of_view: int, new_waiting: int) -> str:
    """1 new patient waits · 3 updates, 1 out of view; "" where everything new is in view."""
    if not out_of_view:
        return ""
    patients = "1 new patient waits" if new_waiting == 1 else f"{new_waiting} new patients wait"
    changed = "1 update" if updates == 1 else f"{updates} updates"
    hidden = f"{changed}, {out_of_view} out of view"
    return f"{patients}  ·  {hidden}" if new_waiting else hidden
