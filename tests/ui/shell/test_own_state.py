"""Available or away in the top bar, over a real session."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.rooms.own_state import InRoom, Stand, Word
from tests.practice import Practice
from tests.sessions import fail
from tests.ui.conftest import Open, Opened
from tests.until import until
from ui.shell.own_state import OwnStateButton, stand_look
from ui.theme.theme import Theme

HERE, THERE = "k7m2p", "w4n8q"

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "This plugin does not support (raise|grab)")


class AtWork:
    """The button in the top bar of a window."""

    def __init__(self, opened: Opened, theme: Theme) -> None:
        self.opened, session, window = opened, opened.session, opened.window
        self.own = session.own_state
        self.button = OwnStateButton(
            theme,
            self.own,
            self.room_name,
            session.clock.now,
            window.notices,
            session.look_again,
            window.menu.show_own_state,
            fail,
            window,
        )
        window._bar.insertWidget(window._bar.count() - 1, self.button)
        window.menu.own_state_wanted.connect(self.button.present)
        window.menu.set_signed_in(True)

    def room_name(self, code: str) -> str:
        room = self.opened.session.rooms.rooms.get(code)
        return room.name if room else code

    @property
    def clinic(self) -> Practice:
        return self.opened.clinic

    def entries(self) -> dict[str, bool]:
        """What the list offers, and what of it is so."""
        self.button._open()
        found = {
            action.text(): action.isChecked()
            for action in self.button.list.actions()
            if action.isEnabled() and not action.isSeparator()
        }
        self.button.list.close()
        return found

    def remarks(self) -> str:
        return self.button.accessibleDescription()

    async def choose(self, text: str) -> None:
        """By the list, until its answer is here."""
        self.button._open()
        action = next(each for each in self.button.list.actions() if each.text().startswith(text))
        action.trigger()
        self.button.list.close()
        await until(lambda: not self.button.property("busy"))

    def said(self) -> str:
        return "\n".join(self.opened.window.notices.texts())


At = Callable[..., Any]


@pytest.fixture
def at(open_queue: Open, theme: Theme) -> At:
    @asynccontextmanager
    async def opened(role: str = "provider") -> AsyncIterator[AtWork]:
        async with open_queue(role) as page:
            if role == "provider":
                await page.session.rooms.set_presence(True)
            await page.session.rooms.load()
            work = AtWork(page, theme)
            if page.session.rights.calls:
                await page.session.own_state.read()
            try:
                yield work
            finally:
                work.clinic.clear()
                work.button.close_listeners()
                work.button.deleteLater()

    return opened


def rooms(*online: bool | None) -> tuple[InRoom, ...]:
    return tuple(InRoom(str(number), each) for number, each in enumerate(online))


def test_every_state_has_a_word_and_an_icon_of_its_own() -> None:
    stands = [Stand(rooms(True)), Stand(rooms(False)), Stand(rooms(True, False)), Stand(rooms(None))]
    looks = [stand_look(stand) for stand in (*stands, Stand(rooms(True), in_call=True))]
    assert [word for word, _tone, _icon in looks] == [
        "Available",
        "Away",
        "Available in 1 of 2 rooms",
        "Availability not known",
        "In a call  ·  Available",
    ]
    # Not colour alone: where two share an icon, their words differ.
    assert len({icon for _word, _tone, icon in looks}) == 4
    assert stand_look(Stand(rooms(True), is_changing=True))[0] == "Changing…"


async def test_what_the_server_says_is_shown_and_told(qapp: QApplication, at: At) -> None:
    async with at() as work:
        assert work.button.isVisible()
        assert work.button.text() == "Available  ▾"
        assert work.button.accessibleName() == "Your state: Available"
        assert "As the clinic's server said at" in work.remarks()
        assert "Ctrl+Shift+V" in work.button.toolTip()
        assert work.entries() == {
            "Available in all rooms": True,
            "Away in all rooms": False,
            "General Care: available": True,
            "Family && Child Health: available": True,
        }


async def test_choosing_for_all_rooms_and_for_one(qapp: QApplication, at: At) -> None:
    async with at() as work:
        await work.choose("Away in all")
        assert work.own.stand.word == Word.AWAY
        assert work.button.text() == "Away  ▾"
        await work.choose("General Care")
        assert work.button.text() == "Available in 1 of 2 rooms  ▾"
        assert work.entries()["General Care: available"]
        assert not work.entries()["Available in all rooms"]
        assert (await work.opened.session.rooms.read_provider(HERE, "612")).online is True
        await work.choose("General Care")
        assert work.button.text() == "Away  ▾"
        assert work.said() == ""


async def test_its_key_opens_the_list_and_arrows_choose(qapp: QApplication, at: At) -> None:
    async with at() as work:
        window = work.opened.window
        window.activateWindow()
        await until(window.isActiveWindow)
        held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        QTest.keyClick(window, Qt.Key.Key_V, held)
        assert work.button.list.isVisible()
        QTest.keyClick(work.button.list, Qt.Key.Key_Down)
        QTest.keyClick(work.button.list, Qt.Key.Key_Down)
        # Its release would come to a list that is gone.
        QTest.keyPress(work.button.list, Qt.Key.Key_Return)
        await until(lambda: work.own.stand.word == Word.AWAY)
        await until(lambda: window.focusWidget() is work.button)


async def test_one_choice_at_a_time(qapp: QApplication, at: At) -> None:
    async with at() as work:
        work.clinic.weather("latency", "users.presence", seconds=0.3)
        work.clinic.forget()
        work.button._choose(available=False, code="")
        work.button._choose(available=True, code="")
        await until(lambda: work.button.text().startswith("Changing…"))
        assert not work.button.isEnabled()
        await until(lambda: work.own.stand.word == Word.AWAY)
        assert work.clinic.asked("users.presence") == 1


async def test_what_was_set_elsewhere_is_said(qapp: QApplication, at: At) -> None:
    async with at() as work:
        await work.choose("Available in all")
        await work.opened.session.rooms.set_presence(False, THERE)  # As another window would.
        await work.own.read()
        assert "set elsewhere since: Family & Child Health." in work.remarks()
        assert "Family && Child Health: away, set elsewhere" in work.entries()


async def test_a_call_is_shown_and_what_is_done_of_it_is_said(qapp: QApplication, at: At) -> None:
    async with at() as work:
        work.clinic.forget()
        work.own.set_in_call(True)
        assert work.button.text() == "In a call  ·  Available  ▾"
        assert "The server is not told of it here" in work.remarks()
        assert work.clinic.asked("users.presence") == 0
        work.button._open()
        lines = [action.text() for action in work.button.list.actions()]
        work.button.list.close()
        assert max(map(len, lines)) <= 44  # A list breaks no lines by itself.


async def test_a_lost_answer_is_not_known_until_it_is_read(qapp: QApplication, at: At) -> None:
    async with at() as work:
        work.clinic.weather("cut_after", "users.presence", times=1)
        work.clinic.weather("status", "rooms.providers", status=500)
        await work.choose("Away in all")
        assert work.button.text() == "Availability not known  ▾"
        assert "whether it acted is not known yet" in work.said()
        assert "asked again every minute" in work.remarks()
        work.clinic.clear()
        await work.own.read()
        assert work.button.text() == "Away  ▾"


@pytest.mark.parametrize("status", [400, 403, 503])
async def test_a_no_changes_nothing_and_says_so(qapp: QApplication, at: At, status: int) -> None:
    async with at() as work:
        work.clinic.weather("status", "users.presence", status=status, times=1)
        await work.choose("Away in all")
        assert work.own.stand.word == Word.AVAILABLE
        assert work.button.isVisible()
        assert work.said().startswith("Available or away: ")


async def test_a_server_without_it_is_told_of_and_the_button_leaves_the_bar(
    qapp: QApplication, at: At
) -> None:
    async with at() as work:
        work.clinic.weather("status", "users.presence", status=404)
        await work.choose("Away in all")
        assert not work.button.isVisible()
        (entry,) = (each for each in work.opened.window.menu.menu.actions() if "Available or" in each.text())
        assert entry.isVisible()
        assert "does not offer" in work.said()
        work.opened.window.notices.clear("own state")
        entry.trigger()
        assert "does not offer" in work.said()
        assert not work.button.list.isVisible()
        work.clinic.clear()
        (notice,) = work.opened.window.notices.notices()
        assert notice.act.text() == "Ask again"
        notice.act.click()
        assert work.button.isVisible()
        assert work.said() == ""
        await work.choose("Away in all")
        assert work.button.text() == "Away  ▾"


@pytest.mark.parametrize("role", ["front_desk", "clinic_admin"])
async def test_it_is_for_who_has_patients(qapp: QApplication, at: At, role: str) -> None:
    async with at(role) as work:
        assert not work.button.isVisible()
        entries = {each.text(): each for each in work.opened.window.menu.menu.actions()}
        assert not entries["Available or away…"].isVisible()


async def test_closed_it_listens_no_more(qapp: QApplication, open_queue: Open, theme: Theme) -> None:
    async with open_queue() as opened:
        work = AtWork(opened, theme)
        before = work.button.text()
        work.button.close_listeners()
        work.own.set_in_call(True)
        assert work.button.text() == before
        work.button.deleteLater()
