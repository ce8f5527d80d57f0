"""A session goes on when one of its parts has a fault, and signs on again without the person."""

import asyncio

import pytest

from app import session as module
from app.auth.sso import AppKeys, SsoPerson
from app.entry import sign_in_by_sso
from app.errors import SignedOut
from tests.practice import Practice
from tests.sessions import fail, profile, signed_in

KNOWN = SsoPerson(first_name="Mira", last_name="Okafor", type=400, code="ext-77")


def keys(clinic: Practice) -> AppKeys:
    return AppKeys(key=clinic.api_key, secret=clinic.api_secret)


async def test_a_part_that_failed_begins_again(clinic: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AGAIN_S", 0.01)
    session = await signed_in(clinic)
    began, again, faults = [], asyncio.Event(), []

    async def broken() -> None:
        raise LookupError

    async def part() -> None:
        began.append(1)
        if len(began) > 1:
            again.set()
            await asyncio.Event().wait()
        async with asyncio.TaskGroup() as group:
            group.create_task(broken())
            await asyncio.Event().wait()

    session._report = faults.append
    session._tasks.start(session._kept_running(part), "part")
    async with asyncio.timeout(5):
        await again.wait()
    await session.close()
    assert (len(faults), len(began)) == (1, 2)


async def test_a_session_by_the_clinics_keys_signs_on_again(clinic: Practice) -> None:
    session = await sign_in_by_sso(profile(clinic), keys(clinic), KNOWN, fail)
    clinic.weather("status", "auth.refresh", status=404)
    clinic.advance(86_401)
    assert (await session.users.read()).id == session.renewal.tokens.user_id
    assert clinic.asked("auth.sso") == 2
    await session.close()


async def test_somebody_without_a_code_does_not_become_somebody_else(clinic: Practice) -> None:
    # Of a server that does not say who is staff.
    clinic.weather("status", "users.get", status=404)
    guest = SsoPerson(first_name="Ad", last_name="Hoc", type=600)
    session = await sign_in_by_sso(profile(clinic), keys(clinic), guest, fail)
    clinic.clear()
    clinic.weather("status", "auth.refresh", status=404)
    clinic.advance(86_401)
    with pytest.raises(SignedOut):
        await session.users.read()
    assert clinic.asked("auth.sso") == 1
    await session.close()


async def test_tokens_of_somebody_else_are_no_renewal(clinic: Practice) -> None:
    session = await signed_in(clinic)
    stranger = await signed_in(clinic, "front_desk")
    theirs = {
        "user_id": stranger.renewal.tokens.user_id,
        "token": stranger.renewal.tokens.token,
        "expiry": stranger.renewal.tokens.expiry,
    }
    clinic.weather("wrong_json", "auth.refresh", body={"data": {"token": theirs}})
    clinic.advance(86_401)
    with pytest.raises(SignedOut):
        await session.users.read()
    for each in (session, stranger):
        await each.close()


async def test_closing_before_the_parts_have_begun_leaves_nothing_behind(clinic: Practice) -> None:
    for turns in range(4):
        session = await signed_in(clinic)
        session.start()
        for _ in range(turns):
            await asyncio.sleep(0)
        await session.close()
