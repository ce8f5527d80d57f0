"""Waits on this computer's own address for the browser to come back (RFC 8252 §7.3)."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hmac import compare_digest
from typing import Self
from urllib.parse import parse_qsl, urlsplit

HOST = "127.0.0.1"
PATH = "/done"
LARGEST_REQUEST = 16 * 1024
"""Bytes of what a browser may say."""
_MOST_FIELDS = 16
_SAY_WITHIN_S = 5.0
_MOST_AT_ONCE = 8

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Vestibule</title>
<style>body {{ font: 18px/1.5 system-ui, sans-serif; margin: 20vh auto; max-width: 30em; padding: 0 1em; }}
:root {{ color-scheme: light dark; }}</style></head>
<body><h1>{title}</h1><p>{text}</p></body></html>
"""


@dataclass(frozen=True, slots=True)
class _Page:
    status: str
    title: str
    text: str

    def to_bytes(self) -> bytes:
        """Nothing of it is kept, sent on, or runs."""
        body = _PAGE.format(title=self.title, text=self.text).encode()
        head = (
            f"HTTP/1.1 {self.status}",
            "Content-Type: text/html; charset=utf-8",
            f"Content-Length: {len(body)}",
            "Cache-Control: no-store",
            "Referrer-Policy: no-referrer",
            "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
            "X-Content-Type-Options: nosniff",
            "Connection: close",
        )
        return "\r\n".join((*head, "", "")).encode() + body


_DONE = _Page("200 OK", "You can close this page.", "Go back to Vestibule.")
_WRONG = _Page("400 Bad Request", "This is not the sign-in that Vestibule waits for.", "Close this page.")
_ONCE = _Page("410 Gone", "This sign-in has been used already.", "Close this page.")


class Loopback:
    """Listens, while it is entered, for the one request that carries `state`; everything else gets an error
    page and is forgotten. Raises OSError on entering when this computer has no port to listen at.
    """

    def __init__(self, state: str) -> None:
        self._state = state.encode()
        self._is_taken = False
        self._answer: asyncio.Future[Mapping[str, str]] = asyncio.get_running_loop().create_future()
        self._serving: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, HOST, 0, limit=LARGEST_REQUEST)
        self._port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._server.close()
        for writer in self._serving.values():
            writer.transport.abort()
        await asyncio.gather(*self._serving, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def address(self) -> str:
        """Where the browser is to be sent."""
        return f"http://{HOST}:{self._port}{PATH}"

    async def answer(self) -> Mapping[str, str]:
        """What the browser brought along, without `state`; it has its page by then."""
        return await self._answer

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None:
            return
        if len(self._serving) >= _MOST_AT_ONCE:
            # Whoever has said nothing for longest; a browser speaks at once.
            next(iter(self._serving.values())).transport.abort()
        self._serving[task] = writer
        try:
            async with asyncio.timeout(_SAY_WITHIN_S):
                await self._converse(reader, writer)
        except (TimeoutError, OSError, asyncio.IncompleteReadError):
            # Whoever it was has not asked, or does not read: the right one can still come.
            writer.transport.abort()
        finally:
            del self._serving[task]
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            said = self._said(await reader.readuntil(b"\r\n\r\n"))
        except asyncio.LimitOverrunError:
            said = None
        is_first = said is not None and not self._is_taken
        self._is_taken = self._is_taken or is_first
        try:
            page = _WRONG if said is None else _DONE if is_first else _ONCE
            writer.write(page.to_bytes())
            with suppress(OSError):
                await writer.drain()
        finally:
            # However the browser fares: what it brought is here.
            if said is not None and is_first and not self._answer.done():
                self._answer.set_result(said)

    def _said(self, request: bytes) -> Mapping[str, str] | None:
        """The fields of the address that was asked for; None when it is not ours."""
        line, *headers = request.split(b"\r\n")
        method, _, rest = line.decode("latin-1").partition(" ")
        target, _, version = rest.rpartition(" ")
        hosts = [value.strip() for name, _, value in (h.partition(b":") for h in headers) if _is_host(name)]
        if method != "GET" or not version.startswith("HTTP/1.") or hosts != [f"{HOST}:{self._port}".encode()]:
            return None
        try:
            parts = urlsplit(target)
            pairs = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
        except ValueError:
            return None
        fields = dict(pairs)
        is_ours = parts.path == PATH and not parts.netloc and len(fields) == len(pairs)
        state = fields.pop("state", "").encode("utf-8", "surrogatepass")
        return fields if compare_digest(state, self._state) and is_ours else None


def _is_host(name: bytes) -> bool:
    return name.strip().lower() == b"host"
