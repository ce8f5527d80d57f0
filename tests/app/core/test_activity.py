"""Lock after idle, end after longer idle or twelve hours, whatever the program does by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.activity import (
    END_S,
    LOCK_CEILING_S,
    LOCK_S,
    LONGEST_S,
    WALL_BOARD,
    WARNING_FLOOR_S,
    Activity,
    Presence,
    limits_of,
    since,
)
from tests.clocks import HandClock

ACTIVE, WARNING, LOCKED, ENDED = Presence


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def activity(clock: HandClock) -> Activity:
    return Activity(clock)


def test_a_warning_then_the_lock_then_the_end(activity: Activity, clock: HandClock) -> None:
    seen = []
    for _ in range(int(END_S)):
        presence = activity.idle().presence
        if not seen or seen[-1][0] != presence:
            seen.append((presence, clock.monotonic() - 1000))
        clock.advance(1)
    assert seen == [(ACTIVE, 0), (WARNING, LOCK_S - 60), (LOCKED, LOCK_S)]
    assert activity.idle().presence == ENDED


def test_one_key_stays(activity: Activity, clock: HandClock) -> None:
    clock.advance(LOCK_S - 1)
    assert activity.idle().presence == WARNING
    activity.touch()
    assert activity.idle() == activity.idle()
    assert activity.idle().presence == ACTIVE
    assert activity.idle().left_s == LOCK_S


def test_input_while_locked_counts_for_nothing(activity: Activity, clock: HandClock) -> None:
    clock.advance(LOCK_S)
    for _ in range(100):
        activity.touch()
        clock.advance((END_S - LOCK_S) / 100)
    assert activity.idle().presence == ENDED


def test_a_lock_that_was_due_while_nobody_looked_stays(activity: Activity, clock: HandClock) -> None:
    """The machine slept: the first key press afterwards must not count as having been there."""
    clock.advance(LOCK_S + 1)
    activity.touch()
    assert activity.idle().presence == LOCKED


def test_unlocking_begins_anew_but_not_the_twelve_hours(activity: Activity, clock: HandClock) -> None:
    activity.lock()
    assert activity.idle().presence == LOCKED
    clock.advance(60)
    activity.unlock()
    assert activity.idle().left_s == LOCK_S
    for _ in range(int((LONGEST_S - 60) // 100)):
        activity.touch()
        clock.advance(100)
    assert activity.ends_in_s <= 100
    clock.advance(100)
    assert activity.idle().presence == ENDED
    activity.unlock()
    assert activity.idle().presence == ENDED


@given(st.none() | st.floats(-1e7, 1e7), st.none() | st.floats(-1e7, 1e7))
def test_no_choice_leaves_the_bounds(lock_s: float | None, warning_s: float | None) -> None:
    chosen = limits_of(lock_s, warning_s)
    assert 30 <= chosen.lock_s <= LOCK_CEILING_S
    assert WARNING_FLOOR_S <= chosen.warning_s < chosen.lock_s
    assert chosen.warning_s <= max(chosen.lock_s / 2, WARNING_FLOOR_S)
    assert (chosen.end_s, chosen.longest_s) == (END_S, LONGEST_S)


@pytest.mark.parametrize(
    ("lock_s", "warning_s", "counts_s"),
    [(-1, 3600, 20), (30, None, 20), (60, 60, 30), (600, 590, 300), (600, 5, 20)],
)
def test_a_warning_leaves_time_without_one_and_time_to_answer(
    lock_s: float, warning_s: float | None, counts_s: float
) -> None:
    assert limits_of(lock_s, warning_s).warning_s == counts_s


@given(st.lists(st.tuples(st.sampled_from(["touch", "wait", "lock"]), st.floats(0, 400)), max_size=60))
def test_it_is_never_open_longer_than_it_may(steps: list[tuple[str, float]]) -> None:
    clock = HandClock()
    activity = Activity(clock)
    last_input = clock.monotonic()
    was_locked = False
    for step, seconds in steps:
        clock.advance(seconds)
        is_open = activity.idle().presence in (ACTIVE, WARNING)
        assert not (is_open and (was_locked or clock.monotonic() - last_input >= LOCK_S))
        if step == "touch":
            activity.touch()
            last_input = clock.monotonic() if is_open else last_input
        elif step == "lock":
            activity.lock()
        was_locked = was_locked or step == "lock" or not is_open


def test_a_wall_board_is_not_told_to_press_a_key(clock: HandClock) -> None:
    wall = Activity(clock, WALL_BOARD)
    clock.advance(LONGEST_S - 10)
    assert wall.idle().presence == Presence.ACTIVE
    clock.advance(10)
    assert wall.idle().presence == Presence.ENDED


def test_what_was_locked_and_guessed_goes_on_in_the_next_run(clock: HandClock) -> None:
    first, told = Activity(clock), list[bool]()
    first.changed = lambda: told.append(first.noted().is_locked)
    first.guessed()
    first.lock()
    first.lock()
    assert told == [False, True]
    noted = first.noted()
    assert (noted.is_locked, noted.wrong, first.locks) == (True, 1, 2)
    clock.advance(60)
    second = Activity(clock, since=since(noted, clock.wall()))
    assert second.idle().presence == Presence.LOCKED
    assert second.wrong == 1
    second.unlock()
    assert second.idle().presence == Presence.ACTIVE
    assert second.wrong == 0


def test_a_wall_board_goes_on_after_a_restart(clock: HandClock) -> None:
    noted = Activity(clock, WALL_BOARD).noted()
    assert not since(noted, noted.used + END_S + 1).is_over
    assert since(noted, noted.used + LONGEST_S).is_over
    assert since(Activity(clock).noted(), noted.used + END_S).is_over
