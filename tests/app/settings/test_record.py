"""User settings (api/settings.md §3): what is not said is not sent, what is not known is kept."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.unreadable import Unreadable
from app.settings.record import Channels, Settings, read_settings
from app.wire.reader import Row
from tests.app.wire.test_reader import JSON

SETTINGS: dict[str, Any] = {
    "timezone": "Europe/Lisbon",
    "language": "pt-PT",
    "disable_emails": "1",
    "to_notify": True,
    "to_autoaccept": False,
    "to_hide": False,
    "notifications": {"email": True, "sms": False, "pager": "old"},
    "theme": {"dark": None},
}


def read(value: Any = SETTINGS) -> Settings:
    found = read_settings(Row(value, "settings"))
    assert isinstance(found, Settings)
    return found


def test_settings() -> None:
    assert read() == Settings(
        zone="Europe/Lisbon",
        language="pt-PT",
        disable_emails=True,
        notify=True,
        autoaccept=False,
        hidden=False,
        channels=Channels(email=True, sms=False, rest={"pager": "old"}),
        rest={"theme": {"dark": None}},
    )


def test_a_round_trip_changes_nothing() -> None:
    assert read().body() == {**SETTINGS, "disable_emails": 1}
    assert read(read().body()) == read()


@pytest.mark.parametrize("empty", [{}, []])
def test_nothing_said_is_nothing_sent(empty: Any) -> None:
    assert read(empty) == Settings()
    assert Settings().body() == {}
    assert Settings(hidden=False).body() == {"to_hide": False}


@pytest.mark.parametrize("other", [None, "text", 5, ["a"], True])
def test_what_is_no_object_is_unreadable(other: Any) -> None:
    assert isinstance(read_settings(Row(other)), Unreadable)


def test_what_cannot_be_understood_is_named() -> None:
    assert read({"timezone": [1], "notifications": "all"}).unread == (
        "settings.notifications is no object",
        "settings.timezone is no text",
    )


@settings(max_examples=100)
@given(st.dictionaries(st.sampled_from(sorted(SETTINGS)), JSON, max_size=5), JSON)
def test_any_json_is_settings_or_unreadable(mutation: dict[str, Any], anything: Any) -> None:
    read({**SETTINGS, **mutation}).body()
    assert isinstance(read_settings(Row(anything)), Settings | Unreadable)
