"""The body of an answer, its content coding undone (RFC 9110 §8.4): a few KB may unpack to gigabytes.

httpx's own decoders give all that a part unpacks to at once, and undo as many codings as a header names, one
on the other: whoever reads from them can only count when the memory is already gone.
"""

import asyncio
import zlib
from collections.abc import Iterator

import httpx

from app.errors import Broken

ACCEPTED = "gzip, deflate"
"""What requests say of it (Accept-Encoding)."""
_UNPACKED = (["gzip"], ["x-gzip"], ["deflate"])
_PIECE = 256 * 1024  # bytes; about a millisecond's work
_GZIP_BEGINS = 0x1F


def codings(response: httpx.Response) -> list[str]:
    """The codings of its body in the order of their making; none when it comes as it is."""
    names = response.headers.get_list("content-encoding", split_commas=True)
    return [name for name in (said.strip().lower() for said in names) if name not in ("", "identity")]


async def body_of(response: httpx.Response, enough: int) -> bytearray:
    """The body, unpacked. enough: bytes; when so many are there the rest is left, up to a piece more comes.

    Undone is one coding of those we accept. What comes in another, or in several, is given as it came: then
    the body is none of the API's, and whoever reads it says so, by its status too. What ends too early is
    given as far as it came, as it is where nothing is packed. Raises Broken when what is packed is damaged,
    and httpx's errors.
    """
    names = codings(response)
    unpacking = _Unpacking(names[0]) if names in _UNPACKED else None
    body = bytearray()
    async for part in response.aiter_raw():
        try:
            for piece in (part,) if unpacking is None else unpacking.pieces(part):
                body += piece
                if len(body) >= enough:
                    return body
                if len(piece) == _PIECE:
                    # One part may unpack to a thousand times its size: others must have their turn meanwhile.
                    await asyncio.sleep(0)
        except zlib.error:
            raise Broken("not_json", status=response.status_code) from None
    return body


class _Unpacking:
    """One body on its way through zlib."""

    def __init__(self, coding: str) -> None:
        self._is_gzip = coding != "deflate"
        self._stream: zlib._Decompress | None = None
        self._is_over = False

    def pieces(self, part: bytes) -> Iterator[bytes]:
        """What a part unpacks to, at most `_PIECE` bytes each. Raises zlib.error."""
        while part and (stream := self._open(part[0])) is not None:
            piece = b""
            # zlib may hold back some of it when all of the part is in.
            while not stream.eof and (part or len(piece) == _PIECE):
                piece = stream.decompress(part, _PIECE)
                part = stream.unconsumed_tail
                yield piece
            part = stream.unused_data

    def _open(self, first: int) -> "zlib._Decompress | None":
        """The stream that the next byte belongs to; None behind the end.

        gzip may come in several members, one behind the other (RFC 1952 §2.2). What else stands behind the
        end is nobody's, and left.
        """
        if self._stream is None:
            self._stream = zlib.decompressobj(self._format(first))
        elif self._stream.eof:
            self._is_over = self._is_over or not self._is_gzip or first != _GZIP_BEGINS
            self._stream = self._stream if self._is_over else zlib.decompressobj(self._format(first))
        return None if self._is_over else self._stream

    def _format(self, first: int) -> int:
        """zlib's `wbits` for a stream that begins with this byte.

        Some servers send deflate without the header of zlib, whose first byte says in its lower half that
        deflate follows (RFC 1950 §2.2).
        """
        if self._is_gzip:
            return zlib.MAX_WBITS | 16
        return zlib.MAX_WBITS if first & 0x0F == zlib.DEFLATED else -zlib.MAX_WBITS
