"""Who of a person's processes sends: the window, or a command beside it, never both."""

import os
from pathlib import Path

from filelock import FileLock, Timeout

from app.core.aside import aside

_File = tuple[int, int]
"""Which file it is, whatever its name."""


class Sender:
    """The right to send from one store; the operating system takes it back from a process that dies.

    path: of the store, None when it is in memory alone and therefore nobody else's. may_not_write: the last
    `take` found a folder that takes no lock, so that nobody can tell who else sends: then nobody does.
    """

    def __init__(self, path: Path | None) -> None:
        self.is_alone = path is None
        self.is_held = False
        self.may_not_write = False
        self._path = None if path is None else path.with_suffix(".sending")
        self._lock: FileLock | None = None
        self._file: _File | None = None

    async def take(self) -> bool:
        """Becomes the one that sends; False while somebody else is, or may be."""
        self.may_not_write = False
        if self._path is not None:
            path = self._path
            try:
                # Whoever is cancelled while waiting drops the lock, which lets go of it.
                self._lock, self._file = await aside(lambda: _taken(path))
            except Timeout:
                return False
            except OSError:
                self.may_not_write = True
                return False
        self.is_held = True
        return True

    async def holds(self) -> bool:
        """Whether it still is the one; lets go when the lock's file is gone or another: somebody else could
        have taken that."""
        lock, path = self._lock, self._path
        if lock is not None and path is not None:
            file = await aside(lambda: _file_at(path))
            if file != self._file and self._lock is lock:
                self.release()
        return self.is_held

    def release(self) -> None:
        """Lets another process send."""
        lock, self._lock, self._file = self._lock, None, None
        self.is_held = False
        if lock is not None:
            lock.release()


def _taken(path: Path) -> tuple[FileLock, _File]:
    files: list[_File] = []

    def acquired(descriptor: int) -> None:
        files.append(_file(os.fstat(descriptor)))

    # Taken in one thread and given back in another.
    lock = FileLock(path, mode=0o600, thread_local=False, on_acquired=acquired)
    lock.acquire(timeout=0)
    return lock, files[0]


def _file_at(path: Path) -> _File | None:
    try:
        return _file(path.stat())
    except OSError:
        return None


def _file(found: os.stat_result) -> _File:
    return found.st_dev, found.st_ino
