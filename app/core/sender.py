"""Who of a person's processes sends: the window, or a command beside it, never both."""

from pathlib import Path

from filelock import FileLock, Timeout

from app.core.aside import aside


class Sender:
    """The right to send from one store; the operating system takes it back from a process that dies.

    path: of the store, None when it is in memory alone and therefore nobody else's.
    """

    def __init__(self, path: Path | None) -> None:
        # Taken in one thread and given back in another.
        self._lock = None if path is None else FileLock(path.with_suffix(".sending"), thread_local=False)
        self.is_held = False

    async def take(self) -> bool:
        """Becomes the one that sends; False while somebody else is."""
        if self._lock is not None:
            lock = self._lock
            try:
                await aside(lambda: lock.acquire(timeout=0))
            except Timeout:
                return False
            except OSError:
                # A folder that cannot be written to: nothing is taken from this store by anybody.
                return True
        self.is_held = True
        return True

    def release(self) -> None:
        """Lets another process send."""
        if self._lock is not None:
            self._lock.release()
        self.is_held = False
