"""The truth light in words."""

import pytest

from app.core.connection import Light, Standing
from app.errors import Broken, Offline, SignedOut
from tests.ui.rest import rest
from ui.kit.formats import time_text
from ui.outbox.counts import Counts
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


def test_what_can_be_pressed_stays_in_its_place(bar: StatusBar, qtbot: object) -> None:
    bar.resize(1280, bar.height())
    bar.show()
    bar.show_standing(Standing(Light.SIGNED_OUT, 5, NOW - 5, SignedOut()), NOW, 0.0)
    rest(qtbot)
    before = bar._sign_in.x(), bar.height() - bar._sign_in.y()
    bar.set_outbox(Counts(waiting=1))
    bar.set_note("Nothing is kept on this computer: there is no keyring.")
    rest(qtbot)
    assert (bar._sign_in.x(), bar.height() - bar._sign_in.y()) == before
    assert bar._outbox.geometry().right() > bar.width() - 20


@pytest.mark.parametrize("width", [640, 1280])
def test_the_sentence_is_never_cut_at_200_per_cent(
    bar: StatusBar, theme: Theme, qtbot: object, width: int
) -> None:
    theme.set_scale(2.0)
    bar.resize(width, 100)
    bar.show()
    bar.set_outbox(Counts(waiting=1, refused=2))
    bar.show_standing(Standing(Light.TROUBLE, 33, NOW - 33, Broken("not_json")), NOW, 0.0)
    rest(qtbot)
    bar.resize(width, bar.heightForWidth(width))
    rest(qtbot)
    words = bar._words
    assert words.height() >= words.heightForWidth(words.width())
    assert words.width() > width * 0.4
    assert bar.height() < 260


@pytest.mark.parametrize(("skew", "said"), [(59, False), (61, True), (-3600, True)])
def test_a_machine_clock_that_is_off_is_said(bar: StatusBar, skew: float, said: bool) -> None:
    bar.show_standing(Standing(Light.LIVE, 0, NOW), NOW, skew)
    assert ("clock is" in bar.text()) is said


def restored(light: Light, confirmed_at: float, failure: Offline | None = None) -> Standing:
    return Standing(light, max(0.0, NOW - confirmed_at), confirmed_at, failure, is_restored=True)


def test_restored_facts_say_of_when_they_are_and_where_they_come_from(bar: StatusBar) -> None:
    kept_at = NOW - 3 * 3600
    bar.show_standing(restored(Light.CONNECTING, kept_at), NOW, 0.0)
    moment = time_text(kept_at, NOW)
    assert bar.text() == (f"Connecting: The queue is as of {moment}, 3 hr ago, as kept on this computer.")


def test_restored_facts_without_contact_claim_no_line_that_was_there(bar: StatusBar) -> None:
    bar.show_standing(restored(Light.OFFLINE, NOW - 3 * 3600, Offline("name")), NOW, 0.0)
    assert bar.text().startswith("Offline: The queue is as of ")
    assert "3 hr ago, as kept on this computer. The server's name cannot be found" in bar.text()
    assert bar.text().endswith("Trying again by itself.")


def test_facts_from_the_future_say_that_the_clock_is_wrong_and_no_age(bar: StatusBar) -> None:
    bar.show_standing(restored(Light.CONNECTING, NOW + 7200), NOW, 0.0)
    assert " ago" not in bar.text()
    assert bar.text().endswith("as kept on this computer. This computer's clock is wrong: it is before that.")


def test_a_stale_list_says_of_when_it_is(bar: StatusBar) -> None:
    bar.show_standing(Standing(Light.TROUBLE, 70, NOW - 70, Broken("old")), NOW, 0.0)
    assert bar.text() == (
        f"Server trouble: The queue is as of {time_text(NOW - 70, NOW)}, 1 min ago. An old answer came, kept "
        "somewhere on the way from the server; it was not used. Trying again by itself."
    )
