"""What a file really is, by its content, against what its name says it is (DAT-08)."""

import codecs
import mimetypes
from dataclasses import dataclass
from typing import BinaryIO, Literal

import puremagic

from app.files.names import extension

Kind = Literal["image", "pdf", "text", "other", "mismatch"]

_PICTURES = {
    **dict.fromkeys(("jpg", "jpeg", "jpe", "jfif"), "image/jpeg"),
    **dict.fromkeys(("tif", "tiff"), "image/tiff"),
    **dict.fromkeys(("heic", "heif"), "image/heic"),
    **{"png": "image/png", "gif": "image/gif", "webp": "image/webp", "bmp": "image/bmp"},
    "avif": "image/avif",
}
_TEXTS = {
    "txt": "text/plain",
    "log": "text/plain",
    "md": "text/markdown",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "json": "application/json",
}
# What runs when it is opened may be called by its name, and by no other.
_ACTIVE = frozenset(
    (
        *("exe", "dll", "com", "scr", "sys", "msi", "appimage", "so", "dylib", "bin"),
        *("sh", "bash", "py", "pl", "rb", "js", "mjs", "php", "bat", "cmd", "ps1", "vbs", "command"),
        *("html", "htm", "xhtml", "mht", "hta", "svg", "xml", "xsl"),
    )
)
_PROGRAMS = (
    *(b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe"),
    *(b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe"),
)
_MARKUP = (
    *(b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<iframe", b"<svg", b"<?php"),
    *(b"<!doctype svg", b"<title", b"<meta", b"<table"),
)
_HEIF = (b"ftypmif1", b"ftypmsf1")
_LOOKED_AT = 4096  # bytes


@dataclass(frozen=True, slots=True)
class Content:
    """kind: what a screen may do with it: pixels of an image or PDF, plain text, nothing for the rest.

    mismatch: it is not what its name says. media_type: what it is, by content.
    """

    kind: Kind
    media_type: str


def look(content: BinaryIO, name: str) -> Content:
    """What `content` is. name: its name, whose extension it must live up to.

    Reads its first and last bytes alone and leaves it at its start. One kind of picture under the name of
    another is a picture: telephones do that. Raises OSError when it cannot be read.
    """
    content.seek(0)
    head = content.read(_LOOKED_AT)
    content.seek(0)
    found = _found(content, head)
    content.seek(0)
    named = extension(name)
    if named in _PICTURES:
        picture = next((_PICTURES[one] for one in found if one in _PICTURES), None)
        # Some pictures are known by two letters, with which a text may begin as well.
        return Content("image", picture) if picture and not _is_text(head) else _mismatch(found)
    if named == "pdf":
        return Content("pdf", found["pdf"]) if "pdf" in found else _mismatch(found)
    if named in _TEXTS:
        is_text = _is_text(head) and not found.keys() & {"pdf", "rtf"}
        return Content("text", _TEXTS[named]) if is_text else _mismatch(found)
    if _is_active(head) and named not in _ACTIVE:
        return _mismatch(found)
    return Content("other", found.get(named) or mimetypes.guess_type(name)[0] or "application/octet-stream")


def _mismatch(found: dict[str, str]) -> Content:
    return Content("mismatch", next(filter(None, found.values()), "application/octet-stream"))


def _found(content: BinaryIO, head: bytes) -> dict[str, str]:
    """The extensions that the content could have, likeliest first, each with its media type."""
    if head[4:12] in _HEIF:
        return {"heif": "image/heif"}
    try:
        matches = puremagic.magic_stream(content)
    except (puremagic.PureError, ValueError):
        return {}
    found: dict[str, str] = {}
    for match in matches:
        ending = match.extension.lstrip(".").lower()
        found[ending] = found.get(ending) or match.mime_type
    return found


def _is_text(head: bytes) -> bool:
    """UTF-8, UTF-16 with its mark, or an older 8-bit writing; nothing in it that no text holds."""
    utf_16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if utf_16 else ("utf-8", "latin-1"):
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(head)
        except UnicodeDecodeError:
            continue
        return not any(ord(sign) < 0x20 and sign not in "\t\n\r\f\x1b" for sign in text)
    return False


def _is_active(head: bytes) -> bool:
    """A program, a script or a page: content that does something when it is opened."""
    if head.startswith(_PROGRAMS) or (head.startswith(b"MZ") and b"\0" in head):
        return True
    text = head.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    is_drawing = text.startswith(b"<?xml") and (b"<svg" in text or b"<html" in text)
    return text.startswith(_MARKUP) or is_drawing
