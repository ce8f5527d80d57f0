"""Writing visits against a real practice clinic: each act once, and the visit as the server has it then."""

import asyncio
from typing import Any

import pytest

from app.errors import Broken, Failure, NotOffered, Refused, Uncertain
from app.users.record import Person
from app.visits.acts import MOST_DETAILS, VisitActs
from app.visits.record import CloseReason, Status, Subtype, Type, Visit
from tests.app.visits.clinics import GARCIA, HADDAD, OKAFOR, OKONKWO, ROOM, acts_of, at, intake_of, slot
from tests.practice import START, Practice


@pytest.fixture
def clinic(shared_clinic: Practice) -> Practice:
    """One clinic for all: each test makes visits of its own."""
    return shared_clinic


async def test_a_walk_in(clinic: Practice) -> None:
    async with at(clinic, "clinic_admin") as session:
        intake = await intake_of(session)
        visit = await acts_of(session).add_walkin(intake, ROOM, provider_id=HADDAD, member_id=OKAFOR)
        assert (visit.type, visit.status, visit.start) == (Type.WALK_IN, Status.PENDING, START)
        assert visit.member is not None
        assert visit.provider is not None
        assert (visit.member.id, visit.provider.id, visit.intake_id) == (OKAFOR, HADDAD, intake)
        assert (visit.reason, visit.payment and visit.payment.minutes) == ("Cough", 15)
        assert visit.meeting is not None
        assert visit.meeting.id.endswith("__jitsi")
        with pytest.raises(Refused, match=f"Intake {intake} is already used"):
            await acts_of(session).add_walkin(intake, ROOM)


async def test_a_patient_enters_and_leaves(clinic: Practice) -> None:
    async with at(clinic, "patient") as session:
        acts = acts_of(session)
        intake = await session.intakes.create(ROOM)
        visit = await acts.add_walkin(intake.id, ROOM)
        current = await acts.current()
        assert current is not None
        assert current.type == Type.WALK_IN
        left = await acts.leave(visit.id, CloseReason.PATIENT_EXIT_ROOM)
        assert (left.status, left.actual_end) == (Status.CANCELLED, START)


async def test_an_appointment_is_booked_moved_given_and_cancelled(clinic: Practice) -> None:
    async with at(clinic, "front_desk") as session:
        acts = acts_of(session)
        visit = await acts.book(
            await intake_of(session), ROOM, *slot(0), provider_id=HADDAD, member_id=OKAFOR
        )
        assert (visit.type, visit.status) == (Type.SCHEDULED, Status.CONFIRMED)
        assert (visit.start, visit.end) == slot(0)
        with pytest.raises(Refused, match="Slot is already taken"):
            await acts.book(await intake_of(session), ROOM, *slot(0), provider_id=HADDAD)
        moved = await acts.reschedule(visit.id, *slot(1), provider_id=OKONKWO)
        assert (moved.start, moved.end, moved.status) == (*slot(1), Status.CONFIRMED)
        assert moved.provider is not None
        assert moved.provider.id == OKONKWO
        given = await acts.assign(visit.id, HADDAD, note="Knows her")
        assert given.provider is not None
        assert given.provider.id == HADDAD
        stays = await acts.leave(visit.id, CloseReason.CALL_ENDED)
        assert stays.status == Status.CONFIRMED
        assert (await acts.cancel(visit.id)).status == Status.CANCELLED
        with pytest.raises(Refused, match=f"Visit {visit.id} is already cancelled"):
            await acts.confirm(visit.id)


async def test_confirming(clinic: Practice) -> None:
    async with at(clinic) as session:
        visit = await acts_of(session).add_walkin(await intake_of(session), ROOM)
        assert (await acts_of(session).confirm(visit.id)).status == Status.CONFIRMED


async def test_two_providers_race_for_an_e_consult(clinic: Practice) -> None:
    async with at(clinic) as first, at(clinic, number=1) as second:
        visit = await acts_of(first).ask_econsult(await intake_of(first), ROOM, provider_id=OKONKWO)
        assert (visit.type, visit.subtype, visit.provider) == (Type.E_CONSULT, Subtype.E_CONSULT, None)
        results = await asyncio.gather(
            *(acts_of(session).accept(visit.id) for session in (first, second)), return_exceptions=True
        )
        won = [result for result in results if isinstance(result, Visit)]
        lost = [result for result in results if isinstance(result, Refused)]
        assert len(won) == len(lost) == 1
        assert won[0].status == Status.CONFIRMED
        assert won[0].provider is not None
        assert won[0].provider.id in (HADDAD, OKONKWO)
        assert lost[0].message == f"Visit {visit.id} is already accepted."


async def test_the_visit_that_a_provider_is_in(clinic: Practice) -> None:
    async with at(clinic) as first, at(clinic, number=1) as second:
        assert await acts_of(first).current() is None
        running = await acts_of(second).current()
        assert running is not None
        assert (running.id, running.status) == ("48217", Status.IN_PROGRESS)


async def test_a_spoilt_current_visit_is_no_visit(clinic: Practice) -> None:
    async with at(clinic) as session:
        for body in ({"data": {"status": 25}}, {"data": "x"}):
            clinic.weather("wrong_json", "visits.current", body=body, times=1)
            with pytest.raises(Broken):
                await acts_of(session).current()
        clinic.weather("wrong_json", "visits.current", body={"data": []}, times=1)
        assert await acts_of(session).current() is None


async def test_what_the_server_does_not_offer(clinic: Practice) -> None:
    async with at(clinic) as session:
        visit = await acts_of(session).add_walkin(await intake_of(session), ROOM)
        clinic.weather("status", "visits.confirm", status=404)
        with pytest.raises(NotOffered):
            await acts_of(session).confirm(visit.id)


async def test_a_lost_answer_is_uncertain_and_settled_by_the_intake(clinic: Practice) -> None:
    async with at(clinic) as session:
        acts, intake = acts_of(session), await intake_of(session)
        clinic.forget()
        clinic.weather("cut_after", "visits.add_walkin", times=1)
        with pytest.raises(Uncertain):
            await acts.add_walkin(intake, ROOM)
        assert clinic.asked("visits.add_walkin") == 1
        found = await acts.find_by_intake(intake, ROOM, START - 60, START)
        assert found is not None
        assert (found.intake_id, found.status) == (intake, Status.PENDING)


async def test_an_act_that_never_arrived_has_made_nothing(clinic: Practice) -> None:
    async with at(clinic) as session:
        acts, intake = acts_of(session), await intake_of(session)
        clinic.weather("cut_before", "visits.add_walkin", times=1)
        with pytest.raises(Failure):
            await acts.add_walkin(intake, ROOM)
        assert await acts.find_by_intake(intake, ROOM, START - 60, START) is None


async def test_a_visit_whose_row_leaves_out_the_intake_is_found(clinic: Practice) -> None:
    async with at(clinic) as session:
        acts, intake = acts_of(session), await intake_of(session)
        visit = await acts.add_walkin(intake, ROOM)
        rows = {"data": [{"id": "48212"}, {"id": visit.id}]}
        clinic.weather("wrong_json", "visits.list", body=rows, times=1)
        found = await acts.find_by_intake(intake, ROOM, START - 60, START)
        assert found is not None
        assert found.id == visit.id


@pytest.mark.parametrize("intake", [{"reason_for_visit": "Cough"}, None, [], {"type": "1"}])
async def test_a_visit_whose_row_does_not_name_the_intake_is_found(clinic: Practice, intake: Any) -> None:
    async with at(clinic) as session:
        acts, intake_id = acts_of(session), await intake_of(session)
        visit = await acts.add_walkin(intake_id, ROOM)
        rows = {"data": [{"id": "48212", "intake": intake}, {"id": visit.id, "intake": intake}]}
        clinic.weather("wrong_json", "visits.list", body=rows, times=1)
        found = await acts.find_by_intake(intake_id, ROOM, START - 60, START)
        assert found is not None
        assert found.id == visit.id


async def test_too_many_silent_rows_prove_nothing(clinic: Practice) -> None:
    async with at(clinic) as session:
        acts = acts_of(session)
        silent = {"id": "48212", "member": {"id": GARCIA}, "intake": {"type": "1"}}
        clinic.weather("wrong_json", "visits.list", body={"data": [silent] * (MOST_DETAILS + 1)})
        clinic.forget()
        with pytest.raises(Broken):
            await acts.find_by_intake("none", ROOM, START - 60, START)
        assert clinic.asked("visits.get") == MOST_DETAILS
        assert await acts.find_by_intake("none", ROOM, START - 60, START, member_id=OKAFOR) is None
        assert clinic.asked("visits.get") == MOST_DETAILS


async def test_a_detail_that_does_not_name_its_intake_proves_nothing(clinic: Practice) -> None:
    async with at(clinic) as session:

        async def silent(visit_id: str) -> Visit:
            return Visit(id=visit_id, member=Person(id=OKAFOR))

        acts = VisitActs(session._client, silent)
        clinic.weather("wrong_json", "visits.list", body={"data": [{"id": "48212"}]})
        for member_id in (None, OKAFOR):
            with pytest.raises(Broken):
                await acts.find_by_intake("none", ROOM, START - 60, START, member_id=member_id)
        assert await acts.find_by_intake("none", ROOM, START - 60, START, member_id=GARCIA) is None


async def test_with_an_unreadable_row_nobody_can_say_that_there_is_no_visit(clinic: Practice) -> None:
    async with at(clinic) as session:
        clinic.weather("wrong_json", "visits.list", body={"data": [{"status": 10}]}, times=1)
        with pytest.raises(Broken):
            await acts_of(session).find_by_intake("none", ROOM, START - 60, START)


async def test_an_act_that_was_taken_and_cannot_be_seen_is_uncertain(clinic: Practice) -> None:
    async with at(clinic) as session:
        acts = acts_of(session)
        visit = await acts.add_walkin(await intake_of(session), ROOM)
        clinic.weather("status", "visits.get", status=403)
        with pytest.raises(Uncertain):
            await acts.confirm(visit.id)
        with pytest.raises(Uncertain):
            await acts.add_walkin(await intake_of(session), ROOM)
        clinic.clear()
        assert (await session.queue.read(visit.id)).status == Status.CONFIRMED


@pytest.mark.parametrize("body", [{"data": True}, {}, {"data": []}])
async def test_an_act_may_answer_anything_and_a_new_visit_needs_its_id(
    clinic: Practice, body: dict[str, object]
) -> None:
    async with at(clinic) as session:
        acts = acts_of(session)
        visit = await acts.add_walkin(await intake_of(session), ROOM)
        clinic.weather("wrong_json", "visits.delete", body=body, times=1)
        assert (await acts.cancel(visit.id)).id == visit.id
        clinic.weather("wrong_json", "visits.create", body=body, times=1)
        with pytest.raises(Uncertain):
            await acts.book(await intake_of(session), ROOM, *slot(9))


async def test_a_visit_of_another_patient_or_intake_is_not_taken_for_ours(clinic: Practice) -> None:
    async with at(clinic, "front_desk") as session:
        intake = await intake_of(session)
        other = await acts_of(session).add_walkin(await intake_of(session, GARCIA), ROOM)
        clinic.weather("wrong_json", "visits.add_walkin", body={"data": {"id": other.id}}, times=1)
        with pytest.raises(Broken):
            await acts_of(session).add_walkin(intake, ROOM, member_id=OKAFOR)

        async def mistaken(_visit_id: str) -> Visit:
            return Visit(id=other.id, member=other.member)

        with pytest.raises(Broken):
            await VisitActs(session._client, mistaken).add_walkin(intake, ROOM, member_id=OKAFOR)
