"""Starting a call: fresh, confirmed, once, and honest about what came of it."""

import asyncio
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from app.auth.sso import AppKeys
from app.calls.refusal import CannotStart
from app.calls.start import Started
from app.errors import Offline, Uncertain
from app.visits.record import Status, Visit
from tests.app.calls.desks import MINE, SHARED, desk
from tests.practice import START, Practice


async def test_a_call_is_confirmed_opened_and_reported(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        clinic.forget()
        started = await mine.start(SHARED)
        assert started is not None
        assert (started.visit.status, started.unreported, started.also) == (Status.IN_PROGRESS, None, "")
        assert mine.session.calls.is_mine(started.visit)
        assert [visit.id for visit in mine.asked] == [SHARED]
        link = urlsplit(mine.links[0])
        query = parse_qs(link.query)
        assert f"{link.scheme}://{link.netloc}{link.path}" == f"{clinic.portal}auth"
        assert query["next"] == [f"/visits/start/{SHARED}"]
    paths = [entry["path"] for entry in clinic.log()]
    assert paths.index(f"/visits/start/{SHARED}") < paths.index("/api_v3/visits/inprogress")
    assert clinic.status(SHARED) == 25


async def test_the_page_is_asked_without_spending_the_token_and_the_link_works(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        await mine.start(SHARED)
        assert clinic.state()["sso_uses"] == {}
        async with httpx.AsyncClient(follow_redirects=True) as browser:
            page = await browser.get(mine.links[0])
        assert page.status_code == 200
        assert str(page.url).endswith(f"/visits/start/{SHARED}")
        assert list(clinic.state()["sso_uses"].values()) == [1]


async def test_no_is_no(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        mine.says_yes = False
        assert await mine.start(SHARED) is None
        assert mine.links == []
    assert clinic.status(SHARED) == 10


@pytest.mark.parametrize(
    ("visit_id", "what", "reason"),
    [
        (SHARED, {"what": "finish"}, "ended"),
        (SHARED, {"what": "cancel"}, "cancelled"),
        (SHARED, {"what": "take", "provider": "613"}, "taken"),
        ("48222", None, "e_consult"),
    ],
)
async def test_a_visit_that_may_not_start_is_refused_with_its_reason(
    clinic: Practice, visit_id: str, what: dict[str, Any] | None, reason: str
) -> None:
    async with desk(clinic) as mine:
        if what is not None:
            if what["what"] == "finish":
                clinic.do("take", visit=visit_id, provider="613")
            clinic.do(what.pop("what"), visit=visit_id, **what)
        with pytest.raises(CannotStart) as raised:
            await mine.start(visit_id)
        assert raised.value.reason == reason
        if reason == "taken":
            assert "Okonkwo" in raised.value.who
            assert raised.value.when is not None
        assert (mine.asked, mine.links) == ([], [])


async def test_a_visit_taken_while_the_question_stood_is_refused(clinic: Practice) -> None:
    async with desk(clinic) as mine:

        async def slowly(visit: Visit) -> bool:
            clinic.do("take", visit=visit.id, provider="613")
            return True

        with pytest.raises(CannotStart) as raised:
            await mine.session.calls.start(SHARED, slowly, mine.open)
        assert raised.value.reason == "taken"
        assert mine.links == []


async def test_ten_presses_make_one_launch(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        results = await asyncio.gather(*(mine.start(SHARED) for _ in range(10)), return_exceptions=True)
        assert sum(isinstance(result, Started) for result in results) == 1
        assert sum(isinstance(result, CannotStart) and result.reason == "busy" for result in results) == 9
        assert len(mine.links) == len(mine.asked) == 1


async def test_rejoining_opens_again_and_reports_nothing(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        await mine.start(SHARED)
        clinic.forget()
        assert await mine.start(SHARED) is not None
        assert len(mine.links) == 2
        assert clinic.asked("visits.inprogress") == 0


async def test_no_call_opens_when_the_visit_cannot_be_read(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        clinic.weather("cut_before", "visits.get")
        with pytest.raises(Offline):
            await mine.start(SHARED)
        assert mine.links == []
    assert clinic.status(SHARED) == 10


@pytest.mark.parametrize(
    "weather",
    [
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 404},
        {"kind": "status", "status": 401},
        {"kind": "redirect", "to": "http://127.0.0.2:9/"},
        {"kind": "wrong_json", "body": []},
    ],
)
async def test_no_call_opens_when_its_page_is_not_there(clinic: Practice, weather: dict[str, Any]) -> None:
    async with desk(clinic) as mine:
        clinic.weather(weather.pop("kind"), "/visits/start", **weather)
        with pytest.raises(CannotStart) as raised:
            await mine.start(SHARED)
        assert raised.value.reason == "no_page"
        assert raised.value.message
        assert mine.links == []
    assert clinic.status(SHARED) == 10


async def test_what_was_confirmed_is_what_is_launched(clinic: Practice) -> None:
    async with desk(clinic) as mine:

        async def slowly(visit: Visit) -> bool:
            clinic.do("assign", visit=visit.id, provider="613")
            return True

        with pytest.raises(CannotStart) as raised:
            await mine.session.calls.start(SHARED, slowly, mine.open)
        assert raised.value.reason == "changed"
        assert mine.links == []


async def test_a_visit_assigned_to_somebody_else_is_ours_once_we_started_it(clinic: Practice) -> None:
    clinic.do("assign", visit=SHARED, provider="613")
    async with desk(clinic) as mine:
        started = await mine.start(SHARED)
        assert started is not None
        assert started.also == ""
        assert mine.session.calls.is_mine(started.visit)
        assert (await mine.session.calls.finish(SHARED)).status == Status.COMPLETED


async def test_a_desktop_without_a_browser_reports_nothing(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        mine.opens = False
        with pytest.raises(CannotStart) as raised:
            await mine.start(SHARED)
        assert raised.value.reason == "not_opened"
    assert clinic.status(SHARED) == 10


async def test_a_lost_answer_is_settled_by_reading_again(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        clinic.weather("cut_after", "visits.inprogress", times=1)
        started = await mine.start(SHARED)
        assert started is not None
        assert started.unreported is None
        assert clinic.asked("visits.inprogress") == 1


async def test_an_open_call_the_server_does_not_know_of_is_told_later(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        clinic.weather("status", "visits.inprogress", status=500, times=1)
        started = await mine.start(SHARED)
        assert started is not None
        assert isinstance(started.unreported, Uncertain)
        assert mine.session.calls.opened.is_unreported(started.visit)
        assert (await mine.session.calls.report(SHARED)).status == Status.IN_PROGRESS
        assert not mine.session.calls.opened.is_unreported(started.visit)
        assert clinic.asked("visits.inprogress") == 2


async def test_finishing_completes_and_a_lost_answer_is_read_again(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        await mine.start(SHARED)
        clinic.weather("cut_after", "visits.close", times=1)
        assert (await mine.session.calls.finish(SHARED)).status == Status.COMPLETED
        assert clinic.asked("visits.close") == 1
        assert (await mine.session.calls.finish(SHARED)).status == Status.COMPLETED
        assert clinic.asked("visits.close") == 1


async def test_an_act_that_surely_did_not_happen_stays_uncertain(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        await mine.start(SHARED)
        clinic.weather("cut_before", "visits.close", times=1)
        with pytest.raises(Uncertain):
            await mine.session.calls.finish(SHARED)
    assert clinic.status(SHARED) == 25


async def test_somebody_elses_visit_is_not_ours_to_finish(clinic: Practice) -> None:
    async with desk(clinic) as mine:
        with pytest.raises(CannotStart) as raised:
            await mine.session.calls.finish("48217")
        assert raised.value.reason == "taken"
        with pytest.raises(CannotStart) as raised:
            await mine.session.calls.finish(MINE)
        assert raised.value.reason == "not_running"


@pytest.mark.parametrize(
    ("target", "page"),
    [
        ("dashboard", "/providers/dashboard"),
        ("room", "/u/general-care"),
        ("visit", f"/visits/start/{SHARED}"),
    ],
)
async def test_targets_of_a_profile(clinic: Practice, target: str, page: str) -> None:
    async with desk(clinic, call_target=target) as mine:
        await mine.start(SHARED)
        assert parse_qs(urlsplit(mine.links[0]).query)["next"] == [page]


async def test_a_closed_room_is_not_opened(clinic: Practice) -> None:
    clinic.do("patch", visit=SHARED, set={"room_code": "h6t1z"})
    async with desk(clinic, call_target="room") as mine:
        with pytest.raises(CannotStart) as raised:
            await mine.start(SHARED)
        assert raised.value.reason == "room_closed"
        assert raised.value.message
        assert mine.links == []


async def test_without_a_portal_there_is_nothing_to_open(clinic: Practice) -> None:
    async with desk(clinic, portal="") as mine:
        with pytest.raises(CannotStart) as raised:
            await mine.start(SHARED)
        assert raised.value.reason == "no_portal"


async def test_the_conference_is_opened_as_it_is_at_the_last_moment(clinic: Practice) -> None:
    meeting = "1767225600123_0f1e2d3c-4b5a-4678-9abc-def012345678__jitsi"
    clinic.do("patch", visit=SHARED, set={"meeting": {"meeting_id": meeting}})
    async with desk(clinic, call_target="conference", conference=f"{clinic.portal}call/") as mine:
        token = mine.session._client.credentials.token
        await mine.start(SHARED)
        assert mine.links == [f"{clinic.portal}call/{meeting}"]
        assert token not in mine.links[0]
        off = {"meeting": {"meeting_id": meeting, "disabled": True}}
        mine.meets("assign", after=lambda: clinic.do("patch", visit="48213", set=off))
        with pytest.raises(CannotStart) as raised:
            await mine.start("48213")
        assert raised.value.reason == "meeting_off"
        assert len(mine.links) == 1


async def test_messenger_calls_with_the_keys_of_an_administrator(clinic: Practice) -> None:
    async with desk(clinic, call_target="messenger") as mine:
        with pytest.raises(CannotStart) as raised:
            await mine.start(SHARED)
        assert raised.value.reason == "no_messenger_keys"
        assert clinic.asked("visits.assign") == 0

        async def keys() -> AppKeys:
            return AppKeys(key=clinic.api_key, secret=clinic.api_secret)

        mine.session.messenger_keys = keys
        await mine.start(SHARED)
        assert [link.partition(":")[0] for link in mine.links] == ["vsee"]
    assert clinic.status(SHARED) == 25


async def test_an_appointment_that_is_not_open_yet_says_from_when(clinic: Practice) -> None:
    start = int(START + 3 * 3600)
    clinic.do("patch", visit=MINE, set={"type": 2, "start": start, "end": start + 900})
    async with desk(clinic) as mine:
        with pytest.raises(CannotStart) as raised:
            await mine.start(MINE)
        assert raised.value.reason == "too_early"
        assert raised.value.when is not None
        assert raised.value.when < start
        assert mine.asked == []
