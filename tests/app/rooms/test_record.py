"""Rooms and their quirks (api/rooms.md)."""

from typing import Any

import pytest

from app.core.unreadable import Unreadable
from app.rooms.record import Room, read_room
from app.wire.reader import Row


def read(**values: Any) -> Room:
    room = read_room(Row({"code": "k7m2p", **values}))
    assert isinstance(room, Room)
    return room


@pytest.mark.parametrize(
    ("values", "ids"),
    [
        ({"provider_ids": ["612", "613"]}, ("612", "613")),
        ({"users": "612, 613"}, ("612", "613")),
        ({"users": "612", "provider_ids": []}, ("612",)),
        ({"users": None}, ()),
    ],
)
def test_providers_come_as_an_array_or_as_one_text(values: dict[str, Any], ids: tuple[str, ...]) -> None:
    assert read(**values).provider_ids == ids


@pytest.mark.parametrize(
    ("operation", "closed", "message"),
    [
        ({"is_closed": True, "close_msg": "Back at 9"}, True, "Back at 9"),
        ({"is_closed": "1", "close_message": {"html": "<p>Back <b>soon</b></p>"}}, True, "Back soon"),
        ({"is_closed": False}, False, ""),
        ([], None, ""),
        (None, None, ""),
    ],
)
def test_open_closed_or_not_said(operation: Any, closed: bool | None, message: str) -> None:
    room = read(operation_settings=operation)
    assert (room.is_closed, room.close_message) == (closed, message)


def test_a_room_without_a_code_is_unreadable() -> None:
    assert isinstance(read_room(Row({"name": "x"})), Unreadable)
    assert isinstance(read_room(Row(None)), Unreadable)
