"""Server time goes on by the monotonic clock, whatever the machine's clock does (TIM-03)."""

from app.core.clock import ServerClock
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


def test_a_servers_new_time_is_taken_over() -> None:
    hand = HandClock()
    clock = ServerClock(hand)
    clock.observe(1000.0)
    clock.observe(5000.0)
    assert 5000.0 <= clock.now() <= 5001.0
    clock.observe(2000.0)
    assert 2000.0 <= clock.now() <= 2001.0


def test_skew_is_how_far_the_machine_runs_ahead() -> None:
    hand = HandClock(wall=10_000.0)
    clock = ServerClock(hand)
    clock.observe(9_900.0)
    assert clock.skew_s() == 100.0
