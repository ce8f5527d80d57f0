"""Folders for copies of patients' files: this person's alone, emptied without following a link (DAT-08)."""

import os
import re
import shutil
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

LOCK = ".lock"
"""In each session's folder; held while the session lives."""

_NAME = re.compile("[0-9a-f]{16}")


def is_private(folder: Path) -> bool:
    """Whether it is a real folder, no link to one, into which nobody else may look or write."""
    try:
        status = folder.lstat()
    except OSError:
        return False
    return _is_own_folder(status) and (os.name != "posix" or not status.st_mode & 0o077)


def make_private(folder: Path) -> None:
    """Makes the folder, or closes one of ours to others. Raises OSError when something else is there."""
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700, parents=True)
    if not _is_own_folder(folder.lstat()):
        raise NotADirectoryError
    if not is_private(folder):
        folder.chmod(0o700)


def remove(folder: Path, lock: FileLock) -> None:
    """Removes a session's folder and releases its lock. What another program holds open stays, and with it
    the lock's file, by which the next start knows the folder."""
    with suppress(OSError):
        for place in folder.iterdir():
            shutil.rmtree(place, onerror=_once_more)
    # Windows keeps the lock's own file as long as it is held.
    lock.release()
    with suppress(OSError):
        if {path.name for path in folder.iterdir()} <= {LOCK}:
            (folder / LOCK).unlink(missing_ok=True)
            folder.rmdir()


def sweep(root: Path) -> None:
    """Removes the folders of sessions that have ended without a word, and nothing that is none of those."""
    if not is_private(root):
        return
    with suppress(OSError):
        for folder in root.iterdir():
            if _NAME.fullmatch(folder.name) and is_private(folder) and _is_file(folder / LOCK):
                lock = FileLock(folder / LOCK)
                with suppress(Timeout, OSError):
                    lock.acquire(timeout=0)
                    remove(folder, lock)


def _once_more(again: Callable[[str], object], path: str, _error: object) -> None:
    """Windows removes nothing that is read only, as the copies are."""
    with suppress(OSError):
        Path(path).chmod(stat.S_IRWXU)
        again(path)


def _is_own_folder(status: os.stat_result) -> bool:
    return stat.S_ISDIR(status.st_mode) and (os.name != "posix" or status.st_uid == os.getuid())


def _is_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False
