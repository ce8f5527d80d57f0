"""Waits today, on screen: figures in words, plots and tables that agree, and no name anywhere."""

import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.session import Session
from app.users.role import Role, rights_of
from app.visits.record import Visit
from app.visits.waits import Outcome, waits_of
from tests.practice import START, Practice
from tests.sessions import is_whole, signed_in
from tests.ui.words import words_of
from tests.until import until
from ui.kit.formats import show_times_in, time_text
from ui.shell.window import Window
from ui.theme.theme import Theme
from ui.visits.waits_panel import WaitsPanel
from ui.visits.waits_plot import PARTS, step_of
from ui.visits.waits_words import counts_line

ZONE = "America/Los_Angeles"


@pytest.fixture(autouse=True)
def clinics_clock() -> Iterator[None]:
    """As the program does: every screen shows the clinic's time."""
    show_times_in(ZONE)
    yield
    show_times_in("")


@asynccontextmanager
async def opened(
    clinic: Practice, theme: Theme, window: Window, *, hours: float = 4
) -> AsyncIterator[tuple[WaitsPanel, Session]]:
    """After some hours of the seeded day."""
    clinic.advance(hours * 3600)
    session = await signed_in(clinic)
    panel = WaitsPanel(theme, session, window)
    try:
        session.start()
        await until(lambda: len(session.queue.visits) > 0)
        await until(lambda: len(session.rooms.rooms) > 0 and is_whole(session))
        # The list of rooms does not tell the zone.
        await session.rooms.read("k7m2p")
        panel.present()
        await until(panel.isVisible)
        yield panel, session
    finally:
        panel.hide()
        panel.deleteLater()
        await session.close()


def column(panel: WaitsPanel, title: str) -> list[str]:
    table = panel.rooms
    titles = [table.horizontalHeaderItem(number).text() for number in range(table.columnCount())]
    return [row[titles.index(title)] for row in table.texts()]


async def test_words_plots_and_tables_agree(clinic: Practice, theme: Theme, window: Window) -> None:
    async with opened(clinic, theme, window) as (panel, _session):
        line = panel.counts.text().replace("\N{NO-BREAK SPACE}", " ")
        told = re.match(r"Today, since 00:00( \(Los Angeles time\))?: (\d+) came  ·  (\d+) seen", line)
        assert told is not None, line
        _zone, came, seen = told.groups()
        assert (column(panel, "Came")[0], column(panel, "Seen")[0]) == (came, seen)
        assert sum(map(int, column(panel, "Came")[1:])) == int(came)
        assert sum(int(row[1]) for row in panel.hours.texts()[1:]) == int(came)
        assert re.fullmatch(r"Median wait .*, 9 of 10.*", panel.waits.text())
        assert column(panel, "Room")[0] == "All"
        assert "General Care" in column(panel, "Room")
        assert panel.arrivals_plot.highest() == max(int(row[1]) for row in panel.hours.texts()[1:])


async def test_nobody_is_named(clinic: Practice, theme: Theme, window: Window) -> None:
    async with opened(clinic, theme, window) as (panel, session):
        said = words_of(panel).casefold()
        visits = [row for row in session.queue.visits if isinstance(row, Visit)]
        names = {part for visit in visits if visit.member for part in visit.member.name.casefold().split()}
        assert len(names) > 20
        assert {name for name in names if re.search(rf"\b{re.escape(name)}\b", said)} == set()


async def test_it_is_counted_anew_when_shown_and_not_behind_ones_back(
    clinic: Practice, theme: Theme, window: Window
) -> None:
    async with opened(clinic, theme, window) as (panel, session):
        before = panel.counts.text()
        panel.hide()
        assert not panel._ticker.running()
        visit_id = clinic.do("arrive", room="k7m2p")["visit"]
        session.look()
        await until(lambda: visit_id in session.queue.visits)
        assert panel.counts.text() == before
        panel.present()
        assert panel._ticker.running()
        assert panel.counts.text() != before


async def test_what_is_old_says_as_of_when(clinic: Practice, theme: Theme, window: Window) -> None:
    async with opened(clinic, theme, window) as (panel, session):
        assert panel.state.isHidden()
        clinic.stop()
        session.look()
        connection = session.queue.connection
        await until(lambda: connection.standing().failure is not None)
        panel.refresh()
        figures = panel.rooms.texts()
        # Ten minutes go by.
        later = session.clock.now() + 600
        session.clock.now = lambda: later  # type: ignore[method-assign]
        connection._interval_s, connection._confirmed = 1.0, connection._confirmed - 600
        confirmed_at = connection.standing().confirmed_at
        panel.refresh()
        as_of = time_text(confirmed_at, later)
        assert panel.state.text() == f"As of {as_of}. The server has not confirmed anything since."
        # Who waited then is not made to wait longer by a line that is cut.
        assert panel.rooms.texts() == figures


async def test_before_the_first_answer_there_are_no_figures(
    clinic: Practice, theme: Theme, window: Window
) -> None:
    session = await signed_in(clinic)
    panel = WaitsPanel(theme, session, window)
    try:
        panel.present()
        assert panel.counts.text() == "The queue has not been read yet. The figures come with it."
        assert not panel.rooms.isVisible()
    finally:
        panel.hide()
        panel.deleteLater()
        await session.close()


async def test_one_room_says_so(clinic: Practice, theme: Theme, window: Window) -> None:
    async with opened(clinic, theme, window) as (panel, session):
        session.queue.watch_room("w4n8q")
        panel.refresh()
        assert panel.state.text() == "Family & Child Health only. Patients of other rooms are not counted."
        session.queue.watch_room("")
        panel.refresh()
        assert panel.state.text() == "Not all rooms have been read yet. Patients may be missing here."


async def test_a_wall_board_may_see_it(clinic: Practice, theme: Theme, window: Window) -> None:
    async with opened(clinic, theme, window) as (panel, session):
        before = panel.rooms.texts()
        session.queue.limit_to(rights_of(Role.MONITOR))
        panel.refresh()
        assert panel.rooms.texts() == before


async def test_keys(clinic: Practice, theme: Theme, window: Window, qapp: QApplication) -> None:
    async with opened(clinic, theme, window) as (panel, _session):
        await until(panel.isActiveWindow)
        assert qapp.focusWidget() is panel.close_button
        stops = []
        for _each in range(4):
            QTest.keyClick(qapp.focusWidget(), Qt.Key.Key_Tab)
            stops.append(qapp.focusWidget())
        assert {panel.rooms, panel.hours} <= set(stops)
        for part in (panel.rooms, panel.hours, panel.arrivals_plot, panel.waits_plot):
            assert part.accessibleName()
        QTest.keyClick(panel, Qt.Key.Key_Escape)
        assert panel.isHidden()


async def test_who_reads_a_row_stays_in_it(clinic: Practice, theme: Theme, window: Window) -> None:
    async with opened(clinic, theme, window) as (panel, _session):
        panel.rooms.setFocus()
        panel.rooms.setCurrentCell(1, 1)
        panel.refresh()
        assert (panel.rooms.currentRow(), panel.rooms.currentColumn()) == (1, 1)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("scale", [1.0, 2.0])
async def test_no_cell_is_cut(
    clinic: Practice, theme: Theme, window: Window, mode: str, scale: float
) -> None:
    theme.set_mode(mode)
    theme.set_scale(scale)
    async with opened(clinic, theme, window) as (panel, _session):
        for table in (panel.rooms, panel.hours):
            for number in range(table.columnCount()):
                assert table.columnWidth(number) >= table.sizeHintForColumn(number)
            rows = table.rowCount() * table.rowHeight(0)
            assert table.viewport().height() >= rows


def test_parts_of_a_bar_differ_without_colour() -> None:
    assert len({part.pattern for part in PARTS}) == len(PARTS)
    assert {outcome for part in PARTS for outcome in part.outcomes} == set(Outcome)


async def test_the_bars_are_as_high_as_the_figures(clinic: Practice, theme: Theme, window: Window) -> None:
    async with opened(clinic, theme, window) as (panel, _session):
        plot = panel.arrivals_plot
        picture: QImage = plot.grab().toImage()
        colour = theme.tokens.info.fg.lower()
        for hour, (middle, _width) in zip(plot._hours, plot._places(), strict=True):
            seen = hour.figures.counts[Outcome.SEEN]
            ground = plot.height_of(0)
            painted = sum(
                picture.pixelColor(QPoint(round(middle), y)).name() == colour
                for y in range(round(plot.height_of(seen)), round(ground))
            )
            assert painted >= (ground - plot.height_of(seen)) * 0.8 - 2


@pytest.mark.parametrize(("highest", "step"), [(0, 1), (4, 1), (5, 2), (14, 5), (100, 30), (1e9, 1440)])
def test_few_lines(highest: float, step: int) -> None:
    assert step_of(highest) == step


def test_the_zone_is_named_while_this_computer_is_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    told = waits_of([], START, ZONE)
    for machine, since in (("Asia/Tokyo", "00:00 (Los Angeles time)"), (ZONE, "00:00")):
        monkeypatch.setenv("TZ", machine)
        time.tzset()
        line = counts_line(told, ZONE).replace("\N{NO-BREAK SPACE}", " ")
        assert line.startswith(f"Today, since {since}: 0")
    monkeypatch.undo()
    time.tzset()
