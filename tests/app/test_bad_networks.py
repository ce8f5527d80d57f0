"""Bad networks: none empties the list, each gives a true light and true words, and it ends by itself."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from app.core.clock import ServerClock
from app.core.connection import Light
from app.entry import sign_in
from app.errors import Offline
from app.sentences import sentence
from app.session import Session
from app.wire import client as wire
from app.wire.client import Client, Credentials
from app.wire.endpoints import Endpoints
from tests.clocks import HandClock
from tests.hostile import Hostile
from tests.practice import START, Practice
from tests.proxies import NAME, Mode, Names, Proxy, hanging
from tests.sessions import fail, profile
from tests.until import until


@pytest.fixture(autouse=True)
def no_proxy_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(autouse=True)
def short_time_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "ANSWER_WITHIN_S", 1.0)


class Watched:
    """A session that was live a moment ago, and the hand that moves the time here and at the clinic."""

    def __init__(self, session: Session, clinic: Practice, hand: HandClock) -> None:
        self.session, self.queue, self.clinic = session, session.queue, clinic
        self._hand = hand
        self.rows = dict(self.queue.visits.all())

    def advance(self, seconds: float) -> None:
        self._hand.advance(seconds)
        self.clinic.advance(seconds)

    async def polled(self) -> tuple[Light, str]:
        """Light and words after one more question."""
        await self.queue.poller.once()
        standing = self.queue.connection.standing()
        return standing.light, "" if standing.failure is None else sentence(standing.failure)

    async def stands_out(self, light: Light, words: str, *, ages_to: Light) -> None:
        """The trouble is told truthfully, at once and a minute later, and the list stays."""
        assert await self.polled() == (light, words)
        self._hand.advance(60)
        assert await self.polled() == (ages_to, words)
        standing = self.queue.connection.standing()
        assert standing.age_s == pytest.approx(60, abs=1)
        assert standing.confirmed_at == pytest.approx(START, abs=2)
        assert standing.is_too_old
        assert dict(self.queue.visits.all()) == self.rows
        # Whoever waits for fair weather waits at the clinic, too.
        self.clinic.advance(60)

    async def is_live_again(self) -> None:
        assert await self.polled() == (Light.LIVE, "")
        assert set(self.rows) <= set(self.queue.visits.all())


@asynccontextmanager
async def watched(clinic: Practice, api: str = "") -> AsyncIterator[Watched]:
    hand = HandClock(wall=float(START))
    user = clinic.user("provider")
    ours = profile(clinic)
    ours = replace(ours, api=api or ours.api)
    session = await sign_in(ours, user["username"], user["password"], fail, clock=hand)
    try:
        await session.queue.poller.once()
        assert session.queue.connection.standing().light == Light.LIVE
        assert len(session.queue.visits) > 5
        yield Watched(session, clinic, hand)
    finally:
        await session.close()


def by_name(clinic: Practice) -> str:
    return f"http://{NAME}:{clinic.port}/api_v3/"


WEATHERS: dict[str, tuple[dict[str, Any], Light, str, Light]] = {
    "slow": (
        {"kind": "latency", "seconds": 3},
        Light.DELAYED,
        "The server did not answer in time.",
        Light.OFFLINE,
    ),
    "slow body": (
        {"kind": "slow_body", "seconds": 8},
        Light.DELAYED,
        "The server did not answer in time.",
        Light.OFFLINE,
    ),
    "cut": ({"kind": "cut_before"}, Light.DELAYED, "The connection to the server broke off.", Light.OFFLINE),
    "captive portal": (
        {"kind": "html"},
        Light.TROUBLE,
        "The server answered with something other than its API, such as a network's sign-in page.",
        Light.TROUBLE,
    ),
    "captive portal elsewhere": (
        {"kind": "redirect", "to": "http://127.0.0.2:9/login"},
        Light.TROUBLE,
        "The server sent us to another address; we did not follow, and the token stayed here.",
        Light.TROUBLE,
    ),
    "half an answer": (
        {"kind": "truncated"},
        Light.TROUBLE,
        "The server answered with something other than its API, such as a network's sign-in page.",
        Light.TROUBLE,
    ),
}


@pytest.mark.parametrize("name", WEATHERS)
async def test_each_weather_is_told_truthfully_and_goes_by(clinic: Practice, name: str) -> None:
    rule, light, words, ages_to = WEATHERS[name]
    async with watched(clinic) as line:
        clinic.weather(match="visits.list", **rule)
        await line.stands_out(light, words, ages_to=ages_to)
        clinic.clear()
        await line.is_live_again()


async def test_a_line_that_loses_every_other_request_keeps_the_list_fresh(clinic: Practice) -> None:
    async with watched(clinic) as line:
        lights = []
        for _ in range(4):
            line.advance(2)
            arrived = clinic.do("arrive", room=clinic.room)["visit"]
            clinic.weather("cut_after", "visits.list", times=1)
            lights.append((await line.polled())[0])
            assert arrived not in line.queue.visits
            lights.append((await line.polled())[0])
            assert arrived in line.queue.visits
        assert lights == [Light.DELAYED, Light.LIVE] * 4


async def test_names_that_are_not_resolved_any_more(
    clinic: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = Names(monkeypatch)
    async with watched(clinic, by_name(clinic)) as line:
        names.addresses = []
        line.session._client.reconnect()
        words = "The server's name cannot be found; check the address and the network."
        await line.stands_out(Light.DELAYED, words, ages_to=Light.OFFLINE)
        names.addresses = ["127.0.0.1"]
        await line.is_live_again()


async def test_ipv6_that_is_refused_does_not_keep_from_ipv4(
    clinic: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = Names(monkeypatch)
    names.addresses = ["::1", "127.0.0.1"]
    async with watched(clinic, by_name(clinic)) as line:
        line.session._client.reconnect()
        await line.is_live_again()


@pytest.mark.skipif(sys.platform != "linux", reason="a full line is made as Linux fills it")
async def test_ipv6_that_hangs_does_not_keep_from_ipv4(
    clinic: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = Names(monkeypatch)
    async with watched(clinic, by_name(clinic)) as line:
        with hanging("::1", clinic.port):
            names.addresses = ["::1", "127.0.0.1"]
            line.session._client.reconnect()
            await line.is_live_again()
            names.addresses = ["::1"]
            line.session._client.reconnect()
            assert await line.polled() == (Light.DELAYED, "The server did not answer in time.")


async def test_the_environments_proxy_leads_to_the_clinic_and_its_end_is_told(
    clinic: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    Names(monkeypatch).addresses = []  # the proxy alone knows the way
    async with Proxy(clinic.port) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.address)
        async with watched(clinic, by_name(clinic)) as line:
            assert any(f"GET http://{NAME}" in request for request in proxy.requests)
            await proxy.stop()
            await line.stands_out(Light.DELAYED, "The server cannot be reached.", ages_to=Light.OFFLINE)
            await proxy.start()
            await line.is_live_again()
            proxy.mode = "silent"
            assert await line.polled() == (Light.DELAYED, "The server did not answer in time.")


async def test_a_proxy_that_wants_a_password_is_no_contact(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Proxy(0) as proxy:
        proxy.mode = "password"
        monkeypatch.setenv("HTTPS_PROXY", proxy.address)
        endpoints = Endpoints(f"https://{NAME}/api_v3/")
        async with Client(endpoints, Credentials("harbor"), ServerClock(HandClock())) as client:
            with pytest.raises(Offline) as raised:
                await client.get("visits.list", repeat=False)
        assert raised.value.reason == "unreachable"
        assert proxy.requests == [f"CONNECT {NAME}:443 HTTP/1.1"]


@pytest.mark.parametrize("mode", ["kept", "kept_with_age"])
async def test_yesterdays_answer_confirms_nothing_and_does_not_turn_back_the_clock(
    clinic: Practice, monkeypatch: pytest.MonkeyPatch, mode: Mode
) -> None:
    Names(monkeypatch).addresses = []
    async with Proxy(clinic.port) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.address)
        async with watched(clinic, by_name(clinic)) as line:
            line.advance(120)
            assert (await line.polled())[0] == Light.LIVE
            line.advance(20)
            arrived = clinic.do("arrive", room=clinic.room)["visit"]
            proxy.mode = mode
            for _ in range(4):
                light, words = await line.polled()
                assert light == Light.TROUBLE
                assert (
                    words == "An old answer came, kept somewhere on the way from the server; it was not used."
                )
                assert line.session.clock.now() == pytest.approx(START + 140, abs=2)
            standing = line.queue.connection.standing()
            assert (standing.age_s, standing.is_too_old) == (pytest.approx(20), True)
            assert set(line.rows) <= set(line.queue.visits.all())
            assert arrived not in line.queue.visits
            proxy.mode = "through"
            await line.is_live_again()
            assert arrived in line.queue.visits


async def test_after_sleep_a_question_on_a_dead_line_is_not_waited_for(
    clinic: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "ANSWER_WITHIN_S", 15.0)
    Names(monkeypatch).addresses = []
    async with Proxy(clinic.port) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.address)
        async with watched(clinic, by_name(clinic)) as line:
            proxy.mode = "silent"
            asked = len(proxy.requests)
            polling = asyncio.create_task(line.queue.poller.run(), name="test.poll")
            await until(lambda: len(proxy.requests) > asked)
            arrived = clinic.do("arrive", room=clinic.room)["visit"]
            proxy.mode = "through"
            line.session._client.reconnect()
            line.queue.poller.restart()
            await until(lambda: arrived in line.queue.visits, within_s=5)
            assert line.queue.connection.standing().light == Light.LIVE
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)


async def test_reconnecting_leaves_a_connection_that_may_be_dead() -> None:
    async with Hostile() as server, server.client() as client:
        for _ in range(3):
            await client.get("visits.list")
        old = client._transport._pool.http
        assert len(server._serving) == 1
        client.reconnect()
        await client.get("visits.list")
        assert len(server._serving) == 2
        await until(lambda: old.is_closed)
