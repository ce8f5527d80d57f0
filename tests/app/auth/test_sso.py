"""Single sign-on, activation and heartbeat against a real practice clinic."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

import pytest

from app.auth.activation import activate
from app.auth.alive import KeepAlive
from app.auth.sso import AppKeys, SsoPerson, sso, sso_for_call
from app.core.clock import ServerClock, SystemClock
from app.errors import Broken, NotOffered, Refused, SignedOut
from app.sandbox.opening import open_clinic
from app.users.users import Users
from app.wire.client import Client, Credentials
from tests.practice import START, Practice
from tests.sessions import profile
from tests.until import until

MIRA = SsoPerson(
    first_name="Adaeze",
    last_name="Obi",
    type=200,
    code="ext-77",
    born=date(1990, 2, 3),
    gender=2,
    email="adaeze@example.test",
    phone="5550177",
    street="1 Practice Street",
    city="Harbor City",
    state="CA",
    zip="01234",
    zone="Europe/Lisbon",
    disable_emails=True,
)


@pytest.fixture
def clinic(shared_clinic: Practice) -> Practice:
    """One clinic for these tests: none minds what another did."""
    return shared_clinic


@asynccontextmanager
async def client_of(clinic: Practice, **endpoints: str) -> AsyncIterator[Client]:
    """A client that nobody has signed in."""
    table = profile(clinic, endpoints=endpoints).table()
    async with Client(table, Credentials(clinic.account), ServerClock(SystemClock())) as client:
        yield client


def keys(clinic: Practice) -> AppKeys:
    return AppKeys(key=clinic.api_key, secret=clinic.api_secret)


async def test_a_user_is_created_and_matched_by_code(clinic: Practice) -> None:
    async with client_of(clinic) as client:
        first = await sso(client, keys(clinic), MIRA)
        again = await sso(client, keys(clinic), MIRA)
        assert first.user_id == again.user_id
        assert first.token != again.token
        assert first.expiry is not None
        client.credentials.token = again.token
        user = await Users(client).read()
        assert (user.person.name, user.person.born, user.person.gender) == (
            "Adaeze Obi",
            date(1990, 2, 3),
            2,
        )
        assert (user.zip, user.state, user.zone, user.type, user.code) == (
            "01234",
            "CA",
            "Europe/Lisbon",
            200,
            "ext-77",
        )


async def test_the_login_for_calls_in_the_browser(clinic: Practice) -> None:
    async with client_of(clinic) as client:
        guest = SsoPerson(first_name="Gus", last_name="Guest", type=600)
        tokens, call = await sso_for_call(client, keys(clinic), guest)
        assert call.id == f"practice+user{tokens.user_id}"
        assert len(call.token) == 32


async def test_a_server_that_forgets_the_call_login_is_broken(clinic: Practice) -> None:
    async with client_of(clinic) as client:
        tokens = {"user_id": "1", "token": "t"}
        clinic.weather("wrong_json", "auth.sso", body={"data": {"id": "1", "token": tokens}}, times=1)
        with pytest.raises(Broken) as broken:
            await sso_for_call(client, keys(clinic), MIRA)
        assert broken.value.where == "vsee"


async def test_wrong_keys_and_missing_fields(clinic: Practice) -> None:
    async with client_of(clinic) as client:
        with pytest.raises(SignedOut):
            await sso(client, AppKeys(key=clinic.api_key, secret="x"), MIRA)
        with pytest.raises(Refused) as refused:
            await sso(client, keys(clinic), SsoPerson(first_name="A", last_name="B", type=400))
        assert refused.value.message == "code is required."


def test_nothing_secret_is_shown() -> None:
    shown = repr(AppKeys(key="k-secret", secret="s-secret"))
    assert "secret" not in shown


def test_what_is_not_known_is_not_sent() -> None:
    plain = SsoPerson(first_name="A", last_name="B", type=600)
    assert plain.body() == {"first_name": "A", "last_name": "B", "type": 600}
    assert MIRA.body()["gender"] == "female"
    assert (
        SsoPerson(first_name="A", last_name="B", type=600, disable_emails=False).body()["disable_emails"] == 0
    )
    json.dumps(MIRA.body())


async def test_activation_by_the_token_of_an_e_mail(clinic: Practice) -> None:
    # The same seed is the same clinic, with the same e-mail on its way.
    newcomer = next(person for person in open_clinic(7, START).people.values() if person.email_token)
    async with client_of(clinic) as client:
        tokens, person = await activate(client, newcomer.email, newcomer.email_token or "")
        assert person is not None
        assert (person.id, person.given) == (tokens.user_id, "Elif") == (newcomer.id, newcomer.first_name)
        with pytest.raises(SignedOut):
            await activate(client, newcomer.email, "x")


async def test_heartbeats_go_on_through_bad_weather(clinic: Practice) -> None:
    async with client_of(clinic) as client:
        client.credentials.token = (await sso(client, keys(clinic), MIRA)).token
        clinic.forget()
        clinic.weather("status", "auth.alive", status=503, times=1)
        beats = asyncio.create_task(KeepAlive(client, every_s=0.01).run())
        try:
            await until(lambda: clinic.asked("auth.alive") >= 3)
        finally:
            beats.cancel()
            await asyncio.gather(beats, return_exceptions=True)


async def test_a_server_that_does_not_listen(clinic: Practice) -> None:
    async with client_of(clinic, **{"auth.alive": "off"}) as client:
        with pytest.raises(NotOffered):
            await KeepAlive(client).beat()
