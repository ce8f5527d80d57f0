"""The seeded day: repeatable, and the same however the time is given."""

from collections import Counter
from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.sandbox.opening import open_clinic
from app.sandbox.world import World
from tests.app.sandbox.conftest import START


def snapshot(world: World) -> dict:
    """Everything a world knows that can differ."""
    return {
        "now": world.now_ms,
        "visits": {visit.id: asdict(visit) | {"encoded": None} for visit in world.visits.values()},
        "intakes": {intake.id: asdict(intake) for intake in world.intakes.values()},
        "people": {person.id: asdict(person) for person in world.people.values()},
        "agenda": sorted(world._agenda),
        "counts": dict(world._counts),
    }


def test_once_600_is_600_times_1():
    once, often = open_clinic(7, START), open_clinic(7, START)
    once.advance(600)
    for _ in range(600):
        often.advance(1)
    assert snapshot(once) == snapshot(often)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 99),
    steps=st.lists(st.integers(0, 400_000).map(lambda ms: ms / 1000), min_size=1, max_size=25),
)
def test_any_split_of_the_time_gives_the_same_world(seed, steps):
    once, often = open_clinic(seed, START), open_clinic(seed, START)
    for step in steps:
        often.advance(step)
    once.advance(sum(round(step * 1000) for step in steps) / 1000)
    assert snapshot(once) == snapshot(often)


def test_same_seed_same_world_other_seed_other_world():
    worlds = [open_clinic(seed, START) for seed in (7, 7, 8)]
    for world in worlds:
        world.advance(3600)
    first, second, third = map(snapshot, worlds)
    assert first == second
    assert first["visits"] != third["visits"]


def test_it_stands_still_until_told():
    world = open_clinic(7, START)
    before = snapshot(world)
    assert snapshot(world) == before
    world.advance(0)
    assert snapshot(world) == before


@pytest.mark.parametrize("wanted", [0, 3, 40, 1000])
def test_the_clinic_grows_to_the_wanted_size(wanted):
    assert sum(1 for _ in open_clinic(7, START, wanted).open_visits()) == wanted


def test_the_default_clinic():
    opened = list(open_clinic(7, START).open_visits())
    kinds = Counter((visit.type, visit.status) for visit in opened)
    assert kinds[1, 10] + kinds[1, 20] + kinds[10, 10] == 6
    assert kinds[1, 25] == 2
    assert kinds[3, 10] == 2
    assert any(0 < visit.start - START <= 900 for visit in opened if visit.type == 2)


def test_everything_happens_in_a_day():
    world = open_clinic(7, START)
    seen = set()
    changes = 0
    for _ in range(6 * 60):
        before = {visit.id: (visit.status, visit.provider_id) for visit in world.visits.values()}
        world.advance(60)
        for visit in world.visits.values():
            was = before.get(visit.id)
            if was is None:
                changes += 1
                seen.add(("new", visit.type))
                if visit.type == 1 and any(o.related_walkin_id == visit.id for o in world.visits.values()):
                    seen.add("appointment kept")
                if any(o.member_id == visit.member_id and o.left_because for o in world.visits.values()):
                    seen.add("came back")
            elif was != (visit.status, visit.provider_id):
                changes += 1
                seen.add((was[0], visit.status))
                assert visit.provider_id != world.me or was[1] == world.me
                assert not (was[1] == world.me and visit.status in {25, 30})
    assert {("new", 1), ("new", 2), ("new", 3), (10, 25), (25, 30), (10, 40), (10, 20)} <= seen
    assert {"appointment kept", "came back"} <= seen
    assert 6 * 60 < changes < 6 * 180


def test_the_waiting_room_neither_runs_dry_nor_overflows():
    for seed in (7, 8, 9):
        world = open_clinic(seed, START)
        for _ in range(24 * 12):
            world.advance(300)
            assert 1 <= len(world.waiting()) <= 25


def test_a_busy_provider_is_not_in_two_calls():
    world = open_clinic(7, START)
    for _ in range(200):
        world.advance(30)
        calls = Counter(v.provider_id for v in world.open_visits() if v.status == 25 and v.type != 2)
        assert max(calls.values(), default=0) <= 2


def test_a_rescheduled_appointment_comes_due_at_its_new_time(asker):
    visit = asker.world.visits["48219"]
    asker.done("visits/reschedule", "front.desk", id=visit.id, slot_start=START + 7200, slot_end=START + 8100)
    asker.world.advance(3600)
    assert visit.related_walkin_id is None
    asker.world.advance(3700)
    assert visit.related_walkin_id is not None


def test_people_are_a_realistic_spread():
    people = [p for p in open_clinic(7, START).people.values() if p.is_patient]
    names = Counter(person.full_name for person in people)
    assert max(names.values()) == 2
    assert any(not person.last_name for person in people)
    assert any(len(person.full_name) > 80 for person in people)
    assert any("א" <= person.first_name[0] <= "ת" for person in people)
    assert any("'" in person.last_name and "-" in person.last_name for person in people)
    born = sorted(person.dob for person in people if person.dob)
    assert (born[0][:4], born[-1][:4]) == ("1929", "2025")
    assert all(person.phone[3:8] == "55501" for person in people)
