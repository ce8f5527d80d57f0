"""The practice clinic's signed links, and the bytes behind them (api/files.md §2, api/decisions.md)."""

import mimetypes
import re
import warnings
from collections.abc import AsyncIterator
from io import BytesIO
from typing import BinaryIO
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

from app.files.sandbox.stored import StoredFile
from app.sandbox.http import FILES_PREFIX, Call, Refusal
from app.sandbox.world import World

LIFE = 3_600
"""Seconds a link is good for."""
CHUNK = 128 * 1024
"""Bytes sent at a time."""
MOST_PIXELS = 50_000_000
"""Larger pictures are not made smaller: they would take the clinic's memory."""

_HOST = re.compile(r"[\w.\-]+(:\d+)?|\[[0-9a-fA-F:]+\](:\d+)?")
_SIZE = re.compile(r"([1-9]\d{0,4})x([1-9]\d{0,4})")
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
_GUARDED = {
    "cache-control": "private, no-store",
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
}


def fresh(call: Call, file_id: str) -> str:
    """A link for this file; every call gives another one. Its first eight digits number it."""
    host = call.headers.get("host", "")
    number = f"{call.world.count('file link'):08x}"
    code = _signed(call.world, file_id, call.world.now, number)
    where = host if _HOST.fullmatch(host) else "127.0.0.1"
    return f"http://{where}{FILES_PREFIX}/view/{file_id}?auth_code={code}&time={call.world.now}"


def is_good(world: World, file_id: str, code: str | None, time: str | None) -> bool:
    """The code belongs to this file and this time, which is at most an hour ago."""
    if code is None or time is None or not re.fullmatch(r"\d{1,12}", time, re.ASCII):
        return False
    moment = int(time)
    return 0 <= world.now - moment <= LIFE and code == _signed(world, file_id, moment, code[:8])


def _signed(world: World, file_id: str, moment: int, number: str) -> str:
    return number + world.hex32("file link", file_id, moment, number)


def content(file: StoredFile) -> Response:
    """The file as it was uploaded, in parts."""
    kind = mimetypes.guess_type(f"name.{file.ext}")[0] or "application/octet-stream"
    headers = {**_GUARDED, "content-length": str(file.size), "content-disposition": _disposition(file.name)}
    return StreamingResponse(_parts(file), headers=headers, media_type=kind)


async def _parts(file: StoredFile) -> AsyncIterator[bytes]:
    """Others may read the same file meanwhile, so each part is looked up anew."""
    for at in range(0, file.size, CHUNK):
        file.content.seek(at)
        yield file.content.read(CHUNK)


def _disposition(name: str) -> str:
    """A name for old readers without anything that could end the quotes, and the true one beside it."""
    plain = re.sub(r"[^A-Za-z0-9 ._()-]", "_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='', errors='replace')}"


def smaller(file: StoredFile, size: str) -> Response:
    """The picture as a PNG that fits inside `WxH`, never enlarged; 400 when it is no picture."""
    wanted = _SIZE.fullmatch(size)
    png = _shrunk(file.content, (int(wanted[1]), int(wanted[2]))) if wanted else None
    if png is None:
        raise Refusal(400, "size is not valid.")
    return Response(png, headers=_GUARDED, media_type="image/png")


def _shrunk(stored: BinaryIO, box: tuple[int, int]) -> bytes | None:
    """None when it cannot be read as a picture."""
    from PIL import Image, ImageOps

    stored.seek(0)
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(stored, formats=_FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                return None
            upright = ImageOps.exif_transpose(opened)
            picture = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
            picture.thumbnail(box)
            png = BytesIO()
            picture.save(png, "PNG")
    except Exception:  # noqa: BLE001 -- a spoilt picture makes the decoders fail in any way there is
        return None
    return png.getvalue()
