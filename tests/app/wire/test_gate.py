"""Politeness: how many at once, how many a second, and who goes first."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from app.wire.gate import Gate, Rank


@asynccontextmanager
async def turn(gate: Gate, rank: Rank = Rank.SCREEN) -> AsyncIterator[None]:
    await gate.enter(rank)
    try:
        yield
    finally:
        gate.leave()


async def test_no_more_than_so_many_are_out_at_once() -> None:
    gate, out, most = Gate(at_once=3, per_s=1000), 0, 0

    async def one() -> None:
        nonlocal out, most
        async with turn(gate):
            out += 1
            most = max(most, out)
            await asyncio.sleep(0)
            out -= 1

    await asyncio.gather(*(one() for _ in range(20)))
    assert (out, most) == (0, 3)


async def test_no_more_than_so_many_leave_in_a_second() -> None:
    gate, loop = Gate(at_once=100, per_s=20), asyncio.get_running_loop()
    began, left = loop.time(), []

    async def one() -> None:
        async with turn(gate):
            left.append(loop.time() - began)

    await asyncio.gather(*(one() for _ in range(30)))
    assert left[19] < 0.4
    # Twenty may leave together; the ten after them keep the rate.
    assert left[29] >= 10 / 20 * 0.95


async def test_the_screen_goes_before_the_background() -> None:
    gate, order = Gate(at_once=1, per_s=1000), []

    async def one(name: str, rank: Rank) -> None:
        async with turn(gate, rank):
            order.append(name)
            await asyncio.sleep(0)

    await asyncio.gather(
        one("first", Rank.BACKGROUND),
        one("back 1", Rank.BACKGROUND),
        one("back 2", Rank.BACKGROUND),
        one("screen 1", Rank.SCREEN),
        one("screen 2", Rank.SCREEN),
        one("queue", Rank.QUEUE),
    )
    assert order == ["first", "queue", "screen 1", "screen 2", "back 1", "back 2"]


async def test_who_is_cancelled_takes_no_place() -> None:
    gate = Gate(at_once=1, per_s=1000)
    holding, waiting = asyncio.Event(), []

    async def hold() -> None:
        async with turn(gate):
            await holding.wait()

    holder = asyncio.create_task(hold())
    for _ in range(3):
        waiting.append(asyncio.create_task(hold()))
    await asyncio.sleep(0)
    for task in (*waiting[:2], holder):
        task.cancel()
    for task in (*waiting[:2], holder):
        with pytest.raises(asyncio.CancelledError):
            await task
    holding.set()
    await asyncio.wait_for(waiting[2], 1)
    await asyncio.wait_for(hold(), 1)
