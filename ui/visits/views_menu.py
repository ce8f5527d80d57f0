"""The menu of views: filters that have a name, to have again, to keep, to rename and to delete."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from app.users.role import Rights
from app.visits.filter import EVERYONE, MINE, Filter
from app.visits.views import MOST_VIEWS, SavedView, renamed, saved, view_of, without
from ui.kit import tasks
from ui.kit.ask import Question, ask, discard
from ui.theme.theme import Theme
from ui.visits.filter_words import MINE as MINE_WORD
from ui.visits.views_question import NameQuestion

_FULL = f"There are {MOST_VIEWS} views, which is as many as can be kept. Delete one first."


class ViewsMenu(QMenu):
    """chosen: the filter of a view. views_changed: all saved views, after one was kept, renamed or deleted.

    described: says what a filter asks for. report: told of every fault of our own.
    """

    chosen = Signal(object)
    views_changed = Signal(object)

    def __init__(
        self,
        theme: Theme,
        described: Callable[[Filter], str],
        rights: Rights,
        report: Callable[[BaseException], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._theme, self._described, self._report, self._owner = theme, described, report, parent
        self._built_in = [SavedView(name="Everyone", filter=EVERYONE)]
        if rights.calls:
            self._built_in.append(SavedView(name=MINE_WORD, filter=MINE))
        self._views: tuple[SavedView, ...] = ()
        self._filter = EVERYONE
        self._question: Question | None = None
        # One of them at most is what is shown.
        self._group = QActionGroup(self)
        self._group.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self._fill)

    @property
    def views(self) -> tuple[SavedView, ...]:
        """As saved."""
        return self._views

    def set_views(self, views: tuple[SavedView, ...]) -> None:
        """What is offered when it is opened next."""
        self._views = views

    def show_filter(self, wanted: Filter) -> None:
        """The view of this filter is marked, if there is one."""
        self._filter = wanted

    def close_questions(self) -> None:
        """The page goes: so does what it asks."""
        if self._question is not None:
            self._question.reject()

    # -- the menu

    def _fill(self) -> None:
        self.clear()
        for view in self._built_in:
            self._offer(view)
        if self._views:
            self.addSeparator()
        for view in self._views:
            self._offer(view)
        self.addSeparator()
        shown = view_of((*self._built_in, *self._views), self._filter.lasting)
        save = self.addAction("Save as…", self._save)
        save.setEnabled(shown is None and len(self._views) < MOST_VIEWS)
        if len(self._views) >= MOST_VIEWS:
            save.setToolTip(_FULL)
        own = shown if shown in self._views else None
        for words, act in (("Rename", self._rename), ("Delete", self._delete)):
            action = self.addAction(f"{words} “{_plain(own.name)}”…" if own else f"{words}…")
            action.setEnabled(own is not None)
            if own is not None:
                action.triggered.connect(partial(act, own))

    def _offer(self, view: SavedView) -> None:
        action = self.addAction(_plain(view.name))
        action.setCheckable(True)
        action.setActionGroup(self._group)
        action.setChecked(view.filter == self._filter)
        action.triggered.connect(lambda: self.chosen.emit(view.filter))

    # -- keeping, renaming, deleting

    def _save(self) -> None:
        wanted = self._filter.lasting
        text = f"It keeps what is filtered now: {self._described(wanted)}. A search is not kept."
        question = NameQuestion(self._theme, "Save this view", text, "Save", self._views, parent=self._owner)
        self._put(question, lambda: saved(self._views, question.name(), wanted))

    def _rename(self, view: SavedView, _checked: bool = False) -> None:
        question = NameQuestion(
            self._theme, "Rename this view", "", "Rename", self._views, before=view.name, parent=self._owner
        )
        self._put(question, lambda: renamed(self._views, view.name, question.name()))

    def _delete(self, view: SavedView, _checked: bool = False) -> None:
        text = f"“{view.name}” shows: {self._described(view.filter)}. No visit is touched."
        question = Question(
            self._theme,
            "Delete this view?",
            text,
            accept="Delete",
            kind="danger",
            accept_keys="Ctrl+Return",
            parent=self._owner,
        )
        self._put(question, lambda: without(self._views, view.name))

    def _put(self, question: Question, changed: Callable[[], tuple[SavedView, ...]]) -> None:
        self.close_questions()
        self._question = question
        work = self._answered(question, changed)
        tasks.run(self._owner, work, busy=None, name="views.change", report=self._report)

    async def _answered(self, question: Question, changed: Callable[[], tuple[SavedView, ...]]) -> None:
        try:
            if await ask(question):
                self._views = changed()
                self.views_changed.emit(self._views)
        finally:
            discard(question)
            if self._question is question:
                self._question = None


def _plain(words: str) -> str:
    return words.replace("&", "&&")
