"""Places are remembered until the visit, or time, changes them (TIM-02)."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.collection import Collection
from app.visits.places import Places
from app.visits.record import Visit
from app.visits.sections import Moment, Section, section
from app.visits.waiting import QueueRow

ZONE = "America/Los_Angeles"
NOON = 1_780_081_200.0  # 29-May-2026 12:00 there


class Clinic:
    def __init__(self, now: float = NOON, zone: str = ZONE, me: str = "") -> None:
        self.now, self.zone = now, zone
        self.visits: Collection[QueueRow] = Collection()
        self.places = Places(self.visits, lambda: self.now, lambda: self.zone, me)

    def put(self, visit_id: str, **values: Any) -> Visit:
        made = Visit(**{"id": visit_id, "status": 10, "type": 1, "start": self.now - 600, **values})
        self.visits.put(made)
        return made

    def of(self, visit_id: str) -> Section | None:
        return self.places.of(self.visits.get(visit_id))


def there(text: str, fold: int = 0) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE), fold=fold).timestamp()


def test_an_appointment_is_missed_when_its_time_has_passed() -> None:
    clinic = Clinic()
    clinic.put("a", type=2, start=NOON + 60, end=NOON + 900)
    clinic.put("b", type=2, start=NOON + 60, end=NOON + 9000)
    clinic.put("c")
    assert [clinic.of(each) for each in "abc"] == [Section.SCHEDULED, Section.SCHEDULED, Section.WAITING]
    clinic.now = NOON + 900
    clinic.places.passed()
    assert clinic.of("a") == Section.SCHEDULED
    clinic.now = NOON + 901
    # Until time is asked for every answer is the same.
    assert clinic.of("a") == Section.SCHEDULED
    assert set(clinic.places.passed()) == {"a"}
    assert [clinic.of(each) for each in "abc"] == [Section.WRAP_UP, Section.SCHEDULED, Section.WAITING]
    assert set(clinic.places.passed()) == set()


def test_a_changed_visit_is_looked_at_anew() -> None:
    clinic = Clinic()
    clinic.put("a")
    assert clinic.of("a") == Section.WAITING
    clinic.put("a", status=25)
    assert clinic.of("a") == Section.IN_PROGRESS
    clinic.visits.drop("a")
    clinic.put("a", type=3)
    assert clinic.of("a") == Section.E_CONSULT


def test_an_appointment_that_is_put_off_is_not_missed() -> None:
    clinic = Clinic()
    clinic.put("a", type=2, start=NOON + 60, end=NOON + 900)
    clinic.of("a")
    clinic.put("a", type=2, start=NOON + 3600, end=NOON + 4500)
    clinic.of("a")
    clinic.now = NOON + 901
    clinic.places.passed()
    assert clinic.of("a") == Section.SCHEDULED
    clinic.now = NOON + 4501
    assert set(clinic.places.passed()) == {"a"}
    assert clinic.of("a") == Section.WRAP_UP


def test_a_clock_that_is_set_back_takes_back_what_it_did() -> None:
    clinic = Clinic()
    clinic.put("a", type=2, start=NOON + 60, end=NOON + 900)
    clinic.now = NOON + 3600
    clinic.places.passed()
    assert clinic.of("a") == Section.WRAP_UP
    clinic.now = NOON
    assert set(clinic.places.passed()) == {"a"}
    assert clinic.of("a") == Section.SCHEDULED
    clinic.now = NOON + 901
    assert set(clinic.places.passed()) == {"a"}


@pytest.mark.parametrize(
    ("ended", "last_of_day", "midnight"),
    [
        # UTC's midnight is an afternoon here, and begins no day.
        ("2026-11-22T15:00", "2026-11-22T23:59:59", "2026-11-23T00:00"),
        # The days on which the clocks change have 23 and 25 hours.
        ("2026-03-08T00:30", "2026-03-08T23:59:59", "2026-03-09T00:00"),
        ("2026-11-01T00:30", "2026-11-01T23:59:59", "2026-11-02T00:00"),
    ],
)
def test_what_was_done_goes_with_the_clinics_day(ended: str, last_of_day: str, midnight: str) -> None:
    clinic = Clinic(there(ended))
    clinic.put("a", status=30, actual_end=clinic.now)
    assert clinic.of("a") == Section.DONE
    clinic.now = there(last_of_day)
    assert set(clinic.places.passed()) == set()
    assert clinic.of("a") == Section.DONE
    clinic.now = there(midnight)
    assert set(clinic.places.passed()) == {"a"}
    assert clinic.of("a") is None


def test_a_zone_that_becomes_known_makes_another_day() -> None:
    clinic = Clinic(there("2026-11-22T23:30"), zone="Asia/Tokyo")
    clinic.put("a", status=30, actual_end=there("2026-11-22T04:00"))
    assert clinic.of("a") is None
    clinic.zone = ZONE
    assert set(clinic.places.passed()) == {"a"}
    assert clinic.of("a") == Section.DONE


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.sampled_from([10, 25, 30]),
            st.sampled_from([1, 2]),
            st.integers(-4000, 4000),
            st.integers(-600, 4000),
        ),
        max_size=30,
    )
)
def test_places_equal_those_made_from_scratch(steps: list[tuple[str, int, int, int, int]]) -> None:
    clinic = Clinic(there("2026-11-01T00:30"))
    for visit_id, status, kind, start, passes in steps:
        values = {"start": clinic.now + start, "end": clinic.now + start + 900}
        clinic.put(visit_id, status=status, type=kind, actual_start=clinic.now + start, **values)
        clinic.of(visit_id)
        clinic.now += passes
        clinic.places.passed()
        moment = Moment(clinic.now, clinic.places._passed_at.day_start)
        for row in clinic.visits:
            assert clinic.places.of(row) == section(row, moment)


def test_closed_places_listen_no_more() -> None:
    clinic = Clinic()
    made = clinic.put("a")
    clinic.of("a")
    clinic.places.close()
    clinic.visits.drop("a")
    assert clinic.places._known.keys() == {"a"}
    assert clinic.places.of(made) == Section.WAITING
