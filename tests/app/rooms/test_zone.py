"""Where a clinic is, by its rooms (TIM-01)."""

import pytest

from app.rooms.record import Room
from app.rooms.zone import clinic_zone

EAST, WEST = "America/New_York", "America/Los_Angeles"


def rooms(**zones: str | None) -> list[Room]:
    return [Room(code=code, zone=zone) for code, zone in zones.items()]


@pytest.mark.parametrize(
    ("zones", "watched", "zone"),
    [
        ({}, "", ""),
        ({"a": None, "b": ""}, "", ""),
        ({"a": EAST, "b": WEST, "c": WEST}, "", WEST),
        ({"a": EAST, "b": WEST, "c": WEST}, "a", EAST),
        ({"a": EAST, "b": WEST, "c": None}, "c", WEST),
        ({"a": EAST, "b": WEST}, "unknown", WEST),
        ({"b": WEST, "a": EAST}, "", WEST),
    ],
)
def test_the_zone_is_the_watched_rooms_or_that_of_most(
    zones: dict[str, str | None], watched: str, zone: str
) -> None:
    assert clinic_zone(rooms(**zones), watched) == zone
