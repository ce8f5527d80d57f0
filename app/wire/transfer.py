"""Files on their way: in parts, with progress, never whole in memory.

A transfer has no time-out of its own length, since a large file may take as long as it takes; it fails when
nothing has moved for a while.
"""

import asyncio
import errno
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, TypeVar

import httpx

from app.errors import Broken, Offline, Uncertain
from app.wire.coding import body_of, codings
from app.wire.envelope import data_of
from app.wire.transport import Asked, Handle, Transport

Progress = Callable[[int, int | None], None]
T = TypeVar("T")

_LARGEST_REFUSAL = 64 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Downloaded:
    """size: bytes that came. content_type: what the server says it is."""

    size: int
    content_type: str


class _OwnFault(Exception):
    """A fault of our own file, which must not pass for one of the network."""

    def __init__(self, fault: OSError) -> None:
        super().__init__(fault)
        self.fault = fault


class _Stillness:
    """Ends a transfer in which nothing has moved for `longest_s` seconds."""

    def __init__(self, longest_s: float) -> None:
        self._longest_s = longest_s
        self._reckoned = asyncio.get_running_loop().time()
        self.within = asyncio.timeout(longest_s)

    def moved(self) -> None:
        """Something has moved. Reckoned roughly: parts come faster than a timer is worth setting."""
        now = asyncio.get_running_loop().time()
        if now - self._reckoned > self._longest_s / 20:
            self._reckoned = now
            self.within.reschedule(now + self._longest_s)


class Sending:
    """A file as it leaves. content: from where it stands. still_s: seconds without movement until it fails.

    It is what httpx reads the multipart body from.
    """

    def __init__(self, content: BinaryIO, progress: Progress | None, still_s: float) -> None:
        self._content = content
        self._progress = progress
        self._stillness = _Stillness(still_s)
        self._start = content.tell()
        self._end = content.seek(0, os.SEEK_END)
        self._total = self._end - self._start
        content.seek(self._start)
        self._sent = 0

    def read(self, size: int = -1) -> bytes:
        """The next part; whoever asks for it has got rid of the one before."""
        left = self._total - self._sent
        try:
            part = self._content.read(left if size < 0 else min(size, left))
        except OSError as fault:
            raise _OwnFault(fault) from None
        if left and not part:
            raise _OwnFault(OSError(errno.EIO, "The file became shorter while it was being sent."))
        self._sent += len(part)
        self._stillness.moved()
        if self._progress is not None:
            self._progress(self._sent, self._total)
        return part

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """httpx asks for the length this way; the length is what it was at the beginning."""
        if whence == os.SEEK_END:
            return self._content.seek(self._end + offset)
        return self._content.seek(offset, whence)

    def tell(self) -> int:
        """Where it stands."""
        return self._content.tell()

    async def through(self, transport: Transport, asked: Asked, handle: Handle[T]) -> T:
        """Sends it. Raises Failure, and OSError of the file."""
        try:
            return await transport.exchange(asked, handle, self._stillness.within)
        except Uncertain:
            if self._sent < self._total:
                # Half a file is not a file: the server cannot have kept it.
                raise Offline("cut") from None
            raise
        except _OwnFault as own:
            raise own.fault from None


async def storing(
    transport: Transport,
    asked: Asked,
    into: BinaryIO,
    progress: Progress | None,
    largest: int | None,
    still_s: float,
) -> Downloaded:
    """Brings a file. Raises Failure, and OSError of `into`."""
    stillness = _Stillness(still_s)

    async def store(response: httpx.Response) -> Downloaded:
        if response.status_code != 200:
            refusal = await body_of(response, _LARGEST_REFUSAL)
            data_of(response.status_code, bytes(refusal), None, needs_data=False)
        if codings(response):
            raise Broken("shape", where="content-encoding")
        announced = response.headers.get("content-length", "")
        total = int(announced) if announced.isdecimal() else None
        if largest is not None and (total or 0) > largest:
            raise Broken("too_large")
        size = 0
        async for part in response.aiter_raw():
            size += len(part)
            if largest is not None and size > largest:
                raise Broken("too_large")
            _write(into, part)
            stillness.moved()
            if progress is not None:
                progress(size, total)
        return Downloaded(size, response.headers.get("content-type", ""))

    try:
        return await transport.exchange(asked, store, stillness.within)
    except _OwnFault as own:
        raise own.fault from None


def _write(into: BinaryIO, part: bytes) -> None:
    try:
        into.write(part)
    except OSError as fault:
        raise _OwnFault(fault) from None
