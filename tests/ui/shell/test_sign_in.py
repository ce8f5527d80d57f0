"""The sign-in screen."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from app.home import Preferences
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
    assert (request.username, request.password) == ("ana", " secret ")


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
    assert submitted == [SignInRequest("practice", None, "", "")]


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
