"""Providers, presence and queue (api/rooms.md §3 and §4)."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.unreadable import Unreadable
from app.rooms.provider import (
    Presence,
    Provider,
    QueueInfo,
    Training,
    read_presence,
    read_provider,
    read_queue_info,
)
from app.wire.reader import Row
from tests.app.wire.test_reader import JSON

PROVIDER: dict[str, Any] = {
    "id": "612",
    "username": "provider-612",
    "code": "",
    "subtype": 482,
    "first_name": "Noor",
    "last_name": "Haddad",
    "vseeid": "practice+user612",
    "photo": None,
    "title": "Dr.",
    "suffix": "MD",
    "status": False,
    "short_bio": False,
    "is_available": True,
    "to_hide": False,
    "languages": "English, Arabic",
    "states_licensed": "CA, NV",
    "states_serviced": ["CA"],
    "specialties_data": [],
    "edu_medical": "Harbor School",
    "disable_selection": False,
    "to_autoaccept": "0",
}


def read(**changes: Any) -> Provider:
    provider = read_provider(Row({**PROVIDER, **changes}))
    assert isinstance(provider, Provider)
    return provider


def test_a_provider() -> None:
    provider = read()
    assert (provider.id, provider.person.name, provider.person.title) == ("612", "Noor Haddad", "Dr.")
    assert (provider.subtype, provider.username, provider.photo) == ("482", "provider-612", "")
    assert (provider.languages, provider.licensed, provider.served) == (
        ("English", "Arabic"),
        ("CA", "NV"),
        ("CA",),
    )
    assert (provider.short_bio, provider.hidden, provider.disabled) == ("", False, False)
    assert (provider.autoaccept, provider.notify) == (False, None)
    assert provider.training == Training(school="Harbor School")
    assert provider.unread == ()


@pytest.mark.parametrize(
    ("said", "online"),
    [
        ({"is_available": True, "status": False}, True),
        ({"is_available": False, "status": True}, False),
        ({"status": True}, True),
        ({"status": False}, None),
        ({"status": 20}, None),
        ({"is_available": None, "status": True}, True),
        ({"is_available": "", "status": ""}, None),
        ({}, None),
    ],
)
def test_presence_is_never_guessed(said: dict[str, Any], online: bool | None) -> None:
    provider = read_provider(Row({"id": "612", **said}))
    assert isinstance(provider, Provider)
    assert provider.online is online


def test_the_reply_to_a_change_of_presence() -> None:
    said = {"id": 612, "is_available": True, "rooms": ["k7m2p"]}
    assert read_presence(Row(said)) == Presence(provider_id="612", online=True, rooms=("k7m2p",))
    assert read_presence(Row(None)) == Presence()


@pytest.mark.parametrize(
    ("said", "queue"),
    [
        (
            {"length": "3", "capacity": 20, "before_me": None, "average_visit_time": 600},
            QueueInfo(length=3, capacity=20, average_visit_time=600),
        ),
        ({"length": 0, "before_me": 0}, QueueInfo(length=0, before_me=0)),
    ],
)
def test_a_queue(said: dict[str, Any], queue: QueueInfo) -> None:
    assert read_queue_info(Row(said)) == queue


@pytest.mark.parametrize("said", [None, [], {}, {"length": "many"}, {"capacity": 3}])
def test_a_queue_of_unknown_length_is_not_an_empty_one(said: Any) -> None:
    assert isinstance(read_queue_info(Row(said)), Unreadable)


@settings(max_examples=100)
@given(st.dictionaries(st.sampled_from(sorted(PROVIDER)), JSON, max_size=6), JSON)
def test_any_json_is_read_or_unreadable(mutation: dict[str, Any], anything: Any) -> None:
    assert isinstance(read_provider(Row({**PROVIDER, **mutation})), Provider | Unreadable)
    assert isinstance(read_provider(Row(anything)), Provider | Unreadable)
    assert isinstance(read_queue_info(Row(anything)), QueueInfo | Unreadable)
    assert isinstance(read_presence(Row(anything)), Presence)
