"""Limits of waits: the clinic's by room and kind, the start values where it sets none or nonsense."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.settings import AccountSettings, read_settings
from app.visits.limits import LimitRule, Limits, WaitLimits, read_limits
from app.visits.record import Visit
from app.wire.reader import Row
from tests.app.wire.test_reader import JSON
from tests.practice import Practice
from tests.sessions import signed_in

START = WaitLimits(600, 1200, 300, 14_400)
ALL = {"long_s": 480, "very_long_s": 960, "late_s": 120}
KIND = {"type": 2, "late_s": 600}
ROOM = {"room_code": "k", "long_s": "900", "very_long_s": 1800}
BOTH = {"room_code": "k", "type": "1", "long_s": 60, "very_long_s": 90, "late_s": 0}


def read(*rules: Any, longest_s: int | None = None) -> Limits:
    return read_limits(Row({"queue": {"limits": list(rules)}}, "account"), longest_s)


def of(limits: Limits, room: str | None = "x", kind: int | None = 1) -> WaitLimits:
    return limits.of(Visit(id="1", room_code=room, type=kind))


@pytest.mark.parametrize(
    ("room", "kind", "expected"),
    [
        ("x", 1, (480, 960, 120)),
        ("x", 2, (480, 960, 600)),
        ("k", 2, (900, 1800, 600)),
        ("k", 3, (900, 1800, 120)),
        ("k", 1, (60, 90, 0)),
        ("k", None, (900, 1800, 120)),
        (None, 1, (480, 960, 120)),
        (None, None, (480, 960, 120)),
    ],
)
def test_the_narrowest_that_says_it_counts(
    room: str | None, kind: int | None, expected: tuple[int, ...]
) -> None:
    for rules in ((ALL, KIND, ROOM, BOTH), (BOTH, ROOM, KIND, ALL)):
        assert of(read(*rules), room, kind)[:3] == expected


def test_without_any_the_start_values_count() -> None:
    assert of(Limits()) == of(read()) == of(read({})) == START
    assert of(read_limits(Row({}), None)) == START
    assert of(AccountSettings().wait_limits) == START


def test_the_clinics_longest_wait_comes_with_them() -> None:
    assert of(read(longest_s=7200)).longest_s == 7200
    # 0 would make every wait too long.
    assert of(read(longest_s=0)).longest_s == 14_400
    settings = read_settings(Row({"max_wait_time": "7200", "queue": {"limits": [ALL]}}, "account"))
    assert settings.wait_limits.of(Visit(id="1")) == (480, 960, 120, 7200)


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        ({"long_s": -1, "very_long_s": 900}, "long_s outside 60 to 86400"),
        ({"long_s": 0, "very_long_s": 900}, "long_s outside"),
        ({"long_s": 600, "very_long_s": 10**9}, "very_long_s outside"),
        ({"long_s": 900, "very_long_s": 600}, "not above its long_s"),
        ({"long_s": 900, "very_long_s": 900}, "not above its long_s"),
        ({"long_s": 900}, "long_s and very_long_s alone"),
        ({"very_long_s": 900}, "long_s and very_long_s alone"),
        ({"late_s": -5}, "late_s outside 0 to 86400"),
        ({"late_s": "soon"}, "late_s is no whole number"),
        ({"long_s": 12.5, "very_long_s": 900}, "long_s is no whole number"),
        ({"room_code": ["k"], **ALL}, "room_code is no text"),
        ({"type": "walk-in", **ALL}, "type is no whole number"),
        ("fast", "is no object"),
    ],
)
def test_nonsense_is_left_out_and_told_of(rule: Any, complaint: str) -> None:
    limits = read(rule)
    assert of(limits) == START
    assert any(complaint in each and "account.queue.limits[0]" in each for each in limits.unread), (
        limits.unread
    )


def test_what_makes_sense_of_a_rule_is_kept() -> None:
    limits = read({"long_s": -1, "very_long_s": 5, "late_s": 60}, ROOM)
    assert of(limits) == (600, 1200, 60, 14_400)
    assert of(limits, "k") == (900, 1800, 60, 14_400)


def test_the_second_of_two_for_the_same_visits_is_told_of() -> None:
    limits = read(ALL, {"long_s": 120, "very_long_s": 240})
    assert of(limits)[:2] == (480, 960)
    assert limits.unread == ("account.queue.limits[1] is for the same visits as one before it",)


@given(JSON, st.none() | st.integers(-(10**9), 10**9))
def test_whatever_is_set_the_limits_are_in_order(said: Any, kind: int | None) -> None:
    limits = read_limits(Row({"queue": {"limits": said}}), None)
    found = of(limits, "k", kind)
    assert 0 < found.long_s < found.very_long_s <= 86_400
    assert found.late_s >= 0


def test_they_can_be_kept_with_the_account() -> None:
    kept = msgspec.json.encode(AccountSettings(wait_limits=read(ALL, BOTH, {"late_s": -1}, longest_s=60)))
    back = msgspec.json.decode(kept, type=AccountSettings).wait_limits
    assert back == read(ALL, BOTH, {"late_s": -1}, longest_s=60)
    assert back.rules[0] == LimitRule(waits=(480, 960), late_s=120)
    assert msgspec.json.decode(b"{}", type=AccountSettings).wait_limits == Limits()


async def test_the_practice_clinic_sets_some(shared_clinic: Practice) -> None:
    session = await signed_in(shared_clinic)
    try:
        limits = (await session.learn()).wait_limits
        assert limits.unread == ()
        assert of(limits, "k7m2p") == START
        assert of(limits, "d3r9x")[:2] == (900, 1800)
        assert of(limits, "d3r9x", 10)[:2] == (300, 600)
        shared_clinic.choose(queue__limits=[{"long_s": 60, "very_long_s": 30}])
        limits = (await session.learn()).wait_limits
        assert of(limits, "d3r9x") == START
        assert limits.unread
    finally:
        await session.close()
