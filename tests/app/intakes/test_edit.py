"""Edits of an intake that may wait, at a real practice clinic: everything else of it stays."""

from typing import Any

import pytest

from app.core.action import Conflict, Unfit
from app.errors import Uncertain
from app.intakes.edit import IntakeEdit, edit_intake
from app.intakes.record import Intake
from app.session import Session
from tests.app.visits.clinics import OKAFOR, ROOM, at
from tests.attempts import Recorded
from tests.practice import Practice

ANSWERS: dict[str, Any] = {"custom_smoker": False, "custom_list": ["a", 1, None], "What hurts? <b>": "Knee"}


@pytest.fixture
def clinic(shared_clinic: Practice) -> Practice:
    """One clinic for all: each test writes intakes of its own."""
    return shared_clinic


async def written(session: Session) -> Intake:
    return await session.intakes.create(
        ROOM, member_id=OKAFOR, reason="Cough", phone="5550117", answers=ANSWERS
    )


async def test_values_are_changed_and_all_others_stay(clinic: Practice) -> None:
    async with at(clinic, "clinic_admin") as session:
        intake = await written(session)
        before = {"reason_for_visit": "Cough", "phone": "5550117", "custom_smoker": False}
        after = {"reason_for_visit": "Fever", "phone": None, "custom_smoker": True, "location": "CA"}
        action = edit_intake(intake.id, before, after, made_at=1.0, patient_id=OKAFOR)
        assert (action.kind, action.subject) == ("intake_edit", OKAFOR)
        act, attempt = IntakeEdit(session.intakes), Recorded()
        assert await act.settle(action) is None
        assert await act.send(action, attempt) == {**after, "phone": ""}
        assert attempt.recalls == 1
        now = await session.intakes.read(intake.id)
        assert (now.reason, now.phone, now.location) == ("Fever", "", "CA")
        assert now.answers == {**ANSWERS, "custom_smoker": True}
        assert await act.settle(action) == {**after, "phone": ""}


@pytest.mark.parametrize(("kind", "has_arrived"), [("cut_after", True), ("cut_before", False)])
async def test_a_lost_answer_is_looked_for(clinic: Practice, kind: str, has_arrived: bool) -> None:
    async with at(clinic, "clinic_admin") as session:
        intake = await written(session)
        action = edit_intake(intake.id, ANSWERS, {"custom_list": []}, made_at=1.0)
        act = IntakeEdit(session.intakes)
        clinic.weather(kind, "intakes.update", times=1)
        with pytest.raises(Uncertain):
            await act.send(action, Recorded())
        assert (await act.settle(action) is not None) == has_arrived
        await act.send(action, Recorded())
        assert (await session.intakes.read(intake.id)).answers == {**ANSWERS, "custom_list": []}


async def test_somebody_elses_value_stays_and_both_are_told(clinic: Practice) -> None:
    async with at(clinic, "clinic_admin") as session:
        intake = await written(session)
        action = edit_intake(
            intake.id, {"reason_for_visit": "Cough"}, {"reason_for_visit": "Fever"}, made_at=1.0
        )
        await session.intakes.update(intake.id, {"reason_for_visit": "Rash", "custom_smoker": True})
        for trying in (
            IntakeEdit(session.intakes).send,
            lambda kept, _: IntakeEdit(session.intakes).settle(kept),
        ):
            with pytest.raises(Conflict) as conflict:
                await trying(action, Recorded())
            assert conflict.value.theirs == {"reason_for_visit": "Rash"}
        assert (await session.intakes.read(intake.id)).reason == "Rash"


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ({"room_code": "w4n8q"}, "cannot be changed in an intake: room_code"),
        ({"visit_id": "1", "custom_a": 1}, "cannot be changed in an intake: visit_id"),
        ({"custom_client_ref": "x"}, "custom_client_ref"),
        ({"phone": 5550117}, "are texts"),
        ({"custom_smoker": False}, "Nothing was changed"),
        ({"custom_a": "\ud83d"}, "broken character"),
    ],
)
def test_what_is_no_edit_is_said(after: dict[str, Any], words: str) -> None:
    with pytest.raises(Unfit, match=words):
        edit_intake("i-1", ANSWERS, after, made_at=0.0)
