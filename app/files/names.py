"""Names of files that strangers chose, made fit to be written and shown."""

import re
import unicodedata

LONGEST = 150
"""Bytes in UTF-8; file systems take 255, and a download adds an ending of its own."""

_LONGEST_EXTENSION = 16
_NAMELESS = "file"
# Windows takes these for devices, whatever extension follows.
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\.|$)", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"|?*]')


def safe_name(name: str) -> str:
    """A name that is no path, hides nothing and can be written on any desktop.

    Control signs and signs that turn the direction of writing go: `annexe\\u202efdp.exe` would be read as
    a PDF. The extension is kept when a long name is cut.
    """
    last = re.split(r"[/\\]", name)[-1]
    # C: everything unprintable, invisible, unassigned or half a character; Zl and Zp: ends of lines.
    seen = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C" or sign in "\t\n\r")
    seen = " ".join(unicodedata.normalize("NFC", seen).split())
    stem, extension = _parts(_FORBIDDEN.sub("_", seen).strip(". "))
    stem = _cut(stem, LONGEST - len(extension.encode()) - 1).rstrip(". ")
    found = (stem or _NAMELESS) + extension
    return f"_{found}" if _RESERVED.match(found) else found


def with_extension(name: str, ending: str) -> str:
    """The name, made safe, with another extension. ending: without the full stop."""
    return safe_name(f"{_parts(safe_name(name))[0]}.{ending}")


def extension(name: str) -> str:
    """What stands after the last full stop, in lower case; "" when there is none."""
    return _parts(name)[1].lstrip(".").lower()


def _parts(name: str) -> tuple[str, str]:
    stem, dot, ending = name.rpartition(".")
    if not stem or not ending or len(ending.encode("utf-8", "replace")) > _LONGEST_EXTENSION:
        return name, ""
    return stem, dot + ending


def _cut(text: str, most: int) -> str:
    return text.encode()[:most].decode("utf-8", "ignore")
