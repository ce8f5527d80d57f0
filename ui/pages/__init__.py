"""Pages put together from the features' parts: one line per page."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from app.calls.start import OpenLink
from app.session import Session
from ui.kit.notices import Notices
from ui.kit.ticker import Ticker
from ui.pages.queue_page import QueuePage
from ui.theme.theme import Theme


@dataclass(frozen=True, slots=True)
class Desk:
    """What every page is made from."""

    theme: Theme
    ticker: Ticker
    session: Session
    notices: Notices
    open_link: OpenLink
    report: Callable[[BaseException], None]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the window. title: its name in the navigation. make: a page, in what will hold it."""

    name: str
    title: str
    make: Callable[[Desk, QWidget], QWidget]


def _queue(desk: Desk, parent: QWidget) -> QueuePage:
    return QueuePage(desk.theme, desk.ticker, desk.session, desk.notices, desk.open_link, desk.report, parent)


PAGES = (Page("queue", "Queue", _queue),)
