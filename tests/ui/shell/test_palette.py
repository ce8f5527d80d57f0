"""Ctrl+K over a real session: it finds, selects and goes there, and starts nothing (requirements §3.8)."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import process_time
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from app.entry import sign_in
from app.users.record import Person
from app.users.role import Role
from app.visits.record import Visit
from tests.practice import Practice
from tests.sessions import fail, profile
from tests.ui.conftest import Open, Opened, question
from tests.ui.rest import at_rest
from tests.ui.shell.palettes import palette_over
from tests.ui.words import words_of
from tests.ui.workplaces import workplace
from tests.until import until
from ui.kit import keys
from ui.kit.cell import Cell
from ui.shell import palette as palette_module
from ui.shell.finds import patients
from ui.shell.palette import MOST, Palette
from ui.shell.window import Window
from ui.theme.theme import Theme

MINE, OKAFOR = "48211", "48212"
Key = Qt.Key

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "This plugin does not support (raise|grab)")


@dataclass
class AtWork:
    """A queue page with its palette."""

    opened: Opened
    palette: Palette
    watched: list[str] = field(default_factory=list)

    @property
    def table(self) -> QWidget:
        return self.opened.page.queue.table

    def open(self) -> None:
        QTest.keyClick(self.opened.window, Key.Key_K, Qt.KeyboardModifier.ControlModifier)

    def type(self, text: str) -> None:
        self.palette.field.setText(text)

    def press(self, *pressed: Qt.Key) -> None:
        for key in pressed:
            QTest.keyClick(self.palette.field, key)

    def listed(self) -> list[str]:
        return [find.look(find.what)[0].primary for find in self.palette.shown()]

    @property
    def marked(self) -> str:
        return self.palette.table.selected_id or ""


At = Callable[..., Any]


@pytest.fixture
def at(open_queue: Open, theme: Theme) -> At:
    @asynccontextmanager
    async def opened(*args: Any, **options: Any) -> AsyncIterator[AtWork]:
        async with open_queue(*args, **options) as page:
            await until(lambda: len(page.session.rooms.rooms))
            page.window.activateWindow()
            await until(page.window.isActiveWindow)
            watched: list[str] = []
            made = palette_over(page.window, theme, page.session, page.page, watched)
            page.page.queue.table.setFocus()
            try:
                yield AtWork(page, made, watched)
            finally:
                made.close_listeners()
                made.deleteLater()

    return opened


def first_patient(work: AtWork) -> Visit:
    rows = (work.opened.session.queue.visits.get(each) for each in work.opened.page.queue.model.ids())
    return next(row for row in rows if isinstance(row, Visit) and row.member and row.member.family)


async def test_a_patient_is_found_and_selected_and_nothing_starts(qapp: QApplication, at: At) -> None:
    async with at() as work:
        visit = first_patient(work)
        assert visit.member is not None
        work.opened.clinic.forget()
        work.open()
        assert work.palette.is_open
        assert work.palette.field.hasFocus()
        work.type(f"{visit.member.given} {visit.member.family}".upper())
        found = work.palette.shown()[0]
        name, state = found.look(found.what)
        assert visit.member.family.upper() in name.primary
        assert name.secondary.startswith("Born")
        assert state.chip is not None
        assert state.secondary
        work.press(Key.Key_Return)
        assert not work.palette.is_open
        assert work.opened.page.shown_id == visit.id
        assert work.table.hasFocus()
        assert question(work.opened.window) is None
        assert work.opened.links == []
        acts = {entry["key"] for entry in work.opened.clinic.log() if entry["method"] != "GET"}
        assert acts == set()


async def test_a_name_is_never_shown_without_the_date_of_birth(qapp: QApplication, at: At) -> None:
    async with at() as work:
        work.open()
        shown = [find for find in work.palette.shown() if find.id.startswith("visit ")]
        assert shown
        assert all(find.look(find.what)[0].secondary.startswith("Born") for find in shown)


async def test_moving_choosing_and_leaving_by_keys(qapp: QApplication, at: At) -> None:
    async with at() as work:
        work.open()
        ids = [find.id for find in work.palette.shown()]
        assert work.marked == ids[0]
        work.press(Key.Key_Down, Key.Key_Down)
        assert work.marked == ids[2]
        work.press(Key.Key_Up)
        assert work.marked == ids[1]
        work.press(Key.Key_End)
        assert work.marked == ids[-1]
        work.press(Key.Key_Home)
        assert work.marked == ids[0]
        work.press(Key.Key_PageDown)
        assert ids.index(work.marked) > 2
        work.press(Key.Key_PageUp)
        assert work.marked == ids[0]
        assert work.palette.field.hasFocus()
        work.press(Key.Key_Escape)
        assert not work.palette.is_open
        assert work.table.hasFocus()


@pytest.mark.parametrize("leaving", ["tab", "beside", "elsewhere", "again"])
async def test_the_ways_out(qapp: QApplication, at: At, leaving: str) -> None:
    async with at() as work:
        work.open()
        work.type("mira")
        palette = work.palette
        await at_rest()
        assert "OKAFOR" in words_of(palette)
        match leaving:
            case "tab":
                work.press(Key.Key_Tab)
            case "beside":
                QTest.mouseClick(palette, Qt.MouseButton.LeftButton, pos=QPoint(3, palette.height() - 3))
            case "elsewhere":
                work.opened.window.menu.button.setFocus()
                assert work.opened.window.menu.button.hasFocus()
            case "again":
                work.open()
                assert palette.field.selectedText() == "mira"
                return
        assert not palette.is_open
        assert palette.isHidden()
        assert "OKAFOR" not in words_of(palette)
        assert palette.field.text() == ""
        if leaving != "elsewhere":
            assert work.table.hasFocus()


async def test_a_click_within_it_does_not_close_it_and_one_on_a_row_chooses(
    qapp: QApplication, at: At
) -> None:
    async with at() as work:
        work.open()
        work.type("general")
        await at_rest()
        QTest.mouseClick(work.palette.card, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
        assert work.palette.is_open
        rows = work.palette.table
        QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, rows.rowHeight(0) // 2))
        assert work.watched == [work.opened.clinic.room]
        assert not work.palette.is_open


async def test_start_call_and_finish_are_gone_to_and_not_pressed(qapp: QApplication, at: At) -> None:
    async with at() as work:
        await work.opened.select(OKAFOR)
        work.open()
        work.type("start call")
        assert work.listed()[0] == "Start call…"
        work.press(Key.Key_Return)
        bar = work.opened.page.visit.call_bar
        assert bar.start_button.hasFocus()
        # Held down, and pressed again: a button of a window is pressed by Space.
        for repeats in (True, False):
            event = QKeyEvent(
                QKeyEvent.Type.KeyPress, Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", repeats
            )
            QApplication.sendEvent(bar.start_button, event)
        await at_rest()
        assert question(work.opened.window) is None
        assert work.opened.links == []


async def test_signing_out_opens_the_menu_at_it_and_a_held_enter_does_not_choose_it(
    qapp: QApplication, at: At
) -> None:
    async with at() as work:
        menu, told = work.opened.window.menu, []
        menu.sign_out_wanted.connect(lambda: told.append("sign out"))
        work.open()
        work.type("sign out")
        work.press(Key.Key_Return)
        await until(menu.menu.isVisible)
        assert menu.menu.activeAction().text() == "Sign out"
        held = QKeyEvent(QKeyEvent.Type.KeyPress, Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True)
        QApplication.sendEvent(menu.menu, held)
        assert told == []
        QTest.keyClick(menu.menu, Key.Key_Return)
        assert told == ["sign out"]
        menu.menu.close()


async def test_what_cannot_be_undone_is_marked(qapp: QApplication, at: At) -> None:
    async with at() as work:
        actions = work.opened.window.menu.menu.actions()
        marked = {keys.plain(action) for action in actions if action.property(keys.DELIBERATE)}
        assert marked == {"Switch clinic or user…", "Sign out", "Quit"}


async def test_only_what_is_possible_now_is_listed_and_itself_is_not(qapp: QApplication, at: At) -> None:
    async with at() as work:
        work.open()
        assert "Start call…" not in work.listed()  # No visit is selected.
        assert "Go to…" not in work.listed()
        assert {"Refresh now", "Settings…", "Keyboard…"} <= set(work.listed())
        commands = [find.id for find in work.palette.shown() if find.id.startswith("command ")]
        assert len(commands) == len(set(commands))
        work.opened.window.menu._settings.setEnabled(False)
        work.press(Key.Key_Escape)
        work.open()
        assert "Settings…" not in work.listed()


async def test_what_was_chosen_last_comes_first_when_nothing_is_typed(qapp: QApplication, at: At) -> None:
    async with at() as work:
        for words in ("refresh now", "dark"):
            work.open()
            work.type(words)
            work.press(Key.Key_Return)
        work.open()
        assert work.listed()[:2] == ["Colours: Dark", "Refresh now"]


async def test_a_room_is_handed_on(qapp: QApplication, at: At) -> None:
    async with at() as work:
        work.open()
        work.type(work.opened.clinic.room)
        work.press(Key.Key_Enter)
        assert work.watched == [work.opened.clinic.room]


async def test_nothing_that_fits_and_nothing_that_is_left(qapp: QApplication, at: At) -> None:
    async with at() as work:
        work.open()
        work.type("zzzz")
        assert work.palette.shown() == []
        assert "Nothing fits" in work.palette.card.note.text()
        work.press(Key.Key_Return)
        assert work.palette.is_open
        visit = first_patient(work)
        assert visit.member is not None
        work.press(Key.Key_Escape)
        work.open()
        work.type(visit.member.family)
        work.opened.session.queue.visits.drop(visit.id)
        work.press(Key.Key_Return)
        assert work.palette.is_open
        assert work.palette.field.text() == visit.member.family
        assert "not there any more" in work.palette.card.note.text()


async def test_a_wall_board_finds_no_patient(
    qapp: QApplication, window: Window, theme: Theme, clinic: Practice
) -> None:
    user = clinic.user("provider")
    session = await sign_in(profile(clinic, role=Role.MONITOR), user["username"], user["password"], fail)
    async with workplace(session, window, theme):
        await session.rooms.load()
        await session.queue.poller.once()
        assert len(session.queue.visits)
        made = palette_over(window, theme, session, window.page, [])
        made.present()
        assert [find.id for find in made.shown() if find.id.startswith("room ")]
        assert not [find.id for find in made.shown() if find.id.startswith("visit ")]
        made.close_listeners()


async def test_what_is_marked_is_said(qapp: QApplication, at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(palette_module, "announce", lambda _speaker, text: said.append(text))
    async with at() as work:
        visit = first_patient(work)
        assert visit.member is not None
        work.open()
        work.type(visit.member.family)
        assert visit.member.family.upper() in said[-1]
        assert "Born" in said[-1]
        assert said[-1].endswith(f"1 of {len(work.palette.shown())}")
        work.type("zzzz")
        assert said[-1] == "Nothing fits. Type fewer letters."
        assert work.palette.field.accessibleName() == "Find a command, a patient or a room"
        assert work.palette.table.accessibleName() == "Found"


async def test_it_fits_the_smallest_window_at_200_per_cent(qapp: QApplication, at: At, theme: Theme) -> None:
    async with at() as work:
        theme.set_scale(2.0)
        work.opened.window.setMinimumSize(640, 480)
        work.opened.window.resize(640, 480)
        work.open()
        await at_rest()
        card, palette = work.palette.card.geometry(), work.palette
        assert palette.rect().contains(card)
        assert palette.table.height() >= palette.table.rowHeight(0)
        work.type("zzzz")
        await at_rest()
        assert palette.card.height() >= palette.field.height() + palette.card.note.height()


async def test_alerts_and_standing_under_the_page_stay_in_sight(
    qapp: QApplication, at: At, theme: Theme
) -> None:
    async with at() as work:
        theme.set_scale(2.0)
        work.opened.window.notices.say("6 patients came and nobody has said that they know.", "bad")
        await at_rest()
        work.open()
        await at_rest()
        window = work.opened.window
        bottom = work.palette.card.mapTo(window, work.palette.card.rect().bottomLeft()).y()
        assert bottom <= window.notices.mapTo(window, QPoint()).y()
        assert work.palette.table.height() >= work.palette.table.rowHeight(0)


def test_ten_thousand_patients_stay_fluid(window: Window, theme: Theme) -> None:
    rows = [
        Visit(
            id=str(number),
            member=Person(id=str(number), given=f"Given{number}", family=f"Family{number % 997}"),
        )
        for number in range(10_000)
    ]

    def look(row: Visit) -> tuple[Cell, Cell]:
        return Cell(row.member.family if row.member else "", "Born"), Cell("Waiting")

    button = QPushButton("Before", window)
    button.setFocus()
    palette = Palette(theme, window, [patients(lambda: rows, look, lambda _id: True)])

    def spent(work: Callable[[], object]) -> float:
        began = process_time()
        work()
        return process_time() - began

    # The yardstick: what it takes to look at every name once.
    plain = min(
        spent(lambda: [f"{r.member.family} {r.member.given}".casefold() for r in rows]) for _ in range(5)
    )
    opening = min(_reopened(palette, spent) for _ in range(3))
    letters = []
    for typed in ("f", "fa", "fam", "family9 given", "given12", ""):
        letters.append(spent(lambda typed=typed: palette.field.setText(typed)))
        assert len(palette.shown()) == MOST
    assert opening < 40 * plain
    assert sorted(letters)[len(letters) // 2] < 20 * plain
    palette.close_listeners()
    palette.deleteLater()


def _reopened(palette: Palette, spent: Callable[[Callable[[], object]], float]) -> float:
    palette.dismiss()
    return spent(palette.present)
