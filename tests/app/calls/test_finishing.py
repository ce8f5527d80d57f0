"""A visit is finished after a moment in which that can be taken back, whatever happens (PID-09)."""

import asyncio

import pytest

from app.calls.finishing import Finished, Finishing
from app.calls.refusal import CannotStart
from app.errors import Uncertain
from app.visits.record import Visit
from tests.app.calls.desks import COLLEAGUE, SHARED, Desk, desk
from tests.practice import Practice
from tests.until import until

SOON_S, LATER_S = 0.2, 60.0


async def in_call(mine: Desk) -> tuple[Visit, Finishing]:
    await mine.start(SHARED)
    return await mine.seen(SHARED), mine.session.finishing


def told(finishing: Finishing) -> list[Finished]:
    """What came of those of which nobody has been told."""
    found: list[Finished] = []
    finishing.ended.attend(found.append)()
    return found


async def test_it_is_finished_after_its_moment_and_only_then(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        visit, finishing = await in_call(mine)
        finishing.begin(visit, SOON_S)
        left_s = finishing.left_s(SHARED)
        assert left_s is not None
        assert 0 < left_s <= SOON_S
        assert clinic.status(SHARED) == 25
        await until(lambda: finishing.left_s(SHARED) is None)
        assert clinic.status(SHARED) == 30
        assert [(each.visit.id, each.failure) for each in told(finishing)] == [(SHARED, None)]


async def test_it_can_be_taken_back_and_decided_anew(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        visit, finishing = await in_call(mine)
        finishing.begin(visit, SOON_S)
        assert finishing.undo(SHARED)
        assert finishing.left_s(SHARED) is None
        await asyncio.sleep(2 * SOON_S)
        assert clinic.status(SHARED) == 25
        finishing.begin(visit, 0)
        await until(lambda: clinic.status(SHARED) == 30)
        await until(lambda: finishing.ids() == ())
        assert not finishing.undo(SHARED)
    assert clinic.asked("visits.close") == 1


async def test_taken_back_and_begun_again_waits_its_whole_moment(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        visit, finishing = await in_call(mine)
        finishing.begin(visit, SOON_S)
        finishing.undo(SHARED)
        finishing.begin(visit, LATER_S)
        await asyncio.sleep(2 * SOON_S)
        assert clinic.status(SHARED) == 25
        assert finishing.undo(SHARED)


async def test_while_the_server_is_told_it_is_too_late(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        visit, finishing = await in_call(mine)
        clinic.weather("latency", "visits.close", seconds=0.5)
        finishing.begin(visit, 0)
        await until(lambda: clinic.asked("visits.close"))
        assert finishing.left_s(SHARED) == 0
        assert not finishing.undo(SHARED)
        await until(lambda: clinic.status(SHARED) == 30)


async def test_pressed_twice_it_is_finished_once(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        visit, finishing = await in_call(mine)
        for _ in range(10):
            finishing.begin(visit, SOON_S)
        await until(lambda: finishing.ids() == ())
        assert len(told(finishing)) == 1
    assert clinic.asked("visits.close") == 1


async def test_why_it_is_not_finished_waits_until_somebody_is_told(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        visit, finishing = await in_call(mine)
        clinic.weather("cut_before", "visits.close", times=1)
        finishing.begin(visit, 0)
        await until(lambda: finishing.ids() == ())
        assert [type(each.failure) for each in told(finishing)] == [Uncertain]
        assert told(finishing) == []
        clinic.do("assign", visit=SHARED, provider=COLLEAGUE)
        finishing.begin(visit, 0)
        await until(lambda: finishing.ids() == ())
        (news,) = told(finishing)
        assert isinstance(news.failure, CannotStart)
        assert news.failure.reason == "taken"
    assert clinic.status(SHARED) == 25


@pytest.mark.parametrize("ends", ["close", "stop"])
async def test_the_end_of_the_session_does_not_take_it_back(clinic: Practice, ends: str) -> None:
    async with desk(clinic) as mine:
        visit, finishing = await in_call(mine)
        finishing.begin(visit, LATER_S)
        await getattr(mine.session, ends)()
        assert clinic.status(SHARED) == 30


async def test_a_server_that_does_not_answer_holds_the_end_up_for_a_second(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        visit, finishing = await in_call(mine)
        clinic.weather("latency", "visits.close", seconds=5)
        finishing.begin(visit, LATER_S)
        loop = asyncio.get_running_loop()
        began = loop.time()
        await mine.session.disconnect()
        assert 0.9 < loop.time() - began < 2.0


async def test_two_visits_are_finished_each_in_its_time(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        visit, finishing = await in_call(mine)
        await mine.start("48211")
        finishing.begin(visit, LATER_S)
        finishing.begin(await mine.seen("48211"), SOON_S)
        assert set(finishing.ids()) == {SHARED, "48211"}
        await until(lambda: clinic.status("48211") == 30)
        assert finishing.undo(SHARED)
    assert clinic.status(SHARED) == 25
