"""The conference link: of the profile's host and nowhere else, without a token, and no dead one."""

from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calls.conference import conference_link
from app.calls.refusal import CannotStart
from app.profile import Profile, WrongProfile, checked
from app.sentences import cannot_start
from app.visits.meeting import Meeting
from app.visits.record import Visit
from tests.practice import Practice
from tests.sessions import profile, signed_in

NOW = 1_780_000_000.0
CLINIC = Profile(name="x", api="https://api.example/", conference="https://meet.example/")
WALK_IN = "48212"


def link(meeting: Meeting | None, clinic: Profile = CLINIC) -> str:
    return conference_link(clinic, Visit(id="1", meeting=meeting), NOW)


def reason(meeting: Meeting | None, clinic: Profile = CLINIC) -> str:
    with pytest.raises(CannotStart) as raised:
        link(meeting, clinic)
    assert cannot_start(raised.value, "14:05").endswith(".")
    return raised.value.reason


def test_a_link() -> None:
    meeting = Meeting(id="1767225600123_0f1e2d3c-4b5a__jitsi", expiry=NOW + 1)
    assert link(meeting) == "https://meet.example/1767225600123_0f1e2d3c-4b5a__jitsi"


@pytest.mark.parametrize(
    ("meeting", "why"),
    [
        (None, "no_meeting"),
        (Meeting(), "no_meeting"),
        (Meeting(id="__jitsi"), "no_meeting"),
        (Meeting(id="1767225600123_0f1e"), "no_meeting"),
        (Meeting(id="../../login?x=__jitsi"), "no_meeting"),
        (Meeting(id="a#config.startWithVideoMuted=true__jitsi"), "no_meeting"),
        (Meeting(id="a__jitsi\n"), "no_meeting"),
        (Meeting(id="a__jitsi", disabled=True), "meeting_off"),
        (Meeting(id="a__jitsi", expiry=NOW), "meeting_over"),
    ],
)
def test_refusals(meeting: Meeting | None, why: str) -> None:
    assert reason(meeting) == why


def test_a_clinic_without_the_page() -> None:
    assert reason(Meeting(id="a__jitsi"), Profile(name="x", api="https://api.example/")) == "no_conference"


def test_since_when_it_is_over() -> None:
    with pytest.raises(CannotStart) as raised:
        link(Meeting(id="a__jitsi", expiry=NOW - 60))
    assert raised.value.when == NOW - 60
    assert "(14:05)" in cannot_start(raised.value, "14:05")


@given(st.text(max_size=40), st.sampled_from(("", "__jitsi")))
def test_no_id_leads_elsewhere(start: str, end: str) -> None:
    try:
        found = urlsplit(link(Meeting(id=start + end)))
    except CannotStart:
        return
    assert (found.scheme, found.netloc, found.query, found.fragment) == ("https", "meet.example", "", "")
    assert found.path == f"/{start}{end}"
    assert found.path.count("/") == 1


@pytest.mark.parametrize("address", ["http://meet.example/", "https://me:pw@meet.example/", "meet.example"])
def test_the_address_is_checked_with_the_profile(address: str) -> None:
    with pytest.raises(WrongProfile):
        checked(Profile(name="x", api="https://api.example/", conference=address))


async def test_the_page_of_a_real_meeting(clinic: Practice) -> None:
    here = profile(clinic, conference=f"{clinic.portal}call/")
    session = await signed_in(clinic)
    try:
        visit = await session.queue.read(WALK_IN)
        token = session._client.credentials.token
        found = conference_link(here, visit, session.clock.now())
    finally:
        await session.close()
    assert token not in found
    async with httpx.AsyncClient(trust_env=False) as browser:
        page = await browser.get(found)
        assert page.status_code == 200
        assert "You are in the meeting" in page.text
        clinic.do("cancel", visit=WALK_IN)
        assert (await browser.get(found)).status_code == 410


async def test_what_the_server_switches_off(clinic: Practice) -> None:
    session = await signed_in(clinic)
    here = profile(clinic, conference=f"{clinic.portal}call/")
    changes: list[tuple[dict[str, Any], str]] = [
        ({"disabled": True}, "meeting_off"),
        ({"expiry": int(session.clock.now()) - 60}, "meeting_over"),
    ]
    try:
        for change, why in changes:
            clinic.do("patch", visit=WALK_IN, set={"meeting": {"meeting_id": "a__jitsi", **change}})
            with pytest.raises(CannotStart) as raised:
                conference_link(here, await session.queue.read(WALK_IN), session.clock.now())
            assert raised.value.reason == why
    finally:
        await session.close()
