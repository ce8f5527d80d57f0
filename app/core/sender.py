"""Who of a person's processes sends: the window, or a command beside it, never both."""

import math
import os
import time
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from app.core.aside import aside

_File = tuple[int, int]
"""Which file it is, whatever its name."""


class Sender:
    """The right to send from one store; the operating system takes it back from a process that dies.

    path: of the store, None when it is in memory alone and therefore nobody else's. may_not_write: the last
    `take` found a folder that takes no lock, so that nobody can tell who else sends: then nobody does.
    untold_s: how many seconds before the last `take` something left of which the disk knows nothing;
    endless where nothing did.
    """

    def __init__(self, path: Path | None) -> None:
        self.is_alone = path is None
        self.is_held = False
        self.may_not_write = False
        self.untold_s = math.inf
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
                self._lock, self._file, self.untold_s = await aside(lambda: _taken(path))
            except Timeout:
                return False
            except OSError:
                self.may_not_write = True
                return False
        self.is_held = True
        return True

    async def leaves_untold(self) -> None:
        """Something leaves, and the disk did not take down that it does: a full one still takes a time.

        Whoever sends next finds it: it is the time of the lock's file.
        """
        if self._path is not None:
            path = self._path
            await aside(lambda: _touch(path, time.time()))

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


def _taken(path: Path) -> tuple[FileLock, _File, float]:
    files: list[os.stat_result] = []

    def acquired(descriptor: int) -> None:
        files.append(os.fstat(descriptor))

    is_new = not path.exists()
    # Taken in one thread and given back in another.
    lock = FileLock(path, mode=0o600, thread_local=False, on_acquired=acquired)
    lock.acquire(timeout=0)
    if is_new:
        _touch(path, 0.0)
    # A time to come is one of another clock: it may have been just now.
    untold_s = math.inf if is_new else max(0.0, time.time() - files[0].st_mtime)
    return lock, _file(files[0]), untold_s


def _touch(path: Path, at: float) -> None:
    with suppress(OSError):
        os.utime(path, (at, at))


def _file_at(path: Path) -> _File | None:
    try:
        return _file(path.stat())
    except OSError:
        return None


def _file(found: os.stat_result) -> _File:
    return found.st_dev, found.st_ino
