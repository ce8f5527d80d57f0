"""Keeps a workstation's request rate polite, with the screen's own requests ahead of background ones."""

import asyncio
import heapq
from enum import IntEnum
from itertools import count

AT_ONCE = 4
PER_S = 10.0


class Rank(IntEnum):
    """Who goes first: the queue, so that a waiting patient is seen; what somebody looks at; the rest."""

    QUEUE = 0
    SCREEN = 1
    BACKGROUND = 2


class Gate:
    """Lets requests through one by one. at_once: how many may be out. per_s: how many may leave in a second.

    burst: how many may leave together, by default one second's worth: a list and its details should not
    drip.
    """

    def __init__(self, at_once: int = AT_ONCE, per_s: float = PER_S, burst: int | None = None) -> None:
        self._free = at_once
        self._per_s = per_s
        self._burst = max(1.0, per_s) if burst is None else float(burst)
        self._allowance = self._burst
        self._counted_at: float | None = None
        self._waiting: list[tuple[Rank, int, asyncio.Future[None]]] = []
        self._order = count()
        self._timer: asyncio.TimerHandle | None = None

    async def enter(self, rank: Rank) -> None:
        """Waits for its turn; `leave` afterwards. Cancelling gives the place to the next."""
        waiter = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (rank, next(self._order), waiter))
        self._let_through()
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                self.leave()
            raise

    def leave(self) -> None:
        """Gives the place back."""
        self._free += 1
        self._let_through()

    def close(self) -> None:
        """Lets nobody through any more."""
        if self._timer is not None:
            self._timer.cancel()

    def _let_through(self) -> None:
        loop = asyncio.get_running_loop()
        self._refill(loop.time())
        while self._free and self._waiting:
            waiter = self._waiting[0][2]
            if not waiter.cancelled():
                if self._allowance < 1:
                    self._look_again(loop)
                    return
                self._allowance -= 1
                self._free -= 1
                waiter.set_result(None)
            heapq.heappop(self._waiting)

    def _refill(self, now: float) -> None:
        if self._counted_at is not None:
            self._allowance = min(self._burst, self._allowance + (now - self._counted_at) * self._per_s)
        self._counted_at = now

    def _look_again(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = loop.call_later((1 - self._allowance) / self._per_s, self._let_through)
