"""The outbox of one session on screen: the panel, what is said of it, and its numbers in the status bar."""

from collections.abc import Awaitable, Callable

from PySide6.QtWidgets import QWidget

from app.core.action import Action
from app.core.collection import Change, Collection
from ui.kit.notices import Notices
from ui.kit.ticker import Ticker
from ui.outbox.counts import Counts, counts
from ui.outbox.news import OutboxNews
from ui.outbox.outbox_panel import OutboxPanel
from ui.outbox.words import Described
from ui.theme.theme import Theme


class OutboxScreen:
    """Made when a session opens, closed before it. show_counts: told of every change, None at the end.

    The rest is as for `OutboxPanel`; window: over which the panel stands.
    """

    def __init__(
        self,
        theme: Theme,
        ticker: Ticker,
        notices: Notices,
        actions: Collection[Action],
        describe: Callable[[Action], Described],
        retry: Callable[[str], Awaitable[object]],
        discard: Callable[[str], Awaitable[bool]],
        trouble: Callable[[], str],
        now: Callable[[], float],
        report: Callable[[BaseException], None],
        show_counts: Callable[[Counts | None], None],
        window: QWidget,
    ) -> None:
        self._actions, self._show_counts = actions, show_counts
        self.panel = OutboxPanel(
            theme, ticker, actions, describe, retry, discard, trouble, now, report, window
        )
        self._news = OutboxNews(notices, actions, self.present, self.panel)
        self._stop = actions.listen(self._changed)
        show_counts(counts(actions))

    def present(self) -> None:
        """Shows the list."""
        self.panel.present()

    def close(self) -> None:
        """Takes every word of it off the screen."""
        self._stop()
        self._news.close()
        self.panel.close_listeners()
        self.panel.hide()
        self.panel.deleteLater()
        self._show_counts(None)

    def _changed(self, _change: Change) -> None:
        self._show_counts(counts(self._actions))
