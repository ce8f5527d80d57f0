"""Keeps one kind of fact fresh: asks, one question at a time, and backs off."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from app.core.backoff import backoff_s
from app.core.connection import Connection
from app.errors import Failure

A = TypeVar("A")


class Poller(Generic[A]):
    """Asks one question again and again, one at a time.

    ask: brings an answer or raises a Failure. take: gets each answer that is still wanted. interval_s:
    seconds from an answer to the next question.
    """

    def __init__(
        self,
        ask: Callable[[], Awaitable[A]],
        take: Callable[[A], None],
        connection: Connection,
        interval_s: float,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._ask = ask
        self._take = take
        self._connection = connection
        self._interval_s = interval_s
        self._chance = chance
        self._woken = asyncio.Event()
        self._failures = 0

    def wake(self) -> None:
        """Asks at once: after resume, reconnect, F5 or an own act; while a question is out, after it."""
        self._woken.set()

    async def run(self) -> None:
        """Polls until cancelled."""
        while True:
            self._woken.clear()
            pause_s = await self.once()
            try:
                async with asyncio.timeout(pause_s):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def once(self) -> float:
        """One question. Returns the seconds to wait before the next one."""
        try:
            answer = await self._ask()
        except Failure as failure:
            self._failures += 1
            self._connection.failed(failure)
            return backoff_s(self._failures, failure.retry_after, self._chance())
        self._failures = 0
        self._take(answer)
        self._connection.succeeded()
        return self._interval_s
