"""What the clinic has set, in words; what the server does not say is never passed off as said."""

from typing import Any

import pytest

from app.accounts.settings import AccountSettings, read_settings
from app.profile import Profile
from app.settings.record import Channels, Settings
from app.wire.reader import Row
from ui.settings.words import account_rows, origin_words, profile_rows, time_words, user_rows


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(2.0, "2 s"), (30, "30 s"), (60, "1 min"), (90, "90 s"), (300, "5 min"), (14_400, "4 hr")],
)
def test_times_are_whole(seconds: float, words: str) -> None:
    assert time_words(seconds) == words


def test_where_a_value_comes_from() -> None:
    assert origin_words("10 s", is_chosen=False, is_kept=True) == "As the clinic says: 10 s."
    chosen = origin_words("10 s", is_chosen=True, is_kept=True)
    assert chosen == "Chosen by you on this computer. The clinic says: 10 s."
    assert origin_words("10 s", is_chosen=True, is_kept=False).startswith(
        "Chosen by you until Vestibule closes."
    )


def test_what_the_server_does_not_say_is_marked() -> None:
    rows = dict(account_rows(AccountSettings()))
    assert all(value.endswith("(the server does not say)") for value in rows.values())
    assert rows["Longest wait"].startswith("4 hr")
    assert rows["The window locks after"].startswith("5 min")


def test_what_the_server_says() -> None:
    said = AccountSettings(idle_s=120, idle_warning_s=30, max_wait_time=1800, eprescribe=True, payment=False)
    rows = dict(account_rows(said))
    assert rows["The window locks after"] == "2 min"
    assert rows["Warning before that"] == "30 s"
    assert rows["Longest wait"] == "30 min"
    assert (rows["E-prescribing"], rows["Payment"]) == ("On", "Off")


def test_a_limit_out_of_bounds_is_shown_as_it_counts() -> None:
    rows = dict(account_rows(AccountSettings(idle_s=7200)))
    assert rows["The window locks after"] == "15 min (the clinic's 2 hr is out of bounds)"
    assert (
        dict(account_rows(AccountSettings(idle_s=0)))["The window locks after"] == "5 min (the clinic: off)"
    )


@pytest.mark.parametrize("number", [10**400, -(10**400), 1e308, "9" * 5000])
def test_any_number_of_a_server_has_words(number: Any) -> None:
    row = Row(
        {"session": {"idle_timeout": {"duration": number, "warning_period": number}}, "max_wait_time": number}
    )
    assert all(len(words) < 80 for _, words in account_rows(read_settings(row)))


def test_what_the_server_keeps_of_a_user() -> None:
    rows = dict(user_rows(Settings(language="en-US", disable_emails=True, channels=Channels(email=True))))
    assert rows == {
        "Language": "en-US",
        "Time zone": "The server does not say",
        "Notifications": "By e-mail",
        "E-mail to you": "Off",
    }
    assert dict(user_rows(Settings()))["Notifications"] == "The server does not say"
    none = Settings(channels=Channels(email=False, sms=False))
    assert dict(user_rows(none))["Notifications"] == "None"


def test_what_stands_in_the_profile() -> None:
    rows = dict(profile_rows(Profile(name="x", api="https://api.example/api_v3/", poll_s=15), "General Care"))
    assert rows == {
        "Server": "api.example",
        "Account": "None",
        "The queue is read every": "15 s",
        "Rooms": "General Care only",
        "A started call opens": "The dashboard",
    }
