"""Rooms and their quirks (api/rooms.md)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.unreadable import Unreadable
from app.rooms.record import Button, Room, Selection, SignIn, Specialty, Way, read_room
from app.wire.reader import Row
from tests.app.wire.test_reader import JSON

ROOM: dict[str, Any] = {
    "id": "171",
    "code": "k7m2p",
    "slug": "general-care",
    "name": "General Care",
    "name_short": "GC",
    "domain": "practice",
    "account_code": "harbor",
    "description": "Same-day visits",
    "subtitle": "",
    "logo_url": "https://example.test/logo.png",
    "active": True,
    "created": 1767225600,
    "modified": "1767225700",
    "users": "612,613",
    "provider_ids": ["612", "613"],
    "specialties": [{"code": "general_care", "name": "General care", "duration": "15"}],
    "payment": {
        "consultations": [{"id": "c-1", "description": "Standard", "duration": 15, "amount": 45.5}],
        "paymentCurrency": "USD",
        "__note__": "paymentCurrency is deprecated, use currency",
    },
    "operation_settings": {"is_closed": False, "default_timezone": "America/Los_Angeles"},
    "visits": {
        "walkin": {"enabled": True, "force_profile_review": False},
        "appointment": {
            "enabled": "1",
            "start_blackout": "900",
            "users": {"patient": {"allow_cancel": False}},
        },
        "econsult": {"enabled": False},
        "on_end_call": {"show_local_video": True},
    },
    "auth": {
        "guest": {"log_in": {"enabled": True}, "sign_up": {"enabled": False}},
        "member": {"log_in": {"disabled": False}},
    },
    "customization": {
        "btn_walkin": {"text": "See someone now", "hidden": False},
        "btn_start": {"text": "Start", "hidden": True},
    },
    "provider_selection": {
        "any_option_text": "First available",
        "walkin": {"show": True, "allow_any": True},
        "appointment": {"show": False},
    },
    "provider_list": {"show": False},
    "public_access_room": True,
    "guest_only": False,
    "one_time_use": False,
    "chat": {"members": {"history": -1, "initiate_chat": True}},
}


def read(**values: Any) -> Room:
    room = read_room(Row({"code": "k7m2p", **values}))
    assert isinstance(room, Room)
    return room


def test_a_whole_room() -> None:
    room = read(**ROOM)
    assert (room.id, room.number, room.slug, room.name, room.short_name) == (
        "k7m2p",
        "171",
        "general-care",
        "General Care",
        "GC",
    )
    assert (room.domain, room.account_code, room.active) == ("practice", "harbor", True)
    assert (room.created, room.modified, room.zone) == (1767225600, 1767225700, "America/Los_Angeles")
    assert room.specialties == (Specialty(code="general_care", name="General care", minutes=15),)
    assert room.walk_in == Way(
        is_enabled=True, reviews_profile=False, button=Button(text="See someone now", is_hidden=False)
    )
    assert room.appointment == Way(is_enabled=True)
    assert room.econsult == Way(is_enabled=False)
    assert room.start_button == Button(text="Start", is_hidden=True)
    assert (room.start_blackout, room.allow_cancel, room.stays_after_call) == (900, False, True)
    assert room.sign_in == SignIn(guest_log_in=True, guest_sign_up=False, member_log_in_disabled=False)
    assert room.selection == Selection(
        any_text="First available", walk_in_shows=True, walk_in_allows_any=True, appointment_shows=False
    )
    assert (room.providers_shown, room.public_access, room.guest_only) == (False, True, False)
    assert (room.one_time_use, room.chat_history, room.may_start_chat) == (False, -1, True)
    assert room.unread == ()


def test_prices_and_the_currency_under_its_old_name() -> None:
    prices = read(**ROOM).prices
    assert [(c.description, c.amount, c.currency) for c in prices.consultations] == [
        ("Standard", Decimal("45.5"), "USD")
    ]


def test_a_list_row_says_less_and_nothing_is_made_up() -> None:
    room = read(slug="general-care")
    assert room == Room(code="k7m2p", slug="general-care")
    assert (room.is_closed, room.walk_in.is_enabled, room.start_blackout) == (None, None, None)


def test_empty_objects_may_be_arrays() -> None:
    empty = {name: [] for name in ("payment", "operation_settings", "visits", "auth", "customization")}
    assert read(**empty) == Room(code="k7m2p")


def test_what_cannot_be_understood_is_named() -> None:
    room = read(visits={"appointment": {"start_blackout": "soon"}}, specialties="none")
    assert room.unread == (
        "specialties is no list",
        "visits.appointment.start_blackout is no whole number",
    )


@pytest.mark.parametrize(
    ("values", "ids"),
    [
        ({"provider_ids": ["612", "613"]}, ("612", "613")),
        ({"provider_ids": [612]}, ("612",)),
        ({"users": "612, 613"}, ("612", "613")),
        ({"users": "612", "provider_ids": []}, ("612",)),
        ({"users": None}, ()),
        ({"users": ""}, ()),
    ],
)
def test_providers_come_as_an_array_or_as_one_text(values: dict[str, Any], ids: tuple[str, ...]) -> None:
    assert read(**values).provider_ids == ids


@pytest.mark.parametrize(
    ("operation", "closed", "message"),
    [
        ({"is_closed": True, "close_msg": "Back at 9"}, True, "Back at 9"),
        ({"is_closed": "1", "close_message": {"html": "<p>Back <b>soon</b></p>"}}, True, "Back soon"),
        ({"close_message": {"html": "<!-- x --><p>Call us &amp; wait.</p>"}}, None, "Call us & wait."),
        ({"close_msg": "Open if 3 < 4 and 5 > 2"}, None, "Open if 3 < 4 and 5 > 2"),
        ({"is_closed": False}, False, ""),
        ([], None, ""),
        (None, None, ""),
    ],
)
def test_open_closed_or_not_said(operation: Any, closed: bool | None, message: str) -> None:
    room = read(operation_settings=operation)
    assert (room.is_closed, room.close_message) == (closed, message)


def test_a_hostile_message_does_not_hang() -> None:
    assert read(operation_settings={"close_msg": "<a" * 200_000}).close_message


def test_a_room_without_a_code_is_unreadable() -> None:
    assert isinstance(read_room(Row({"name": "x"})), Unreadable)
    assert isinstance(read_room(Row(None)), Unreadable)


@settings(max_examples=100)
@given(st.dictionaries(st.sampled_from(sorted(ROOM)), JSON, max_size=6), JSON)
def test_any_mutation_is_a_room_or_unreadable(mutation: dict[str, Any], anything: Any) -> None:
    assert isinstance(read_room(Row({**ROOM, **mutation})), Room | Unreadable)
    assert isinstance(read_room(Row(anything)), Room | Unreadable)
