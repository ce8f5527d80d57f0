"""An appointment and the walk-in of its patient are one row; two patients never are (api/visits.md §4)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.collection import Collection
from app.core.unreadable import Unreadable
from app.users.record import Person
from app.visits.pairs import Pairs
from app.visits.record import Visit
from app.visits.waiting import QueueRow, is_open

MIRA, SEAN = Person(id="7001"), Person(id="7002")


class Clinic:
    def __init__(self) -> None:
        self.visits: Collection[QueueRow] = Collection()
        self.told: list[set[str]] = []
        self.pairs = Pairs(self.visits, lambda ids: self.told.append(set(ids)))

    def put(self, visit_id: str, **values: Any) -> None:
        self.visits.put(Visit(**{"id": visit_id, "status": 10, "type": 1, "member": MIRA, **values}))

    def book(self, visit_id: str = "booked", link: str | None = "came", **values: Any) -> None:
        self.put(visit_id, type=2, related_walkin_id=link, **values)

    def shown(self) -> set[str]:
        return {row.id for row in self.visits if not self.pairs.is_covered(row)}


def test_the_walk_in_stands_for_its_appointment() -> None:
    clinic = Clinic()
    clinic.book()
    assert clinic.shown() == {"booked"}
    clinic.put("came")
    assert clinic.told == [{"booked"}]
    assert clinic.shown() == {"came"}
    assert clinic.pairs.appointment(clinic.visits.get("came")) is clinic.visits.get("booked")
    assert clinic.pairs.appointment(clinic.visits.get("booked")) is None


def test_whoever_leaves_the_room_has_an_appointment_still() -> None:
    clinic = Clinic()
    clinic.book()
    clinic.put("came")
    clinic.put("came", status=40)
    assert clinic.told[-1] == {"booked"}
    assert clinic.shown() == {"booked", "came"}
    clinic.put("came")
    clinic.visits.drop("came")
    assert clinic.told[-1] == {"booked"}
    assert clinic.shown() == {"booked"}


def test_another_link_is_followed() -> None:
    clinic = Clinic()
    clinic.book()
    clinic.put("came")
    clinic.put("again")
    clinic.book(link="again")
    assert clinic.shown() == {"came", "again"}
    assert clinic.pairs.appointment(clinic.visits.get("came")) is None
    clinic.book(link=None)
    assert clinic.shown() == {"booked", "came", "again"}
    clinic.told.clear()
    clinic.put("again", status=40)
    assert clinic.told == []


def test_two_patients_are_never_one_row() -> None:
    clinic = Clinic()
    clinic.book()
    clinic.put("came", member=SEAN)
    assert clinic.shown() == {"booked", "came"}
    # Whose it is becomes known later.
    clinic.put("came", member=None)
    assert clinic.shown() == {"came"}
    clinic.put("came", member=SEAN)
    assert clinic.shown() == {"booked", "came"}


def test_several_appointments_of_one_walk_in_all_come_back() -> None:
    clinic = Clinic()
    clinic.book("first")
    clinic.book("second")
    clinic.put("came")
    assert clinic.shown() == {"came"}
    assert clinic.told[-1] == {"first", "second"}
    clinic.put("came", status=40)
    assert clinic.told[-1] == {"first", "second"}
    assert clinic.shown() == {"first", "second", "came"}


@pytest.mark.parametrize(
    ("appointment", "walkin", "shown"),
    [
        (10, 25, {"came"}),
        (25, 25, {"came"}),
        (25, 10, {"booked", "came"}),  # the call of the one must not go under the wait of the other
        (20, 10, {"came"}),
        (30, 30, {"came"}),
        (30, 40, {"booked", "came"}),
        (40, 10, {"booked", "came"}),
        (77, 10, {"came"}),
    ],
)
def test_what_is_shown_says_no_less(appointment: int, walkin: int, shown: set[str]) -> None:
    clinic = Clinic()
    clinic.book(status=appointment)
    clinic.put("came", status=walkin)
    assert clinic.shown() == shown


def test_a_circle_hides_nobody() -> None:
    clinic = Clinic()
    clinic.book("a", link="a")
    assert clinic.shown() == {"a"}
    clinic.book("a", link="b")
    clinic.book("b", link="a")
    assert clinic.shown() == {"a", "b"}
    clinic.book("b", link="c")
    clinic.put("c")
    assert clinic.shown() == {"a", "c"}


def test_what_cannot_be_read_covers_nobody() -> None:
    clinic = Clinic()
    clinic.book(link="u")
    clinic.visits.put(Unreadable(id="u", complaint="x"))
    assert clinic.shown() == {"booked", "u"}
    assert not clinic.pairs.is_covered(clinic.visits.get("u"))


def test_pairs_are_known_from_the_beginning_and_closed_ones_listen_no_more() -> None:
    clinic = Clinic()
    clinic.book()
    clinic.put("came")
    assert Pairs(clinic.visits).appointment(clinic.visits.get("came")) is not None
    clinic.pairs.close()
    clinic.told.clear()
    clinic.put("came", status=40)
    assert clinic.told == []


IDS = "abcd"
STEPS = st.tuples(
    st.sampled_from(IDS),
    st.one_of(st.none(), st.sampled_from(IDS)),
    st.sampled_from([10, 25, 30, 40, None]),
    st.sampled_from([MIRA, SEAN, None]),
)


@given(st.lists(STEPS, max_size=20))
def test_no_patient_who_waits_is_without_a_row_and_every_change_is_told(steps: list[tuple]) -> None:
    clinic = Clinic()
    for visit_id, link, status, member in steps:
        before = clinic.shown()
        clinic.told.clear()
        if status is None:
            clinic.visits.drop(visit_id)
        else:
            clinic.put(visit_id, related_walkin_id=link, status=status, member=member)
        after = clinic.shown()
        changed = {each for each in before ^ after if each in clinic.visits} - {visit_id}
        assert changed <= set().union(*clinic.told)
        for row in clinic.visits:
            if row.id not in after:
                shown = clinic.visits.get(row.related_walkin_id)
                assert shown.id in after
                assert is_open(shown) == is_open(row)
                assert None in (shown.member, row.member) or shown.member == row.member
