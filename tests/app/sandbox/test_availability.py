"""Slots are cut from the providers' marked time, and booked ones are full (api/visits.md §6)."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from app.sandbox.app import build
from app.sandbox.opening import open_clinic
from app.visits.sandbox.slots import _at
from tests.app.sandbox.conftest import START, Asker

DAY = 86_400
WINTER = timezone(timedelta(hours=-8))
"""The clinic's clock in January."""


def question(asker, **changes):
    """What a careful client asks."""
    asked = {
        "member_id": "7301",
        "start": START,
        "end": START + 7 * DAY,
        "consultation_id": asker.world.rooms["k7m2p"].consultations[0].id,
        "intake_id": asker.intake(),
    }
    return {key: value for key, value in {**asked, **changes}.items() if value is not None}


def slots(asker, who="mira.okafor", **changes):
    """The slots, as numbers."""
    rows = asker.data("availability", who, **question(asker, **changes))
    return [(int(row["slot_start"]), int(row["slot_end"]), row["provider_id"]) for row in rows]


def test_rows_have_the_documented_keys_in_both_forms(asker):
    rows = asker.data("availability", "mira.okafor", **question(asker))
    assert {frozenset(row) for row in rows} == {
        frozenset(("slot_id", "slot_start", "slot_end", "slot_booked", "slot_available", "provider_id"))
    }
    for name in ("slot_start", "slot_end"):
        assert {type(row[name]) for row in rows} == {int, str}
    assert len({row["slot_id"] for row in rows}) == len(rows)


def test_slots_lie_in_the_clinics_hours_and_do_not_overlap(asker):
    found = slots(asker)
    room = asker.world.rooms["k7m2p"]
    assert {provider for _, _, provider in found} <= set(room.provider_ids)
    assert found == sorted(found)
    last = {}
    for start, end, provider in found:
        begins, ends = (datetime.fromtimestamp(moment, WINTER) for moment in (start, end))
        assert begins.weekday() != 6
        assert 9 <= begins.hour < ends.hour + (ends.minute > 0) <= 17
        assert end - start == 15 * 60
        assert last.get(provider, 0) <= start
        last[provider] = end
    assert all(START <= start < START + 7 * DAY for start, _, _ in found)


def test_the_same_seed_marks_the_same_time(asker):
    again = Asker(build(open_clinic(7, START)))
    other = Asker(build(open_clinic(8, START)))
    assert slots(asker) == slots(again) != slots(other)


@pytest.mark.parametrize(
    ("day", "hour"),
    [("03-07", 17), ("03-08", 16), ("07-01", 16), ("10-31", 16), ("11-01", 17), ("12-31", 17)],
)
def test_nine_in_los_angeles(day, hour):
    at_nine = datetime.fromtimestamp(_at(date.fromisoformat(f"2026-{day}"), 9), UTC)
    assert at_nine.isoformat() == f"2026-{day}T{hour}:00:00+00:00"


def test_a_booked_slot_is_full_and_stands_in_the_list(asker):
    rows = asker.data("availability", "mira.okafor", **question(asker))
    free = next(row for row in rows if row["slot_available"] == 1)
    start, end, provider = int(free["slot_start"]), int(free["slot_end"]), free["provider_id"]
    asker.done(
        "visits", "mira.okafor", intake_id=asker.intake(), room_code="k7m2p", type=2, slot_start=start,
        slot_end=end, provider_id=provider,
    )  # fmt: skip
    after = asker.data("availability", "mira.okafor", **question(asker))
    assert [row for row in after if row not in rows] == [{**free, "slot_booked": 1, "slot_available": 0}]
    assert len(after) == len(rows)


def test_length_and_filters(asker):
    room = asker.world.rooms["k7m2p"]
    longer = slots(asker, consultation_id=room.consultations[1].id)
    assert {end - start for start, end, _ in longer} == {1800}
    assert {end - start for start, end, _ in slots(asker, duration="20")} == {1200}
    assert {provider for _, _, provider in slots(asker, provider_id="612")} == {"612"}
    family = asker.world.rooms["w4n8q"]
    found = slots(asker, room_code="w4n8q", consultation_id=family.consultations[0].id)
    assert {provider for _, _, provider in found} <= set(family.provider_ids)


def test_nothing_in_the_past_and_nothing_beyond_what_is_marked(asker):
    assert slots(asker, start=START - DAY, end=START) == []
    everything = slots(asker, start=0, end=10**17)
    assert everything[0][0] >= START
    assert everything[-1][0] < START + 31 * DAY


def test_a_form_body_will_do(asker):
    asked = question(asker)
    reply = asker.ask("GET", "availability", "mira.okafor", data=asked)
    assert reply.json()["data"] == asker.data("availability", "mira.okafor", **asked) != []


@pytest.mark.parametrize("name", ["member_id", "start", "end", "consultation_id", "intake_id"])
def test_what_is_missing_is_named(asker, name):
    reply = asker.get("availability", "mira.okafor", **question(asker, **{name: None}))
    assert (reply.status_code, reply.json()["message"]) == (400, f"{name} is required.")


def test_who_may_ask(asker):
    for who in ("front.desk", "noor.haddad", "app"):
        assert slots(asker, who)
    assert asker.get("availability", "mira.okafor", **question(asker, member_id="7302")).status_code == 403
    skin = {"room_code": "d3r9x", "consultation_id": asker.world.rooms["d3r9x"].consultations[0].id}
    assert asker.get("availability", "noor.haddad", **question(asker, **skin)).status_code == 403
    assert asker.get("availability", None, **question(asker)).status_code == 401


def test_refusals(asker):
    for changes, status, message in (
        ({"end": START}, 400, "end is not valid."),
        ({"start": "soon"}, 400, "start is not valid."),
        ({"duration": 0}, 400, "duration is not valid."),
        ({"consultation_id": "x"}, 400, "consultation_id is not valid."),
        ({"provider_id": "616"}, 400, "provider_id is not valid."),
        ({"intake_id": "x"}, 404, "Not Found"),
        ({"room_code": "zzzzz"}, 404, "Not Found"),
        ({"member_id": "1"}, 404, "Not Found"),
        ({"member_id": "7302"}, 400, "intake_id is not valid."),
    ):
        reply = asker.get("availability", "front.desk", **question(asker, **changes))
        assert (reply.status_code, reply.json()["message"]) == (status, message)
