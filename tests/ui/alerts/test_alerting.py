"""Who waits reaches somebody by every way there is, locked or not, and names nobody outside the window."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.alerts.record import Priority
from app.alerts.self_test import SETTING
from app.alerts.tones import sound
from app.choices import Choices
from app.core.audit import Event
from tests.app.alerts.test_sound import Ear
from tests.ui.alerts.conftest import Watch
from tests.ui.lock.test_lock import lock, unlock
from tests.ui.words import all_words
from tests.until import until
from ui.pages.queue_page import QueuePage

ACKNOWLEDGE = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


async def test_those_who_wait_already_are_one_alert(qapp: QApplication, watching: Watch) -> None:
    async with watching() as at:
        banner = at.alerting.banner
        assert banner.isVisible()
        assert "nobody has said that they know" in banner.text()
        await until(lambda: at.ear.heard)
        assert at.ear.heard == [(sound(Priority.HIGH, 75), "")]


async def test_who_comes_is_shown_and_heard_with_what_was_chosen(qapp: QApplication, watching: Watch) -> None:
    async with watching() as at:
        await at.acknowledge()
        at.ear.heard.clear()
        at.session.choose(Choices(volume=25, sound_device="Headset"))
        await at.arrive(provider=None)
        await until(lambda: at.ear.heard)
        assert at.ear.heard == [(sound(Priority.MEDIUM, 25), "Headset")]
        assert "1 patient came" in at.alerting.banner.text()


async def test_the_lowest_priority_can_be_silent_and_is_shown(qapp: QApplication, watching: Watch) -> None:
    async with watching() as at:
        await at.acknowledge()
        at.ear.heard.clear()
        at.session.choose(Choices(low_sounds=False))
        at.clinic.do("econsult", room=at.clinic.room, provider=None)
        at.session.queue.poller.wake()
        await until(lambda: "1 e-consult came" in at.alerting.banner.text())
        await at.arrive(provider=None)
        await until(lambda: at.ear.heard)
        assert [samples for samples, _device in at.ear.heard] == [sound(Priority.MEDIUM, 75)]


async def test_acknowledging_by_its_key_is_audited_and_keeps_the_focus(
    qapp: QApplication, watching: Watch
) -> None:
    async with watching() as at:
        at.program.window.activateWindow()
        at.alerting.banner.acknowledge_button.setFocus()

        def press() -> bool:
            QTest.keyClick(at.program.window, Qt.Key.Key_A, ACKNOWLEDGE)
            return not at.alerting.alarm().waiting

        await until(press)
        await until(at.alerting.banner.isHidden)
        lines = [entry for entry in await at.session.store.audit() if entry.what == Event.ALERT_ACKNOWLEDGED]
        assert len(lines) >= 6
        assert at.program.window.focusWidget() is not None
        assert at.program.window.focusWidget().isVisible()


async def test_selecting_a_visit_acknowledges_nothing(qapp: QApplication, watching: Watch) -> None:
    async with watching() as at:
        before = at.alerting.alarm().waiting
        at.alerting.banner.show_button.click()
        page = at.program.window.page
        assert isinstance(page, QueuePage)
        assert page.shown_id == at.alerting.alarm().first_id
        assert at.alerting.alarm().waiting == before


async def test_a_locked_window_goes_on_with_counts_and_without_buttons(
    qapp: QApplication, watching: Watch
) -> None:
    async with watching() as at:
        await at.acknowledge()
        await lock(at.program)
        at.ear.heard.clear()
        await at.arrive(provider=None)
        banner = at.alerting.banner
        await until(banner.isVisible)
        await until(lambda: at.ear.heard)
        assert "1 patient came" in banner.text()
        assert "Unlock to acknowledge." in banner.text()
        assert not banner.acknowledge_button.isVisible()
        QTest.keyClick(at.program.window, Qt.Key.Key_A, ACKNOWLEDGE)
        at.alerting.tray.acknowledged.emit()
        assert at.alerting.alarm().waiting == 1
        assert "OKAFOR" not in all_words()
        unlock(at.program, "practice")
        await until(lambda: not at.program.shift.is_locked)
        await at.acknowledge()


async def test_a_pause_is_quiet_and_in_sight_with_its_end(qapp: QApplication, watching: Watch) -> None:
    async with watching() as at:
        await at.acknowledge()
        at.program.window.menu.pause_sound_wanted.emit()
        at.ear.heard.clear()
        assert at.alerting.banner.text() == "Sound paused, on again in 15 min."
        await at.arrive(provider=None)
        await until(lambda: at.alerting.alarm().waiting)
        assert "Sound paused, on again in 15 min." in at.alerting.banner.text()
        at.alerting.banner.resume_button.click()
        assert "Sound paused" not in at.alerting.banner.text()
        assert at.ear.heard == []


async def test_a_queue_that_is_not_seen_is_said_until_it_is_again(
    qapp: QApplication, watching: Watch
) -> None:
    async with watching() as at:
        await at.lose_sight()
        await until(lambda: "The queue cannot be seen now" in at.alerting.banner.text())
        at.clinic.clear()
        at.session.look()
        await until(lambda: at.alerting.alarm().lost is None)
        assert "cannot be seen" not in at.alerting.banner.text()


async def test_a_sound_that_does_not_come_out_is_said_in_the_status_bar(
    qapp: QApplication, watching: Watch
) -> None:
    async with watching(Ear()) as at:
        status = at.program.window.status
        await until(lambda: status.sound_text() == "No sound device")
        assert at.alerting.banner.isVisible()


async def test_after_the_session_nothing_of_it_is_left(qapp: QApplication, watching: Watch) -> None:
    async with watching() as at:
        window = at.program.window
        window.menu.sign_out_wanted.emit()
        await until(lambda: at.program.session is None)
        assert window.status.sound_text() == ""
        assert "nobody has said" not in all_words()


async def test_what_was_acknowledged_is_known_at_the_next_start(qapp: QApplication, watching: Watch) -> None:
    async with watching() as at:
        await at.acknowledge()
        kept = await at.session.store.settings()
        assert b"48211" in kept["alerts_known"]


async def test_the_test_is_answered_kept_and_in_the_status_bar(qapp: QApplication, watching: Watch) -> None:
    async with watching() as at:
        status = at.program.window.status
        await until(lambda: status.sound_text() == "Sound not tested")
        await until(lambda: at.ear.heard)
        at.program.window.menu.alerts_test_wanted.emit()
        screen = at.alerting._test
        assert screen is not None
        trial = screen.sound
        await until(lambda: "Headset" in str(at.alerting.voice.devices) and trial.buttons[0].isEnabled())
        at.ear.heard.clear()
        assert not trial.yes.isVisible()
        trial.buttons[0].click()
        await until(lambda: at.ear.heard)
        assert trial.yes.isVisible()
        trial.no.click()
        assert status.sound_text() == "Sound: not heard"
        trial.buttons[0].click()
        trial.yes.click()
        assert status.sound_text().startswith("Sound checked ")
        assert trial.buttons[0].hasFocus() or not screen.isActiveWindow()
        assert b'"heard":true' in (await at.session.store.settings())[SETTING]
        at.session.choose(Choices(volume=25))
        assert status.sound_text() == "Sound not tested"


async def test_the_test_says_what_is_missing(qapp: QApplication, watching: Watch) -> None:
    async with watching(Ear()) as at:
        at.alerting.show_test()
        screen = at.alerting._test
        assert screen is not None
        await until(lambda: "no sound device" in screen.sound.about())
        assert not screen.sound.buttons[0].isEnabled()
        assert "no tray" in screen.notification.about()
        assert not screen.notification.buttons[0].isEnabled()
        await lock(at.program)
        assert not screen.isVisible()
        at.alerting.show_test()
        assert not screen.isVisible()


async def test_after_an_outage_one_card_and_one_ring(
    qapp: QApplication, watching: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The card tells what happened, the alert what stands: one of them is read out, the other heard once."""
    async with watching() as at:
        await at.acknowledge()
        announced: list[str] = []
        monkeypatch.setattr(at.alerting.banner, "announce", lambda: announced.append("banner"))
        await at.lose_sight()
        for _ in range(3):
            at.clinic.do("arrive", room=at.clinic.room, provider=None)
        announced.clear()
        at.ear.heard.clear()
        at.clinic.clear()
        at.session.look()
        await until(lambda: at.alerting.alarm().patients == 3)
        await until(lambda: at.ear.heard)
        assert len(at.ear.heard) == 1
        assert announced == []
