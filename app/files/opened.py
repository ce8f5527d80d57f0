"""Copies of files for other programs to show: checked, read only, private, gone afterwards (DAT-08)."""

import os
import secrets
import shutil
import threading
from pathlib import Path
from typing import Literal

from filelock import FileLock

from app.core.aside import aside
from app.core.audit import Audit, Event
from app.errors import Broken
from app.files.content import Kind
from app.files.files import Files, Saved
from app.files.names import with_extension
from app.files.pdf import is_active
from app.files.private import LOCK, is_private, make_private, remove, sweep
from app.files.record import File
from app.files.saving import Unsaved
from app.home import home
from app.wire.transfer import Progress

LARGEST_OPENED = 64 * 1024 * 1024
"""Bytes of a copy; it may lie in memory. A larger file can be saved."""

NotShownReason = Literal["mismatch", "other", "active", "too_large"]

_SHOWN: frozenset[Kind] = frozenset({"image", "pdf", "text"})
_FOLDER = "vestibule-opened"
_PICTURES = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/bmp": "bmp",
    "image/tiff": "tif",
    "image/heic": "heic",
    "image/avif": "avif",
}


class NotShown(Exception):
    """The file is nothing that another program may open; nothing of it is left.

    reason: mismatch (it is not what its name says), other (not known to be harmless), active (a PDF that does
    something by itself, or holds other files), too_large (more than LARGEST_OPENED; it did not come).
    """

    def __init__(self, reason: NotShownReason) -> None:
        super().__init__(reason)
        self.reason: NotShownReason = reason


class OpenedFiles:
    """Those of one session. root: where each session has a folder of its own, that of `opened_folder`.

    The copies are not encrypted: another program could not show them otherwise. Where the desktop has a
    folder in memory they lie there, and on no disk.
    """

    def __init__(self, files: Files, root: Path, audit: Audit) -> None:
        self._files, self._root, self._audit = files, root, audit
        # Of threads: one whose caller was cancelled goes on.
        self._making = threading.Lock()
        self._folder: Path | None = None
        self._lock: FileLock | None = None
        self._is_closed = False

    async def open(self, file: File, progress: Progress | None = None) -> Path:
        """A copy of the file, for the desktop to show. Raises Failure, Unsaved, NotShown.

        progress: see `Files.download`.
        """
        place = await aside(self._own_place)
        try:
            saved = await self._brought(file, place / "copy", progress)
            path = await aside(lambda: _checked(saved))
        except OSError:
            self._drop(file, place)
            raise Unsaved("failed") from None
        except BaseException:
            self._drop(file, place)
            raise
        self._audit.note(Event.FILE_OPENED, file.id)
        return path

    def _drop(self, file: File, place: Path) -> None:
        shutil.rmtree(place, ignore_errors=True)
        self._audit.note(Event.FILE_OPENED, file.id, "failed")

    async def sweep(self) -> None:
        """Removes what sessions have left that ended without a word."""
        await aside(lambda: sweep(self._root))

    async def close(self) -> None:
        """Removes every copy, for good. One that another program holds open is removed at the next start."""
        await aside(self._leave)

    async def _brought(self, file: File, to: Path, progress: Progress | None) -> Saved:
        try:
            return await self._files.download(file, to, progress, LARGEST_OPENED)
        except Broken as failure:
            if failure.reason == "too_large":
                raise NotShown("too_large") from None
            raise

    def _own_place(self) -> Path:
        """A folder for one copy: two may have one name, and no name of the server's may be one of ours."""
        try:
            with self._making:
                place = self._own_folder() / secrets.token_hex(8)
                place.mkdir(mode=0o700)
        except OSError:
            raise Unsaved("no_access") from None
        return place

    def _own_folder(self) -> Path:
        if self._is_closed:
            raise Unsaved("no_folder")
        if self._folder is None:
            make_private(self._root)
            folder = self._root / secrets.token_hex(8)
            folder.mkdir(mode=0o700)
            self._lock = FileLock(folder / LOCK, mode=0o600, thread_local=False)
            self._lock.acquire(timeout=0)
            self._folder = folder
        return self._folder

    def _leave(self) -> None:
        with self._making:
            self._is_closed = True
            if self._folder is not None and self._lock is not None:
                remove(self._folder, self._lock)


def _checked(saved: Saved) -> Path:
    """The copy, read only, under a name that says what it is. Raises NotShown."""
    if saved.kind not in _SHOWN:
        raise NotShown("mismatch" if saved.kind == "mismatch" else "other")
    if saved.kind == "pdf" and is_active(saved.path.read_bytes()):
        raise NotShown("active")
    path = saved.path.with_name(with_extension(saved.name, _extension(saved)))
    saved.path.rename(path)
    path.chmod(0o400)
    return path


def _extension(saved: Saved) -> str:
    """What other programs go by: never the server's word. Every text is a plain one: a spreadsheet program
    works out the formulas of a table."""
    match saved.kind:
        case "image":
            return _PICTURES[saved.media_type]
        case "pdf":
            return "pdf"
    return "txt"


def opened_folder() -> Path:
    """The person's own folder in memory, where the desktop has one; else beside the other files."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    own = Path(runtime) / _FOLDER
    is_fit = bool(runtime) and is_private(Path(runtime)) and (is_private(own) or not os.path.lexists(own))
    return own if is_fit else home() / _FOLDER
