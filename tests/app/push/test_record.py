"""Addresses and notifications (api/push.md)."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.unreadable import Unreadable
from app.push.record import AddressType, Notification, NotifyAddress, read_address, read_notification
from app.wire.reader import Row
from tests.app.wire.test_reader import JSON

ADDRESS: dict[str, Any] = {
    "id": "0d0c0b0a-0000-4000-8000-000000000001",
    "key": "noor@example.test",
    "user_id": 612,
    "type": "10",
    "arn": "arn:aws:sns:us-west-2:000000000000:endpoint/APNS/practice/1",
    "created": 1767225600,
    "modified": 1767225700,
}
TOLD: dict[str, Any] = {
    "id": "n-1",
    "title": "A patient is waiting.",
    "read": False,
    "time": "1767225600",
    "mtime": 1767225601500,
    "image": "https://example.test/bell.png",
}


def told(**changes: Any) -> Notification:
    found = read_notification(Row({**TOLD, **changes}, "notification"))
    assert isinstance(found, Notification)
    return found


def test_an_address() -> None:
    assert read_address(Row(ADDRESS)) == NotifyAddress(
        id=ADDRESS["id"],
        key="noor@example.test",
        user_id="612",
        type=AddressType.EMAIL,
        arn=ADDRESS["arn"],
        created=1767225600,
        modified=1767225700,
    )
    assert read_address(Row({"id": "1", "type": 77})) == NotifyAddress(id="1", type=77)


def test_what_cannot_be_understood_of_an_address_is_named() -> None:
    found = read_address(Row({**ADDRESS, "type": "mail"}, "address"))
    assert isinstance(found, NotifyAddress)
    assert (found.type, found.unread) == (None, ("address.type is no whole number",))


def test_a_notification() -> None:
    assert told() == Notification(
        id="n-1",
        title="A patient is waiting.",
        read=False,
        at=1767225600,
        image="https://example.test/bell.png",
    )
    assert told(data={"food_id": "7"}).food_id == 7


@pytest.mark.parametrize(
    ("changes", "at", "day"),
    [
        ({"time": None}, 1767225601.5, None),
        ({"time": None, "mtime": "1767225601500"}, 1767225601.5, None),
        ({"time": None, "mtime": 5000}, 5.0, None),
        ({"time": None, "mtime": 0}, None, None),
        ({"time": "2026-01-01"}, None, date(2026, 1, 1)),
        ({"time": "2026-01-01T00:00:00Z"}, 1767225600, None),
    ],
)
def test_the_instant_to_show(changes: dict[str, Any], at: float | None, day: date | None) -> None:
    notification = told(**changes)
    assert (notification.at, notification.day) == (at, day)


def test_unread_or_not_said() -> None:
    assert told(read=None).read is None


@pytest.mark.parametrize("nothing", [None, [], {}, {"title": "x"}, 5])
def test_without_an_id_it_is_unreadable(nothing: Any) -> None:
    assert isinstance(read_address(Row(nothing)), Unreadable)
    assert isinstance(read_notification(Row(nothing)), Unreadable)


@settings(max_examples=100)
@given(st.dictionaries(st.sampled_from([*TOLD, "data"]), JSON, max_size=5), JSON)
def test_any_json_is_read_or_unreadable(mutation: dict[str, Any], anything: Any) -> None:
    assert isinstance(read_notification(Row({**TOLD, **mutation})), Notification | Unreadable)
    assert isinstance(read_address(Row({**ADDRESS, **mutation})), NotifyAddress | Unreadable)
    read_notification(Row(anything))
    read_address(Row(anything))
