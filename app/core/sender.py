"""Who of a person's processes sends: the window, or a command beside it, never both."""

from pathlib import Path

from filelock import FileLock, Timeout

from app.core.aside import aside


class Sender:
    """The right to send from one store; the operating system takes it back from a process that dies.

    path: of the store, None when it is in memory alone and therefore nobody else's.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = None if path is None else path.with_suffix(".sending")
        self._lock: FileLock | None = None
        self.is_held = False

    async def take(self) -> bool:
        """Becomes the one that sends; False while somebody else is."""
        if self._path is not None:
            path = self._path
            try:
                # Whoever is cancelled while waiting drops the lock, which lets go of it.
                self._lock = await aside(lambda: _taken(path))
            except Timeout:
                return False
            except OSError:
                # A folder that cannot be written to: nothing is taken from this store by anybody.
                self._lock = None
        self.is_held = True
        return True

    def release(self) -> None:
        """Lets another process send."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None
        self.is_held = False


def _taken(path: Path) -> FileLock:
    # Taken in one thread and given back in another.
    lock = FileLock(path, mode=0o600, thread_local=False)
    lock.acquire(timeout=0)
    return lock
