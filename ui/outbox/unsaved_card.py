"""The texts that nobody has saved and no list leads to: to be read, copied, opened again or thrown away."""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ui.kit import tasks
from ui.kit.ask import Question, ask
from ui.kit.ask import discard as put_away
from ui.kit.labels import label
from ui.outbox.paper import Paper
from ui.outbox.unsaved import Unsaved, UnsavedTexts
from ui.theme.theme import Theme
from ui.theme.tokens import Space

_TALLEST = 320


class UnsavedCard(QScrollArea):
    """Not there while there is nothing. open_wanted: the visit's id and what was typed for it.

    report: told of every fault of our own.
    """

    open_wanted = Signal(str, str)

    def __init__(
        self,
        theme: Theme,
        texts: UnsavedTexts,
        report: Callable[[BaseException], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._texts, self._report = theme, texts, report
        self._shown: list[Unsaved] = []
        self._asking: asyncio.Task[None] | None = None
        self.setAccessibleName("Typed and not saved")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._inner = QWidget()
        self._column = QVBoxLayout(self._inner)
        self.setWidget(self._inner)
        self._stop = texts.listen(self.refresh)
        theme.changed.connect(self._rebuild)
        self._rebuild()

    def close_listeners(self) -> None:
        """Stops listening to drafts and visits."""
        self._stop()

    def entries(self) -> list[Unsaved]:
        """What is shown."""
        return list(self._shown)

    def buttons(self, unsaved: Unsaved) -> list[QPushButton]:
        """Open, Copy, Discard of one of them."""
        part = self._column.itemAt(1 + self._shown.index(unsaved)).widget()
        return part.findChildren(QPushButton)

    def refresh(self) -> None:
        """Looks again, while somebody can see it."""
        if self.window().isVisible() and list(self._texts) != self._shown:
            self._rebuild()

    def _rebuild(self) -> None:
        self._shown = list(self._texts)
        while (item := self._column.takeAt(0)) is not None:
            item.widget().hide()
            item.widget().setParent(None)
        self._column.addWidget(label("Typed and not saved", "strong", wrap=True))
        for unsaved in self._shown:
            self._column.addWidget(self._entry(unsaved))
        px = self._theme.px
        self._column.setContentsMargins(px(Space.medium), px(Space.small), px(Space.medium), px(Space.small))
        self._column.setSpacing(px(Space.small))
        self.setFixedHeight(min(self._inner.sizeHint().height(), px(_TALLEST)))
        self.setVisible(bool(self._shown))

    def _entry(self, unsaved: Unsaved) -> QWidget:
        part, described = QFrame(), unsaved.described
        part.setProperty("card", True)
        heading = ", ".join(filter(None, (described.title, described.place)))
        acts = QHBoxLayout()
        acts.addWidget(label(heading, "soft", wrap=True), 1)
        for text, do in (
            ("Open", lambda: self.open_wanted.emit(unsaved.visit_id, unsaved.kind)),
            ("Copy", lambda: QGuiApplication.clipboard().setText(unsaved.text)),
            ("Discard…", lambda: self._discard_wanted(unsaved)),
        ):
            button = QPushButton(text)
            button.setAutoDefault(False)
            button.setAccessibleName(f"{text}: {described.text}")
            button.clicked.connect(do)
            button.setEnabled(text != "Open" or bool(unsaved.visit_id))
            acts.addWidget(button)
        paper = Paper(self._theme, f"Typed: {described.text}")
        paper.show_sections([("", described.lines)])
        column = QVBoxLayout(part)
        column.addWidget(label(described.name, "strong", wrap=True))
        column.addWidget(label(described.born, "strong", wrap=True))
        column.addLayout(acts)
        column.addWidget(paper)
        return part

    def _discard_wanted(self, unsaved: Unsaved) -> None:
        if self._asking is None or self._asking.done():
            work = self._ask_and_discard(unsaved)
            self._asking = tasks.run(self, work, busy=None, name="unsaved.discard", report=self._report)

    async def _ask_and_discard(self, unsaved: Unsaved) -> None:
        paper = Paper(self._theme, "What would be lost")
        paper.show_sections([("", unsaved.described.lines)])
        question = Question(
            self._theme,
            "Discard what was typed?",
            f"{unsaved.described.text}. It was never saved; it is lost for good.",
            accept="Discard",
            cancel="Keep it",
            kind="danger",
            accept_keys="Ctrl+Return",
            body=paper,
            parent=self,
        )
        try:
            agreed = await ask(question)
        finally:
            put_away(question)
        # What was read in the question must still be all there is.
        if agreed and unsaved in list(self._texts):
            self._texts.discard(unsaved)
