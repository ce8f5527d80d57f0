"""One way in, one way out: signing in, out and quitting, at any moment."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QApplication

from app.auth.kept import name_of
from app.auth.tokens import Tokens
from app.checkin.check_in import check_in
from app.core.connection import Light
from app.core.store.opening import open_store
from app.home import Preferences, read_preferences
from app.profile import chosen
from tests.keyrings import HeldKeys
from tests.practice import Practice
from tests.sessions import signed_in
from tests.ui.conftest import question
from tests.ui.programs import again, at, queue_page, running, session_of, session_with_queue, sign_in
from tests.ui.words import words_of
from tests.until import until
from ui.kit.ask import Question
from ui.program import Program
from ui.shell.window import Window
from ui.theme.theme import Theme

Make = Callable[..., Program]


@pytest.fixture
def clinic() -> Iterator[Practice]:
    """A clinic of today: what a computer keeps of another day has expired."""
    with Practice(start=int(time.time())) as practice:
        yield practice


async def test_signing_in_shows_the_queue_and_closing_ends_it(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    started = program()
    async with running(started) as run:
        sign_in(started, clinic)
        await queue_page(started)
        assert started.window.windowTitle() == "Vestibule"
        started.window.close()
        async with asyncio.timeout(2):
            assert await run == 0
        assert started.session is None


async def test_a_wrong_password_is_said_and_can_be_mended(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    started = program()
    async with running(started):
        sign_in(started, clinic, "wrong")
        await until(started.window.sign_in.error)
        assert started.window.sign_in.error() == "User name or password is wrong."
        await until(started.window.sign_in.button.isEnabled)
        sign_in(started, clinic)
        await session_of(started)


async def test_a_sign_in_is_kept_and_resumed_and_signing_out_forgets_it(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    keys = HeldKeys()
    started = program(keys=keys)
    async with running(started):
        sign_in(started, clinic)
        await until(lambda: read_preferences(started._folder).username)
    kept = read_preferences(started._folder)
    assert kept.username == "noor.haddad"
    window = Window(started.theme)
    window.furnish(kept)
    window.show()
    again = Program(started.theme, window, started._folder, kept, keys=keys)
    async with running(again):
        await session_of(again)
        signed_in_as = next(name for name in keys.held if name.endswith("|noor.haddad"))
        window.menu.sign_out_wanted.emit()
        await until(lambda: signed_in_as not in keys.held)
        await until(lambda: clinic.asked("auth.logout") == 1)
        await until(lambda: again.session is None)
        assert window.sign_in.isVisible()


async def test_a_kept_sign_in_that_is_no_longer_good_asks_again(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    keys = HeldKeys()
    preferences = at(clinic)
    profile = chosen(preferences.last, Path())
    old = Tokens(user_id="612", token="0" * 32)
    keys.held[name_of(profile, "noor.haddad")] = msgspec.json.encode(old).decode()
    started = program(preferences, keys=keys)
    async with running(started):
        await until(started.window.sign_in.error)
        # Nobody can tell since when nobody was here.
        assert started.window.sign_in.error().startswith("Please sign in again:")
        await until(lambda: clinic.asked("auth.logout"))
        assert name_of(profile, "noor.haddad") not in keys.held


async def test_the_password_is_nowhere_once_somebody_is_signed_in(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    started = program(keys=HeldKeys())
    async with running(started):
        sign_in(started, clinic)
        session = await session_of(started)
        assert started.window.sign_in.password.text() == ""
        await until(started.window.sign_in.button.isEnabled)
        started.window.menu.sign_out_wanted.emit()
        await until(lambda: started.session is None)
        assert started.window.sign_in.password.text() == ""
        assert not started.window.sign_in.password.isUndoAvailable()
        started.window.sign_in.button.click()
        assert "Enter your password." in started.window.sign_in.form_error("password")
        assert session is not started.session


async def test_without_a_keyring_it_says_so(qapp: QApplication, program: Make, clinic: Practice) -> None:
    started = program()
    async with running(started):
        sign_in(started, clinic)
        await until(lambda: "no keyring" in started.window.status._note.text())


async def test_signed_out_by_the_server_offers_to_sign_in_again(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    started = program()
    async with running(started):
        sign_in(started, clinic)
        session = await session_with_queue(started)
        clinic.end_sign_ins("612")
        session.queue.poller.wake()
        await until(lambda: session.queue.connection.standing().light == Light.SIGNED_OUT)
        started.window.ticker.ticked.emit()
        started.window.status.sign_in_wanted.emit()
        await until(lambda: started.shift.is_locked)
        screen = started.shift.lock.screen
        assert screen.unlock_button.text() == "Sign in"
        assert "has ended your sign-in" in words_of(screen)
        screen.password.setText("practice")
        screen.unlock_button.click()
        await until(lambda: not started.shift.is_locked)
        assert started.session is session
        await until(lambda: session.queue.connection.standing().light == Light.LIVE)


async def test_the_practice_clinic_is_opened_from_the_sign_in_and_ends_with_the_program(
    qapp: QApplication, program: Make
) -> None:
    started = program(Preferences(place="practice"))
    async with running(started) as run:
        started.window.sign_in.fill(Preferences(place="practice"))
        started.window.sign_in.button.click()
        await session_of(started)
        assert started._clinic is not None
        process = started._clinic._process
        assert process is not None
        started.stop()
        async with asyncio.timeout(2):
            await run
        assert process.returncode is not None


@pytest.mark.parametrize("moment", ["signing in", "asking", "question", "opening"])
async def test_quitting_at_any_moment_takes_under_two_seconds(
    qapp: QApplication, program: Make, clinic: Practice, moment: str
) -> None:
    started = program()
    async with running(started) as run:
        if moment == "signing in":
            clinic.weather("latency", "auth.login", seconds=30)
            sign_in(started, clinic)
            await until(lambda: clinic.asked("auth.login"))
        else:
            sign_in(started, clinic)
            page = await queue_page(started)
            page.queue.table.select("48212")
            if moment == "asking":
                clinic.weather("latency", "*", seconds=30)
                page.visit.call_bar.start_button.click()
                await until(lambda: not page.visit.call_bar.start_button.isEnabled())
            elif moment == "question":
                page.visit.call_bar.start_button.click()
                await until(lambda: question(started.window))
            else:
                clinic.weather("latency", "/visits/start", seconds=30)
                page.visit.call_bar.start_button.click()
                await until(lambda: question(started.window))
                asked = question(started.window)
                assert asked is not None
                asked.accept()
                await until(lambda: not asked.isVisible())
        started.window.close()
        async with asyncio.timeout(2):
            assert await run == 0


async def test_a_choice_of_looks_is_kept(qapp: QApplication, program: Make) -> None:
    started = program()
    async with running(started):
        started.theme.set_mode("dark")
        started.theme.set_scale(1.5)
        started.window.menu.look_changed.emit()
        kept = read_preferences(started._folder)
        assert (kept.theme, kept.text_scale) == ("dark", 1.5)


async def used(make: Make, clinic: Practice, keys: HeldKeys) -> Preferences:
    """One run that reads the queue, keeps it and ends; what the next run starts with."""
    started = make(keys=keys)
    async with running(started):
        sign_in(started, clinic)
        session = await session_with_queue(started)
        await until(lambda: read_preferences(started._folder).username)
        while len(await session.store.facts("visits")) < len(session.queue.visits):
            pass
    return read_preferences(started._folder)


async def test_the_last_queue_is_there_before_the_server_answers_and_says_its_age(
    qapp: QApplication, program: Make, clinic: Practice, theme: Theme, tmp_path: Path
) -> None:
    keys = HeldKeys()
    first = await used(program, clinic, keys)
    clinic.weather("latency", "users.get", seconds=30)
    clinic.forget()
    started = again(theme, tmp_path, first, keys)
    async with running(started):
        page = await queue_page(started)
        started.window.ticker.ticked.emit()
        assert "as kept on this computer" in started.window.status.text()
        page.queue.table.select("48211")
        assert not page.visit.call_bar.start_button.isEnabled()


async def test_what_is_read_without_the_server_stands_in_the_audit(
    qapp: QApplication, program: Make, clinic: Practice, theme: Theme, tmp_path: Path
) -> None:
    keys = HeldKeys()
    first = await used(program, clinic, keys)
    clinic.weather("cut_before", "*")
    started = again(theme, tmp_path, first, keys)
    async with running(started):
        await queue_page(started)
        session = await session_of(started)
        await until(lambda: session.queue.connection.standing().failure is not None)
        session.look()
        noted = []
        while "emergency_access" not in noted:
            noted = [line.what for line in await session.store.audit()]


async def test_a_kept_session_of_somebody_who_may_no_longer_sign_in_is_closed(
    qapp: QApplication, program: Make, clinic: Practice, theme: Theme, tmp_path: Path
) -> None:
    keys = HeldKeys()
    first = await used(program, clinic, keys)
    clinic.weather("status", "*", status=401)
    started = again(theme, tmp_path, first, keys)
    async with running(started):
        await until(started.window.sign_in.error)
        assert started.window.sign_in.error().startswith("Please sign in again.")
        assert started.window.page is None
        assert started.session is None


async def test_a_second_start_of_the_same_user_raises_the_first_window_and_ends(
    qapp: QApplication, program: Make, clinic: Practice, theme: Theme, tmp_path: Path
) -> None:
    keys = HeldKeys()
    first = await used(program, clinic, keys)
    one = again(theme, tmp_path, first, keys)
    async with running(one):
        await session_of(one)
        raised = []
        instance = one.doorway.claim.instance
        assert instance is not None
        instance.raise_wanted.connect(lambda: raised.append(1))
        two = again(theme, tmp_path, first, keys)
        assert await two.run() == 0
        assert two.session is None
        assert raised


async def test_another_user_has_a_window_and_a_store_of_their_own(
    qapp: QApplication, program: Make, clinic: Practice, theme: Theme, tmp_path: Path
) -> None:
    keys = HeldKeys()
    first = await used(program, clinic, keys)
    one = again(theme, tmp_path, first, keys)
    async with running(one):
        mine = await session_of(one)
        mine.drafts.write("note|48211|diagnosis", "half a sentence")
        two = again(theme, tmp_path, replace(first, username="front.desk"), keys)
        async with running(two):
            await until(two.window.sign_in.isVisible)
            two.window.sign_in.password.setText("practice")
            two.window.sign_in.button.click()
            theirs = await session_of(two)
            assert theirs.store.path != mine.store.path
            assert theirs.drafts.text("note|48211|diagnosis") is None


async def test_nothing_is_asked_or_sent_before_the_server_has_said_whose_token_it_is(
    qapp: QApplication, program: Make, clinic: Practice, theme: Theme, tmp_path: Path
) -> None:
    keys = HeldKeys()
    first = await used(program, clinic, keys)
    own = next(name for name in keys.held if name.endswith("|noor.haddad"))
    other = await signed_in(clinic, "front_desk")
    name = next(each for each in keys.held if each.startswith("store|"))
    opened = await open_store(tmp_path / "stores", keys, name.removeprefix("store|"))
    action = check_in({"member_id": "7301", "room": "k7m2p", "reason": "Cough"}, 1.0)
    opened.store.add_action(action.id, action.state, action.to_bytes())
    await opened.store.close()
    theirs = {"user_id": "612", "token": other.renewal.tokens.token}
    keys.held[own] = msgspec.json.encode(theirs).decode()
    await other.close()
    clinic.forget()
    started = again(theme, tmp_path, first, keys)
    async with running(started):
        await until(started.window.sign_in.error)
        assert "Somebody else" in started.window.sign_in.error()
        asked = {entry["key"] for entry in clinic.log()}
        assert asked == {"users.get"}


async def test_a_damaged_store_is_named_at_an_ordinary_start(
    qapp: QApplication, program: Make, clinic: Practice, theme: Theme, tmp_path: Path
) -> None:
    keys = HeldKeys()
    first = await used(program, clinic, keys)
    store = next(iter(tmp_path.glob("stores/*.db")))  # noqa: ASYNC240
    store.write_bytes(b"no database" * 1000)
    started = again(theme, tmp_path, first, keys)
    async with running(started):
        await until(started.window.sign_in.error)
        assert "set aside as" in started.window.sign_in.error()
        assert started.session is None


async def test_a_question_goes_with_the_session_it_was_asked_in(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    started = program(keys=HeldKeys())
    async with running(started):
        sign_in(started, clinic)
        session = await session_of(started)
        clinic.weather("cut_before", "intakes.create")
        await session.outbox.keep(check_in({"member_id": "7301", "room": "k7m2p"}, session.clock.now()))
        for _ in range(2):
            started.window.menu.sign_out_wanted.emit()
        await until(lambda: question(started.window) is not None)
        await started.leave()
        await until(lambda: question(started.window) is None)
        # The first sign-in may still be at what it keeps in the keyring.
        await until(started.window.sign_in.button.isEnabled)
        sign_in(started, clinic)
        await until(lambda: started.session not in (None, session))
        assert question(started.window) is None


async def test_removing_the_data_takes_it_off_the_screen_and_the_disk(
    qapp: QApplication, program: Make, clinic: Practice, tmp_path: Path
) -> None:
    started = program(keys=HeldKeys())
    async with running(started):
        sign_in(started, clinic)
        session = await session_with_queue(started)
        aside = session.store.path.with_name(f"{session.store.path.stem}.damaged-1.db")
        aside.write_bytes(b"old")
        clinic.weather("cut_before", "intakes.create")
        await session.outbox.keep(check_in({"member_id": "7301", "room": "k7m2p"}, session.clock.now()))
        page = started.window.page
        started.workplace.show_outbox()
        started.window.menu.reset_wanted.emit()
        await until(lambda: isinstance(question(started.window), Question) or len(asked_now(started)) > 0)
        next(iter(asked_now(started))).accept()
        await until(lambda: started.window.page is not page)
        assert not aside.exists()
        assert len(session.outbox.actions) == 0
        assert not asked_now(started)
        await until(lambda: len(session.queue.visits))


def asked_now(program: Program) -> list[Question]:
    return [each for each in program.window.findChildren(Question) if each.isVisible()]
