"""A download's way to its place: under another name until it is whole, and gone when it never is."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Literal

# Bytes: parts of 64 KiB go to the disk sixteen at a time.
_BUFFER = 1024 * 1024

UnsavedReason = Literal["no_room", "no_access", "no_folder", "busy", "failed"]

_REASONS: dict[int, UnsavedReason] = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), "no_room"),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS, errno.EISDIR), "no_access"),
    **dict.fromkeys((errno.ENOENT, errno.ENOTDIR), "no_folder"),
}


class Unsaved(Exception):
    """The file came, or would have come, but this machine could not keep it. Nothing is left of it.

    reason: no_room (disk or quota full), no_access (not allowed to write there), no_folder, busy (another
    download is on its way to the same place), failed (the disk, the name, or anything else).
    """

    def __init__(self, reason: UnsavedReason) -> None:
        super().__init__(reason)
        self.reason: UnsavedReason = reason


@contextmanager
def saving(to: Path) -> Iterator[BinaryIO]:
    """A file to write to and to read back, `<to>.part`; it becomes `to` at the end, over what was there.

    Only its owner may read it. It is removed when anything goes wrong, a cancelled task included. Raises
    Unsaved for every fault of this machine.
    """
    part = to.with_name(f"{to.name}.part")
    try:
        content = _fresh(part)
        try:
            yield content
            content.close()
            part.replace(to)
        except BaseException:
            # What cannot be tidied up must not hide why: a cancelled task has to stay cancelled.
            with suppress(OSError):
                content.close()
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise Unsaved(_REASONS.get(error.errno or 0, "failed")) from None


def _fresh(part: Path) -> BinaryIO:
    """A new file of this name; what a killed program left there goes first."""
    part.unlink(missing_ok=True)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(part, flags, 0o600), "w+b", _BUFFER)
