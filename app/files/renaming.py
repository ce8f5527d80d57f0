"""Giving a file another name when it may wait: kept, sent when it can be (api/files.md §2)."""

import unicodedata
from typing import Any, Protocol

from app.core.action import Action, Facts, Unfit, new_action
from app.core.edit import Edit, edited
from app.core.sendable import is_sendable
from app.files.names import safe_name
from app.files.record import File

KIND = "rename"


class Files(Protocol):
    """Where files are read and renamed: `app.files.files.Files`."""

    async def get(self, file_id: str) -> File: ...

    async def rename(self, file_id: str, name: str) -> File: ...


def rename_file(file_id: str, before: str, after: str, *, made_at: float, patient_id: str = "") -> Action:
    """Gives a file the name `after`, which is one that can be written on any desktop.

    before: the name that the person saw. patient_id: whose file it is; "" when not known. made_at: the
    server's Unix s. Raises Unfit.
    """
    if not is_sendable(after):
        raise Unfit("The name holds a broken character. Type it again.")
    name = " ".join(unicodedata.normalize("NFC", after).split())
    safe = safe_name(name)
    if not name:
        raise Unfit("A file needs a name.")
    if safe != name:
        raise Unfit(f"A file cannot have this name on every computer. It could be “{safe}”.")
    body = {"file_id": file_id, **edited({"name": before}, {"name": name})}
    return new_action(KIND, patient_id or f"file {file_id}", body, made_at)


class Renaming(Edit[File]):
    """Puts a renaming through."""

    words = "Somebody else renamed this file meanwhile, so your name was not sent. Both are kept: choose one."

    def __init__(self, files: Files) -> None:
        self._files = files

    async def read(self, body: Facts) -> File:
        """The file as it is now."""
        return await self._files.get(body["file_id"])

    def value(self, record: File, name: str) -> Any:
        """Its name; there is no other."""
        return getattr(record, name)

    async def write(self, body: Facts, _record: File, changes: Facts, /) -> File:
        """Renames it."""
        return await self._files.rename(body["file_id"], changes["name"])
