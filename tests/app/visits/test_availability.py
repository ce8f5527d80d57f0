"""Slots: read from any JSON, and asked of a real practice clinic."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.unreadable import Unreadable
from app.errors import Refused
from app.visits.availability import Availability, Slot, read_slot
from app.wire.reader import Row
from tests.app.visits.clinics import GARCIA, HADDAD, OKAFOR, ROOM, acts_of, at, intake_of
from tests.app.wire.test_reader import JSON
from tests.practice import START, Practice

ROW: dict[str, Any] = {
    "slot_id": "s-1",
    "slot_start": 1767258000,
    "slot_end": "1767258900",
    "slot_booked": 0,
    "slot_available": "1",
    "provider_id": "612",
}


def test_a_slot() -> None:
    assert read_slot(Row(ROW)) == Slot(
        start=1767258000, end=1767258900, booked=0, available=1, provider_id="612", slot_id="s-1"
    )


def test_what_is_not_told_is_not_full() -> None:
    slot = read_slot(Row({"slot_start": 1767258000, "slot_end": 1767258900}))
    assert isinstance(slot, Slot)
    assert (slot.available, slot.booked, slot.provider_id) == (None, None, "")


def test_without_its_ends_it_is_no_slot() -> None:
    slot = read_slot(Row({**ROW, "slot_end": None}, "slots[0]"))
    assert isinstance(slot, Unreadable)
    assert slot.complaint == "slots[0].slot_end is missing"


def test_what_cannot_be_understood_is_named() -> None:
    slot = read_slot(Row({**ROW, "slot_available": "many"}, "slots[0]"))
    assert isinstance(slot, Slot)
    assert (slot.available, slot.unread) == (None, ("slots[0].slot_available is no whole number",))


@given(st.dictionaries(st.sampled_from(sorted(ROW)), JSON, max_size=6) | JSON)
def test_any_json_is_a_slot_or_unreadable(mutation: Any) -> None:
    row = {**ROW, **mutation} if isinstance(mutation, dict) else mutation
    assert isinstance(read_slot(Row(row)), Slot | Unreadable)


async def test_a_booked_slot_is_full(clinic: Practice) -> None:
    async with at(clinic, "front_desk") as session:
        intake = await intake_of(session)
        availability = Availability(session._client)
        reply = await session._client.get("rooms.get", code=ROOM)
        consultation = reply.value()["payment"]["consultations"][1]["id"]

        async def slots(**changes: Any) -> dict[float, Slot]:
            asked = {
                "consultation_id": consultation,
                "intake_id": intake,
                "room_code": ROOM,
                "provider_id": HADDAD,
            }
            found = await availability.slots(OKAFOR, START, START + 5 * 86_400, **{**asked, **changes})
            assert found.unreadable == ()
            return {slot.start: slot for slot in found.records}

        before = await slots()
        assert all(slot.end - slot.start == 1800 and slot.provider_id == HADDAD for slot in before.values())
        free = next(slot for slot in before.values() if slot.available == 1)
        await acts_of(session).book(intake, ROOM, free.start, free.end, provider_id=HADDAD)
        after = await slots()
        assert (after[free.start].available, after[free.start].booked) == (0, 1)
        assert [at for at in before if before[at] != after[at]] == [free.start]
        assert {slot.end - slot.start for slot in (await slots(duration=10)).values()} == {600}
        with pytest.raises(Refused, match="intake_id is not valid"):
            await availability.slots(
                GARCIA, START, START + 60, consultation_id=consultation, intake_id=intake
            )
