"""One action of the outbox: whose, what, where it stands, what there is to read and what one can do."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.core.action import Action, State
from ui.kit.chip import Chip
from ui.kit.labels import label
from ui.kit.whole import Whole
from ui.outbox.paper import Paper
from ui.outbox.words import Described, can_discard, can_retry, meaning, sections, state_pill, wants_verdict
from ui.theme.theme import Theme
from ui.theme.tokens import Space

RETRY_KEYS = "Ctrl+R"
_GONE = "It is no longer in the outbox."


class Entry(QWidget):
    """Shows one action as it is now. retry_wanted, send_wanted, discard_wanted: a button was pressed.

    The keys of the buttons belong to whoever shows this.
    """

    retry_wanted = Signal()
    send_wanted = Signal()
    discard_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._chip = Chip(theme, parent=self)
        self._what = label("", "strong", wrap=True, parent=self)
        self._name = label("", "title", wrap=True, parent=self)
        self._born = label("", "strong", wrap=True, parent=self)
        self._meaning = label("", wrap=True, parent=self)
        self.retry_button = self._button("Try again", "plain", RETRY_KEYS)
        self.send_button = self._button("Send anyway…", "plain")
        self.discard_button = self._button("Discard…", "danger", "Del")
        self.retry_button.clicked.connect(self.retry_wanted)
        self.send_button.clicked.connect(self.send_wanted)
        self.discard_button.clicked.connect(self.discard_wanted)
        self.paper = Paper(theme, "Everything about it", self)
        self._lay_out()
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_action(self, action: Action, described: Described, now: float, *, is_gone: bool = False) -> None:
        """Shows an action. is_gone: it is shown as it last was. now: the server's time, Unix s."""
        pill = state_pill(action.state)
        self._chip.set(pill.text, pill.tone, pill.icon)
        self._what.setText(", ".join(filter(None, (described.title, described.place))))
        self._name.setText(described.name)
        self._born.setText(described.born)
        self._meaning.setText(_GONE if is_gone else meaning(action))
        self.retry_button.setText("Send now" if action.state == State.QUEUED else "Try again")
        self._allow(self.retry_button, not is_gone and can_retry(action))
        self.send_button.setVisible(not is_gone and wants_verdict(action))
        self._allow(self.discard_button, not is_gone and can_discard(action))
        self.paper.show_sections(sections(action, described, now), action.id)

    def text(self) -> str:
        """Everything it says above the page."""
        return "\n".join(
            (
                self._chip.text(),
                *(part.text() for part in (self._what, self._name, self._born, self._meaning)),
            )
        )

    def _allow(self, button: QPushButton, allowed: bool) -> None:
        # Qt would hand the focus to the next button, and a second Enter would press that one.
        if not allowed and button.hasFocus():
            self.paper.setFocus()
        button.setEnabled(allowed)

    def _button(self, text: str, kind: str, keys: str = "") -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("kind", kind)
        button.setAutoDefault(False)
        if keys:
            shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
            button.setToolTip(shown)
            button.setAccessibleDescription(shown)
        return button

    def _lay_out(self) -> None:
        self._row = QHBoxLayout()
        self._row.addWidget(self._chip)
        self._row.addWidget(self._what, 1)
        self._acts = QHBoxLayout()
        self._acts.addStretch(1)
        for button in (self.retry_button, self.send_button, self.discard_button):
            self._acts.addWidget(button)
        # Nothing is decided under a name that is cut (PID-06).
        self._head = Whole(self)
        self._head.column.addLayout(self._row)
        for part in (self._name, self._born, self._meaning):
            self._head.column.addWidget(part)
        self._head.column.addLayout(self._acts)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._head)
        self._column.addWidget(self.paper, 1)

    def _restyle(self) -> None:
        px = self._theme.px
        pad = px(Space.large)
        self._column.setContentsMargins(pad, px(Space.medium), pad, pad)
        for column in (self._column, self._head.column):
            column.setSpacing(px(Space.tight))
        for row in (self._row, self._acts):
            row.setSpacing(px(Space.small))
