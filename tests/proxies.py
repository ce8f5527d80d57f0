"""A proxy on this computer, and a name that only the test's resolver knows."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import pytest

NAME = "clinic.test"

Mode = Literal["through", "silent", "kept", "kept_with_age", "password"]


class Proxy:
    """Passes requests for any host on to the clinic at `port`.

    mode: "silent" takes requests and answers none; "kept" answers a GET with what it got for that path first;
    "kept_with_age" says so, as it must; "password" wants one first. requests: the first line of each.
    """

    def __init__(self, port: int) -> None:
        self.mode: Mode = "through"
        self.requests: list[str] = []
        self._port = port
        self._kept: dict[str, bytes] = {}
        self._serving: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._listens_at = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._listens_at}"

    async def start(self) -> None:
        """Listens; at the same place as before, if it did."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._listens_at)
        self._listens_at = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Is gone, and its connections with it."""
        self._server.close()
        for writer in self._serving.values():
            writer.transport.abort()
        await asyncio.gather(*self._serving)
        await self._server.wait_closed()

    async def __aenter__(self) -> "Proxy":
        await self.start()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.stop()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving[task] = writer
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            body = await reader.readexactly(_length(head))
            self.requests.append(head.split(b"\r\n", 1)[0].decode())
            if self.mode == "silent":
                await reader.read()
            elif self.mode == "password":
                writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            else:
                writer.write(await self._answer(head, body))
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
            self._serving.pop(task)

    async def _answer(self, head: bytes, body: bytes) -> bytes:
        method, url, rest = head.split(b" ", 2)
        path = b"/" + url.split(b"/", 3)[3]
        key = path.split(b"?")[0].decode()
        if self.mode.startswith("kept") and method == b"GET" and key in self._kept:
            answer = self._kept[key]
            age = b"\r\nAge: 3600" if self.mode == "kept_with_age" else b""
            first, others = answer.split(b"\r\n", 1)
            return first + age + b"\r\n" + others
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(b" ".join((method, path, rest.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))) + body)
        answer = await reader.read()
        writer.close()
        self._kept.setdefault(key, answer)
        return answer


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


class Names:
    """What the resolver says of `NAME`: addresses in order of preference; none when it is not known."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.addresses: list[str] = ["127.0.0.1"]
        self._real = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", self._resolve)

    def _resolve(self, host: Any, port: Any, *details: Any, **more: Any) -> list[Any]:
        if host not in (NAME, NAME.encode()):
            return self._real(host, port, *details, **more)
        if not self.addresses:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [_entry(address, int(port)) for address in self.addresses]


def _entry(address: str, port: int) -> tuple[Any, ...]:
    if ":" in address:
        return socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port, 0, 0)
    return socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port)


@contextmanager
def hanging(address: str, port: int) -> Iterator[None]:
    """Who connects to this IPv6 address gets no answer at all: the line to it is full."""
    with socket.socket(socket.AF_INET6) as listener:
        listener.bind((address, port))
        listener.listen(0)
        waiting = [socket.socket(socket.AF_INET6) for _ in range(4)]
        try:
            for one in waiting:
                one.setblocking(False)
                one.connect_ex((address, port))
            yield
        finally:
            for one in waiting:
                one.close()
