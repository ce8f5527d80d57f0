"""The outbox: a list of what was done, last first, and beside it the one that is looked at."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from app.core.action import Action, State
from app.core.collection import Change, Collection
from ui.kit import tasks
from ui.kit.ask import Question, ask
from ui.kit.ask import discard as put_away
from ui.kit.labels import label
from ui.kit.notices import Notices
from ui.kit.record_model import RecordModel
from ui.kit.record_table import RecordTable
from ui.kit.scrolling import Scrolling
from ui.kit.side_window import SideWindow
from ui.kit.sides import Sides
from ui.kit.ticker import Ticker
from ui.outbox.counts import counts
from ui.outbox.entry import RETRY_KEYS, Entry
from ui.outbox.questions import discard_question, send_question
from ui.outbox.rows import Rows
from ui.outbox.words import Described
from ui.theme.theme import Theme
from ui.theme.tokens import Space

Act = Callable[[str], Awaitable[bool]]

_URGENT = {State.REFUSED: 0, State.UNKNOWN: 1}
_CHANGED = "It changed while you were asked, so nothing was done. Look at it again."
_REMARK_S = 12.0
# Below this many characters of width the entry goes under the list instead of beside it.
_BESIDE_FROM_CHARS = 80
_LIST_SHARE = 0.52


class OutboxPanel(SideWindow):
    """`present` shows it.

    describe: an action for people. retry: tries an action again, or now. send_anyway: sends one of which
    nobody can tell whether it arrived. discard: throws one away. Both say whether they could. trouble: what
    is wrong with keeping actions, "" for nothing. now: server time, Unix s.
    """

    def __init__(
        self,
        theme: Theme,
        ticker: Ticker,
        actions: Collection[Action],
        describe: Callable[[Action], Described],
        retry: Callable[[str], Awaitable[object]],
        send_anyway: Act,
        discard: Act,
        trouble: Callable[[], str],
        now: Callable[[], float],
        report: Callable[[BaseException], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, 1040, 680, parent)
        self._actions, self._now, self._report = actions, now, report
        self._retry, self._send_anyway, self._discard = retry, send_anyway, discard
        self._trouble = trouble
        self._rows = Rows(describe, now)
        # By the order in which they were kept: a clock that was set back makes the newest look old.
        self._places: dict[str, int] = {}
        self._shown: Action | None = None
        self._told = ""
        self._asking: asyncio.Task[None] | None = None
        self.setWindowTitle("Outbox")
        self.model = RecordModel(actions, self._rows.columns(), self._key, parent=self, report=report)
        # A window too small for a line of the list and the head of an entry scrolls, and cuts neither.
        self._scroll = Scrolling(self, takes_focus=False)
        self._sides = Sides(theme, _BESIDE_FROM_CHARS, _LIST_SHARE, self._scroll.inner)
        self.table = RecordTable(self.model, theme, self._sides.first)
        self.table.setAccessibleName("What was done, last first")
        self.entry = Entry(theme, self._sides.second)
        self._sides.put(self.table, self.entry)
        self.notices = Notices(theme, self)
        self._title = label("Outbox", "title", parent=self)
        self._counts = label("", "soft", wrap=True, parent=self)
        self._lay_out()
        self._connect(ticker)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._refresh()

    def present(self) -> None:
        """Shows the list, at what wants a person most: refused, unknown, else the last."""
        if not self.isVisible():
            self.fit()
            self.show()
            self.table.select(self._most_urgent())
            self.table.setFocus()
        self.activateWindow()

    def add_on_top(self, part: QWidget) -> None:
        """Another part, above the list."""
        self._inner.insertWidget(0, part)

    def close_listeners(self) -> None:
        """Stops listening to the collection, before both go."""
        self.model.close()
        self._stop()

    def counts(self) -> str:
        """What the line under the title says."""
        return self._counts.text()

    # -- change

    def _most_urgent(self) -> str | None:
        first = min(
            self._actions,
            key=lambda action: (_URGENT.get(action.state, 2), self._key(action)),
            default=None,
        )
        return first.id if first else None

    def _key(self, action: Action) -> int:
        """The last one first."""
        return -self._places.setdefault(action.id, len(self._places))

    def _connect(self, ticker: Ticker) -> None:
        self.table.selected.connect(self._selected)
        self.table.opened.connect(self._opened)
        self.entry.retry_wanted.connect(self._retry_wanted)
        self.entry.send_wanted.connect(self._send_wanted)
        self.entry.discard_wanted.connect(self._discard_wanted)
        QShortcut(QKeySequence(RETRY_KEYS), self).activated.connect(self.entry.retry_button.click)
        # Only while the list has the focus: in a text this key belongs to the text.
        delete = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.table)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self.entry.discard_button.click)
        self._stop = self._actions.listen(self._changed)
        ticker.watch(self)
        ticker.ticked.connect(self._tick)

    def _selected(self, action_id: str | None) -> None:
        """What is read stays when its row goes, until another is chosen."""
        action = self._actions.get(action_id) if action_id else None
        if action is not None:
            self._shown = action
            self._show()

    def _opened(self, _action_id: str) -> None:
        """Enter goes on to what there is to read."""
        self.entry.paper.setFocus()

    def _changed(self, _change: Change) -> None:
        self._refresh()

    def _refresh(self) -> None:
        number = counts(self._actions)
        sent = f"{number.sent} sent" if number.sent else ""
        self._counts.setText("  ·  ".join(filter(None, (*number.text().split(", "), sent))))
        self._stack.setCurrentIndex(1 if len(self._actions) or self._shown else 0)
        self._tell_trouble()
        self._show()

    def _tick(self) -> None:
        """Names come to be known and trouble comes and goes without any action changing."""
        if self.isVisible():
            self._rows.forget()
            self.table.viewport().update()
            self._tell_trouble()
            self._show()

    def _show(self) -> None:
        self.entry.setVisible(self._shown is not None)
        if self._shown is not None:
            now = self._actions.get(self._shown.id)
            self._shown = now or self._shown
            described = self._rows.described(self._shown)
            self.entry.show_action(self._shown, described, self._now(), is_gone=now is None)

    def _tell_trouble(self) -> None:
        trouble = self._trouble()
        if trouble == self._told:
            return
        self._told = trouble
        if trouble:
            self.notices.say(trouble, "bad", key="trouble")
        else:
            self.notices.clear("trouble")

    # -- acts

    def _retry_wanted(self) -> None:
        if self._shown is not None:
            tasks.run(self, self._retry(self._shown.id), busy=None, name="outbox.retry", report=self._report)

    def _send_wanted(self) -> None:
        if (action := self._shown) is not None:
            described = self._rows.described(action)
            self._ask_first(action, partial(send_question, self._theme, described, self), self._send_anyway)

    def _discard_wanted(self) -> None:
        if (action := self._shown) is not None:
            described = self._rows.described(action)
            question = partial(discard_question, self._theme, described, action, self)
            self._ask_first(action, question, self._discard)

    def _ask_first(self, action: Action, question: Callable[[], Question], act: Act) -> None:
        if self._asking is None or self._asking.done():
            work = self._ask_and_act(action, question(), act)
            self._asking = tasks.run(self, work, busy=None, name="outbox.act", report=self._report)

    async def _ask_and_act(self, action: Action, question: Question, act: Act) -> None:
        self.notices.clear("act")
        try:
            agreed = await ask(question)
        finally:
            put_away(question)
        if not agreed:
            return
        row, now = self.model.row_of(action.id), self._actions.get(action.id)
        # What was said of it in the question must still be true.
        is_same = now is not None and (now.state, now.verdict) == (action.state, action.verdict)
        if not is_same or not await act(action.id):
            self.notices.say(_CHANGED, "warn", key="act", for_s=_REMARK_S)
            return
        self._go_on_at(row)

    def _go_on_at(self, row: int) -> None:
        """After a row has gone, its neighbour is next."""
        if self.table.selected_id is None:
            self._shown = None
            self.table.select(self.model.id_at(min(row, self.model.rowCount() - 1)))
            self._refresh()
        self.table.setFocus()

    # -- look

    def _lay_out(self) -> None:
        self._head = QVBoxLayout()
        self._head.addWidget(self._title)
        self._head.addWidget(self._counts)
        self._empty = label("Nothing waits to be sent.", "soft", wrap=True, parent=self)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedLayout()
        self._stack.addWidget(self._empty)
        inner = QVBoxLayout(self._scroll.inner)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self._sides)
        self._stack.addWidget(self._scroll)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addLayout(self._head)
        self._inner = QVBoxLayout()
        self._inner.addLayout(self._stack)
        self._column.addLayout(self._inner, 1)
        self._column.addWidget(self.notices)

    def _restyle(self) -> None:
        px = self._theme.px
        self._head.setContentsMargins(px(Space.wide), px(Space.medium), px(Space.wide), px(Space.small))
        self._head.setSpacing(px(Space.hair))
        self._inner.setContentsMargins(px(Space.medium), px(Space.small), px(Space.medium), px(Space.medium))
        self.table.setMinimumHeight(px(96))
