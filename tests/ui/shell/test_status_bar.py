"""The truth light in words."""

import pytest

from app.core.connection import Light, Standing
from app.errors import Offline, SignedOut
from ui.shell.status_bar import StatusBar
from ui.theme.theme import Theme

NOW = 1_780_000_000.0


@pytest.fixture
def bar(qtbot: object, theme: Theme) -> StatusBar:
    made = StatusBar(theme)
    qtbot.addWidget(made)
    return made


def test_nobody(bar: StatusBar) -> None:
    assert bar.text() == "Not signed in: "


def test_live(bar: StatusBar) -> None:
    bar.show_standing(Standing(Light.LIVE, 3.4, NOW - 3.4), NOW, 0.0)
    assert bar.text() == "Live: Updated 3 s ago."


def test_offline_says_since_when_how_old_why_and_what_happens(bar: StatusBar) -> None:
    bar.show_standing(Standing(Light.OFFLINE, 240, NOW - 240, Offline("unreachable")), NOW, 0.0)
    assert bar.text().startswith("Offline since ")
    assert "4 min ago. The server cannot be reached. Trying again by itself." in bar.text()


def test_never_reached(bar: StatusBar) -> None:
    bar.show_standing(Standing(Light.OFFLINE, None, None, Offline("name")), NOW, 0.0)
    assert "has not been read yet" in bar.text()


def test_signed_out_offers_signing_in(bar: StatusBar, qtbot: object) -> None:
    bar.show()
    bar.show_standing(Standing(Light.SIGNED_OUT, 5, NOW - 5, SignedOut()), NOW, 0.0)
    with qtbot.waitSignal(bar.sign_in_wanted):
        bar._sign_in.click()
    bar.show_standing(Standing(Light.LIVE, 0, NOW), NOW, 0.0)
    assert not bar._sign_in.isVisible()


@pytest.mark.parametrize(("skew", "said"), [(59, False), (61, True), (-3600, True)])
def test_a_machine_clock_that_is_off_is_said(bar: StatusBar, skew: float, said: bool) -> None:
    bar.show_standing(Standing(Light.LIVE, 0, NOW), NOW, skew)
    assert ("clock is" in bar.text()) is said
