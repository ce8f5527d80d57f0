"""Showing that it is them: by what is known here, by the server, in the browser; and signed in anew by it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest

from app.auth.broker import NoReturn
from app.auth.known import Known
from app.auth.proof import Proof
from app.auth.tokens import Tokens
from app.errors import Refused, SignedOut, Uncertain
from app.home import Way
from app.reentry import Reentry
from app.session import Session
from tests.app.auth.test_broker import choose
from tests.keyrings import HeldKeys
from tests.practice import Practice
from tests.sessions import signed_in
from tests.ui.browsers import Browser

ME = "612"
USERNAME, PASSWORD = "noor.haddad", "practice"


@asynccontextmanager
async def reentry(
    clinic: Practice, way: Way = "password", known: str | None = PASSWORD, **changes: str
) -> AsyncIterator[tuple[Session, Reentry]]:
    """known: the secret that was accepted before, None for none."""
    session = await signed_in(clinic, **changes)
    try:
        proof = None if known is None else await Proof.made(known)
        clinic.forget()
        yield session, Reentry(session, USERNAME, way, proof)
    finally:
        await session.close()


async def ended(session: Session, clinic: Practice) -> None:
    """The clinic ends the sign-in, and the session has heard."""
    clinic.end_sign_ins(ME)
    with pytest.raises(SignedOut):
        await session.queue.read("48211")
    clinic.forget()


async def test_what_the_server_accepted_before_is_known_without_it(clinic: Practice) -> None:
    async with reentry(clinic) as (_, shown):
        assert await shown.by_secret(PASSWORD)
        assert not await shown.by_secret("wrong")
        assert clinic.log() == []


async def test_a_password_that_is_not_known_here_is_asked_of_the_server_once(clinic: Practice) -> None:
    async with reentry(clinic, known=None) as (session, shown):
        token = session.renewal.tokens.token
        assert not await shown.by_secret("wrong")
        assert await shown.by_secret(PASSWORD)
        assert await shown.by_secret(PASSWORD)
        assert clinic.asked("auth.login") == 2
        # It showed who it is, and has gone again; the session goes on with its own.
        assert clinic.asked("auth.logout") == 1
        assert session.renewal.tokens.token == token
        await session.queue.read("48211")


async def test_somebody_elses_password_opens_nothing_and_leaves_nothing_open(clinic: Practice) -> None:
    async with reentry(clinic, known=None) as (_, shown):
        shown._username = "samuel.okonkwo"
        assert not await shown.by_secret(PASSWORD)
        assert clinic.asked("auth.logout") == 1


async def test_when_the_sign_in_has_ended_the_password_signs_in_again(clinic: Practice) -> None:
    async with reentry(clinic) as (session, shown):
        kept: list[Tokens] = []
        session.renewal.changed = kept.append
        await ended(session, clinic)
        assert shown.is_over
        assert not await shown.by_secret("wrong")
        assert await shown.by_secret(PASSWORD)
        assert not shown.is_over
        assert clinic.asked("auth.logout") == 0
        assert kept == [session.renewal.tokens]
        await session.queue.read("48211")


async def test_without_the_server_the_lock_opens_and_the_sign_in_stays_over(clinic: Practice) -> None:
    async with reentry(clinic) as (session, shown):
        await ended(session, clinic)
        clinic.weather("cut_before", "*")
        assert await shown.by_secret(PASSWORD)
        assert shown.is_over
        assert [(line.what, line.outcome) for line in await session.store.audit()] == [
            ("emergency_access", "unlocked")
        ]
        with pytest.raises(Uncertain):
            await shown.by_secret("wrong")


async def test_whom_the_clinic_lets_in_no_more_does_not_get_back_by_what_is_known_here(
    clinic: Practice,
) -> None:
    async with reentry(clinic) as (session, shown):
        await ended(session, clinic)
        clinic.disable(ME)
        with pytest.raises(Refused):
            await shown.by_secret(PASSWORD)
        assert shown.is_over


async def test_a_token_is_shown_again_or_replaced_by_another_of_the_same_person(clinic: Practice) -> None:
    async with reentry(clinic, "token", known=None) as (session, shown):
        mine = session.renewal.tokens.token
        assert await shown.by_secret(mine)
        others = await signed_in(clinic, number=1)
        again = await signed_in(clinic)
        try:
            shown._proof = None
            assert not await shown.by_secret(others.renewal.tokens.token)
            assert not await shown.by_secret("no token at all")
            await ended(session, clinic)
            await again.close()
            again = await signed_in(clinic)
            fresh = again.renewal.tokens.token
            assert not await shown.by_secret(mine)
            assert await shown.by_secret(fresh)
            assert session.renewal.tokens.token == fresh
            # Made elsewhere: it is not ours to end.
            assert clinic.asked("auth.logout") == 0
        finally:
            await others.close()
            await again.close()


async def test_the_browser_shows_who_it_is_and_is_asked_anew(clinic: Practice) -> None:
    browser = Browser()
    async with reentry(clinic, "browser", known=None, broker=f"{clinic.portal}broker") as (session, shown):
        token = session.renewal.tokens.token
        came = asyncio.create_task(shown.in_browser(browser))
        link = await browser.asked(1)
        assert "prompt=login" in link
        await choose(link, "Continue as Noor Haddad")
        assert await came
        assert session.renewal.tokens.token == token
        assert clinic.asked("auth.logout") == 1
        came = asyncio.create_task(shown.in_browser(browser))
        await choose(await browser.asked(2), "Continue as Priya Raghunathan")
        assert not await came
        assert clinic.asked("auth.logout") == 2
        came = asyncio.create_task(shown.in_browser(browser))
        await choose(await browser.asked(3), "Cancel")
        with pytest.raises(NoReturn):
            await came


async def test_the_browser_signs_in_again_when_the_sign_in_has_ended(clinic: Practice) -> None:
    browser = Browser()
    async with reentry(clinic, "browser", known=None, broker=f"{clinic.portal}broker") as (session, shown):
        await ended(session, clinic)
        came = asyncio.create_task(shown.in_browser(browser))
        await choose(await browser.asked(1), "Continue as Noor Haddad")
        assert await came
        assert not shown.is_over
        await session.queue.read("48211")


async def test_a_profile_that_has_lost_its_page_asks_for_a_password(clinic: Practice) -> None:
    async with reentry(clinic, "browser", known=None) as (_, shown):
        assert shown.way == "password"
        assert await shown.by_secret(PASSWORD)


async def test_a_new_password_is_known_at_the_next_start_and_the_former_is_no_guess(clinic: Practice) -> None:
    keys = HeldKeys()
    async with reentry(clinic, known="former") as (session, shown):
        shown._keys = keys
        await ended(session, clinic)
        with pytest.raises(SignedOut):
            await shown.by_secret("former")
        assert await shown.by_secret(PASSWORD)
        proof = await Known(keys, session.profile, USERNAME, "").proof()
        assert proof is not None
        assert await proof.fits(PASSWORD)


async def test_a_refusal_that_passes_ends_no_sign_in(clinic: Practice) -> None:
    async with reentry(clinic) as (session, shown):
        session.renewal.tokens = msgspec.structs.replace(session.renewal.tokens, refresh_token="")
        clinic.weather("status", "visits.get", status=401, times=1)
        with pytest.raises(SignedOut):
            await session.queue.read("48211")
        assert shown.is_over
        await session.queue.read("48211")
        assert shown.is_over
        await session.confirm()
        assert not shown.is_over


async def test_a_renewed_token_that_is_refused_too_is_for_the_person(clinic: Practice) -> None:
    async with reentry(clinic) as (session, shown):
        clinic.weather("status", "visits.get", status=401)
        with pytest.raises(SignedOut):
            await session.queue.read("48211")
        assert clinic.asked("auth.refresh") == 1
        assert shown.is_over
