"""Sessions and profiles for tests."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from app.auth import tokens as auth
from app.auth.renewal import Renewal
from app.core.clock import ServerClock, SystemClock
from app.core.outbox import Outbox
from app.core.store.opening import Opened
from app.core.store.store import open_file
from app.entry import sign_in
from app.profile import Profile, checked
from app.session import Session
from app.users.record import Person
from app.users.role import Me, Role
from app.visits.record import Visit, is_complete
from app.visits.waiting import is_open
from app.wire.client import Client, Credentials
from app.wire.endpoints import Endpoints
from app.wire.gate import Gate
from tests.practice import Practice


def profile(clinic: Practice, **changes: Any) -> Profile:
    """The profile of a test's clinic, polled every second."""
    values = {
        "name": "test",
        "api": clinic.api,
        "portal": clinic.portal,
        "nppes": clinic.nppes,
        "messenger": clinic.messenger,
        "account": clinic.account,
        "poll_s": 1.0,
        "call_target": "visit",
    }
    return checked(Profile(**{**values, **changes}))


def fail(error: BaseException) -> None:
    """A fault of the program fails the test."""
    raise AssertionError("a fault of the program") from error


async def signed_in(clinic: Practice, role: str = "provider", number: int = 0, **changes: Any) -> Session:
    """A session that has not been started: the test asks when it wants to."""
    user = clinic.user(role, number)
    if role == "patient":
        return await _of_a_patient(profile(clinic, **changes), user["username"], user["password"])
    return await sign_in(profile(clinic, **changes), user["username"], user["password"], fail)


async def _of_a_patient(profile: Profile, username: str, password: str) -> Session:
    """The program lets none in; what the server says to one of them is asked with the rights of all."""
    clock = ServerClock(SystemClock())
    client = Client(profile.table(), Credentials(profile.account), clock)
    tokens, person = await auth.sign_in(client, username, password)
    me = Me(person=person or Person(id=tokens.user_id), role=Role.PROVIDER)
    kept = Opened(await open_file(None))
    return Session(profile, client, clock, Renewal(client, tokens, clock.now()), me, fail, kept)


@asynccontextmanager
async def sending(outbox: Outbox) -> AsyncIterator[None]:
    """Meanwhile the outbox sends."""
    task = asyncio.create_task(outbox.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def client_of(clinic: Practice, gate: Gate | None = None, **overrides: str) -> AsyncIterator[Client]:
    """A bare client with the token of the clinic's first provider; the journal begins after the sign-in."""
    endpoints = Endpoints(clinic.api, clinic.portal, overrides)
    async with Client(endpoints, Credentials(clinic.account), ServerClock(SystemClock()), gate) as client:
        user = clinic.users[0]
        reply = await client.post("auth.login", {name: user[name] for name in ("username", "password")})
        client.credentials.token = reply.value()["token"]["token"]
        clinic.forget()
        yield client


def is_whole(session: Session) -> bool:
    """Whether everything that places an open visit in the queue has been read, by whoever asked for it."""
    rows = [row for row in session.queue.visits if isinstance(row, Visit) and is_open(row)]
    return bool(rows) and all(map(is_complete, rows))
