"""Copies of files for other programs to show: checked, read only, private, gone afterwards (DAT-08)."""

import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from app.core.aside import aside
from app.core.audit import Audit, Event
from app.files.content import Kind
from app.files.files import Files, Saved
from app.files.names import safe_name
from app.files.record import File
from app.files.saving import Unsaved
from app.home import home
from app.wire.transfer import Progress

_SHOWN: frozenset[Kind] = frozenset({"image", "pdf", "text"})
_LOCK = ".lock"


class NotShown(Exception):
    """The file came, and is nothing that another program may open; nothing of it is left.

    kind: mismatch (it is not what its name says) or other (not known to be harmless).
    """

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self.kind: Kind = kind


class OpenedFiles:
    """Those of one session. root: where each session has a folder of its own, that of `opened_folder`.

    The copies are not encrypted: another program could not show them otherwise. Where the desktop has a
    folder in memory they lie there, and on no disk.
    """

    def __init__(self, files: Files, root: Path, audit: Audit) -> None:
        self._files, self._root, self._audit = files, root, audit
        self._folder: Path | None = None
        self._lock: FileLock | None = None

    async def open(self, file: File, progress: Progress | None = None) -> Path:
        """A copy of the file, for the desktop to show. Raises Failure, Unsaved, NotShown.

        progress: see `Files.download`.
        """
        folder = await aside(self._own_folder)
        # Two files may have one name, and no name of the server's may be one of ours.
        place = folder / secrets.token_hex(8)
        await aside(lambda: place.mkdir(mode=0o700))
        try:
            saved = await self._files.download(file, place / safe_name(file.name), progress)
            await aside(lambda: _check(saved))
        except BaseException:
            _remove(place)
            self._audit.note(Event.FILE_OPENED, file.id, "failed")
            raise
        self._audit.note(Event.FILE_OPENED, file.id)
        return saved.path

    async def sweep(self) -> None:
        """Removes what sessions have left that ended without a word."""
        await aside(lambda: _sweep(self._root))

    async def close(self) -> None:
        """Removes every copy. One that another program holds open is removed at the next start."""
        folder, self._folder = self._folder, None
        lock, self._lock = self._lock, None
        if folder is not None:
            await aside(lambda: _remove(folder))
        if lock is not None:
            lock.release()

    def _own_folder(self) -> Path:
        if self._folder is None:
            folder = self._root / secrets.token_hex(8)
            try:
                self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
                folder.mkdir(mode=0o700)
                self._lock = FileLock(folder / _LOCK, mode=0o600, thread_local=False)
                self._lock.acquire(timeout=0)
            except OSError:
                raise Unsaved("no_access") from None
            self._folder = folder
        return self._folder


def opened_folder() -> Path:
    """The person's own folder in memory, where the desktop has one; else beside the other files."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    root = Path(runtime) if runtime and os.access(runtime, os.W_OK) else home()
    return root / "vestibule-opened"


def _check(saved: Saved) -> None:
    if saved.kind not in _SHOWN:
        raise NotShown(saved.kind)
    saved.path.chmod(0o400)


def _sweep(root: Path) -> None:
    with suppress(OSError):
        for folder in root.iterdir():
            with suppress(Timeout, OSError):
                with FileLock(folder / _LOCK, timeout=0):
                    _remove(folder)
                # Windows keeps the lock's own file as long as it is held.
                _remove(folder)


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
