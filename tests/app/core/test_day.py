"""The clinic's day, wherever this machine and the clock stand (TIM-02, DAT-03)."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.day import day_start, expired_before

ZONES = ("America/Los_Angeles", "America/New_York", "Europe/London", "Asia/Kathmandu", "Pacific/Apia", "UTC")


def at(text: str, zone: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


@pytest.mark.parametrize(
    ("moment", "midnight"),
    [
        ("2026-11-22T16:00", "2026-11-22T00:00"),  # midnight UTC there
        ("2026-03-08T23:30", "2026-03-08T00:00"),  # a day of 23 hours
        ("2026-11-01T23:30", "2026-11-01T00:00"),  # a day of 25 hours
        ("2026-11-01T00:00", "2026-11-01T00:00"),
    ],
)
def test_the_day_begins_at_the_clinics_midnight(moment: str, midnight: str) -> None:
    zone = "America/Los_Angeles"
    assert day_start(at(moment, zone), zone) == at(midnight, zone)


@given(st.integers(1_000_000_000, 2_500_000_000), st.sampled_from(ZONES))
def test_what_was_confirmed_today_or_yesterday_has_not_expired(moment: int, zone: str) -> None:
    limit = expired_before(moment, zone)
    there = datetime.fromtimestamp(limit, UTC).astimezone(ZoneInfo(zone))
    assert (there.hour, there.minute, there.second) == (0, 0, 0)
    assert limit <= moment - 24 * 3600
    # Its day ended less than 24 hours ago, or has not ended.
    today = datetime.fromtimestamp(moment, UTC).astimezone(ZoneInfo(zone)).date()
    assert today - timedelta(days=2) <= there.date() < today


def test_an_unknown_zone_is_this_machines() -> None:
    now = 1_780_000_000.0
    assert day_start(now, "Mars/Olympus") == day_start(now, "") == day_start(now, "../etc/passwd")


@pytest.fixture
def machine_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Moves this machine to another zone."""

    def move(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


DAYS_OF_CHANGE = [
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("Europe/London", "2026-03-29"),
    ("Europe/London", "2026-10-25"),
    # Here the clock changes at midnight: one day begins at 01:00, another one has two midnights.
    ("Africa/Cairo", "2026-04-24"),
    ("America/Havana", "2026-11-01"),
    ("Australia/Lord_Howe", "2026-04-05"),
]


@pytest.mark.parametrize(("zone", "day"), DAYS_OF_CHANGE)
def test_where_the_clinic_is_not_known_the_day_is_this_machines(
    machine_in: Callable[[str], None], zone: str, day: str
) -> None:
    """Each minute of the day on which the clocks change, and the hours about it, told both ways."""
    machine_in(zone)
    noon = at(f"{day}T12:00", zone)
    for moment in range(int(noon) - 40 * 3600, int(noon) + 40 * 3600, 600):
        assert day_start(moment, "") == day_start(moment, zone), moment


@pytest.mark.parametrize(("zone", "day"), DAYS_OF_CHANGE)
@pytest.mark.parametrize("machine", ["Asia/Tokyo", "Pacific/Kiritimati", "America/Los_Angeles", "UTC"])
def test_a_machine_elsewhere_changes_no_day(
    machine_in: Callable[[str], None], zone: str, day: str, machine: str
) -> None:
    noon = at(f"{day}T12:00", zone)
    known = [day_start(noon + hours * 3600, zone) for hours in range(-40, 40)]
    machine_in(machine)
    assert [day_start(noon + hours * 3600, zone) for hours in range(-40, 40)] == known


@given(st.integers(1_000_000_000, 2_500_000_000), st.sampled_from([*ZONES, "Africa/Cairo", "America/Havana"]))
def test_a_day_begins_at_its_first_moment(moment: int, zone: str) -> None:
    there = ZoneInfo(zone)
    start = day_start(moment, zone)
    assert start <= moment
    today = datetime.fromtimestamp(moment, there).date()
    assert datetime.fromtimestamp(start, there).date() == today
    assert datetime.fromtimestamp(start - 1, there).date() < today
