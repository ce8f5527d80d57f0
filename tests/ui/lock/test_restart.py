"""What was locked, guessed or left outlives the program: nobody gets in by starting it anew."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.auth.kept import KeptSignIn
from app.auth.tokens import Tokens
from app.home import Preferences, read_preferences
from tests.keyrings import HeldKeys
from tests.practice import Practice
from tests.sessions import profile
from tests.ui.lock.test_lock import lock
from tests.ui.programs import again, at, at_work, queue_page, running, session_of, sign_in
from tests.ui.words import all_words
from tests.until import until
from ui.program import Program
from ui.theme.theme import Theme

Make = Callable[..., Program]
MINE = "noor.haddad"


@pytest.fixture
def clinic() -> Iterator[Practice]:
    """A clinic of today: what a computer keeps of another day has expired."""
    with Practice(start=int(time.time())) as practice:
        yield practice


async def guess(program: Program, password: str = "wrong") -> None:
    screen = program.shift.lock.screen
    await until(screen.unlock_button.isEnabled)
    screen.set_error("")
    screen.password.setText(password)
    screen.unlock_button.click()
    await until(lambda: program.shift is None or not program.shift.is_locked or screen.error())


async def locked_and_closed(make: Make, clinic: Practice, keys: HeldKeys, guesses: int = 0) -> Preferences:
    started = make(keys=keys)
    async with at_work(started, clinic):
        await queue_page(started)
        await until(lambda: read_preferences(started._folder).username)
        await lock(started)
        for _ in range(guesses):
            await guess(started)
    return read_preferences(started._folder)


async def test_what_was_locked_by_hand_begins_locked(
    qapp: QApplication, program: Make, clinic: Practice, theme: Theme, tmp_path: Path
) -> None:
    keys = HeldKeys()
    first = await locked_and_closed(program, clinic, keys)
    started = again(theme, tmp_path, first, keys)
    async with running(started):
        session = await session_of(started)
        assert started.shift.is_locked
        await until(lambda: len(session.queue.visits))
        assert "OKAFOR" not in all_words()
        await guess(started, "practice")
        await until(lambda: not started.shift.is_locked)


async def test_guesses_are_counted_over_switches_and_restarts(
    qapp: QApplication, program: Make, clinic: Practice, theme: Theme, tmp_path: Path
) -> None:
    keys = HeldKeys()
    first = await locked_and_closed(program, clinic, keys, guesses=2)
    started = again(theme, tmp_path, first, keys)
    async with running(started):
        await session_of(started)
        await guess(started)
        started.window.menu.switch_wanted.emit()
        await until(lambda: started.session is None)
        started.window.sign_in.back_wanted.emit(at(clinic).last)
        await session_of(started)
        await until(lambda: started.shift is not None and started.shift.is_locked)
        await guess(started)
        assert "One more wrong one" in started.shift.lock.screen.error()
        await guess(started)
        await until(lambda: started.session is None)
        await until(lambda: "wrong five times" in started.window.sign_in.error())


async def test_the_right_password_begins_the_count_anew(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    started = program(keys=HeldKeys())
    async with at_work(started, clinic):
        for _ in range(2):
            await lock(started)
            for _ in range(3):
                await guess(started)
            await guess(started, "practice")
            await until(lambda: not started.shift.is_locked)


async def test_without_its_store_a_kept_sign_in_opens_nothing(
    qapp: QApplication, program: Make, clinic: Practice, theme: Theme, tmp_path: Path
) -> None:
    keys = HeldKeys()
    first = await locked_and_closed(program, clinic, keys)
    for path in tmp_path.glob("stores/*"):  # noqa: ASYNC240
        path.unlink()
    started = again(theme, tmp_path, first, keys)
    async with running(started):
        await until(started.window.sign_in.error)
        assert started.window.sign_in.error().startswith("Please sign in again:")
        assert started.session is None
        await until(lambda: clinic.asked("auth.logout") == 1)
        assert not [name for name in keys.held if name.endswith(f"|{MINE}") and not name.startswith("known")]


async def test_the_clinics_shorter_limit_is_known_at_the_next_start(
    qapp: QApplication, program: Make, clinic: Practice, theme: Theme, tmp_path: Path
) -> None:
    keys = HeldKeys()
    clinic.choose(session__idle_timeout__duration=60)
    started = program(keys=keys)
    async with at_work(started, clinic) as session:
        await until(lambda: session.clinic is not None)
        await until(lambda: read_preferences(started._folder).username)
    clinic.weather("status", "accounts.get", status=503)
    later = again(theme, tmp_path, read_preferences(tmp_path), keys)
    async with running(later):
        await session_of(later)
        assert later.shift._activity.limits.lock_s == 60


async def test_a_desktop_that_locks_while_the_password_is_looked_at_stays_locked(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    started = program(keys=HeldKeys())
    async with at_work(started, clinic):
        await lock(started)
        started.shift.lock._reentry._proof = None
        clinic.weather("latency", "auth.login", seconds=0.5)
        screen = started.shift.lock.screen
        screen.password.setText("practice")
        screen.unlock_button.click()
        await until(lambda: not screen.unlock_button.isEnabled())
        started._lock()
        await until(screen.error)
        assert "locked again meanwhile" in screen.error()
        assert started.shift.is_locked
        assert screen.password.text() == ""


async def test_a_desktop_that_locks_during_the_sign_in_finds_the_window_locked(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    started = program(keys=HeldKeys())
    async with running(started):
        clinic.weather("latency", "auth.login", seconds=0.5)
        sign_in(started, clinic)
        started._lock()
        await session_of(started)
        await until(lambda: started.shift is not None and started.shift.is_locked)


async def test_when_somebody_was_here_last_is_noted_now_and_then(
    qapp: QApplication, program: Make, clinic: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.shift._NOTE_EVERY_S", 0.0)
    started = program(keys=HeldKeys())
    async with at_work(started, clinic) as session:
        before = (await session.store.settings())["seen"]
        started.shift._activity.touch()
        started.window.ticker.ticked.emit()
        await session.store.flush()
        assert (await session.store.settings())["seen"] != before


async def test_waking_up_locks(qapp: QApplication, program: Make, clinic: Practice) -> None:
    started = program(keys=HeldKeys())
    async with at_work(started, clinic):
        started._wakes.woken.emit("resume")
        await until(lambda: started.shift.is_locked)


async def test_a_password_that_could_not_be_checked_does_not_stay_in_its_field(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    started = program(keys=HeldKeys())
    async with at_work(started, clinic):
        await lock(started)
        started.shift.lock._reentry._proof = None
        clinic.weather("cut_before", "*")
        await guess(started, "practice")
        screen = started.shift.lock.screen
        assert screen.error().startswith("It cannot be checked now")
        assert screen.password.text() == ""


async def test_a_password_that_nobody_sends_does_not_stay_in_its_field(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    started = program(keys=HeldKeys())
    async with running(started):
        screen = started.window.sign_in
        screen.fill(at(clinic))
        started.way_in._forgets.setInterval(1)
        screen.password.insert("practice")
        screen.password.textEdited.emit("practice")
        await until(lambda: screen.password.text() == "")


async def test_what_is_typed_at_the_lock_and_not_sent_does_not_stay(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    started = program(keys=HeldKeys())
    async with at_work(started, clinic):
        await lock(started)
        screen = started.shift.lock.screen
        screen._forgets.setInterval(1)
        screen.password.setText("practice")
        screen.password.textEdited.emit("practice")
        await until(lambda: screen.password.text() == "")


class Stuck(HeldKeys):
    """A keyring that gives nothing away any more."""

    async def forget(self, name: str) -> None:
        return


async def test_a_sign_out_holds_though_the_keyring_does_not_forget(
    qapp: QApplication, program: Make, clinic: Practice, theme: Theme, tmp_path: Path
) -> None:
    keys = Stuck()
    started = program(keys=keys)
    async with at_work(started, clinic):
        await until(lambda: read_preferences(tmp_path).username)
        started.window.menu.sign_out_wanted.emit()
        await until(lambda: started.session is None)
    assert [name for name in keys.held if name.endswith(f"|{MINE}")]
    later = again(theme, tmp_path, read_preferences(tmp_path), keys)
    async with running(later):
        await until(later.window.sign_in.error)
        assert later.session is None


async def test_who_came_by_a_token_shows_the_token_whatever_password_is_known(
    qapp: QApplication, program: Make, clinic: Practice, theme: Theme, tmp_path: Path
) -> None:
    keys = HeldKeys()
    first = await locked_and_closed(program, clinic, keys)
    started = again(theme, tmp_path, replace(first, way="token"), keys)
    async with running(started):
        session = await session_of(started)
        screen = started.shift.lock.screen
        assert screen.secret == "token"
        await guess(started, "practice")
        assert "That is not the token." in screen.error()
        await guess(started, session.renewal.tokens.token)
        await until(lambda: not started.shift.is_locked)


async def test_who_signs_in_during_a_slow_sign_out_stays(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    started = program(keys=HeldKeys())
    async with at_work(started, clinic) as first:
        clinic.weather("latency", "auth.logout", seconds=1.0)
        started.window.menu.sign_out_wanted.emit()
        await until(lambda: started.session is None)
        sign_in(started, clinic)
        second = await session_of(started)
        await until(lambda: clinic.asked("auth.logout") == 1)
        await until(lambda: not [task for task in started._running if task.get_name() == "program.sign_out"])
        assert started.session is second
        assert second is not first
        await queue_page(started)


async def test_the_last_hours_word_goes_with_its_session(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    started = program(keys=HeldKeys())
    async with at_work(started, clinic):
        started.window.notices.say("You will be signed out at 11:19.", "info", key="last hour")
        started.window.menu.sign_out_wanted.emit()
        await until(lambda: started.session is None)
        assert started.window.notices.texts() == ()


async def kept_until(clinic: Practice, keys: HeldKeys, ends_at: float) -> KeptSignIn:
    """A sign-in that somebody has switched away from."""
    place = at(clinic)
    where = profile(clinic, api=place.api, portal=place.portal)
    kept = KeptSignIn(keys, where, MINE)
    await kept.write(Tokens(user_id="612", token="0" * 32), ends_at)
    return kept


async def test_a_sign_in_to_which_nobody_comes_back_ends(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    keys = HeldKeys()
    over = await kept_until(clinic, keys, time.time() - 1)
    preferences = Preferences().signed_in(at(clinic).last).left()
    started = program(preferences, keys=keys)
    async with running(started):
        await until(lambda: clinic.asked("auth.logout") == 1)
        assert await over.read() is None


async def test_switching_says_when_it_ends_and_coming_back_takes_that_back(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    keys = HeldKeys()
    started = program(keys=keys)
    async with at_work(started, clinic) as session:
        await until(lambda: read_preferences(started._folder).username)
        kept = KeptSignIn(keys, session.profile, MINE)
        assert await kept.ends_at() is None
        started.window.menu.switch_wanted.emit()
        await until(lambda: started.session is None)
        await until(lambda: 'ends_at":1' in "".join(keys.held.values()))
        ends_at = await kept.ends_at()
        assert ends_at is not None
        assert 0 < ends_at - time.time() <= 30 * 60
        started.window.sign_in.back_wanted.emit(at(clinic).last)
        await session_of(started)
        await until(lambda: 'ends_at":1' not in "".join(keys.held.values()))
