"""A locked window shows no patient anywhere, goes on polling, and opens to the same place."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from app.core.activity import END_S, LOCK_S, LONGEST_S, Presence
from app.home import read_preferences
from app.users.role import Role
from tests.clocks import HandClock
from tests.keyrings import HeldKeys
from tests.practice import START, Practice
from tests.ui.programs import again, at_work, queue_page, running, session_of
from tests.ui.words import all_words, words_of
from tests.until import until
from ui.program import Program

MINE = "48211"
PATIENT = ("OKAFOR", "Okafor", "Mira", "09-May-1984", "1984-05-09", "555-0101", "Cough", "half a sentence")

Make = Callable[..., Program]


def assert_nobody_is_named() -> None:
    words = all_words()
    for word in PATIENT:
        assert word not in words, word


async def at_a_note(program: Program, clinic: Practice) -> None:
    """Somebody is in the middle of a note, with everything open that can be."""
    page = await queue_page(program)
    clinic.do("take", visit=MINE, provider="612")
    await until(lambda: page.queue.model.row_of(MINE) >= 0)
    assert page.queue.table.select(MINE)
    await until(page.visit.intake.answers)
    program.workplace.check_in()
    program.workplace.show_outbox()
    program.window.activateWindow()
    editor = page.visit.notes.editor
    editor.set_open(True)
    await until(lambda: not editor.row("diagnosis").isHidden())
    field = editor.row("diagnosis").field
    field.setFocus()
    field.setPlainText("half a sentence")
    editor.row("diagnosis").set_cursor(4)


async def test_no_widget_holds_a_word_of_a_patient_and_everything_comes_back(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    started = program(keys=HeldKeys())
    async with at_work(started, clinic):
        await at_a_note(started, clinic)
        assert "OKAFOR, Mira" in all_words()
        await lock(started)
        await until(lambda: "OKAFOR" not in all_words())
        assert_nobody_is_named()
        visible = [window for window in qapp.topLevelWidgets() if window.isVisible()]
        assert visible == [started.window]
        unlock(started, "practice")
        await until(lambda: not started.shift.is_locked)
        page = await queue_page(started)
        assert page.shown_id == MINE
        row = page.visit.notes.editor.row("diagnosis")
        assert row.field.toPlainText() == "half a sentence"
        assert row.cursor() == 4
        assert started.workplace._outbox.panel.isVisible()
        assert started.workplace._check_in.isVisible()


async def lock(program: Program) -> None:
    program.window.menu.lock_wanted.emit()
    await until(lambda: program.shift.is_locked)


def unlock(program: Program, password: str) -> None:
    screen = program.shift.lock.screen
    screen.password.setText(password)
    screen.unlock_button.click()


async def test_the_queue_goes_on_and_is_counted_without_names(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    started = program(keys=HeldKeys())
    async with at_work(started, clinic) as session:
        await queue_page(started)
        await lock(started)
        before = len(session.queue.visits)
        clinic.do("arrive", room=clinic.room)
        session.queue.poller.wake()
        await until(lambda: len(session.queue.visits) > before)
        started.window.ticker.ticked.emit()
        assert "7 waiting" in words_of(started.shift.lock.screen)
        assert_nobody_is_named()
        assert "Live" in started.window.status.text()


async def test_wrong_passwords_stay_locked_and_the_fifth_ends_the_session(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    keys = HeldKeys()
    started = program(keys=keys)
    async with at_work(started, clinic):
        await lock(started)
        screen = started.shift.lock.screen
        for _ in range(4):
            unlock(started, "wrong")
            await until(lambda: screen.error().startswith("That is not the password."))
            await until(screen.unlock_button.isEnabled)
            screen.set_error("")
        unlock(started, "wrong")
        await until(lambda: started.session is None)
        await until(lambda: "wrong five times" in started.window.sign_in.error())
        assert not any(name.endswith("|noor.haddad") and not name.startswith("known") for name in keys.held)
        await until(lambda: clinic.asked("auth.logout") == 1)


async def test_nothing_of_a_locked_session_can_be_reached_by_keys(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    started = program(keys=HeldKeys())
    async with at_work(started, clinic):
        await queue_page(started)
        started.window.activateWindow()
        await lock(started)
        screen = started.shift.lock.screen
        await until(screen.password.hasFocus)
        for key in (Qt.Key.Key_N, Qt.Key.Key_T, Qt.Key.Key_I, Qt.Key.Key_J):
            QTest.keyClick(screen.password, key, Qt.KeyboardModifier.ControlModifier)
        shift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        QTest.keyClick(screen.password, Qt.Key.Key_O, shift)
        assert [window for window in qapp.topLevelWidgets() if window.isVisible()] == [started.window]
        assert started.workplace is None
        assert isinstance(started.window.focusWidget(), QLineEdit)


async def test_messages_that_came_while_locked_are_said_afterwards(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    started = program(keys=HeldKeys())
    async with at_work(started, clinic):
        notices = started.window.notices
        notices.say("OKAFOR, Mira: No call was started.", "bad", key="call")
        await lock(started)
        notices.say("Okafor has left.", "info", key="left")
        assert notices.texts() == ()
        await until(lambda: "OKAFOR" not in all_words())
        unlock(started, "practice")
        await until(lambda: not started.shift.is_locked)
        assert set(notices.texts()) >= {"OKAFOR, Mira: No call was started.", "Okafor has left."}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> HandClock:
    """The time of every session that is opened from now on."""
    made = HandClock(wall=START)
    monkeypatch.setattr("app.entry.SystemClock", lambda: made)
    return made


async def test_a_warning_the_lock_and_the_end_come_whatever_the_polling_does(
    qapp: QApplication, program: Make, clinic: Practice, clock: HandClock
) -> None:
    keys = HeldKeys()
    started = program(keys=keys)
    async with at_work(started, clinic) as session:
        await queue_page(started)
        notices, watch = started.window.notices, started.shift.lock.watch
        clock.advance(LOCK_S - 59)
        session.queue.poller.wake()
        watch.look()
        assert any("locks in" in text for text in notices.texts())
        # As a key does: see test_idle_watch.py.
        started.shift._activity.touch()
        watch.look()
        assert not any("locks in" in text for text in notices.texts())
        clock.advance(LOCK_S)
        watch.look()
        assert started.shift.is_locked
        clock.advance(END_S - LOCK_S)
        watch.look()
        await until(lambda: started.session is None)
        assert "half an hour" in started.window.sign_in.error()


async def test_the_clinic_says_after_how_long(
    qapp: QApplication, program: Make, clinic: Practice, clock: HandClock
) -> None:
    clinic.choose(session__idle_timeout__duration=120, session__idle_timeout__warning_period=30)
    started = program(keys=HeldKeys())
    async with at_work(started, clinic):
        watch = started.shift.lock.watch
        await until(lambda: watch.look().left_s <= 120)
        clock.advance(120)
        watch.look()
        assert started.shift.is_locked


async def test_a_wall_board_names_nobody_and_goes_on_until_its_day_is_over(
    qapp: QApplication, program: Make, clinic: Practice, clock: HandClock
) -> None:
    started = program(keys=HeldKeys())
    async with at_work(started, clinic) as session:
        page = await queue_page(started)
        await until(lambda: session.clinic is not None)
        assert page.queue.table.select(MINE)
        # Somebody makes this account one for the wall.
        session.role = Role.MONITOR
        session._change_rights()
        await until(lambda: "Cough" not in all_words())
        assert_nobody_is_named()
        watch = started.shift.lock.watch
        clock.advance(END_S + LOCK_S)
        assert watch.look().presence == Presence.ACTIVE
        assert not started.shift.is_locked
        clock.advance(LONGEST_S)
        watch.look()
        await until(lambda: started.session is None)


async def test_another_start_goes_on_where_the_first_ended(
    qapp: QApplication, program: Make, clinic: Practice, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a crash nor a restart opens what would be locked, or goes on with what would have ended."""
    monkeypatch.setattr("ui.way_back.time.time", clock.wall)
    keys = HeldKeys()
    first = program(keys=keys)
    async with at_work(first, clinic):
        await queue_page(first)
    clock.advance(LOCK_S + 1)
    second = again(first.theme, first._folder, read_preferences(first._folder), keys)
    async with running(second):
        await session_of(second)
        assert second.shift.is_locked
        assert_nobody_is_named()
        unlock(second, "practice")
        await until(lambda: not second.shift.is_locked)
    clock.advance(END_S)
    third = again(first.theme, first._folder, read_preferences(first._folder), keys)
    async with running(third):
        await until(third.window.sign_in.error)
        assert "half an hour" in third.window.sign_in.error()
        assert third.session is None
