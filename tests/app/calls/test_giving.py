"""An e-consult is accepted by one; a visit is handed over to one, and both are told."""

import asyncio

import pytest

from app.calls.refusal import CannotStart
from app.core.audit import Event
from app.errors import Broken, NotOffered, Refused, Uncertain
from app.visits.record import Status, Visit
from tests.app.calls.desks import COLLEAGUE, E_CONSULT, ME, MINE, SHARED, THIRD, Desk, desk
from tests.practice import Practice


async def accept(mine: Desk, visit_id: str = E_CONSULT) -> Visit | None:
    return await mine.session.calls.accept(visit_id, mine.confirm)


async def test_an_e_consult_is_accepted_after_a_question_and_nothing_opens(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        visit = await accept(mine)
        assert visit is not None
        assert visit.provider is not None
        assert (visit.provider.id, visit.status) == (ME, Status.CONFIRMED)
        assert [each.id for each in mine.asked] == [E_CONSULT]
        assert mine.links == []
        assert (Event.ECONSULT_ACCEPTED, E_CONSULT, "ok") in await mine.audited()


async def test_no_is_no(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        mine.says_yes = False
        assert await accept(mine) is None
    assert clinic.asked("visits.accept") == 0


async def test_of_two_one_gets_it_and_the_other_hears_who(clinic: Practice) -> None:
    async with desk(clinic) as mine, desk(clinic, 1) as theirs:
        results = await asyncio.gather(accept(mine), accept(theirs), return_exceptions=True)
        (got,) = [each for each in results if isinstance(each, Visit)]
        (told,) = [each for each in results if isinstance(each, CannotStart)]
        assert got.provider is not None
        assert (told.reason, told.who) == ("taken_econsult", got.provider.name)


async def test_ones_own_is_neither_asked_for_nor_accepted_again(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        await accept(mine)
        clinic.forget()
        mine.asked.clear()
        assert await accept(mine) is not None
        assert mine.asked == []
    assert clinic.asked("visits.accept") == 0


async def test_a_lost_answer_is_settled_by_reading(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        clinic.weather("cut_after", "visits.accept", times=1)
        assert await accept(mine) is not None
        clinic.do("econsult", room=clinic.room)


async def test_what_did_not_arrive_is_not_ours(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        clinic.weather("cut_before", "visits.accept", times=1)
        with pytest.raises(Uncertain):
            await accept(mine)
        clinic.weather("status", "visits.accept", status=404)
        with pytest.raises(NotOffered):
            await accept(mine)
        assert (await mine.seen(E_CONSULT)).provider is None


async def test_a_server_that_says_yes_and_does_nothing_is_not_believed(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        clinic.weather("wrong_json", "visits.accept", body={"data": {"id": E_CONSULT}})
        with pytest.raises(Broken):
            await accept(mine)
        assert (Event.ECONSULT_ACCEPTED, E_CONSULT, "ok") not in await mine.audited()


@pytest.mark.parametrize(("what", "reason"), [("cancel", "cancelled"), ("close", "ended")])
async def test_one_that_is_over_is_not_accepted(clinic: Practice, what: str, reason: str) -> None:
    async with desk(clinic) as mine:
        mine.meanwhile = lambda: clinic.do(what, visit=E_CONSULT)
        with pytest.raises(CannotStart) as raised:
            await accept(mine)
        assert raised.value.reason == reason


# -- handing over


async def test_a_running_call_is_handed_over_and_read_back(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        await mine.start(SHARED)
        visit = await mine.session.calls.hand_over(SHARED, COLLEAGUE, "Rash, wants a second look")
        assert visit.provider is not None
        assert (visit.provider.id, visit.status) == (COLLEAGUE, Status.IN_PROGRESS)
        assert not mine.session.calls.is_mine(visit)
        assert mine.session.calls.opened.ids() == ()
        lines = await mine.audited()
        assert (Event.REASSIGNED, SHARED, "ok") in lines
        assert "Rash" not in repr(lines)
        # What we gave away is no news to us.
        lost: list[Visit] = []
        mine.session.calls.lost.attend(lost.append)
        await mine.seen(SHARED)
        assert lost == []


async def test_a_visit_that_went_elsewhere_meanwhile_is_not_handed_over(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        await mine.start(SHARED)
        mine.meets("assign", before=lambda: clinic.do("assign", visit=SHARED, provider=THIRD))
        with pytest.raises(CannotStart) as raised:
            await mine.session.calls.hand_over(SHARED, COLLEAGUE)
        assert raised.value.reason == "taken"
        assert raised.value.who
        assert (Event.REASSIGNED, SHARED, "ok") not in await mine.audited()


async def test_only_ones_own_running_visit_is_handed_over(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        for visit_id, reason in (("48217", "taken"), (MINE, "not_running")):
            with pytest.raises(CannotStart) as raised:
                await mine.session.calls.hand_over(visit_id, COLLEAGUE)
            assert raised.value.reason == reason
    assert clinic.asked("visits.assign") == 0


async def test_a_server_that_says_yes_and_does_not_hand_over_is_not_believed(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        await mine.start(SHARED)
        clinic.weather("wrong_json", "visits.assign", body={"data": {"id": SHARED}})
        with pytest.raises(CannotStart) as raised:
            await mine.session.calls.hand_over(SHARED, COLLEAGUE)
        assert raised.value.reason == "not_handed_over"
        assert mine.session.calls.opened.ids() == (SHARED,)


async def test_what_the_server_refuses_stays_ours(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        await mine.start(SHARED)
        # Not of this room.
        with pytest.raises(Refused):
            await mine.session.calls.hand_over(SHARED, "616")
        clinic.weather("status", "visits.assign", status=404)
        with pytest.raises(NotOffered):
            await mine.session.calls.hand_over(SHARED, COLLEAGUE)
        assert mine.session.calls.is_mine(await mine.seen(SHARED))
        assert mine.session.calls.opened.ids() == (SHARED,)


async def test_a_lost_answer_of_a_hand_over_is_settled_by_reading(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        await mine.start(SHARED)
        clinic.weather("cut_after", "visits.assign", times=1)
        assert (await mine.session.calls.hand_over(SHARED, COLLEAGUE)).provider is not None
        assert mine.session.calls.opened.ids() == ()


async def test_a_call_of_which_the_server_does_not_know_is_told_before_it_goes(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        clinic.weather("status", "visits.inprogress", status=500, times=1)
        started = await mine.start(SHARED)
        assert started is not None
        assert started.unreported is not None
        assert (await mine.session.calls.hand_over(SHARED, COLLEAGUE)).status == Status.IN_PROGRESS
