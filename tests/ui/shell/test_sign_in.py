"""The sign-in screen."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from app.home import Preferences, SignInChoice
from ui.shell.sign_in import SignIn, SignInRequest
from ui.theme.theme import Theme


@pytest.fixture
def screen(qtbot: object, theme: Theme) -> SignIn:
    made = SignIn(theme, Preferences())
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def submitted(screen: SignIn) -> list[SignInRequest]:
    requests: list[SignInRequest] = []
    screen.submitted.connect(requests.append)
    return requests


def enter(screen: SignIn, **values: str) -> None:
    for name, value in values.items():
        field = getattr(screen, name)
        assert isinstance(field, QLineEdit)
        field.setText(value)


@pytest.mark.parametrize(
    ("place", "api", "portal"),
    [
        ("production", "https://api.vsee.me/api_v3/", "https://harbor.vsee.me/"),
        ("production-clinic", "https://api-harbor.vsee.me/api_v3/", "https://harbor.vsee.me/"),
        (
            "staging",
            "https://api.vseepreview.com/vc/stable/api_v3/",
            "https://harbor.vseepreview.com/vc/stable/",
        ),
        (
            "staging-next",
            "https://api.vseepreview.com/vc/next/api_v3/",
            "https://harbor.vseepreview.com/vc/next/",
        ),
    ],
)
def test_documented_servers(
    screen: SignIn, submitted: list[SignInRequest], place: str, api: str, portal: str
) -> None:
    screen.fill(Preferences(place=place))
    enter(screen, account=" harbor ", username=" ana ", password=" secret ")
    screen.button.click()
    (request,) = submitted
    assert request.profile is not None
    assert (request.profile.api, request.profile.portal) == (api, portal)
    assert (request.choice.username, request.secret) == ("ana", " secret ")


def test_another_address(screen: SignIn, submitted: list[SignInRequest]) -> None:
    screen.fill(Preferences(place="other"))
    assert screen.api.isVisible()
    enter(screen, account="x", api="https://clinic.example/api_v3", username="a", password="p")
    screen.button.click()
    assert submitted[0].profile is not None
    assert submitted[0].profile.api == "https://clinic.example/api_v3/"


def test_what_is_missing_is_said_under_its_field(screen: SignIn, submitted: list[SignInRequest]) -> None:
    screen.button.click()
    assert submitted == []
    assert screen.form_error("username") == "Enter your user name."
    assert screen.form_error("password") == "Enter your password."
    assert screen.form_error("account")


def test_plain_http_is_refused(screen: SignIn, submitted: list[SignInRequest]) -> None:
    screen.fill(Preferences(place="other"))
    enter(screen, account="x", api="http://clinic.example/api_v3", username="a", password="p")
    screen.button.click()
    assert submitted == []
    assert "https://" in screen.form_error("api")


def test_the_practice_clinic_needs_nothing(screen: SignIn, submitted: list[SignInRequest]) -> None:
    screen.fill(Preferences(place="practice"))
    assert not screen.username.isVisible()
    screen.button.click()
    assert submitted == [SignInRequest(SignInChoice(place="practice"), None)]


def test_the_last_user_is_offered_and_no_password_is(screen: SignIn) -> None:
    screen.password.setText("secret")
    screen.fill(Preferences(place="staging", account="harbor", username="ana"))
    assert (screen.account.text(), screen.username.text(), screen.password.text()) == ("harbor", "ana", "")
    assert screen.password.echoMode() == QLineEdit.EchoMode.Password


def test_paste_works(screen: SignIn, qapp: QApplication) -> None:
    qapp.clipboard().setText("from a manager")
    screen.password.setFocus()
    screen.password.paste()
    assert screen.password.text() == "from a manager"


def test_enter_signs_in(
    screen: SignIn, submitted: list[SignInRequest], qtbot: object, qapp: Callable[..., object]
) -> None:
    enter(screen, account="x", username="a", password="p")
    qtbot.keyClick(screen.password, Qt.Key.Key_Return)
    assert len(submitted) == 1


NOOR = SignInChoice(account="harbor", username="noor.haddad")
MARCUS = SignInChoice(account="bay", place="staging", username="marcus.bell", way="token")


def those(*remembered: SignInChoice, last: SignInChoice = NOOR) -> Preferences:
    preferences = Preferences()
    for each in (*reversed(remembered), last):
        preferences = preferences.signed_in(each)
    return preferences


def offered(screen: SignIn) -> list[str]:
    return [screen.form.who.itemText(number) for number in range(screen.form.who.count())]


def test_who_signed_in_before_is_offered_by_clinic_and_name(
    screen: SignIn, submitted: list[SignInRequest]
) -> None:
    screen.fill(those(MARCUS, NOOR))
    assert offered(screen) == [
        "harbor · noor.haddad",
        "bay (staging) · marcus.bell",
        "Another clinic or user…",
    ]
    assert not screen.account.isVisible()
    assert screen.username.text() == "noor.haddad"
    screen.form.who.setCurrentIndex(1)
    assert screen.form.token.isVisible()
    assert not screen.password.isVisible()
    screen.form.token.setText(" 0123 ")
    screen.button.click()
    (request,) = submitted
    assert request.choice == MARCUS
    assert request.secret == "0123"
    assert request.profile is not None
    assert request.profile.api == "https://api.vseepreview.com/vc/stable/api_v3/"


def test_nobody_is_offered_where_nobody_was_and_no_list_is_shown(screen: SignIn) -> None:
    assert not screen.form.who.isVisible()
    assert screen.account.isVisible()


def test_another_clinic_or_user_begins_with_empty_fields(screen: SignIn) -> None:
    screen.fill(those(NOOR))
    screen.password.setText("secret")
    screen.form.who.setCurrentIndex(1)
    assert screen.account.isVisible()
    assert [line.text() for line in (screen.account, screen.username, screen.password)] == ["", "", ""]


def test_profiles_of_an_administrator_are_offered_and_count(
    screen: SignIn, submitted: list[SignInRequest], tmp_path: Path
) -> None:
    folder = tmp_path / "profiles"
    folder.mkdir()
    (folder / "Harbor.toml").write_text(
        'api = "https://api.example/api_v3/"\naccount = "harbor"\nroom = "k7m2p"\n'
        'broker = "https://sso.example/go"\n'
    )
    (folder / "Wrong.toml").write_text("api = 5")
    screen.look_in(tmp_path)
    screen.fill(Preferences())
    assert offered(screen) == ["Harbor", "Wrong", "Another clinic or user…"]
    assert not screen.remove_button.isVisible()
    screen.form.way.setCurrentIndex(1)
    assert screen.button.text() == "Open the browser"
    screen.button.click()
    (request,) = submitted
    assert request.profile is not None
    assert (request.profile.room, request.profile.broker) == ("k7m2p", "https://sso.example/go")
    screen.form.who.setCurrentIndex(1)
    enter(screen, username="ana", password="p")
    screen.button.click()
    assert "is wrong" in screen.form_error("who")
    assert len(submitted) == 1


def test_in_the_browser_needs_the_address_of_a_page(screen: SignIn, submitted: list[SignInRequest]) -> None:
    screen.form.way.setCurrentIndex(1)
    assert screen.form.broker.isVisible()
    assert not screen.username.isVisible()
    screen.account.setText("harbor")
    screen.button.click()
    assert "no sign-in page" in screen.form_error("broker")
    screen.form.broker.setText("http://sso.example/")
    screen.button.click()
    assert submitted == []
    screen.form.broker.setText("https://sso.example/")
    screen.button.click()
    assert submitted[0].profile is not None
    assert submitted[0].profile.broker == "https://sso.example"


def test_a_clinic_without_a_page_of_its_own_says_so(screen: SignIn, submitted: list[SignInRequest]) -> None:
    screen.fill(those(NOOR))
    screen.form.way.setCurrentIndex(1)
    screen.button.click()
    assert "Choose another way" in screen.form_error("way")
    assert submitted == []


def test_while_the_browser_is_waited_for_there_is_only_cancel(screen: SignIn, qtbot: object) -> None:
    screen.set_waiting(True)
    assert screen.cancel_button.isVisible()
    assert not screen.form.isEnabled()
    assert "web browser" in screen.note()
    with qtbot.waitSignal(screen.cancel_wanted):
        qtbot.keyClick(screen.cancel_button, Qt.Key.Key_Space)
    screen.set_waiting(False)
    assert not screen.cancel_button.isVisible()
    assert screen.form.isEnabled()


def test_whoever_is_signed_in_still_has_nothing_to_type(
    screen: SignIn, submitted: list[SignInRequest], qtbot: object
) -> None:
    screen.fill(those(NOOR, MARCUS))
    screen.set_kept(MARCUS, is_kept=True)
    assert screen.password.isVisible()
    screen.set_kept(NOOR, is_kept=True)
    assert not screen.password.isVisible()
    with qtbot.waitSignal(screen.back_wanted) as told:
        screen.button.click()
    assert told.args == [NOOR]
    assert submitted == []
    # Somebody else's name is somebody else.
    qtbot.keyClicks(screen.username, "x")
    assert screen.password.isVisible()


def test_an_answer_of_the_keyring_that_comes_late_takes_no_typed_password_away(screen: SignIn) -> None:
    screen.fill(those(NOOR))
    screen.password.setText("typed")
    screen.set_kept(NOOR, is_kept=True)
    assert screen.password.isVisible()
    assert screen.button.text() == "Sign in"


def test_fields_say_what_they_are_for(screen: SignIn) -> None:
    for line, name, title in (
        (screen.username, "username", "User name or e-mail"),
        (screen.password, "current-password", "Password"),
        (screen.form.token, "token", "Token"),
    ):
        assert (line.objectName(), line.accessibleName()) == (name, title)
    assert screen.form.token.echoMode() == QLineEdit.EchoMode.Password


def test_the_focus_goes_where_typing_goes_on(screen: SignIn, qtbot: object) -> None:
    screen.fill(those(NOOR))
    screen.focus_first()
    qtbot.waitUntil(screen.password.hasFocus)
    screen.form.way.setCurrentIndex(2)
    qtbot.waitUntil(screen.form.token.hasFocus)
    screen.form.way.setFocus()
    qtbot.keyClick(screen.form.way, Qt.Key.Key_Up)
    assert screen.form.way.hasFocus()


def test_a_token_is_forgotten_without_undo(screen: SignIn) -> None:
    screen.form.way.setCurrentIndex(2)
    screen.form.token.paste()
    screen.form.token.insert("0123")
    screen.forget_password()
    assert screen.form.token.text() == ""
    assert not screen.form.token.isUndoAvailable()


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_while_the_browser_is_waited_for_that_and_how_not_to_are_in_sight(
    qtbot: object, qapp: QApplication, scale: float
) -> None:
    theme = Theme("light", scale)
    theme.apply(qapp)
    screen = SignIn(theme, Preferences(place="other", username="noor.haddad"))
    qtbot.addWidget(screen)
    screen.resize(900, 500)
    screen.show()
    screen.form.way.setCurrentIndex(1)
    screen.set_waiting(True)
    for part in (screen._note, screen.cancel_button):
        qtbot.waitUntil(lambda part=part: part.visibleRegion().boundingRect() == part.rect())
    Theme("light", 1.0).apply(qapp)


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("way", [0, 1, 2])
def test_a_small_window_can_be_scrolled_to_everything_and_never_sideways(
    qtbot: object, qapp: QApplication, way: int, scale: float
) -> None:
    theme = Theme("light", scale)
    theme.apply(qapp)
    screen = SignIn(theme, those(NOOR))
    qtbot.addWidget(screen)
    screen.resize(640, 400)
    screen.show()
    screen.form.way.setCurrentIndex(way)
    screen.set_error("This computer's clock is 3 days behind. Set it right, then sign in again.")
    error = screen._error
    qtbot.waitUntil(lambda: not error.visibleRegion().isEmpty())
    assert screen.widget().width() <= screen.viewport().width()
    Theme("light", 1.0).apply(qapp)
