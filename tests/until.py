"""Waiting for something to become true, without a fixed sleep and without a nested loop."""

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], object], within_s: float = 10.0) -> None:
    """Returns as soon as `condition()` holds; fails the test when it does not in time."""
    try:
        async with asyncio.timeout(within_s):
            while not condition():  # noqa: ASYNC110 (conditions are of any kind)
                await asyncio.sleep(0.005)
    except TimeoutError:
        raise AssertionError(f"did not come true within {within_s} s") from None
