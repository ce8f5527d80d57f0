"""One way of alerting that is tried out, and what the person says came of it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.kit.labels import label
from ui.theme.theme import Theme
from ui.theme.tokens import Space

_SAID = {True: "You said yes.", False: "You said no."}


class Trial(QFrame):
    """question: asked after each try; "" for none. acts: words on the buttons that try it. answered: yes, or
    no."""

    answered = Signal(bool)

    def __init__(
        self, theme: Theme, title: str, question: str, acts: tuple[str, ...], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._theme, self._question = theme, question
        self.setProperty("card", True)
        self.setAccessibleName(title)
        self._about = label("", wrap=True, parent=self)
        self.buttons = tuple(self._button(act, f"{title}: {act}") for act in acts)
        self._asked = label(question, "strong", wrap=True, parent=self)
        self.yes, self.no = self._button("Yes", f"{question} Yes"), self._button("No", f"{question} No")
        self._said = label("", "soft", wrap=True, parent=self)
        self.yes.clicked.connect(lambda: self._answer(True))
        self.no.clicked.connect(lambda: self._answer(False))
        self._column = QVBoxLayout(self)
        self._column.addWidget(label(title, "strong", parent=self))
        self._column.addWidget(self._about)
        self._column.addLayout(_row(*self.buttons))
        self._column.addWidget(self._asked)
        self._column.addLayout(_row(self.yes, self.no))
        self._column.addWidget(self._said)
        self._show(asks=False)
        theme.changed.connect(self._restyle)
        self._restyle()

    def say(self, text: str) -> None:
        """What there is to know before."""
        self._about.setText(text)

    def about(self) -> str:
        """What is said before."""
        return self._about.text()

    def set_ready(self, is_ready: bool) -> None:
        """Whether there is anything to try."""
        for button in self.buttons:
            button.setEnabled(is_ready)
        if not is_ready:
            self._show(asks=False)

    def ask(self) -> None:
        """It was tried just now."""
        self._said.setText("")
        self._show(asks=bool(self._question))

    def _answer(self, is_yes: bool) -> None:
        self._said.setText(_SAID[is_yes])
        self._show(asks=False)
        # The focus must not be lost with the button that had it.
        self.buttons[0].setFocus()
        self.answered.emit(is_yes)

    def _show(self, *, asks: bool) -> None:
        for part in (self._asked, self.yes, self.no):
            part.setVisible(asks)
        self._said.setVisible(not asks and bool(self._said.text()))

    def _button(self, text: str, name: str) -> QPushButton:
        made = QPushButton(text, self)
        made.setAccessibleName(name)
        made.setAutoDefault(False)
        return made

    def _restyle(self) -> None:
        pad = self._theme.px(Space.large)
        self._column.setContentsMargins(pad, self._theme.px(Space.medium), pad, pad)
        self._column.setSpacing(self._theme.px(Space.small))


def _row(*buttons: QPushButton) -> QHBoxLayout:
    row = QHBoxLayout()
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return row
