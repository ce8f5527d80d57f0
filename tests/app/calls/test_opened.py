"""A call that was opened here: told of later, followed to its end, or to whoever has it now."""

import pytest

from app.calls.refusal import CannotStart
from app.core.audit import Event
from app.errors import Uncertain
from app.visits.record import Status, Visit
from tests.app.calls.desks import COLLEAGUE, MINE, SHARED, Desk, desk
from tests.practice import Practice


def lost(mine: Desk) -> list[str]:
    """What somebody is told now of calls that went to others."""
    found: list[Visit] = []
    mine.session.calls.lost.attend(found.append)()
    return [visit.id for visit in found]


async def test_a_visit_that_ends_elsewhere_ends_its_call_here(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        await mine.start(SHARED)
        assert mine.session.calls.opened.ids() == (SHARED,)
        clinic.do("finish", visit=SHARED)
        await mine.seen(SHARED)
        assert mine.session.calls.opened.ids() == ()
        assert lost(mine) == []


async def test_a_call_that_somebody_took_over_is_told_of_also_later(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        await mine.start(SHARED)
        clinic.do("assign", visit=SHARED, provider=COLLEAGUE)
        await mine.seen(SHARED)
        assert mine.session.calls.opened.ids() == ()
        # Nobody listened: it waits for whoever unlocks.
        assert lost(mine) == [SHARED]
        assert lost(mine) == []


async def test_a_call_stays_while_another_room_is_watched(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        await mine.start(SHARED)
        mine.session.queue.watch_room("t4c8q")
        await mine.session.queue.poller.once()
        assert mine.session.queue.visits.get(SHARED) is None
        call = mine.session.calls.opened.get(SHARED)
        assert call is not None
        assert (call.visit.id, call.visit.status) == (SHARED, Status.IN_PROGRESS)


async def test_in_a_call_is_from_the_first_to_the_last(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        own = mine.session.own_state
        said: list[bool] = []
        own.listen(lambda: said.append(own.stand.in_call))
        await mine.start(SHARED)
        assert said == [True]
        await mine.start(MINE)
        await mine.session.calls.finish(SHARED)
        assert own.stand.in_call
        await mine.session.calls.finish(MINE)
        assert not own.stand.in_call


async def test_rejoining_keeps_since_when_and_asks_anew_whether_it_is_up(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        await mine.start(SHARED)
        opened = mine.session.calls.opened
        opened.said(SHARED, is_up=True)
        mine.session.calls.check(SHARED, "identity", is_done=True)
        first = opened.get(SHARED)
        await mine.start(SHARED)
        again = opened.get(SHARED)
        assert first is not None
        assert again is not None
        assert (again.at, again.is_up, again.checked) == (first.at, None, frozenset({"identity"}))
        assert again.again_at >= first.again_at


async def test_checks_are_audited_by_id_and_code_alone(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        await mine.start(SHARED)
        calls = mine.session.calls
        calls.check(SHARED, "identity", is_done=True)
        calls.check(SHARED, "location", is_done=True)
        calls.check(SHARED, "location", is_done=False)
        call = calls.opened.get(SHARED)
        assert call is not None
        assert call.checked == {"identity"}
        told = [line for line in await mine.audited() if line[0] == Event.CALL_CHECKED]
        assert told == [
            (Event.CALL_CHECKED, SHARED, "identity"),
            (Event.CALL_CHECKED, SHARED, "location"),
            (Event.CALL_CHECKED, SHARED, "location_undone"),
        ]


async def unreported(clinic: Practice, mine: Desk) -> None:
    clinic.weather("status", "visits.inprogress", status=500, times=1)
    started = await mine.start(SHARED)
    assert started is not None
    assert isinstance(started.unreported, Uncertain)


async def test_a_call_that_somebody_else_began_meanwhile_is_not_reported_as_ours(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        await unreported(clinic, mine)
        clinic.do("take", visit=SHARED, provider=COLLEAGUE)
        with pytest.raises(CannotStart) as raised:
            await mine.session.calls.report(SHARED)
        assert raised.value.reason == "taken"
        assert mine.session.calls.opened.ids() == ()
        assert lost(mine) == []
    assert clinic.asked("visits.inprogress") == 1


async def test_nor_one_that_somebody_else_has_taken(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        await unreported(clinic, mine)
        clinic.do("assign", visit=SHARED, provider=COLLEAGUE)
        with pytest.raises(CannotStart) as raised:
            await mine.session.calls.report(SHARED)
        assert raised.value.reason == "claimed"
    assert clinic.status(SHARED) == 10


async def test_a_call_of_which_the_server_does_not_know_is_finished_all_the_same(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        await unreported(clinic, mine)
        clinic.advance(300)
        visit = await mine.session.calls.finish(SHARED)
        assert visit.status == Status.COMPLETED
        assert visit.actual_start is not None


async def test_nothing_of_a_patient_is_opened_for_a_telephone_visit(clinic: Practice) -> None:
    clinic.do("patch", visit=SHARED, set={"subtype": 2})
    async with desk(clinic) as mine:
        started = await mine.start(SHARED)
        assert started is not None
        assert mine.links == []
        call = mine.session.calls.opened.get(SHARED)
        assert call is not None
        # Whoever calls knows that it is up, also when they call again.
        assert call.is_up
        await mine.start(SHARED)
        call = mine.session.calls.opened.get(SHARED)
        assert call is not None
        assert call.is_up
    assert clinic.status(SHARED) == 25
    assert clinic.asked("portal.visit") == 0
