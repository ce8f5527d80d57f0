"""The clinic's day, wherever this machine and the clock stand (TIM-02, DAT-03)."""

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
