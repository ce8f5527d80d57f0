"""What is filtered is there again at the next start, and what is searched is not."""

from pathlib import Path

import msgspec
from PySide6.QtWidgets import QApplication

from app.choices import with_filter
from app.session import Session
from app.visits.filter import EVERYONE, Filter
from app.visits.views import SavedView
from tests.app.test_choices import at
from tests.keyrings import HeldKeys
from tests.practice import Practice
from tests.ui.rest import at_rest
from tests.ui.visits.filtered import Filtered
from ui.theme.theme import Theme


def page_of(theme: Theme, session: Session) -> Filtered:
    """Connected as a page connects it."""
    page = Filtered(theme, session.queue.visits, rights=session.rights)
    bar = page.bar
    bar.set_views(session.choices.views or ())
    bar.set_filter(session.choices.filter or EVERYONE)
    bar.changed.connect(lambda wanted: session.choose(with_filter(session.choices, wanted)))
    bar.views_changed.connect(
        lambda views: session.choose(msgspec.structs.replace(session.choices, views=views))
    )
    page.filter_by(bar.filter)
    return page


async def test_filter_and_views_are_kept_and_a_search_is_not(
    qapp: QApplication, theme: Theme, clinic: Practice, tmp_path: Path
) -> None:
    keys, room = HeldKeys(), Filter(rooms=frozenset({"k7m2p"}))
    async with at(clinic, tmp_path, keys) as session:
        await session.queue.poller.once()
        page = page_of(theme, session)
        everybody = len(page.model.ids())
        page.bar.filter_menu.chosen.emit(room)
        in_room = page.model.ids()
        assert 0 < len(in_room) < everybody
        page.bar.views_menu.views_changed.emit((SavedView(name="Round", filter=room),))
        page.bar.field.setText("nobody of this name")
        assert page.model.ids() == ()
        clinic.forget()
        page.close_listeners()
        page.deleteLater()
    async with at(clinic, tmp_path, keys) as session:
        await session.queue.poller.once()
        page = page_of(theme, session)
        assert page.bar.filter == room
        assert page.bar.field.text() == ""
        assert page.model.ids() == in_room
        assert page.bar.text().startswith("Filtered: Room")
        assert [view.name for view in page.bar.views] == ["Round"]
        page.close_listeners()
        page.deleteLater()


async def test_filtering_asks_the_server_for_nothing(
    qapp: QApplication, theme: Theme, clinic: Practice, tmp_path: Path
) -> None:
    """PID-05."""
    async with at(clinic, tmp_path, HeldKeys()) as session:
        await session.queue.poller.once()
        page = page_of(theme, session)
        clinic.forget()
        page.bar.field.setText("okafor")
        page.bar.filter_menu.chosen.emit(Filter(mine=True))
        page.bar.show_all()
        await at_rest()
        assert clinic.log() == []
        page.close_listeners()
        page.deleteLater()
