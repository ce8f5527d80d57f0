"""The waits of a clinic's day: who is counted, as what, in which hour; and what is left out."""

from collections import Counter
from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.unreadable import Unreadable
from app.visits.product_limit import Quantile, Wait
from app.visits.record import Visit
from app.visits.waits import Arrival, Outcome, Waits, figures_of, outcome_of, waits_of
from tests.app.visits.clinics import at
from tests.practice import START, Practice
from tests.until import until

ZONE = "America/Los_Angeles"
THERE = ZoneInfo(ZONE)


def moment(text: str) -> float:
    """On the clinic's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=THERE).timestamp()


NOW = moment("2026-05-28T15:30")


def visit(visit_id: str = "1", **values: Any) -> Visit:
    return Visit(**{"id": visit_id, "status": 10, "type": 1, "start": NOW - 600, "room_code": "k", **values})


def seen(minutes_ago: int, waited_s: int, **values: Any) -> Visit:
    start = NOW - minutes_ago * 60
    return visit(status=30, start=start, actual_start=start + waited_s, **values)


def waits(*rows: Visit | Unreadable, now: float = NOW, zone: str = ZONE) -> Waits:
    return waits_of(rows, now, zone)


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ({}, Outcome.WAITING),
        ({"status": 20}, Outcome.WAITING),
        ({"status": 25}, Outcome.SEEN),
        ({"status": 30}, Outcome.SEEN),
        ({"status": 50}, Outcome.SEEN),
        ({"status": 77}, Outcome.NOT_TOLD),
        ({"status": None}, Outcome.NOT_TOLD),
        ({"status": 77, "actual_start": NOW}, Outcome.SEEN),
        ({"status": 40, "close_reason": "patient_exit_room"}, Outcome.LEFT),
        ({"status": 40, "close_reason": "patient_end_call"}, Outcome.LEFT),
        ({"status": 40, "close_reason": "patient_cancel_appointment"}, Outcome.LEFT),
        ({"status": 40, "close_reason": "call_ended"}, Outcome.CANCELLED),
        # Stated, and no reason: nobody left, it was cancelled.
        ({"status": 40}, Outcome.CANCELLED),
        ({"status": 40, "absent": frozenset({"close_reason"})}, Outcome.ENDED),
        ({"status": 40, "close_reason": "vanished"}, Outcome.ENDED),
        ({"status": 40, "close_reason": "patient_exit_room", "actual_start": NOW}, Outcome.SEEN),
    ],
)
def test_what_became_of_somebody_who_came(values: dict[str, Any], outcome: Outcome) -> None:
    assert outcome_of(visit(**values)) == outcome
    whole = waits(visit(**values)).whole
    assert (whole.came, whole.counts) == (1, Counter([outcome]))


@pytest.mark.parametrize(
    "values",
    [
        {"type": 2},
        {"type": 2, "status": 40, "end": NOW - 60},
        {"type": 2, "status": 30, "actual_start": NOW, "related_walkin_id": "9"},
        {"type": 2, "start": None},
        {"type": 3},
        {"subtype": 4},
        {"type": None, "start": NOW + 3600},
        {"start": None, "modified": moment("2026-05-27T23:00")},
    ],
)
def test_who_did_not_come_is_not_counted_at_all(values: dict[str, Any]) -> None:
    told = waits(visit(**values))
    assert (told.whole.came, told.uncounted, told.unmet, told.earlier) == (0, 0, 0, 0)
    assert told.rooms == ()


@pytest.mark.parametrize(
    "row",
    [
        Unreadable(id="u", complaint="x"),
        visit(type=None),
        visit(start=None),
        visit(start=None, type=None),
        visit(start=NOW + 61),
    ],
)
def test_what_tells_too_little_is_told_of(row: Visit | Unreadable) -> None:
    told = waits(row)
    assert (told.whole.came, told.uncounted) == (0, 1)


def test_an_appointment_whose_patient_nobody_saw_coming_is_told_of() -> None:
    assert waits(visit(type=2, status=30, actual_start=NOW - 60)).unmet == 1
    assert waits(visit(type=2, status=30, actual_start=NOW - 9e4, start=NOW - 9e4)).unmet == 0


@pytest.mark.parametrize(
    ("values", "untimed"),
    [
        ({"status": 30, "actual_start": NOW - 60}, 0),
        ({"status": 30, "actual_start": None}, 1),
        ({"status": 30, "actual_start": NOW - 661}, 1),
        ({"status": 40, "close_reason": "patient_exit_room", "actual_end": None}, 1),
        ({"status": 77}, 1),
        ({}, 0),
    ],
)
def test_a_wait_that_is_not_told_is_not_guessed(values: dict[str, Any], untimed: int) -> None:
    assert waits(visit(**values)).whole.untimed == untimed


def test_who_waits_and_who_left_count_as_at_least() -> None:
    over = [seen(60, 60, visit_id=str(number)) for number in range(2)]
    left = [
        visit(
            f"l{number}", status=40, start=NOW - 3000, actual_end=NOW - 1200, close_reason="patient_exit_room"
        )
        for number in range(2)
    ]
    still = [visit(f"w{number}", start=NOW - 2400) for number in range(3)]
    whole = waits(*over, *left, *still).whole
    assert (whole.came, whole.median, whole.ninth) == (7, Quantile(2400, True), Quantile(2400, True))
    # Without them it would look like a minute.
    assert waits(*over, *[seen(30, 60)] * 3).whole.median == Quantile(60)


def test_rooms_and_hours_add_up() -> None:
    told = waits(
        seen(400, 300, room_code="w"), seen(395, 200), visit("2", start=NOW - 90), visit("3", room_code=None)
    )
    assert [(code, figures.came) for code, figures in told.rooms] == [("", 1), ("k", 2), ("w", 1)]
    # 08:50, 08:55; nobody until 15:20 and 15:28.
    assert [figures.came for _start, figures in ((h.start, h.figures) for h in told.hours)] == [
        2,
        *[0] * 6,
        2,
    ]
    assert [datetime.fromtimestamp(hour.start, THERE).hour for hour in told.hours] == list(range(8, 16))
    assert told.since == moment("2026-05-28T00:00")


def test_who_came_before_midnight_is_of_another_day() -> None:
    now = moment("2026-05-28T00:10")
    told = waits(
        visit("late", start=now - 1200),
        visit("gone", start=now - 1200, status=40, actual_end=now, close_reason="patient_exit_room"),
        visit("new", start=now - 300),
        now=now,
    )
    assert (told.whole.came, told.earlier) == (1, 1)


def test_nobody_came() -> None:
    told = waits()
    assert (told.whole.came, told.whole.median, told.rooms) == (0, None, ())
    assert [hour.start for hour in told.hours] == [moment("2026-05-28T15:00")]


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        ("2026-03-08", [0, 1, *range(3, 24)]),  # the clock goes forward
        ("2026-11-01", [1, 1, *range(2, 24)]),  # back: the first of 25 hours is no longer known
    ],
)
def test_the_days_on_which_the_clock_changes(day: str, hours: list[int]) -> None:
    begin, now = moment(f"{day}T00:00"), moment(f"{day}T23:59:59")
    came = [visit(str(number), start=begin + 900 * number) for number in range(100)]
    told = waits(*(row for row in came if (row.start or 0) <= now), now=now)
    clock = [datetime.fromtimestamp(hour.start, THERE).hour for hour in told.hours if hour.figures.came]
    assert clock in (hours, [0, *hours])
    assert all(later.start - earlier.start == 3600 for earlier, later in pairwise(told.hours))
    assert sum(hour.figures.came for hour in told.hours) == told.whole.came
    assert told.since == max(begin, now - 86_400)


def test_the_clinics_day_is_not_that_of_utc() -> None:
    # 16:59 and 17:01 in Los Angeles: UTC midnight lies between them.
    now = moment("2026-05-28T17:01")
    told = waits(visit("1", start=now - 120), visit("2", start=now), now=now)
    assert told.whole.came == 2
    assert waits(visit("1", start=now - 120), visit("2", start=now), now=now, zone="UTC").whole.came == 1


ROWS = st.lists(
    st.builds(
        lambda number, ago, status, waited, ended, room, reason: visit(
            str(number),
            start=None if ago is None else NOW - ago,
            status=status,
            type=(1, 2, 3, 10, None)[number % 5],
            actual_start=None if waited is None or ago is None else NOW - ago + waited,
            actual_end=None if ended is None or ago is None else NOW - ago + ended,
            room_code=room,
            close_reason=reason,
        ),
        st.integers(0, 500),
        st.none() | st.integers(-3600, 100_000),
        st.sampled_from((None, 10, 20, 25, 30, 40, 50, 77)),
        st.none() | st.integers(-3600, 100_000),
        st.none() | st.integers(-3600, 100_000),
        st.sampled_from((None, "k", "w")),
        st.sampled_from((None, "patient_exit_room", "call_ended", "odd")),
    ),
    max_size=40,
)


@given(ROWS)
def test_parts_add_up_and_no_wait_is_negative(rows: list[Visit]) -> None:
    told = waits(*rows)
    for parts in ([figures for _code, figures in told.rooms], [hour.figures for hour in told.hours]):
        assert sum((figures.counts for figures in parts), Counter()) == told.whole.counts
        assert sum(figures.untimed for figures in parts) == told.whole.untimed
        quantiles = [
            each for figures in parts for each in (figures.median, figures.ninth) if each is not None
        ]
        assert all(0 <= each.seconds <= 86_400 for each in quantiles)
    assert told.whole.came + told.uncounted + told.unmet <= len(rows)
    assert waits(*reversed(rows)).whole == told.whole


@given(ROWS, st.integers(0, 40_000))
def test_somebody_more_who_waits_never_makes_it_look_quicker(rows: list[Visit], ago: int) -> None:
    before, after = waits(*rows).whole, waits(*rows, visit("more", start=NOW - ago)).whole
    if before.median is not None:
        assert after.median is not None
        assert after.median.seconds >= before.median.seconds


def test_figures_of_few_tell_no_quantile() -> None:
    few = [Arrival("k", NOW, Outcome.SEEN, Wait(60, True))] * 4
    assert figures_of(few).median is None
    assert figures_of([*few, few[0]]).median == Quantile(60)


async def test_of_the_practice_clinic(clinic: Practice) -> None:
    """Hundreds of visits of a seeded day, with rows that leave out what they leave out."""
    clinic.advance(4 * 3600)
    async with at(clinic) as session:
        session.start()
        await until(lambda: len(session.queue.visits) > 0)
        told = waits_of(session.queue.visits, START + 4 * 3600, ZONE)
        assert told.whole.came > 20
        assert told.whole.counts[Outcome.LEFT] > 0
        assert told.whole.counts[Outcome.WAITING] > 0
        assert told.whole.median is not None
        assert sum(figures.came for _code, figures in told.rooms) == told.whole.came
