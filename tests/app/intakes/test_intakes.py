"""Writing intakes against a real practice clinic: unknown keys survive, nothing is overwritten unasked."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from app.errors import Broken, Refused, Uncertain
from app.intakes.intakes import Intakes
from app.payments.record import read_prices
from app.wire.reader import Row
from tests.practice import Practice
from tests.sessions import signed_in

OKAFOR, GARCIA = "7301", "7302"
ROOM = "k7m2p"
ANSWERS: dict[str, Any] = {
    "custom_list": ["a", 1, None],
    "custom_nested": {"x": {"y": [True]}},
    "custom_null": None,
    "What is your name? <b>": "ʻOkina / slash",
}


@pytest.fixture
def clinic(shared_clinic: Practice) -> Practice:
    """One clinic for all: each test writes intakes of its own."""
    return shared_clinic


@asynccontextmanager
async def at(clinic: Practice, role: str = "clinic_admin") -> AsyncIterator[Intakes]:
    session = await signed_in(clinic, role)
    try:
        yield Intakes(session._client)
    finally:
        await session.close()


async def test_everything_comes_back_as_it_was_sent(clinic: Practice) -> None:
    async with at(clinic) as intakes:
        reply = await intakes._client.get("rooms.get", code=ROOM)
        consultation = read_prices(Row(reply.value())).consultations[1]
        made = await intakes.create(
            ROOM,
            kind=2,
            member_id=OKAFOR,
            provider_id="612",
            reason="Cough",
            location="CA",
            phone="5035550117",
            consultation=consultation,
            attachments=("f-1",),
            answers=ANSWERS,
        )
        assert (made.type, made.member_id, made.provider_id, made.room_code) == (2, OKAFOR, "612", ROOM)
        assert (made.reason, made.location, made.phone) == ("Cough", "CA", "5035550117")
        assert made.booked_by_provider is True
        assert made.consultation is not None
        assert made.consultation.came == consultation.came
        assert [file.id for file in made.attachments] == ["f-1"]
        assert made.answers == ANSWERS
        assert intakes.intakes.get(made.id) == made


async def test_an_edit_changes_its_keys_and_no_others(clinic: Practice) -> None:
    async with at(clinic) as intakes:
        made = await intakes.create(ROOM, member_id=OKAFOR, reason="Cough", answers=ANSWERS)
        clinic.advance(5)
        after = await intakes.update(made.id, {"custom_null": "no", "reason_for_visit": "Fever"})
        assert after.reason == "Fever"
        assert after.answers == {**ANSWERS, "custom_null": "no"}
        assert (after.member_id, after.type, after.room_code) == (OKAFOR, made.type, ROOM)
        assert intakes.intakes.get(made.id) == after


WHOLE: dict[str, Any] = {
    "type": "2",
    "member_id": OKAFOR,
    "provider": "612",
    "room_code": ROOM,
    "reason_for_visit": "Cough",
    "location": "CA",
    "phone": "5035550117",
    "consultation": {"id": "c-1", "description": "Extended visit", "amount": "45.50"},
    "attachments": ["f-1", "f-2"],
    "custom_a": 1,
    "custom_b": 2,
}


@pytest.mark.parametrize(
    ("after", "where"),
    [
        ({"custom_a": "drop"}, "custom_a"),
        ({"custom_a": 7}, "custom_a"),
        ({"type": "1"}, "type"),
        ({"member_id": GARCIA}, "member_id"),
        ({"provider": None}, "provider_id"),
        ({"room_code": "w4n8q"}, "room_code"),
        ({"reason_for_visit": ""}, "reason_for_visit"),
        ({"location": "drop"}, "location"),
        ({"phone": ""}, "phone"),
        ({"consultation": []}, "consultation"),
        ({"consultation": {"id": "c-2", "description": "Standard visit"}}, "consultation"),
        ({"attachments": ["f-1"]}, "attachments"),
        # What is the same in another form, new, or was to change, is no loss.
        ({"custom_b": 3, "custom_c": 4, "visit_id": "48211", "modified": 9}, ""),
        ({"provider": "drop", "provider_id": 612, "type": 2, "attachments": "f-2,f-1"}, ""),
        ({"consultation": {**WHOLE["consultation"], "amount": 45.5, "odd": 1}}, ""),
    ],
)
async def test_whatever_an_edit_lost_is_told_by_its_name(
    clinic: Practice, after: dict[str, Any], where: str
) -> None:
    then = {name: value for name, value in {**WHOLE, **after}.items() if value != "drop"}
    async with at(clinic) as intakes:
        made = await intakes.create(ROOM, member_id=OKAFOR)
        readings = [{"id": made.id, **WHOLE}, {"id": made.id, **then}]
        for values in readings:
            clinic.weather("wrong_json", "intakes.get", body={"data": values}, times=1)
        if not where:
            assert (await intakes.update(made.id, {"custom_b": 3})).id == made.id
            return
        with pytest.raises(Broken) as broken:
            await intakes.update(made.id, {"custom_b": 3})
        assert broken.value.where == f"intake.{where}"


async def test_an_edit_keeps_everything_at_the_practice_clinic(clinic: Practice) -> None:
    async with at(clinic) as intakes:
        told = {name: value for name, value in WHOLE.items() if name not in ("room_code", "member_id")}
        made = await intakes.create(ROOM, member_id=OKAFOR, answers=told)
        after = await intakes.update(made.id, {"location": "NV", "provider": "613"})
        assert (after.location, after.provider_id, after.phone) == ("NV", "613", made.phone)
        assert [file.id for file in after.attachments] == ["f-1", "f-2"]


async def test_another_patients_intake_is_not_ours(clinic: Practice) -> None:
    async with at(clinic) as intakes:
        other = await intakes.create(ROOM, member_id=GARCIA)
        clinic.weather("wrong_json", "intakes.create", body={"data": {"id": other.id}}, times=1)
        with pytest.raises(Broken):
            await intakes.create(ROOM, member_id=OKAFOR)


async def test_an_intake_that_may_have_been_written_is_uncertain(clinic: Practice) -> None:
    async with at(clinic) as intakes:
        clinic.weather("wrong_json", "intakes.create", body={"data": True}, times=1)
        with pytest.raises(Uncertain):
            await intakes.create(ROOM, member_id=OKAFOR)
        clinic.weather("status", "intakes.get", status=403)
        with pytest.raises(Uncertain):
            await intakes.create(ROOM, member_id=OKAFOR)
        with pytest.raises(Refused):
            await intakes.update("none", {"custom_a": 1})
        clinic.clear()
        made = await intakes.create(ROOM, member_id=OKAFOR)
        clinic.weather("cut_after", "intakes.update", times=1)
        with pytest.raises(Uncertain):
            await intakes.update(made.id, {"custom_a": 1})
        assert (await intakes.read(made.id)).answers == {"custom_a": 1}


async def test_what_is_wrong_is_said_in_the_servers_words(clinic: Practice) -> None:
    async with at(clinic) as intakes:
        with pytest.raises(Refused, match=r"member_id is required\."):
            await intakes.create(ROOM)
