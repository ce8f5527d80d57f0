"""What was not taken by the server, beside what it has instead: both whole, nothing lost (OFF-03)."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QVBoxLayout, QWidget

from ui.kit.draft_line import EMPTY
from ui.kit.edits import EditField, Refused, Texts
from ui.kit.facts import Value
from ui.kit.labels import label
from ui.theme.theme import Theme
from ui.theme.tokens import Space

_SKIPPED = "Your newer text was left as it is: {}. Copy what you need from here."


class ConflictCard(QFrame):
    """Not there while nothing was refused. again_wanted: the texts shall be put into the fields again."""

    again_wanted = Signal()

    def __init__(self, theme: Theme, fields: tuple[EditField, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._titles = {field.name: field.title for field in fields}
        self._shown: tuple[Refused, Texts] | None = None
        self.setProperty("card", True)
        self._title = label("Not taken by the server", "strong", wrap=True, parent=self)
        self._words = label("", wrap=True, parent=self)
        self._more = label("", "error", wrap=True, parent=self)
        self._pairs = QWidget(self)
        self._grid = QGridLayout(self._pairs)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        self.again_button = QPushButton("Use &mine again", self)
        self.again_button.setToolTip("Puts your texts into the fields, to be looked at and saved")
        self.again_button.clicked.connect(self.again_wanted)
        self._column = QVBoxLayout(self)
        for part in (self._title, self._words, self._pairs, self._more):
            self._column.addWidget(part)
        self._column.addWidget(self.again_button, 0, Qt.AlignmentFlag.AlignLeft)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.hide()

    def show_refused(self, refused: Refused | None, theirs: Texts, may_write: bool) -> None:
        """Shows what was refused; None: nothing was. theirs: the texts as the server has them, where read."""
        self.setVisible(refused is not None)
        if refused is None:
            self._shown = None
            return
        self.again_button.setVisible(may_write)
        if self._shown != (refused, theirs):
            if self._shown is None or self._shown[0].mine != refused.mine:
                self.say_skipped([])
            self._shown = (refused, theirs)
            self._words.setText(refused.edits[-1].words)
            self._fill(refused.mine, theirs)

    def say_skipped(self, names: list[str]) -> None:
        """Says which fields were left alone, because they hold newer text."""
        titles = ", ".join(self._titles[name] for name in names)
        self._more.setText(_SKIPPED.format(titles) if names else "")
        self._more.setVisible(bool(names))

    @property
    def refused(self) -> Refused | None:
        """What is shown."""
        return self._shown[0] if self._shown else None

    def pairs(self) -> list[tuple[str, str]]:
        """(what is shown, its text) of both sides, as shown."""
        values = self._pairs.findChildren(Value)
        return [(value.accessibleName(), value.toPlainText()) for value in values if not value.isHidden()]

    def words(self) -> str:
        """Why it was refused."""
        return self._words.text()

    def _fill(self, mine: Texts, theirs: Texts) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            item.widget().hide()
            item.widget().setParent(None)
        names = [name for name in self._titles if name in mine]
        names += [name for name in mine if name not in self._titles]
        for row, name in enumerate(names):
            title = self._titles.get(name, name)
            self._grid.addWidget(label(title, "overline", wrap=True), 2 * row, 0, 1, 2)
            for column, (side, text) in enumerate(
                (("Yours", mine[name]), ("At the server", theirs.get(name)))
            ):
                self._grid.addWidget(self._side(title, side, text), 2 * row + 1, column)

    def _side(self, title: str, side: str, text: str | None) -> QWidget:
        """text: None when nobody has read it."""
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self._theme.px(Space.hair))
        value = Value(self._theme)
        value.setAccessibleName(f"{title}: {side.lower()}")
        value.set(EMPTY if text == "" else text)
        column.addWidget(label(side, "small", wrap=True))
        column.addWidget(value)
        column.addStretch(1)
        return part

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(
            px(Space.medium), px(Space.medium), px(Space.medium), px(Space.medium)
        )
        self._column.setSpacing(px(Space.small))
        self._grid.setHorizontalSpacing(px(Space.large))
        self._grid.setVerticalSpacing(px(Space.hair))
