"""The line is cut for ten minutes while much happens at the clinic: the list is right again, the eye finds
its place again, and one card tells what was missed."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random

import pytest
from PySide6.QtWidgets import QApplication

from app.entry import sign_in
from app.session import Session
from app.visits.record import Visit
from app.visits.waiting import Group, group, is_open
from tests.clocks import HandClock
from tests.practice import START, Practice
from tests.sessions import fail, profile
from tests.ui.conftest import theme, window
from tests.ui.workplaces import workplace
from tests.until import until
from ui.pages.queue_page import QueuePage
from ui.shell.window import Window
from ui.theme.theme import Theme

__all__ = ["theme", "window"]

VISITS = 120
CHANGES = 300
AWAY_S = 600.0
AT_A_TIME = 10
WHAT = ("arrive", "arrive", "arrive", "leave", "cancel", "take", "finish", "patch")
PENDING, IN_PROGRESS = 10, 25
WALK_IN = 1


@pytest.fixture
def clinic() -> Iterator[Practice]:
    """A full one."""
    with Practice(visits=VISITS) as practice:
        yield practice


@dataclass
class Desk:
    """A clinic admin, who sees every room."""

    window: Window
    session: Session
    clinic: Practice
    clock: HandClock

    @property
    def page(self) -> QueuePage:
        page = self.window.page
        assert isinstance(page, QueuePage)
        return page

    def middle(self) -> str:
        """A waiting visit in the middle of the list, now selected and at the top of what is in sight."""
        now = self.session.clock.now()
        ids = self.page.queue.model.ids()
        waiting = [each for each in ids if group(self.session.queue.visits.get(each), now) == Group.WAITING]
        chosen = waiting[len(waiting) // 2]
        table = self.page.queue.table
        assert table.select(chosen)
        table.verticalScrollBar().setValue(table.verticalScrollBar().value() + self.height_of(chosen))
        return chosen

    def height_of(self, visit_id: str) -> int:
        """Where a visit stands in the window, in pixels from the top of the list."""
        table = self.page.queue.table
        return int(table.rowViewportPosition(self.page.queue.model.row_of(visit_id)))

    async def cut(self) -> None:
        self.clinic.weather("cut_before", "*")
        self.session.queue.poller.wake()
        await until(lambda: self.session.queue.connection.standing().failure is not None)

    async def mend(self) -> None:
        """Back in contact, with every detail read."""
        self.clinic.clear()
        self.session.reconnect()
        await until(lambda: self.session.queue.connection.standing().failure is None)
        await self.session.queue.complete()

    def at_server(self) -> dict[str, int]:
        """The status of each visit at the clinic that lies in the list's window."""
        return {visit["id"]: visit["status"] for visit in self.clinic.state()["visits"]}

    def shown(self) -> dict[str, int | None]:
        rows = self.session.queue.visits
        return {row.id: row.status for row in rows if isinstance(row, Visit)}


@asynccontextmanager
async def desk_at(clinic: Practice, window: Window, theme: Theme) -> AsyncIterator[Desk]:
    user, clock = clinic.user("clinic_admin"), HandClock(wall=START)
    where = profile(clinic, requests_per_s=100.0, requests_at_once=8)
    session = await sign_in(where, user["username"], user["password"], fail, clock)
    async with workplace(session, window, theme):
        session.start()
        await until(lambda: len(session.queue.visits) >= VISITS)
        await session.queue.complete()
        yield Desk(window, session, clinic, clock)


def ten_minutes(desk: Desk, spared: str) -> int:
    """300 changes at the clinic: patients come, leave, cancel, are taken, are seen. How many of them."""
    dice, changes = Random(3), 0
    while changes < CHANGES:
        desk.clock.advance(AWAY_S / CHANGES * AT_A_TIME)
        desk.clinic.advance(AWAY_S / CHANGES * AT_A_TIME)
        visits = [visit for visit in desk.clinic.state()["visits"] if visit["id"] != spared]
        waiting = [visit["id"] for visit in visits if visit["status"] == PENDING and visit["type"] == WALK_IN]
        running = [visit["id"] for visit in visits if visit["status"] == IN_PROGRESS]
        for what in dice.choices(WHAT, k=AT_A_TIME):
            those = running if what == "finish" else waiting
            if what == "arrive" or not those:
                desk.clinic.do("arrive", room=desk.clinic.room)
            else:
                more = {"take": {"provider": "613"}, "patch": {"set": {"modified": START + 300}}}.get(
                    what, {}
                )
                desk.clinic.do(what, visit=those.pop(dice.randrange(len(those))), **more)
            changes += 1
    return changes


async def test_ten_minutes_without_a_line(
    qapp: QApplication, window: Window, theme: Theme, clinic: Practice
) -> None:
    async with desk_at(clinic, window, theme) as desk:
        assert desk.shown() == desk.at_server()
        chosen = desk.middle()
        before, height, listed = desk.shown(), desk.height_of(chosen), desk.page.queue.model.ids()
        assert desk.page.queue.table.verticalScrollBar().value() > 0
        said = len(window.notices.said())
        await desk.cut()
        changes = ten_minutes(desk, spared=chosen)
        assert desk.page.queue.model.ids() == listed
        await desk.mend()
        await until(lambda: desk.shown() == desk.at_server())
        cards = window.notices.said()[said:]
        after = desk.shown()
        differing = sum(before.get(each) != after.get(each) for each in before.keys() | after.keys())
        print(f"\n{changes} changes in {AWAY_S:.0f} s, {differing} visits differ, said: {cards}")  # noqa: T201
        opened = {row.id for row in desk.session.queue.visits if is_open(row)}
        assert set(desk.page.queue.model.ids()) == opened
        assert desk.page.queue.table.selected_id == desk.page.shown_id == chosen
        assert desk.height_of(chosen) == height
        assert len(cards) == 1
        assert cards[0].startswith("While you were away")


async def test_the_selected_visit_is_gone_afterwards_and_that_is_said(
    qapp: QApplication, window: Window, theme: Theme, clinic: Practice
) -> None:
    async with desk_at(clinic, window, theme) as desk:
        chosen = desk.middle()
        name = desk.page.visit.banner.texts()[0]
        await desk.cut()
        clinic.do("cancel", visit=chosen)
        await desk.mend()
        await until(lambda: desk.page.queue.model.row_of(chosen) < 0)
        assert desk.page.queue.table.selected_id is None
        assert (desk.page.shown_id, desk.page.visit.banner.texts()[0]) == (chosen, name)
        assert desk.page.visit.call_bar.why_not() == "This visit is over."
