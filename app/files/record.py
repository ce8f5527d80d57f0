"""A file of a patient or a visit (api/files.md §1)."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from app.core.unreadable import Unreadable
from app.wire.reader import Json, Row

Category = Literal["intake_attachment", "user_consent", "user_avatar", "user_document"]
"""What a file is for: shown on its visit alone, a consent, a portrait, shown under Documents."""

TargetType = Literal["user", "visit"]


class File(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A file as the server describes it. None and "" mean not known.

    name: as it was uploaded, with its extension; never a path to write to (app.files.names). size: bytes.
    ext: lower case, no dot. category, target_type: unknown ones as they came. visible: whether the patient
    sees it. creator: the name of who sent it; creator_id, creator_username: theirs, of which a list tells the
    second alone (api/users.md §2). created: Unix s.

    link: opens the file for whoever holds it, for about an hour, and is another one on each reading. It is
    no part of what a file is compared or printed by, and belongs in no log and on no screen.
    """

    id: str
    name: str = ""
    size: int | None = None
    ext: str = ""
    link: str = ""
    category: Category | str = ""
    target_id: str = ""
    target_type: TargetType | str = ""
    visible: bool | None = None
    creator: str = ""
    creator_id: str = ""
    creator_username: str = ""
    is_deletable: bool | None = None
    created: float | None = None
    unread: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        return self._facts() == other._facts() if isinstance(other, File) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self._facts().values()))

    def __repr__(self) -> str:
        return f"File({', '.join(f'{name}={value!r}' for name, value in self._facts().items())})"

    def _facts(self) -> Mapping[str, Json]:
        return {name: getattr(self, name) for name in self.__struct_fields__ if name != "link"}


def read_file(row: Row) -> File | Unreadable:
    """The file that a JSON object describes; only a missing id makes it Unreadable.

    `_id` and moments as `{sec, usec}` are the older shape of an intake's attachments (quirks 4 and 5).
    """
    file_id = row.text("id", "_id")
    if not file_id:
        return row.unreadable("id is missing")
    before = len(row.complaints)
    meta, creator = row.object("meta"), row.object("creator")
    target = meta.object("target")
    return File(
        id=file_id,
        name=row.text("name") or "",
        size=_size(row),
        ext=(row.text("ext") or "").lower().lstrip("."),
        link=row.text("fullpath") or "",
        category=meta.text("category") or "",
        target_id=target.text("id") or "",
        target_type=target.text("type") or "",
        visible=meta.flag("visible"),
        creator=creator.text("full_name", "username") or "",
        creator_id=creator.text("id") or "",
        creator_username=creator.text("username") or "",
        is_deletable=row.flag("is_deletable"),
        created=row.instant("created"),
        unread=tuple(row.complaints[before:]),
    )


def _size(row: Row) -> int | None:
    size = row.number("size")
    return size if size is None or size >= 0 else None
