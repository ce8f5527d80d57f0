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
        # The question that is out, as a scope that can be ended from outside.
        self._question: asyncio.Timeout | None = None
        self._is_abandoned = False
        # Whether the server has asked us to wait, which a wake does not shorten (QUE-05).
        self._is_held = False
        self._failures = 0

    def wake(self) -> None:
        """Asks at once: after focus, F5 or an own act.

        While a question is out, after it; while the server has asked us to wait, when that is over.
        """
        if not self._is_held:
            self._woken.set()

    def restart(self) -> None:
        """Asks anew at once, after sleep or on another network: the answer to the question that is out may
        never come. It is abandoned; if it comes all the same it is dropped (QUE-04).
        """
        self._failures = 0
        self._woken.set()
        if self._question is not None:
            self._is_abandoned = True
            self._question.reschedule(asyncio.get_running_loop().time())

    def set_interval(self, interval_s: float) -> None:
        """Asks this often from now on, and at once, so that no longer pause goes before."""
        self._interval_s = interval_s
        self._connection.set_interval(interval_s)
        self.wake()

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
        self._is_held = self._is_abandoned = False
        self._question = asyncio.timeout(None)
        try:
            async with self._question:
                answer = await self._ask()
        except (Failure, TimeoutError) as error:
            if self._is_abandoned:
                return 0.0
            if isinstance(error, Failure):
                return self._failed(error)
            raise
        finally:
            self._question = None
        if self._is_abandoned:
            return 0.0
        self._failures = 0
        self._take(answer)
        self._connection.succeeded()
        return self._interval_s

    def _failed(self, failure: Failure) -> float:
        self._failures += 1
        self._is_held = failure.retry_after is not None
        if self._is_held:
            self._woken.clear()
        self._connection.failed(failure)
        return backoff_s(self._failures, failure.retry_after, self._chance())
