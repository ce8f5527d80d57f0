"""A server that is no VSee Clinic: it answers every request with the same bytes."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from app.core.clock import ServerClock, SystemClock
from app.wire.client import Client, Credentials
from app.wire.endpoints import Endpoints


class Hostile:
    """status, headers, body: of its answers. requests: the heads of what it was asked."""

    def __init__(
        self,
        body: bytes = b'{"data": []}',
        *,
        status: str = "200 OK",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        self._answer = "\r\n".join([*lines, "", ""]).encode() + body
        self.requests: list[bytes] = []
        self._serving: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def __aenter__(self) -> "Hostile":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._server.close()
        for writer in self._serving.values():
            writer.transport.abort()
        await asyncio.gather(*self._serving)
        await self._server.wait_closed()

    @asynccontextmanager
    async def client(self) -> AsyncIterator[Client]:
        """A client of it, with a token."""
        port = self._server.sockets[0].getsockname()[1]
        endpoints = Endpoints(f"http://127.0.0.1:{port}/api_v3/")
        async with Client(endpoints, Credentials("harbor", "t" * 32), ServerClock(SystemClock())) as client:
            yield client

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving[task] = writer
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.requests.append(head)
                for line in head.lower().split(b"\r\n"):
                    if line.startswith(b"content-length:"):
                        await reader.readexactly(int(line.partition(b":")[2]))
                writer.write(self._answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
