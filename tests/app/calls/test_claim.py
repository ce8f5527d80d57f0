"""A visit is taken before its call opens; whoever is slower opens nothing and is told (PID-02, PID-04)."""

from collections.abc import Callable
from typing import Any

import pytest

from app.calls.refusal import CannotStart
from app.errors import Failure, Offline, Refused, Uncertain
from app.visits.record import Status, Visit
from tests.app.calls.desks import COLLEAGUE, ME, MINE, SHARED, THIRD, Desk, desk
from tests.practice import Practice

Happens = Callable[[], object]
NAME = "Samuel Okonkwo-Reyes"


async def refused(mine: Desk, visit_id: str = SHARED) -> CannotStart:
    """Why it was; nothing was opened."""
    with pytest.raises(CannotStart) as raised:
        await mine.start(visit_id)
    assert mine.links == []
    assert mine.session.calls.opened.ids() == ()
    return raised.value


async def provider_of(mine: Desk, visit_id: str = SHARED) -> str | None:
    visit = await mine.seen(visit_id)
    return visit.provider.id if visit.provider else None


async def test_it_is_ours_and_read_back_before_its_page_opens(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        clinic.forget()
        asked: list[str] = []
        mine.meanwhile = clinic.forget
        opens = mine.open

        def noted(link: str) -> bool:
            asked.extend(entry["key"] for entry in clinic.log() if entry["key"])
            return opens(link)

        mine.open = noted  # type: ignore[method-assign]
        started = await mine.start(SHARED)
        assert started is not None
        assert started.is_claimed
        # The last word before the page opens is the visit as it is then.
        assert asked == ["visits.get", "visits.assign", "visits.get"]
        assert await provider_of(mine) == ME


async def test_ones_own_visit_is_not_assigned_but_read(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        clinic.forget()
        await mine.start(MINE)
        assert clinic.asked("visits.assign") == 0
        assert len(mine.links) == 1


async def test_what_was_assigned_to_somebody_else_is_ours_after_the_question_said_so(
    clinic: Practice,
) -> None:
    clinic.do("assign", visit=SHARED, provider=COLLEAGUE)
    async with desk(clinic) as mine:
        started = await mine.start(SHARED)
        assert mine.asked[0].provider is not None
        assert mine.asked[0].provider.id == COLLEAGUE
        assert started is not None
        assert (started.is_claimed, started.also) == (True, "")
        assert await provider_of(mine) == ME


@pytest.mark.parametrize("status", [404, 403])
async def test_what_cannot_be_taken_is_started_and_said(clinic: Practice, status: int) -> None:
    clinic.do("assign", visit=SHARED, provider=COLLEAGUE)
    async with desk(clinic) as mine:
        clinic.weather("status", "visits.assign", status=status)
        started = await mine.start(SHARED)
        assert started is not None
        assert (len(mine.links), started.is_claimed, started.also) == (1, False, "")
        assert started.visit.provider is not None
        assert started.visit.provider.id == COLLEAGUE
        # Our start counts: it is ours to finish.
        assert mine.session.calls.is_mine(started.visit)
        assert (await mine.session.calls.finish(SHARED)).status == Status.COMPLETED


async def test_nobodys_visit_is_ours_by_its_start_where_it_cannot_be_taken(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        clinic.weather("status", "visits.assign", status=404)
        started = await mine.start(SHARED)
        assert started is not None
        assert started.is_claimed


async def test_whoever_was_faster_is_named(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        mine.meets("assign", before=lambda: clinic.do("assign", visit=SHARED, provider=COLLEAGUE))
        refusal = await refused(mine)
        assert (refusal.reason, refusal.who) == ("claimed", NAME)
        assert await provider_of(mine) == COLLEAGUE
    assert clinic.status(SHARED) == 10


async def test_a_call_that_began_meanwhile_is_named_with_its_time(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        mine.meets("assign", before=lambda: clinic.do("take", visit=SHARED, provider=COLLEAGUE))
        refusal = await refused(mine)
        assert (refusal.reason, refusal.who) == ("taken", NAME)
        assert refusal.when is not None


async def test_another_name_is_read_back(clinic: Practice) -> None:
    clinic.weather("ignores", "visits.assign", keys=["if_provider_id"])
    async with desk(clinic) as mine:
        mine.meets("assign", after=lambda: clinic.do("assign", visit=SHARED, provider=COLLEAGUE))
        refusal = await refused(mine)
        assert (refusal.reason, refusal.who) == ("claimed", NAME)


async def test_what_an_older_server_let_us_take_from_a_running_call_is_given_back(clinic: Practice) -> None:
    clinic.weather("ignores", "visits.assign", keys=["if_provider_id"])
    clinic.do("assign", visit=SHARED, provider=COLLEAGUE)
    async with desk(clinic) as mine:
        mine.meets("assign", before=lambda: clinic.do("take", visit=SHARED, provider=COLLEAGUE))
        refusal = await refused(mine)
        assert (refusal.reason, refusal.who) == ("taken", NAME)
        assert await provider_of(mine) == COLLEAGUE


async def test_where_nobody_can_be_named_it_says_in_whose_name_it_is(clinic: Practice) -> None:
    clinic.weather("ignores", "visits.assign", keys=["if_provider_id"])
    async with desk(clinic) as mine:
        mine.meets("assign", before=lambda: clinic.do("take", visit=SHARED, provider=COLLEAGUE))
        assert (await refused(mine)).reason == "begun"


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_patient_who_leaves_while_the_visit_is_taken_is_not_called(
    clinic: Practice, when: str
) -> None:
    async with desk(clinic) as mine:
        mine.meets("assign", **{when: lambda: clinic.do("cancel", visit=SHARED)})
        assert (await refused(mine)).reason == "cancelled"


async def test_ones_own_visit_that_began_meanwhile_was_begun_elsewhere(clinic: Practice) -> None:
    async with desk(clinic) as mine:

        async def confirm(_visit: Visit) -> bool:
            clinic.do("take", visit=MINE, provider=ME)
            return True

        with pytest.raises(CannotStart) as raised:
            await mine.session.calls.start(MINE, confirm, mine.open)
        assert raised.value.reason == "begun"
        assert mine.links == []


async def test_a_lost_answer_is_settled_by_reading(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        clinic.weather("cut_after", "visits.assign", times=1)
        started = await mine.start(SHARED)
        assert started is not None
        assert started.is_claimed
        assert clinic.asked("visits.assign") == 1


@pytest.mark.parametrize(
    ("weather", "failure"),
    [
        ({"kind": "cut_before"}, Uncertain),
        ({"kind": "status", "status": 500}, Uncertain),
        ({"kind": "html"}, Uncertain),
        ({"kind": "status", "status": 429}, Refused),
    ],
    ids=str,
)
async def test_what_did_not_arrive_opens_nothing(
    clinic: Practice, weather: dict[str, Any], failure: type[Failure]
) -> None:
    async with desk(clinic) as mine:
        clinic.weather(weather.pop("kind"), "visits.assign", **weather)
        with pytest.raises(failure):
            await mine.start(SHARED)
        assert mine.links == []
        assert await provider_of(mine) is None
    assert clinic.asked("visits.assign") == 1
    assert clinic.asked("visits.inprogress") == 0


async def test_offline_nothing_is_taken_and_nothing_opened(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        mine.meanwhile = lambda: clinic.weather("cut_before", "visits.get")
        with pytest.raises(Offline):
            await mine.start(SHARED)
        assert mine.links == []
    assert clinic.asked("visits.assign") == 0


async def test_what_is_older_than_three_seconds_is_read_again(
    clinic: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.calls.fresh.FRESH_S", 0.4)
    async with desk(clinic) as mine:
        clinic.forget()
        clinic.weather("latency", "visits.assign", seconds=0.6, times=1)
        await mine.start(SHARED)
        # Asked, confirmed, taken, once more, and after the server was told.
        assert clinic.asked("visits.get") == 5
        assert len(mine.links) == 1


async def test_a_server_too_slow_for_that_starts_nothing(
    clinic: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.calls.fresh.FRESH_S", 0.2)
    async with desk(clinic) as mine:
        clinic.weather("latency", "visits.get", seconds=0.3)
        assert (await refused(mine)).reason == "slow"


async def test_a_third_one_who_takes_it_after_our_start_is_said(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        opens = mine.open

        def taken_then(link: str) -> bool:
            clinic.do("assign", visit=SHARED, provider=THIRD)
            return opens(link)

        mine.open = taken_then  # type: ignore[method-assign]
        started = await mine.start(SHARED)
        assert started is not None
        assert started.also
        assert not started.is_claimed
        # It is not ours to rejoin or to finish.
        assert mine.session.calls.opened.ids() == ()
        assert not mine.session.calls.is_mine(started.visit)
