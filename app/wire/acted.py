"""Reading what became of an act."""

from collections.abc import Awaitable
from typing import TypeVar

from app.errors import Failure, Uncertain

T = TypeVar("T")


async def seen(reading: Awaitable[T]) -> T:
    """What is read after an act that the server took.

    Raises Uncertain when it cannot be read: any other failure would say that nothing was done.
    """
    try:
        return await reading
    except Failure as failure:
        raise Uncertain(str(failure)) from failure
