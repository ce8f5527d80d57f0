"""What the transport learns from an answer besides its body."""

import asyncio

import pytest

from app.core.clock import ServerClock
from app.wire.transport import Asked, Transport, reading
from tests.clocks import HandClock
from tests.hostile import Hostile


@pytest.mark.parametrize(
    ("date", "is_learnt"),
    [
        ("Mon, 01 Jan 2035 00:00:00 GMT", True),
        ("Thu, 31 Dec 2099 23:59:59 GMT", True),
        ("Fri, 31 Dec 9999 23:59:59 -2359", False),
        ("Fri, 01 Jan 2100 00:00:00 GMT", False),
        ("Mon, 01 Jan 2001 00:00:00 GMT", False),
        ("Thu, 01 Jan 1970 00:00:00 GMT", False),
    ],
)
async def test_a_time_that_cannot_be_is_not_learnt(date: str, is_learnt: bool) -> None:
    clock = ServerClock(HandClock())
    transport = Transport(clock, trust_env=False)
    async with Hostile(headers={"Date": date}) as server, server.client() as client:
        for _ in range(3):
            asked = Asked("GET", client.endpoints.base("api"))
            await transport.exchange(asked, reading(1000), asyncio.timeout(15))
    await transport.close()
    assert (clock.skew_s() != 0) is is_learnt
