"""How alerts sound is chosen by each for themselves; when they are told is the clinic's."""

from PySide6.QtWidgets import QApplication

from app.users.role import Role
from tests.app.alerts.test_sound import Ear
from tests.practice import Practice
from tests.ui.settings.test_settings_window import pick, settings
from tests.ui.words import words_of
from tests.until import until
from ui.settings.settings_window import SettingsWindow
from ui.shell.window import Window
from ui.theme.theme import Theme


async def with_devices(screen: SettingsWindow, *devices: str) -> None:
    assert screen.alerts is not None
    ear = Ear(*devices)
    screen.alerts.speaker = lambda: ear
    await screen.alerts.ask()


async def test_each_choice_works_at_once_and_says_whose_it_is(
    qapp: QApplication, clinic: Practice, window: Window, theme: Theme
) -> None:
    async with settings(clinic, window, theme) as screen:
        await with_devices(screen, "Headset", "Loudspeaker")
        alerts, session = screen.alerts, screen._session
        assert alerts is not None
        pick(alerts.volume, "50 %")
        pick(alerts.device, "Headset")
        pick(alerts.low, "Are shown without a sound")
        chosen = session.choices
        assert (chosen.volume, chosen.sound_device, chosen.low_sounds) == (50, "Headset", False)
        assert alerts.volume.origin() == "Chosen by you until Vestibule closes."
        assert alerts.low.origin() == "Chosen by you until Vestibule closes. The others always sound."
        pick(alerts.volume, "75 % (the usual)")
        pick(alerts.device, "The usual device")
        assert (session.choices.volume, session.choices.sound_device) == (None, None)


async def test_a_device_that_is_gone_or_none_at_all_is_said(
    qapp: QApplication, clinic: Practice, window: Window, theme: Theme
) -> None:
    async with settings(clinic, window, theme) as screen:
        await with_devices(screen, "Headset")
        assert screen.alerts is not None
        device = screen.alerts.device
        pick(device, "Headset")
        await with_devices(screen, "Loudspeaker")
        assert device.origin() == "It is not there now, so alerts sound on the usual device."
        assert device.combo.currentText() == "Headset"
        await with_devices(screen)
        assert device.origin() == "This computer has no sound device. Alerts are shown all the same."


async def test_what_the_clinic_has_set_is_told_from_what_is_usual(
    qapp: QApplication, clinic: Practice, window: Window, theme: Theme
) -> None:
    clinic.choose(alerts__repeat_s=30, alerts__flash_from=3, alerts__rooms__k7m2p__most=3)
    async with settings(clinic, window, theme) as screen:
        await until(lambda: screen._session.clinic is not None and screen._session.clinic.alerts)
        screen.refresh()
        words = words_of(screen)
        for line in ("30 s", "the 3rd time", "3 min (the usual)", "Rooms with rules of their own"):
            assert line in words, line
        assert "30 s (the usual)" not in words


async def test_a_wall_board_has_none(
    qapp: QApplication, clinic: Practice, window: Window, theme: Theme
) -> None:
    async with settings(clinic, window, theme, role=Role.MONITOR) as screen:
        assert screen.alerts is None
