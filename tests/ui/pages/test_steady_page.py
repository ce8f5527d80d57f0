"""The steady list of a live queue page: what is chosen stays, and what one does oneself is no news."""

import msgspec
from PySide6.QtWidgets import QApplication

from app.visits.sections import Section
from tests.sessions import fail
from tests.ui.conftest import Open
from tests.until import until
from ui.kit.sections import Heading
from ui.pages import PAGES, Desk
from ui.pages.queue_page import QueuePage
from ui.theme.theme import Theme

MINE = "48211"


def shown(page: QueuePage) -> set[str]:
    table = page.queue.table
    return {column.name for n, column in enumerate(page.queue.model.columns) if not table.isColumnHidden(n)}


async def test_folded_sections_and_columns_are_there_on_the_next_page(
    qapp: QApplication, open_queue: Open, theme: Theme
) -> None:
    async with open_queue() as opened:
        opened.window.resize(1900, 800)
        await until(lambda: "provider" in shown(opened.page))
        opened.page.queue.turn_section(Section.SCHEDULED)
        opened.page.queue.turn_section(Section.DONE)
        opened.page.queue.turn_column("provider")
        window = opened.window
        desk = Desk(theme, window.ticker, opened.session, window.notices, lambda _link: True, fail)
        again = PAGES[0].make(desk, window)
        assert again.queue.model.is_folded(Section.SCHEDULED)
        assert not again.queue.model.is_folded(Section.DONE)
        assert again.queue.table._unwanted == {"provider"}
        # It was read before this page was made: nobody need wait for the next answer to know that.
        assert again.queue.news.is_on()
        again.close_listeners()
        again.deleteLater()


async def test_a_change_at_the_clinic_is_marked_and_ones_own_is_not(
    qapp: QApplication, open_queue: Open
) -> None:
    async with open_queue() as opened:
        queue = opened.page.queue
        await until(queue.news.is_on)
        arrived = opened.clinic.do("arrive", room=opened.clinic.room)["visit"]
        await until(lambda: arrived in queue.marks.ids)
        opened.page._acted(MINE)
        opened.clinic.do("take", visit=MINE, provider="613")
        opened.clinic.do("take", visit=arrived, provider="613")
        seen = []
        opened.session.queue.visits.listen(seen.append)
        await until(lambda: seen)
        await until(lambda: opened.visit(MINE).provider.id == "613")
        assert MINE not in queue.marks.ids


async def test_another_room_brings_no_news_and_no_notes(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        queue, session = opened.page.queue, opened.session
        await until(queue.news.is_on)
        everybody = set(queue.model.ids())
        other = next(row.room_code for row in session.queue.visits if row.room_code != opened.clinic.room)
        for room in (opened.clinic.room, other, None):
            session.choose(msgspec.structs.replace(session.choices, room=room))
            await until(lambda: not session.queue.is_partial)
        await until(lambda: set(queue.model.ids()) == everybody)
        assert queue.marks.ids == frozenset()
        assert queue.left_line.text() == ""
        arrived = opened.clinic.do("arrive", room=opened.clinic.room)["visit"]
        await until(lambda: arrived in queue.marks.ids)


async def test_the_pair_of_an_appointment_and_its_walk_in_is_one_row(
    qapp: QApplication, open_queue: Open
) -> None:
    async with open_queue() as opened:
        queue, visits = opened.page.queue, opened.session.queue.visits
        booked = next(
            row.id for row in visits if row.type == 2 and row.status == 10 and not row.related_walkin_id
        )
        assert queue.model.row_of(booked) >= 0
        came = opened.clinic.do("arrive", visit=booked)["visit"]
        await until(lambda: queue.model.row_of(came) >= 0)
        await until(lambda: queue.model.row_of(booked) < 0)
        assert "Booked" in queue.model.words_at(queue.model.row_of(came), 2)
        opened.clinic.do("leave", visit=came)
        await until(lambda: queue.model.row_of(booked) >= 0)
        assert Heading(Section.SCHEDULED) in queue.model.headings().values()
