"""The list under other clocks: both changes of a year, UTC's midnight, a machine elsewhere, one set back."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from pytestqt.qtbot import QtBot

from app.visits.record import Visit
from app.visits.sections import Section
from tests.ui.visits.queues import ZONE, Clinic, Desk
from ui.kit.formats import show_times_in
from ui.theme.theme import Theme

HOUR = 3600


def there(text: str, fold: int = 0) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE), fold=fold).timestamp()


@pytest.fixture(params=["America/Los_Angeles", "Asia/Tokyo", "UTC", "Pacific/Auckland"])
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """This machine, in one zone after another."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    show_times_in(ZONE)
    yield request.param
    monkeypatch.undo()
    time.tzset()
    show_times_in("")


@pytest.fixture
def open_desk(qtbot: QtBot, theme: Theme) -> Iterator[Callable[[Clinic], Desk]]:
    made: list[Desk] = []

    def make(clinic: Clinic) -> Desk:
        made.append(Desk(theme, clinic, folded=()))
        qtbot.addWidget(made[-1])
        return made[-1]

    yield make
    for desk in made:
        desk.close_listeners()


def walk_in(visit_id: str, start: float, **values: object) -> Visit:
    return Visit(**{"id": visit_id, "status": 10, "type": 1, "start": start, **values})


def wait_of(desk: Desk, visit_id: str) -> str:
    return desk.model.words_at(desk.model.row_of(visit_id), 0).replace(", new", "")


@pytest.mark.parametrize(
    ("day", "next_day"),
    [
        ("2026-03-08", "2026-03-09"),  # 23 hours
        ("2026-11-01", "2026-11-02"),  # 25 hours
        ("2026-11-22", "2026-11-23"),
    ],
)
def test_done_today_is_done_on_the_clinics_day(
    machine: str, open_desk: Callable[[Clinic], Desk], day: str, next_day: str
) -> None:
    first = there(f"{day}T00:00")
    clinic = Clinic(
        walk_in("yesterday", first - HOUR, status=30, actual_end=first - 1),
        walk_in("today", first, status=30, actual_end=first),
        now=first + 60,
    )
    desk = open_desk(clinic)
    # Each half hour until the clinic's own midnight, UTC's and the machine's among them.
    for moment in range(int(first) + 60, int(there(f"{next_day}T00:00")), HOUR // 2):
        desk.at(float(moment))
        assert desk.under_each() == {Section.DONE: ["today"]}, moment
    desk.at(there(f"{next_day}T00:00"))
    assert desk.under_each() == {}
    assert desk.queue._stack.currentIndex() == 1


def test_waits_go_on_through_the_hour_that_comes_twice(
    machine: str, open_desk: Callable[[Clinic], Desk]
) -> None:
    since = there("2026-11-01T01:30")
    clinic = Clinic(walk_in("a", since), now=since)
    desk = open_desk(clinic)
    seen = []
    for minutes in (5, 65, 125):
        desk.at(since + 60 * minutes)
        seen.append(wait_of(desk, "a"))
    assert seen == [
        "5 min, waiting since 01:30 PDT",
        "1 hr 5 min, long wait, waiting since 01:30 PDT",
        "2 hr 5 min, long wait, waiting since 01:30 PDT",
    ]
    assert "longest 2 hr 5 min" in desk.queue.counts().replace("\N{NO-BREAK SPACE}", " ")


def test_waits_go_on_through_the_hour_that_is_left_out(
    machine: str, open_desk: Callable[[Clinic], Desk]
) -> None:
    since = there("2026-03-08T01:50")
    desk = open_desk(Clinic(walk_in("a", since), now=since + 15 * 60))
    assert wait_of(desk, "a") == "15 min, waiting since 01:50"
    start = since + 20 * 60
    desk.clinic.put(walk_in("b", start, type=2, end=start + 900))
    assert wait_of(desk, "b") == "03:10, in 5 min"


def test_a_clock_that_is_set_back_makes_no_wait_negative(
    machine: str, open_desk: Callable[[Clinic], Desk]
) -> None:
    now = there("2026-11-22T12:00")
    clinic = Clinic(
        walk_in("long", now - 2 * HOUR),
        walk_in("short", now - 600),
        walk_in("booked", now - HOUR, type=2, end=now - HOUR // 2),
        walk_in("call", now - HOUR, status=25, actual_start=now - 600),
        now=now,
    )
    desk = open_desk(clinic)
    assert desk.under_each() == {
        Section.IN_PROGRESS: ["call"],
        Section.WAITING: ["long", "short"],
        Section.WRAP_UP: ["booked"],
    }
    desk.at(now - HOUR)
    assert desk.under_each() == {
        Section.IN_PROGRESS: ["call"],
        Section.WAITING: ["long", "short"],
        Section.SCHEDULED: ["booked"],
    }
    assert wait_of(desk, "long").startswith("1 hr, long wait")
    assert wait_of(desk, "short") == "Check clock, starts in the future"
    assert wait_of(desk, "booked") == "11:00, due now"
    assert wait_of(desk, "call").startswith("Check clock")
    assert "longest\N{NO-BREAK SPACE}1\N{NO-BREAK SPACE}hr" in desk.queue.counts()
    desk.at(now)
    assert desk.under_each()[Section.WRAP_UP] == ["booked"]


def test_the_zone_is_named_where_this_machine_is_elsewhere(
    machine: str, open_desk: Callable[[Clinic], Desk]
) -> None:
    now = there("2026-11-22T12:00")
    said = open_desk(Clinic(walk_in("a", now - 600), now=now)).queue.counts()
    assert said.endswith("Los\N{NO-BREAK SPACE}Angeles\N{NO-BREAK SPACE}time") is (machine != ZONE)


def test_a_missed_appointment_moves_also_out_of_a_folded_section(
    machine: str, open_desk: Callable[[Clinic], Desk]
) -> None:
    now = there("2026-11-22T12:00")
    desk = open_desk(Clinic(walk_in("a", now + 60, type=2, end=now + 960), now=now))
    desk.queue.turn_section(Section.SCHEDULED)
    assert desk.under_each() == {Section.SCHEDULED: []}
    desk.at(now + 1000)
    assert desk.under_each() == {Section.WRAP_UP: ["a"]}
    assert "1\N{NO-BREAK SPACE}missed" in desk.queue.counts()
