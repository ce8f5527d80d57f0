"""Standard input and output of a command that goes on: neither holds up the loop, nor the end.

Python's own streams are not used: a thread that waits in one of them would abort the interpreter at its end.
"""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Callable

from app.core.aside import aside

LONGEST = 1 << 20
"""Bytes of the longest line that is read."""
_CHUNK = 1 << 16

Read = Callable[[], bytes]
"""Waits for the next bytes; b"" at the end. Raises OSError."""
Write = Callable[[bytes], None]
"""Waits until somebody has taken them. Raises OSError."""


def read_stdin() -> bytes:
    """The next bytes of standard input."""
    return os.read(sys.stdin.fileno(), _CHUNK) if sys.stdin is not None else b""


def write_stdout(data: bytes) -> None:
    """Puts all of it out."""
    while data:
        data = data[os.write(sys.stdout.fileno(), data) :]


async def lines(read: Read) -> AsyncGenerator[bytes | None, None]:
    """Each line as it comes, without its end; None in place of one that is longer than LONGEST.

    Raises OSError.
    """
    line, is_too_long, is_begun = bytearray(), False, False
    while chunk := await aside(read):
        for number, part in enumerate(chunk.split(b"\n")):
            if number:
                yield None if is_too_long else bytes(line)
                line.clear()
                is_too_long = False
            if not is_too_long:
                line += part
            if len(line) > LONGEST:
                line.clear()
                is_too_long = True
        is_begun = not chunk.endswith(b"\n")
    if is_begun:
        yield None if is_too_long else bytes(line)


class Output:
    """Lines on their way out: a reader who is slow holds up neither keeping nor sending.

    gone: set when nobody reads them any more.
    """

    def __init__(self, write: Write) -> None:
        self.gone = asyncio.Event()
        self._write = write
        self._waiting: asyncio.Queue[bytes] = asyncio.Queue()

    def say(self, text: str) -> None:
        """One line, after those before it."""
        self._waiting.put_nowait(f"{text}\n".encode("utf-8", "replace"))

    async def run(self) -> None:
        """Puts out what comes, until cancelled."""
        while True:
            line = await self._waiting.get()
            if not self.gone.is_set():
                await self._put_out(line)
            self._waiting.task_done()

    async def drained(self) -> None:
        """Returns when all that was said is out, or nobody reads it."""
        await self._waiting.join()

    async def _put_out(self, line: bytes) -> None:
        try:
            await aside(lambda: self._write(line))
        except OSError:
            self.gone.set()
