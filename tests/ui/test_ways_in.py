"""In the browser, by a token, back behind the lock, somebody else in between; and who is offered."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from app.auth.app_keys import KeptAppKeys
from app.auth.kept import name_of
from app.auth.sso import AppKeys
from app.checkin.check_in import check_in
from app.core.action import State
from app.home import Preferences, read_preferences
from tests.app.auth.test_broker import choose
from tests.keyrings import HeldKeys, NoKeys
from tests.practice import Practice
from tests.sessions import profile, signed_in
from tests.ui.browsers import Browser
from tests.ui.conftest import question
from tests.ui.programs import again, at, at_work, queue_page, running, session_of, sign_in
from tests.until import until
from ui.kit.ask import Question
from ui.program import Program
from ui.theme.theme import Theme

Make = Callable[..., Program]
_CONTAINS = Qt.MatchFlag.MatchContains


@pytest.fixture
def clinic() -> Iterator[Practice]:
    """A clinic of today: what a computer keeps of another day has expired."""
    with Practice(start=int(time.time())) as practice:
        yield practice


@pytest.fixture
def browser() -> Browser:
    return Browser()


def by(clinic: Practice, way: str) -> Preferences:
    broker = f"{clinic.portal}broker" if way == "browser" else ""
    return replace(at(clinic), username="", way=way, broker=broker)


def asked(program: Program) -> Question:
    found = question(program.window)
    assert isinstance(found, Question)
    return found


# -- in the browser


async def test_somebody_signs_in_in_the_browser_and_is_remembered_by_name(
    qapp: QApplication, program: Make, clinic: Practice, browser: Browser
) -> None:
    keys = HeldKeys()
    started = program(keys=keys, open_link=browser)
    async with running(started):
        screen = started.window.sign_in
        screen.fill(by(clinic, "browser"))
        screen.button.click()
        await until(lambda: browser.links)
        assert screen.cancel_button.isVisible()
        await choose(browser.links[0], "Continue as Noor Haddad")
        session = await session_of(started)
        await until(lambda: read_preferences(started._folder).remembered)
        assert session.me.name == "Noor Haddad"
    (remembered,) = read_preferences(started._folder).remembered
    assert (remembered.username, remembered.way) == ("noor.haddad", "browser")
    assert name_of(session.profile, "noor.haddad") in keys.held
    # Nothing that could be used again stands in what was opened.
    assert not [held for held in keys.held.values() if held in browser.links[0]]


async def test_a_page_that_signs_somebody_else_in_signs_nobody_in(
    qapp: QApplication, program: Make, clinic: Practice, browser: Browser
) -> None:
    started = program(open_link=browser)
    async with running(started):
        screen = started.window.sign_in
        screen.fill(by(clinic, "browser"))
        screen.button.click()
        other = {"id": "613", "username": "samuel.okonkwo", "type": 400}
        clinic.weather("wrong_json", "users.get", body={"data": other})
        await choose(await browser.asked(1), "Continue as Noor Haddad")
        await until(screen.error)
        assert "signed somebody else in" in screen.error()
        assert started.session is None
        assert clinic.asked("auth.logout") == 1


async def test_waiting_for_the_browser_can_be_cancelled_and_begun_again(
    qapp: QApplication, program: Make, clinic: Practice, browser: Browser
) -> None:
    started = program(open_link=browser)
    async with running(started):
        screen = started.window.sign_in
        screen.fill(by(clinic, "browser"))
        screen.button.click()
        await until(lambda: browser.links)
        screen.cancel_button.click()
        await until(screen.button.isEnabled)
        assert not screen.cancel_button.isVisible()
        assert screen.error() == ""
        with pytest.raises(httpx.ConnectError):
            await choose(browser.links[0], "Continue as Noor Haddad")
        screen.button.click()
        await until(lambda: len(browser.links) == 2)
        await choose(browser.links[1], "Continue as Priya Raghunathan")
        assert (await session_of(started)).me.name == "Priya Raghunathan"


async def test_nobody_signed_in_at_the_page_is_said(
    qapp: QApplication, program: Make, clinic: Practice, browser: Browser
) -> None:
    started = program(open_link=browser)
    async with running(started):
        screen = started.window.sign_in
        screen.fill(by(clinic, "browser"))
        screen.button.click()
        await until(lambda: browser.links)
        await choose(browser.links[0], "Cancel")
        await until(screen.error)
        assert screen.error() == "The clinic's sign-in page signed nobody in."
        assert started.session is None


async def test_quitting_while_the_browser_is_waited_for_is_quick(
    qapp: QApplication, program: Make, clinic: Practice, browser: Browser
) -> None:
    started = program(open_link=browser)
    async with running(started) as run:
        screen = started.window.sign_in
        screen.fill(by(clinic, "browser"))
        screen.button.click()
        await until(lambda: browser.links)
        started.window.close()
        async with asyncio.timeout(2):
            assert await run == 0


# -- by a token


async def token_of(clinic: Practice) -> str:
    session = await signed_in(clinic, "front_desk")
    await session.close()
    clinic.forget()
    return session.renewal.tokens.token


async def test_a_pasted_token_says_whose_it_is_before_anything_is_opened(
    qapp: QApplication, program: Make, clinic: Practice, tmp_path: Path
) -> None:
    token = await token_of(clinic)
    started = program(keys=HeldKeys())
    async with running(started):
        screen = started.window.sign_in
        screen.fill(by(clinic, "token"))
        screen.form.token.setText(token)
        screen.button.click()
        await until(lambda: question(started.window))
        assert asked(started).windowTitle() == "Sign in as Priya Raghunathan?"
        assert {entry["key"] for entry in clinic.log()} == {"users.get"}
        assert not (tmp_path / "stores").exists()
        asked(started).accept()
        session = await session_of(started)
        assert session.me.name == "Priya Raghunathan"
        await until(screen.button.isEnabled)
        assert screen.form.token.text() == ""
        # At the lock it is known by what was pasted.
        shift = started.shift
        assert shift is not None
        shift.lock.lock()
        lock = shift.lock.screen
        assert lock is not None
        lock.password.setText(token)
        lock.unlock_button.click()
        await until(lambda: not shift.is_locked)
    kept = read_preferences(started._folder)
    assert (kept.username, kept.way) == ("front.desk", "token")
    assert token not in (started._folder / "settings.toml").read_text()


async def test_a_token_of_somebody_else_is_not_used(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    started = program(keys=HeldKeys())
    async with running(started):
        screen = started.window.sign_in
        screen.fill(by(clinic, "token"))
        screen.form.token.setText(await token_of(clinic))
        screen.button.click()
        await until(lambda: question(started.window))
        asked(started).reject()
        await until(screen.button.isEnabled)
        assert started.session is None
        assert screen.form.token.text() == ""
        assert clinic.asked("visits.list") == 0


async def test_a_token_that_is_not_accepted_is_said_and_gone(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    started = program()
    async with running(started):
        screen = started.window.sign_in
        screen.fill(by(clinic, "token"))
        screen.form.token.setText("0" * 32)
        screen.button.click()
        await until(screen.error)
        assert screen.form.token.text() == ""
        assert screen.error() == "The server does not accept this sign-in. It may have ended."


# -- somebody else in between


async def test_who_comes_back_finds_the_lock_and_their_place_kept(
    qapp: QApplication, program: Make, clinic: Practice, theme: Theme, tmp_path: Path
) -> None:
    keys = HeldKeys()
    started = program(keys=keys)
    async with running(started):
        window, screen = started.window, started.window.sign_in
        sign_in(started, clinic)
        await queue_page(started)
        await until(screen.button.isEnabled)
        window.menu.switch_wanted.emit()
        await until(lambda: started.session is None)
        assert screen.isVisible()
        assert clinic.asked("auth.logout") == 0
        await until(lambda: not screen.password.isVisible())
        assert screen.button.text() == "Go to the lock"

        # Somebody else works here meanwhile.
        screen.form.who.setCurrentIndex(screen.form.who.count() - 1)
        screen.form.place.setCurrentIndex(screen.form.place.findData("other"))
        for line, text in ((screen.account, clinic.account), (screen.api, clinic.api)):
            line.setText(text)
        screen.username.setText("front.desk")
        screen.password.setText("practice")
        screen.button.click()
        assert (await session_of(started)).me.name == "Priya Raghunathan"
        await until(screen.button.isEnabled)
        clinic.forget()
        window.menu.switch_wanted.emit()
        await until(lambda: started.session is None)

        await until(lambda: not screen.password.isVisible())
        number = screen.form.who.findText("noor.haddad", flags=_CONTAINS)
        screen.form.who.setCurrentIndex(number)
        await until(lambda: not screen.password.isVisible())
        screen.button.click()
        session = await session_of(started)
        assert session.me.name == "Noor Haddad"
        shift = started.shift
        assert shift is not None
        assert shift.is_locked
        assert started.workplace is None
        lock = shift.lock.screen
        assert lock is not None
        lock.password.setText("practice")
        lock.unlock_button.click()
        await until(lambda: not shift.is_locked)
        assert clinic.asked("auth.login") == 0
        await until(screen.button.isEnabled)


async def test_after_a_switch_the_next_start_asks_who_it_is(
    qapp: QApplication, program: Make, clinic: Practice, theme: Theme, tmp_path: Path
) -> None:
    keys = HeldKeys()
    started = program(keys=keys)
    async with at_work(started, clinic):
        started.window.menu.switch_wanted.emit()
        await until(lambda: started.session is None)
    later = again(theme, tmp_path, read_preferences(tmp_path), keys)
    async with running(later):
        screen = later.window.sign_in
        assert screen.isVisible()
        assert screen.form.who.currentText().endswith("noor.haddad")
        await until(lambda: not screen.password.isVisible())


async def test_who_comes_back_too_late_signs_in(
    qapp: QApplication, program: Make, clinic: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = HeldKeys()
    started = program(keys=keys)
    async with at_work(started, clinic):
        screen = started.window.sign_in
        started.window.menu.switch_wanted.emit()
        await until(lambda: started.session is None)
        await until(lambda: not screen.password.isVisible())
        late = time.time() + 31 * 60
        monkeypatch.setattr("ui.way_back.time", SimpleNamespace(time=lambda: late))
        screen.button.click()
        await until(screen.error)
        assert "half an hour" in screen.error()
        assert screen.password.isVisible()
        assert started.session is None
        assert name_of(profile(clinic), "noor.haddad") not in keys.held


async def test_who_comes_back_while_the_server_is_away_finds_the_lock_each_time(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    started = program(keys=HeldKeys())
    async with at_work(started, clinic):
        screen = started.window.sign_in
        clinic.weather("cut_before", "*", times=None)
        for _ in range(2):
            started.window.menu.switch_wanted.emit()
            await until(lambda: started.session is None)
            await until(lambda: not screen.password.isVisible())
            screen.button.click()
            await session_of(started)
            shift = started.shift
            assert shift is not None
            lock = shift.lock.screen
            assert lock is not None
            lock.password.setText("practice")
            lock.unlock_button.click()
            await until(lambda: started.workplace is not None)


async def test_switching_asks_for_what_has_not_arrived_as_signing_out_does(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    started = program(keys=HeldKeys())
    async with at_work(started, clinic) as session:
        clinic.weather("cut_before", "intakes.create", times=None)
        await session.outbox.keep(check_in({"member_id": "7301", "room": "k7m2p"}, session.clock.now()))
        started.window.menu.switch_wanted.emit()
        await until(lambda: question(started.window))
        asked(started).reject()
        await until(lambda: question(started.window) is None)
        assert started.session is session


async def test_who_is_taken_off_the_list_is_gone_from_the_keyring_too(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    keys = HeldKeys()
    started = program(keys=keys)
    async with at_work(started, clinic):
        screen = started.window.sign_in
        started.window.menu.switch_wanted.emit()
        await until(lambda: started.session is None)
        screen.remove_button.click()
        await until(lambda: question(started.window))
        asked(started).reject()
        await until(screen.remove_button.isEnabled)
        assert started.preferences.remembered
        screen.remove_button.click()
        await until(lambda: question(started.window))
        asked(started).accept()
        await until(screen.remove_button.isEnabled)
        assert read_preferences(started._folder).remembered == ()
        assert [name for name in keys.held if "noor.haddad" in name] == []
        # What was not sent is theirs still.
        assert [name for name in keys.held if name.startswith("store|")]


# -- the clinic's app key


def lines(dialog: Question) -> list[QLineEdit]:
    return dialog.findChildren(QLineEdit)


async def test_an_administrator_enters_the_app_key_and_new_patients_are_registered(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    keys = HeldKeys()
    started = program(keys=keys)
    kept = KeptAppKeys(keys, profile(clinic))
    async with running(started):
        screen = started.window.sign_in
        screen.fill(at(clinic))
        screen.app_keys_button.click()
        await until(lambda: question(started.window))
        dialog = asked(started)
        key, secret = lines(dialog)
        assert key.echoMode() == secret.echoMode() == QLineEdit.EchoMode.Password
        key.setText(clinic.api_key)
        dialog.accept()
        await until(lambda: question(started.window) is dialog)
        assert keys.held == {}
        secret.setText(f" {clinic.api_secret} ")
        dialog.accept()
        await until(screen.app_keys_button.isEnabled)
        assert await kept.read() == AppKeys(key=clinic.api_key, secret=clinic.api_secret)
        assert clinic.api_secret not in repr(await kept.read())

        screen.app_keys_button.click()
        await until(lambda: question(started.window))
        assert [line.text() for line in lines(asked(started))] == ["", ""]
        asked(started).reject()
        await until(screen.app_keys_button.isEnabled)

        sign_in(started, clinic)
        session = await session_of(started)
        new = {"patient": {"first_name": "Ada", "last_name": "Obi", "dob": "1990-02-03"}, "room": "k7m2p"}
        action = check_in(new, session.clock.now())
        await session.outbox.keep(action)
        await until(lambda: session.outbox.actions.get(action.id).state == State.SENT)
        assert clinic.asked("auth.sso") == 1
        await until(screen.button.isEnabled)


async def test_the_app_key_can_be_removed_and_wants_a_keyring(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    keys = HeldKeys()
    kept = KeptAppKeys(keys, profile(clinic))
    await kept.write(AppKeys(key="k", secret="s"))
    started = program(keys=keys)
    async with running(started):
        screen = started.window.sign_in
        screen.fill(at(clinic))
        screen.app_keys_button.click()
        await until(lambda: question(started.window))
        asked(started).remove_button.click()
        await until(screen.app_keys_button.isEnabled)
        assert keys.held == {}


async def test_without_a_keyring_the_app_key_is_kept_nowhere(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    started = program(keys=NoKeys())
    async with running(started):
        screen = started.window.sign_in
        screen.fill(at(clinic))
        screen.app_keys_button.click()
        await until(lambda: question(started.window))
        dialog = asked(started)
        for line in lines(dialog):
            line.setText("x" * 8)
        dialog.accept()
        await until(lambda: "no keyring" in dialog._form.error("secret"))
        dialog.reject()
        await until(screen.app_keys_button.isEnabled)


async def test_a_patient_is_told_that_this_is_for_staff(
    qapp: QApplication, program: Make, clinic: Practice
) -> None:
    keys = HeldKeys()
    started = program(keys=keys)
    async with running(started):
        screen = started.window.sign_in
        screen.fill(replace(at(clinic), username=clinic.user("patient")["username"]))
        screen.password.setText("practice")
        screen.button.click()
        await until(screen.error)
        assert "not one of the clinic's staff" in screen.error()
        assert started.session is None
        assert clinic.asked("auth.logout") == 1
    assert not [name for name in keys.held if name_of(profile(clinic), "") in name]
