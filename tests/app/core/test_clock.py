"""Server time goes on by the monotonic clock, whatever the machine's clock does (TIM-03)."""

import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.clock import ServerClock, SystemClock
from tests.clocks import HandClock


def test_before_the_first_reply_it_is_the_machines_time() -> None:
    hand = HandClock(wall=500.0)
    assert ServerClock(hand).now() == 500.0


def test_a_changed_machine_clock_alters_nothing() -> None:
    hand = HandClock()
    clock = ServerClock(hand)
    clock.observe(2_000_000.0)
    hand.set_wall(0.0)
    hand.advance(90)
    assert clock.now() == 2_000_090.0


def test_whole_second_dates_do_not_make_it_jitter() -> None:
    hand = HandClock()
    clock = ServerClock(hand)
    clock.observe(1000.0)
    told = []
    for _ in range(20):
        hand.advance(0.3)
        before = clock.now()
        clock.observe(float(int(1000.5 + len(told) * 0.3 + 0.3)))
        told.append(clock.now() - before)
    assert sum(abs(step) for step in told) <= 1.0


def test_a_servers_new_time_is_taken_over_when_two_replies_agree() -> None:
    hand = HandClock()
    clock = ServerClock(hand)
    clock.observe(1000.0)
    for date_s in (5000.0, 2000.0):
        clock.observe(date_s)
        clock.observe(date_s)
        assert date_s <= clock.now() <= date_s + 1


def test_one_wrong_date_moves_nothing() -> None:
    hand = HandClock()
    clock = ServerClock(hand)
    clock.observe(1000.0)
    for wrong in (0.0, 90_000.0):
        clock.observe(wrong)
        hand.advance(1)
        clock.observe(1000.0 + (hand.monotonic() - 1000.0))
        assert abs(clock.now() - 1000.0 - (hand.monotonic() - 1000.0)) <= 1


def test_a_server_that_runs_fast_is_followed() -> None:
    hand = HandClock()
    clock = ServerClock(hand)
    for beat in range(10):
        clock.observe(1000.0 + 60.0 * beat)
        hand.advance(1)
    assert clock.now() > 1400


def test_skew_is_how_far_the_machine_runs_ahead() -> None:
    hand = HandClock(wall=10_000.0)
    clock = ServerClock(hand)
    clock.observe(9_900.0)
    assert clock.skew_s() == 100.0


@pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="Python's own clock counts sleep there")
def test_the_monotonic_clock_goes_on_while_the_machine_sleeps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 0.0)  # as it stands still in a sleep
    clock = SystemClock()
    before = clock.monotonic()
    counting = time.CLOCK_BOOTTIME if sys.platform == "linux" else time.CLOCK_MONOTONIC_RAW
    told = time.clock_gettime(counting)
    assert 0 < before <= told <= clock.monotonic()


_MOMENTS = st.floats(0, 4e9)


@given(st.lists(st.tuples(st.sampled_from(["set", "pass", "reply"]), _MOMENTS), max_size=30))
def test_no_change_of_the_machines_clock_alters_the_servers_time(happenings: list[tuple[str, float]]) -> None:
    hand = HandClock()
    clock, began, passed = ServerClock(hand), hand.monotonic(), 0.0
    clock.observe(2_000_000.0)
    for what, value in happenings:
        if what == "set":
            hand.set_wall(value)
        elif what == "pass":
            hand.advance(value % 4000)
            passed = hand.monotonic() - began
        else:
            clock.observe(float(int(2_000_000.0 + passed)))
        assert clock.now() == pytest.approx(2_000_000.0 + passed, abs=1.01)
        # Right away, with no reply in between.
        assert clock.skew_s() == pytest.approx(hand.wall() - clock.now())
