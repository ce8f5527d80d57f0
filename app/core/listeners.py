"""Who wants to be told of a change."""

from collections.abc import Callable
from typing import Generic, ParamSpec

P = ParamSpec("P")


class Listeners(Generic[P]):
    """Told in the order they came. One that goes while all are being told is told this once more."""

    def __init__(self) -> None:
        self._all: list[Callable[P, object]] = []

    def add(self, listener: Callable[P, object]) -> Callable[[], None]:
        """Calls `listener` from now on. Returns the way to stop it, which may be called again."""
        self._all.append(listener)
        return lambda: self._all.remove(listener) if listener in self._all else None

    def tell(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Calls everyone, in the same turn."""
        for listener in tuple(self._all):
            listener(*args, **kwargs)
