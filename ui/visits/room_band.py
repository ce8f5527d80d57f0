"""Says loudly that not all patients are shown: one room alone is watched, or not all has been read yet."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from ui.kit.labels import label
from ui.theme.theme import Theme
from ui.theme.tokens import Space, Tone

_EDGE = 3


class RoomBand(QWidget):
    """Not there while everybody is shown. all_wanted: every room is to be shown."""

    all_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tone: Tone = "warn"
        self._icon = QLabel(self)
        self._words = label("", wrap=True, parent=self)
        self.all_button = QPushButton("Show all rooms", self)
        self.all_button.clicked.connect(self.all_wanted)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._icon)
        self._row.addWidget(self._words, 1)
        self._row.addWidget(self.all_button)
        theme.changed.connect(self._restyle)
        self.show_room("", is_chosen=False, is_partial=False)

    def show_room(self, name: str, *, is_chosen: bool, is_partial: bool) -> None:
        """name: of the one room that is watched, "" for all. is_chosen: by whoever is here, who can choose
        otherwise. is_partial: patients who are wanted have not been read yet."""
        text = _words(name, is_partial=is_partial)
        # Where the clinic has set the room it is what everybody here expects.
        self._tone = "warn" if is_chosen or is_partial else "info"
        self._words.setText(text)
        self.all_button.setVisible(bool(name) and is_chosen)
        self.setVisible(bool(text))
        self._restyle()

    def text(self) -> str:
        """What it says, "" while it is not there."""
        return self._words.text()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, colours = QPainter(self), self._theme.tokens.tone(self._tone)
        painter.fillRect(self.rect(), QColor(colours.bg))
        painter.fillRect(0, 0, self._theme.px(_EDGE), self.height(), QColor(colours.fg))

    def _restyle(self) -> None:
        px, colours = self._theme.px, self._theme.tokens.tone(self._tone)
        icon = "alert_filled" if self._tone == "warn" else "info"
        ratio = self.devicePixelRatioF()
        self._icon.setPixmap(self._theme.icons.pixmap(icon, colours.fg, px(16), ratio, colours.bg))
        self._words.setFont(self._theme.font(weight="strong"))
        self._words.setStyleSheet(f"color: {colours.fg};")
        self._row.setContentsMargins(px(Space.medium), px(Space.tight), px(Space.small), px(Space.tight))
        self._row.setSpacing(px(Space.small))
        self.update()


def _words(name: str, *, is_partial: bool) -> str:
    if name:
        read = " It has not been read yet." if is_partial else ""
        return f"{name} only.{read} Patients of other rooms are not shown."
    return "Not all rooms have been read yet. Patients may be missing here." if is_partial else ""
