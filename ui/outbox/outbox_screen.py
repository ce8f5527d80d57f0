"""The outbox of one session on screen: the panel, what is said of it, and its numbers in the status bar."""

from collections.abc import Awaitable, Callable

from PySide6.QtWidgets import QWidget

from app.core.action import Action
from app.core.collection import Change, Collection
from ui.kit.notices import Notices
from ui.kit.ticker import Ticker
from ui.outbox.counts import Counts, counts
from ui.outbox.news import OutboxNews
from ui.outbox.outbox_panel import Act, OutboxPanel
from ui.outbox.unsaved import UnsavedTexts
from ui.outbox.unsaved_card import UnsavedCard
from ui.outbox.words import Described
from ui.theme.theme import Theme


class OutboxScreen:
    """Made when a session opens, closed before it. show_counts: told of every change, None at the end.

    The rest is as for `OutboxPanel`; window: over which the panel stands. unsaved: typed texts that no list
    leads to. open_unsaved: shows one of them, by its visit's id and its kind.
    """

    def __init__(
        self,
        theme: Theme,
        ticker: Ticker,
        notices: Notices,
        actions: Collection[Action],
        describe: Callable[[Action], Described],
        retry: Callable[[str], Awaitable[object]],
        send_anyway: Act,
        discard: Act,
        trouble: Callable[[], str],
        now: Callable[[], float],
        report: Callable[[BaseException], None],
        show_counts: Callable[[Counts | None], None],
        window: QWidget,
        unsaved: UnsavedTexts,
        open_unsaved: Callable[[str, str], None],
    ) -> None:
        self._actions, self._show_counts = actions, show_counts
        self._unsaved, self._open_unsaved = unsaved, open_unsaved
        self.panel = OutboxPanel(
            theme, ticker, actions, describe, retry, send_anyway, discard, trouble, now, report, window
        )
        self._news = OutboxNews(notices, actions, self.present, self.panel)
        self.card = UnsavedCard(theme, unsaved, report, self.panel)
        self.card.open_wanted.connect(self._opened)
        self.panel.add_on_top(self.card)
        self._stops = [actions.listen(self._changed), unsaved.listen(self._count)]
        self._count()

    def present(self) -> None:
        """Shows the list."""
        self.panel.present()
        self.card.refresh()
        if not len(self._actions) and self.card.entries():
            self.card.buttons(self.card.entries()[0])[0].setFocus()

    def close(self) -> None:
        """Takes every word of it off the screen."""
        for stop in self._stops:
            stop()
        self.card.close_listeners()
        self._news.close()
        self.panel.close_listeners()
        self.panel.hide()
        self.panel.deleteLater()
        self._show_counts(None)

    def _opened(self, visit_id: str, kind: str) -> None:
        self.panel.hide()
        self._open_unsaved(visit_id, kind)

    def _changed(self, _change: Change) -> None:
        self._count()

    def _count(self) -> None:
        unsaved = sum(1 for _ in self._unsaved)
        self._show_counts(counts(self._actions)._replace(unsaved=unsaved))
