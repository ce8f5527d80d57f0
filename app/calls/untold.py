"""What happened to a call by itself, until somebody has been told."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Untold(Generic[T]):
    """News that wait while nobody can be told: a locked screen names no patient."""

    def __init__(self) -> None:
        self._waiting: list[T] = []
        self._listeners: list[Callable[[T], None]] = []

    def tell(self, news: T) -> None:
        """Now, or as soon as somebody attends."""
        if not self._listeners:
            self._waiting.append(news)
        for listener in tuple(self._listeners):
            listener(news)

    def attend(self, listener: Callable[[T], None]) -> Callable[[], None]:
        """Calls `listener` with what waits, and from now on. Returns the way to stop it."""
        self._listeners.append(listener)
        waiting, self._waiting = self._waiting, []
        for news in waiting:
            listener(news)
        return lambda: self._listeners.remove(listener)
