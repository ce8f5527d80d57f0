"""Files of patients and visits: listing, upload, download (api/files.md)."""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from app.errors import Broken
from app.files.content import Content, Kind, look
from app.files.names import safe_name
from app.files.record import Category, File, TargetType, read_file
from app.files.saving import Unsaved, saving
from app.wire.client import Client
from app.wire.listing import Listing, listing, made, one
from app.wire.transfer import Progress

WARN_ABOVE = 20_000_000
"""Bytes from which a person is asked before an upload; no limit of the vendor is public (api/files.md §2)."""
LARGEST = 100 * 1024 * 1024
"""Bytes that the practice clinic takes (api/decisions.md); another server may take more or less."""
LARGEST_DOWNLOAD = 2 * 1024**3
"""Bytes that are taken of a file, whatever size the server says it has."""
LARGEST_THUMBNAIL = 4 * 1024 * 1024
"""Bytes of a picture that was asked for small."""
WIDEST_THUMBNAIL = 2048
"""Pixels, each way."""

UnfitReason = Literal["missing", "not_a_file", "no_access", "empty", "disguised"]

_PNG = b"\x89PNG\r\n\x1a\n"


class UnfitFile(ValueError):
    """A file of this machine that is not sent; the server was not asked.

    reason: missing, not_a_file (a folder, a device), no_access (cannot be read, or reading broke off),
    empty, disguised (its content is not what its name says: `content` tells what it is).
    """

    def __init__(self, reason: UnfitReason, content: Content | None = None) -> None:
        super().__init__(reason)
        self.reason: UnfitReason = reason
        self.content = content


@dataclass(frozen=True, slots=True)
class Saved:
    """A file that was brought. size: bytes. kind: what a screen may do with it; mismatch: nothing.

    name: the server's own, made safe, to which its content was held. media_type: what it is, by content.
    """

    path: Path
    size: int
    kind: Kind
    name: str
    media_type: str


class Files:
    """The files of one clinic. Every method raises Failure; nothing is read whole into memory."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._places: set[Path] = set()

    async def of_target(
        self,
        target_id: str,
        target_type: TargetType,
        category: Category | None = None,
        *,
        include_shared: bool = False,
    ) -> Listing[File]:
        """The files of a user or a visit. include_shared: also documents and notes shared with the user.

        Broken when a file of another user, or of another visit, came along.
        """
        query = {"target_id": target_id, "target_type": target_type}
        if category is not None:
            query["category_type"] = category
        if include_shared:
            query["include_shared"] = "true"
        found = listing(await self._client.get("files.list", query), read_file, "files.list")
        asked = (target_type, target_id)
        if not include_shared and any(_is_elsewhere(file, asked) for file in found.records):
            raise Broken("shape", where="files.list.meta.target")
        return found

    async def get(self, file_id: str) -> File:
        """The file as it is now, with a fresh link. Also for the id of an intake's attachment."""
        file = one(await self._client.get("files.get", id=file_id), read_file, "file")
        return _same(file, file_id)

    async def upload(
        self, path: Path, category: Category | None = None, progress: Progress | None = None
    ) -> File:
        """Sends a file; it becomes the signed-in user's, until an intake lists its id in `attachments`.

        progress: told (bytes sent, bytes in all). Raises UnfitFile before anything is sent. After Uncertain
        look for its name, size and `creator_username` in `of_target(<own id>, "user")` before sending it
        again.
        """
        fields = {"meta.category": category} if category else {}
        name = safe_name(path.name)
        with _fit(path, name) as (content, found):
            reply = await self._client.upload(
                "files.upload", content, name, found.media_type, fields, progress
            )
        return made(reply, read_file, "file")

    async def rename(self, file_id: str, name: str) -> File:
        """Gives the file another name. The reply does not say who may delete it.

        After Uncertain `get` it; also after Broken, which means that another file came back.
        """
        reply = await self._client.post("files.rename", {"name": name}, id=file_id)
        return _same(made(reply, read_file, "file"), file_id)

    async def delete(self, file_id: str) -> None:
        """Removes the file for everybody; Refused 403 unless it `is_deletable`. After Uncertain `get` it."""
        await self._client.delete("files.delete", id=file_id)

    async def download(
        self, file: File, to: Path, progress: Progress | None = None, largest: int | None = None
    ) -> Saved:
        """Brings the file to `to`, over what is there; a part of it is never left behind.

        progress: told (bytes so far, bytes in all or None). largest: bytes that are taken at most; never more
        than LARGEST_DOWNLOAD. The file is read anew first, since its link lives for a short time. Raises
        Unsaved when this machine cannot keep it; Broken when less or more came than the server said there
        is, or is allowed.
        """
        most = LARGEST_DOWNLOAD if largest is None else min(largest, LARGEST_DOWNLOAD)
        if to in self._places:
            raise Unsaved("busy")
        self._places.add(to)
        try:
            fresh = await self.get(file.id)
            if fresh.size is not None and fresh.size > most:
                raise Broken("too_large", where="file.size")
            name = safe_name(fresh.name or file.name)
            with saving(to) as content:
                brought = await self._client.download(
                    "files.download",
                    _link(fresh),
                    content,
                    progress,
                    most if fresh.size is None else fresh.size,
                )
                if fresh.size not in (None, brought.size):
                    raise Broken("shape", where="file.size")
                found = look(content, name)
        finally:
            self._places.discard(to)
        return Saved(to, brought.size, found.kind, name, found.media_type)

    async def thumbnail(self, file: File, width: int, height: int) -> bytes:
        """The picture as a PNG that fits inside `width` x `height` pixels, never enlarged.

        Refused 400 when the file is no picture; Broken when something else, or more, came.
        """
        width, height = (max(1, min(pixels, WIDEST_THUMBNAIL)) for pixels in (width, height))
        fresh = await self.get(file.id)
        link = _sized(_link(fresh), f"{width}x{height}")
        picture = BytesIO()
        await self._client.download("files.download", link, picture, largest=LARGEST_THUMBNAIL)
        png = picture.getvalue()
        if not png.startswith(_PNG) or not _fits(png, width, height):
            raise Broken("shape", where="file.thumbnail")
        return png


@contextmanager
def _fit(path: Path, name: str) -> Iterator[tuple[BinaryIO, Content]]:
    """The file, open and looked at. Raises UnfitFile, also for what goes wrong while it is being read."""
    try:
        # Before it is opened: opening a pipe would wait for somebody to write to it.
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UnfitFile("not_a_file")
        if status.st_size == 0:
            raise UnfitFile("empty")
        with path.open("rb") as content:
            found = look(content, name)
            if found.kind == "mismatch":
                raise UnfitFile("disguised", found)
            yield content, found
    except (FileNotFoundError, NotADirectoryError):
        raise UnfitFile("missing") from None
    except OSError:
        raise UnfitFile("no_access") from None


def _is_elsewhere(file: File, asked: tuple[str, str]) -> bool:
    """It says that it belongs to another one of the same type."""
    return file.target_type == asked[0] and file.target_id not in {"", asked[1]}


def _same(file: File, file_id: str) -> File:
    if file.id != file_id:
        raise Broken("shape", where="file.id")
    return file


def _link(file: File) -> str:
    if not file.link:
        raise Broken("shape", where="file.fullpath")
    return file.link


def _sized(link: str, size: str) -> str:
    try:
        parts = urlsplit(link)
    except ValueError:
        raise Broken("shape", where="file.fullpath") from None
    query = [(name, value) for name, value in parse_qsl(parts.query) if name != "size"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("size", size)])))


def _fits(png: bytes, width: int, height: int) -> bool:
    """By its header, so that no decoder meets a picture of a million pixels a side."""
    sides = (int.from_bytes(png[16:20]), int.from_bytes(png[20:24]))
    return 0 < sides[0] <= width and 0 < sides[1] <= height
