"""Of two people of one name nobody is chosen before both can be seen."""

import asyncio
from collections.abc import Sequence
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.users.record import Person
from tests.practice import Practice
from tests.ui.checkin.desks import Desk, desk
from tests.until import until
from ui.theme.theme import Theme

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

MARIA = Person(id="7303", given="María José", family="García Núñez", born=date(1996, 2, 17))
BORN = ("Born 30-Nov-1951 (74 y)", "Born 17-Feb-1996 (30 y)")


def births(at: Desk) -> list[str]:
    return sorted(row.split("\n")[1] for row in at.form.pick.search.rows())


def know(at: Desk, *people: Person) -> None:
    """They are in the queue."""
    at.form.pick.search._known = lambda: people


async def test_twins_are_both_found_however_the_name_is_typed(
    qapp: QApplication, theme: Theme, clinic: Practice
) -> None:
    async with desk(theme, clinic) as at:
        know(at, MARIA)
        await at.present()
        await at.find("garcia")
        assert at.asked == ["garcia", "García Núñez"]
        await until(lambda: births(at) == sorted(BORN))
        assert at.form.pick.search.state() == ""


async def test_a_name_that_only_the_queue_has_is_said_to_be_that(
    qapp: QApplication, theme: Theme, clinic: Practice
) -> None:
    async with desk(theme, clinic) as at:
        know(at, Person(id="9", given="Ása", family="Thórsdóttir", born=date(1990, 1, 2)))
        await at.present()
        await at.find("thorsd")
        said = "Only in the queue; the server found nobody of this spelling."
        await until(lambda: at.form.pick.search.state() == said)


async def test_nobody_is_chosen_before_the_server_has_said_who_else_there_is(
    qapp: QApplication, theme: Theme, clinic: Practice
) -> None:
    async with desk(theme, clinic) as at:
        know(at, MARIA)
        await at.present()
        at.type("garcia")
        at.press(Qt.Key.Key_Return)
        at.press(Qt.Key.Key_Return)
        assert at.form.pick.person() is None
        assert at.form.pick.search.state().startswith("Still searching. Wait a moment")
        await until(lambda: births(at) == sorted(BORN))
        at.press(Qt.Key.Key_Return)
        await until(lambda: at.form.pick.person() is not None)


async def test_a_line_that_hangs_does_not_keep_the_queue_from_being_checked_in(
    qapp: QApplication, theme: Theme, clinic: Practice
) -> None:
    async with desk(theme, clinic) as at:
        know(at, MARIA)
        at.form.pick.search._patience.setInterval(300)
        at.form.pick.search._search = hanging
        await at.present()
        at.type("garcia")
        await until(lambda: at.form.pick.search.state().startswith("The server has not answered yet."))
        at.press(Qt.Key.Key_Return)
        at.press(Qt.Key.Key_Return)
        assert at.form.pick.person() == MARIA


async def hanging(_words: str) -> Sequence[Person]:
    await asyncio.Event().wait()
    return []


async def test_namesakes_are_chosen_only_once_their_dates_of_birth_are_there(
    qapp: QApplication, theme: Theme, clinic: Practice
) -> None:
    async with desk(theme, clinic) as at:
        may_read = asyncio.Event()
        read = at.read

        async def later(person_id: str) -> Person:
            await may_read.wait()
            return await read(person_id)

        at.form.pick.search._read = later
        await at.present()
        await at.find("garc")
        await until(lambda: len(at.form.pick.search.rows()) == 2)
        at.press(Qt.Key.Key_Return)
        at.press(Qt.Key.Key_Return)
        assert at.form.pick.person() is None
        assert "their dates of birth are being read" in at.form.pick.search.state()
        may_read.set()
        await until(lambda: births(at) == sorted(BORN))
        await until(lambda: at.form.pick.search.state() == "")
        at.press(Qt.Key.Key_Return)
        assert at.form.pick.person() is not None


async def test_other_words_begin_at_the_first_row_again(
    qapp: QApplication, theme: Theme, clinic: Practice
) -> None:
    async with desk(theme, clinic) as at:
        know(at, MARIA)
        await at.present()
        await at.find("garc")
        await until(lambda: births(at) == sorted(BORN))
        at.press(Qt.Key.Key_Down)
        at.press(Qt.Key.Key_Down)
        assert at.form.pick.search.list.currentRow() == 1
        await at.find("ari")
        assert len(at.form.pick.search.rows()) > 1
        assert at.form.pick.search.list.currentRow() == -1
        assert at.form.pick.search.list.selectedItems() == []
        at.press(Qt.Key.Key_Down)
        assert at.form.pick.search.list.currentRow() == 0


async def test_who_is_current_stays_so_when_more_people_come(
    qapp: QApplication, theme: Theme, clinic: Practice
) -> None:
    async with desk(theme, clinic) as at:
        other = Person(id="9", given="Maria", family="Zamora", born=date(1990, 1, 2))
        know(at, MARIA, other)
        await at.present()
        at.type("maria")
        for _ in range(2):
            at.press(Qt.Key.Key_Down)
        current = at.form.pick.search.list.currentItem
        assert current().data(Qt.ItemDataRole.UserRole) == "9"
        await until(lambda: len(at.form.pick.search.rows()) > 2)
        assert at.form.pick.search.list.currentRow() > 1
        assert current().data(Qt.ItemDataRole.UserRole) == "9"
