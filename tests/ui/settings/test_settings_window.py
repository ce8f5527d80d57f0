"""The settings on screen: each works at once, says where it comes from, and comes back where it was."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox
from shiboken6 import isValid

from app.checkin.check_in import check_in
from app.choices import Choices
from app.entry import sign_in
from app.home import read_preferences
from app.users.role import Role
from tests.keyrings import HeldKeys, NoKeys
from tests.practice import Practice
from tests.sessions import fail, profile
from tests.ui.programs import again, at_work, queue_page, running, session_of
from tests.ui.programs import at as of_clinic
from tests.ui.rest import at_rest
from tests.ui.words import all_words, words_of
from tests.ui.workplaces import workplace
from tests.until import until
from ui.program import Program
from ui.settings.pick import Pick
from ui.settings.settings_window import SettingsWindow
from ui.shell.window import Window
from ui.theme.theme import Theme

Make = Callable[..., Program]
MINE = Choices(poll_s=5, call_target="room", lock_s=120, room="k7m2p")


def settings_of(program: Program) -> SettingsWindow:
    assert program.workplace is not None
    found = program.workplace._settings
    assert found is not None
    return found


async def opened(program: Program) -> SettingsWindow:
    """By its key; everything that is asked for has come."""
    await queue_page(program)
    program.window.activateWindow()
    await until(program.window.isActiveWindow)
    QTest.keyClick(program.window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    screen = settings_of(program)
    await until(lambda: screen._asking is not None and screen._asking.done())
    return screen


def pick(choice: Pick, name: str) -> None:
    """As a person does: the list, an entry."""
    index = choice.combo.findText(name)
    assert index >= 0, [choice.combo.itemText(each) for each in range(choice.combo.count())]
    choice.combo.setCurrentIndex(index)
    choice.combo.activated.emit(index)


@asynccontextmanager
async def settings(
    clinic: Practice, window: Window, theme: Theme, **changes: object
) -> AsyncIterator[SettingsWindow]:
    """The settings of a session in memory, which polls. changes: to the profile."""
    user = clinic.user("provider")
    session = await sign_in(profile(clinic, **changes), user["username"], user["password"], fail)
    async with workplace(session, window, theme) as place:
        session.start()
        await until(lambda: len(session.rooms.rooms))
        place.show_settings()
        screen = place._settings
        assert screen is not None
        await until(lambda: screen._asking is not None and screen._asking.done())
        yield screen


async def test_each_choice_works_at_once_outlives_a_restart_and_is_its_owners(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    keys = HeldKeys()
    first = program(keys=keys)
    async with at_work(first, clinic) as session:
        screen = await opened(first)
        await until(lambda: len(session.rooms.rooms))
        assert screen.queue.often.origin() == "As the clinic says: 10 s."
        pick(screen.queue.often, "5 s")
        pick(screen.calls.page, "The waiting room's page")
        pick(screen.lock.after, "2 min")
        pick(screen.queue.room, "General Care only")
        assert session.choices == MINE
        assert screen.queue.often.origin() == "Chosen by you on this computer. The clinic says: 10 s."
        assert first.shift.lock.watch.look().left_s <= 120
    second = again(first.theme, first._folder, read_preferences(first._folder), keys)
    async with running(second):
        session = await session_of(second)
        assert session.choices == MINE
        assert second.shift.lock.watch.look().left_s <= 120
        screen = await opened(second)
        assert screen.lock.after.combo.currentText() == "2 min"
        assert screen.calls.page.combo.currentText() == "The waiting room's page"
    third = again(first.theme, first._folder, read_preferences(first._folder).left(), keys)
    async with running(third):
        colleague, form = clinic.user("provider", 1), third.window.sign_in
        form.fill(replace(of_clinic(clinic), username=colleague["username"]))
        form.password.setText(colleague["password"])
        form.button.click()
        assert (await session_of(third)).choices == Choices()


async def test_one_room_alone_is_never_watched_silently(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    started = program(keys=HeldKeys())
    async with at_work(started, clinic) as session:
        page = await queue_page(started)
        band = page.queue.room_band
        everybody = page.queue.model.rowCount()
        assert not band.isVisible()
        session.choose(Choices(room=clinic.room))
        await until(lambda: band.text() == "General Care only. Patients of other rooms are not shown.")
        assert band.isVisible()
        assert 0 < page.queue.model.rowCount() < everybody
        await lock(started)
        assert "one room only" in words_of(started.shift.lock.screen)
        unlock(started)
        page = await queue_page(started)
        band = page.queue.room_band
        assert band.isVisible()
        # All of them are missing until the server has answered, and that is said, too.
        clinic.weather("cut_before", "visits.list")
        band.all_button.click()
        assert band.text() == "Not all rooms have been read yet. Patients may be missing here."
        assert not band.all_button.isVisible()
        clinic.clear()
        started.window.menu.refresh_wanted.emit()
        await until(lambda: not band.isVisible())
        assert page.queue.model.rowCount() == everybody


async def test_a_room_that_nobody_waits_in_is_not_said_to_be_empty_before_it_was_read(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    started = program(keys=HeldKeys())
    async with at_work(started, clinic) as session:
        page = await queue_page(started)
        session.choose(Choices(room=clinic.room))
        await until(page.queue.room_band.isVisible)
        clinic.weather("cut_before", "visits.list")
        session.choose(Choices(room="none"))
        await at_rest()
        assert page.queue._empty.text() == "Reading the queue…"
        assert "none only. It has not been read yet." in page.queue.room_band.text()
        clinic.clear()
        clinic.weather("wrong_json", "visits.list", body={"data": []})
        started.window.menu.refresh_wanted.emit()
        await until(lambda: page.queue._empty.text().startswith("No open visits in none."))


async def test_a_room_of_the_clinics_cannot_be_changed_and_says_so(
    qapp: QApplication, clinic: Practice, window: Window, theme: Theme
) -> None:
    async with settings(clinic, window, theme, room=clinic.room) as screen:
        assert not screen.queue.room.combo.isEnabled()
        assert screen.queue.room.combo.currentText() == "General Care only"
        assert screen.queue.room.origin() == "The clinic has set this for this computer."
        band = window.page.queue.room_band
        assert band.text().startswith("General Care only.")
        assert not band.all_button.isVisible()


async def test_the_lock_is_never_later_than_the_clinic_says(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    clinic.choose(session__idle_timeout__duration=180, session__idle_timeout__warning_period=30)
    started = program(keys=HeldKeys())
    async with at_work(started, clinic) as session:
        screen = await opened(started)
        combo = screen.lock.after.combo
        names = [combo.itemText(each) for each in range(combo.count())]
        assert names == ["3 min (the clinic's)", "1 min", "2 min"]
        assert screen.lock.after.origin() == "The clinic's limit is 3 min."
        session.choose(Choices(lock_s=600))
        assert screen.lock.after.origin() == (
            "You chose 10 min, which is not shorter. The clinic's limit is 3 min."
        )
        assert started.shift._activity.limits.lock_s == 180
        # What the clinic says meanwhile counts as soon as the settings have read it.
        clinic.choose(session__idle_timeout__duration=900)
        screen.present()
        await until(lambda: started.shift._activity.limits.lock_s == 600)
        assert combo.currentText() == "10 min"
        pick(screen.lock.after, "15 min (the clinic's)")
        assert started.shift._activity.limits.lock_s == 900


async def test_colours_and_text_size_are_those_of_the_menu_both_ways(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    started = program(keys=HeldKeys())
    menu = started.window.menu
    try:
        async with at_work(started, clinic):
            screen = await opened(started)
            pick(screen.appearance.colours, "Dark")
            pick(screen.appearance.scale, "150%")
            kept = read_preferences(started._folder)
            assert (kept.theme, kept.text_scale) == ("dark", 1.5)
            actions = [action for group, _ in menu._looks for action in group.actions()]
            assert [action.text() for action in actions if action.isChecked()] == ["Dark", "150%"]
            next(action for action in actions if action.text() == "Light").trigger()
            assert screen.appearance.colours.combo.currentText() == "Light"
    finally:
        Theme("light").apply(qapp)


async def test_it_says_what_lies_here_and_what_the_clinic_has_set(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    clinic.choose(max_wait_time=1800)
    started = program(keys=HeldKeys())
    async with at_work(started, clinic) as session:
        screen = await opened(started)
        facts = screen.computer.facts
        assert facts.text("where") == str(session.store.path)
        assert facts.text("encrypted").startswith("Yes. Its key is in this desktop's keyring")
        assert facts.text("waiting") == "Nothing"
        clinic.weather("cut_before", "*")
        line = {"member_id": "7301", "room": clinic.room, "reason": "Sore throat"}
        await session.outbox.keep(check_in(line, session.clock.now()))
        assert facts.text("waiting") == "1: see the outbox (Ctrl+Shift+O)."
        assert screen.clinic.account.facts.text("Longest wait") == "30 min"
        assert screen.clinic.user.facts.text("Time zone") == "America/Los_Angeles"
        wanted: list[bool] = []
        started.window.menu.reset_wanted.connect(lambda: wanted.append(True))
        screen.computer.remove_button.click()
        assert wanted == [True]


async def test_without_a_keyring_it_says_why_nothing_is_kept(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    started = program(keys=NoKeys())
    async with at_work(started, clinic) as session:
        screen = await opened(started)
        facts = screen.computer.facts
        assert facts.text("where") == "In memory alone, until Vestibule closes."
        assert "it has no keyring" in facts.text("encrypted")
        session.choose(Choices(poll_s=5))
        assert screen.queue.often.origin().startswith("Chosen by you until Vestibule closes.")


async def test_offline_one_sentence_stands_in_place_of_each_part(
    qapp: QApplication, clinic: Practice, window: Window, theme: Theme
) -> None:
    async with settings(clinic, window, theme) as screen:
        clinic.weather("cut_before", "*")
        account = screen.clinic.account
        assert account.state() == ""
        screen.present()
        await until(screen._asking.done)
        assert account.state() == "As last read. The connection to the server broke off."
        assert account.facts.text("Chart") == "On"
    clinic.clear()
    clinic.weather("status", "settings.get", status=404)
    clinic.weather("cut_before", "accounts.get")
    async with settings(clinic, window, theme) as screen:
        assert screen.clinic.account.state() == "The connection to the server broke off."
        assert screen.clinic.account.facts.names() == ()
        assert screen.clinic.user.state().startswith("This clinic's server does not offer user settings")
        assert screen.clinic.profile.facts.text("Account") == clinic.account


@pytest.mark.parametrize(
    ("role", "titles"),
    [
        (
            Role.UNKNOWN,
            ["Appearance", "Queue", "Alerts", "Calls", "Lock", "This computer", "From the clinic"],
        ),
        (Role.FRONT_DESK, ["Appearance", "Queue", "Alerts", "Lock", "This computer", "From the clinic"]),
        (Role.MONITOR, ["Appearance", "Queue", "This computer"]),
    ],
)
async def test_nobody_has_a_control_that_does_nothing_for_them(
    qapp: QApplication, clinic: Practice, window: Window, theme: Theme, role: Role, titles: list[str]
) -> None:
    async with settings(clinic, window, theme, role=role) as screen:
        assert [section.accessibleName() for section in screen.sections] == titles
        for combo in screen.findChildren(QComboBox):
            assert combo.accessibleName()
            assert combo.accessibleDescription()


async def test_the_wheel_scrolls_and_changes_nothing(
    qapp: QApplication, clinic: Practice, window: Window, theme: Theme
) -> None:
    async with settings(clinic, window, theme) as screen:
        combo = screen.queue.often.combo
        before, middle = combo.currentIndex(), QPointF(combo.rect().center())
        none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
        turn = QWheelEvent(
            middle, QPointF(combo.mapToGlobal(middle)), QPoint(), QPoint(0, -120), *none, False
        )
        qapp.sendEvent(combo, turn)
        assert combo.currentIndex() == before
        assert not turn.isAccepted()


async def test_locked_nothing_of_it_is_left_and_it_comes_back(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    started = program(keys=HeldKeys())
    async with at_work(started, clinic):
        before = await opened(started)
        await lock(started)
        await until(lambda: not isValid(before))
        words = all_words()
        assert "America/Los_Angeles" not in words
        assert "Remove data from this computer" not in words_of(started.shift.lock.screen)
        QTest.keyClick(started.window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
        assert [each for each in qapp.topLevelWidgets() if each.isVisible()] == [started.window]
        unlock(started)
        await until(lambda: not started.shift.is_locked)
        await until(lambda: started.workplace._settings is not None)
        screen = settings_of(started)
        assert screen.isVisible()
        await until(lambda: "America/Los_Angeles" in words_of(screen))


async def lock(program: Program) -> None:
    program.window.menu.lock_wanted.emit()
    await until(lambda: program.shift.is_locked)


def unlock(program: Program) -> None:
    screen = program.shift.lock.screen
    screen.password.setText("practice")
    screen.unlock_button.click()
