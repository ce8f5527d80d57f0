"""Whether a PDF acts when it is opened, or brings files along (DAT-08; ISO 32000-1, 7.3, 7.5.7, 12.6).

This is no reader of PDF: names are looked for wherever they stand, since viewers differ in what they reach.
What cannot be looked into counts as active.
"""

import re
import zlib
from collections.abc import Iterator
from itertools import chain

LARGEST_UNPACKED = 64 * 1024 * 1024
"""Bytes of all object streams of a file together; more is no letter."""

_STEP = 1024 * 1024
_FED = 64 * 1024
# Longer than any name below with each of its signs written as #xx.
_OVERLAP = 256
_ENDS = rb"(?=[\0\s()<>\[\]{}/%])"
# Without comments: looking for the end of each would take hours in a file of comments. Where one stands in
# the way, the worse is taken for true.
_GAP = rb"[\0\s]*+"

_ACTS = re.compile(
    rb"/(?:JavaScript|Launch|SubmitForm|ImportData|GoTo[RE]|EmbeddedFiles?|FileAttachment|RichMedia|Rendition"
    rb"|Movie|Sound|XFA|OnInstantiate)" + _ENDS
)  # fmt: skip
# With the document, unless it is a place in it, or with a page or a field: harmless but for an address.
_BY_ITSELF = re.compile(rb"/OpenAction%b%b(?!\[)|/AA%b%b(?:<<|[\d%%]|\Z)" % (_ENDS, _GAP, _ENDS, _GAP))
_ADDRESS = re.compile(rb"/URI" + _ENDS)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")

_OBJECT = re.compile(rb"obj(?<=[\0\s\d]obj)" + _GAP + rb"(?:(?=<<)|(?P<comment>%))")
_MARK = re.compile(rb"<<|>>|[(%<]")
_IN_STRING = re.compile(rb"\\.|[()]", re.DOTALL)
_LINE_END = re.compile(rb"[\r\n]|\Z")
_STREAM = re.compile(_GAP + rb"(?:stream[ \t]*(?:\r\n|\r|\n)|(?P<comment>%))")
# Every viewer finds the objects in a stream by its First, whatever else it says of itself.
_OF_OBJECTS = re.compile(rb"/First" + _ENDS)
_FILTERS = re.compile(rb"/(?:F|Filter|DP|DecodeParms)" + _ENDS)
_DEFLATED = re.compile(rb"/Filter%b(?:/FlateDecode|\[%b/FlateDecode%b\])" % (_GAP, _GAP, _GAP))


class _Unreadable(Exception):
    """Objects that are packed in a way in which they cannot be looked at."""


def is_active(pdf: bytes) -> bool:
    """Whether it may run, play, send or fetch something, or holds other files. Links that wait for a click,
    and a page to begin with, are neither. Takes a second for a large one."""
    try:
        objects = b"".join(_unpacked(pdf))
    except (_Unreadable, zlib.error):
        return True
    is_automatic = has_address = False
    for window in chain(_windows(pdf), _windows(objects)):
        if _ACTS.search(window):
            return True
        is_automatic = is_automatic or _BY_ITSELF.search(window) is not None
        has_address = has_address or _ADDRESS.search(window) is not None
    return is_automatic and has_address


def _windows(content: bytes) -> Iterator[bytes]:
    """Parts that overlap, with names in plain: `/J#61vaScript` is one way to write one."""
    for at in range(0, len(content), _STEP):
        yield _plain(content[at : at + _STEP + _OVERLAP])


def _plain(part: bytes) -> bytes:
    return _ESCAPED.sub(lambda sign: bytes((int(sign[1], 16),)), part)


def _unpacked(pdf: bytes) -> Iterator[bytes]:
    """What is in all object streams. Raises _Unreadable, zlib.error (encrypted ones are no zlib)."""
    left, work = LARGEST_UNPACKED, 0
    for found in _OBJECT.finditer(pdf):
        end = _end(pdf, found.end())
        work += end - found.end()
        stream = _STREAM.match(pdf, end)
        # More than there is: objects within objects, made to keep us busy.
        if found["comment"] or work > len(pdf):
            raise _Unreadable
        if stream is None or not _is_packed(_plain(pdf[found.end() : end])):
            continue
        if stream["comment"]:
            raise _Unreadable
        for part in _inflated(pdf, stream.end()):
            left -= len(part)
            if left < 0:
                raise _Unreadable
            yield part
        yield b"\n"


def _is_packed(dictionary: bytes) -> bool:
    """Whether a stream holds objects, deflated. Raises _Unreadable when they are packed in another way."""
    if not _OF_OBJECTS.search(dictionary):
        return False
    filters = len(_FILTERS.findall(dictionary))
    if filters and (filters > 1 or not _DEFLATED.search(dictionary)):
        raise _Unreadable
    return bool(filters)


def _inflated(pdf: bytes, at: int) -> Iterator[bytes]:
    unpacking = zlib.decompressobj()
    while at < len(pdf) and not unpacking.eof:
        part = pdf[at : at + _FED]
        at += _FED
        while part:
            yield unpacking.decompress(part, _STEP)
            part = unpacking.unconsumed_tail


def _end(pdf: bytes, at: int) -> int:
    """Where the dictionary ends that begins at `at`; what its strings and comments hold does not count."""
    depth = 0
    while found := _MARK.search(pdf, at):
        at = found.end()
        match found[0]:
            case b"<<":
                depth += 1
            case b">>":
                depth -= 1
            case b"(":
                at = _string_end(pdf, at)
            case b"%":
                at = _LINE_END.search(pdf, at).end()  # type: ignore[union-attr]
            case _:
                at = pdf.find(b">", at) + 1 or len(pdf)
        if not depth:
            return at
    return len(pdf)


def _string_end(pdf: bytes, at: int) -> int:
    depth = 1
    while depth and (found := _IN_STRING.search(pdf, at)):
        at = found.end()
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
    return at if not depth else len(pdf)
