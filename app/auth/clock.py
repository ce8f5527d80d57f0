"""Whether this computer's clock is what makes a certificate or a token look wrong."""

import asyncio
import ssl
import time
from contextlib import suppress
from urllib.parse import urlsplit

from app.wire.envelope import http_date

FAR_OFF_S = 300.0
"""From here on a clock is said to be wrong: tokens and fresh certificates have that much play."""
_WITHIN_S = 5.0
_LARGEST_HEAD = 64 * 1024


async def clock_ahead_s(address: str, now: float | None = None) -> float | None:
    """How far this computer's clock runs ahead of a server's, in seconds; None when it does not say.

    Asks for the `Date` of the server's front page, directly. The certificate is not looked at, since it may
    look wrong for this very reason: nothing is sent but the host's name, and nothing is believed but the
    time, which is told to a person and used for nothing else. now: Unix s of this computer.
    """
    parts = urlsplit(address)
    try:
        async with asyncio.timeout(_WITHIN_S):
            said = await _head(parts.hostname or "", parts.port, encrypted=parts.scheme == "https")
    except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return None
    dates = [line.partition(b":")[2] for line in said.split(b"\r\n") if line.lower().startswith(b"date:")]
    date_s = http_date(dates[0].decode("latin-1").strip()) if dates else None
    return None if date_s is None else (time.time() if now is None else now) - date_s


async def _head(host: str, port: int | None, *, encrypted: bool) -> bytes:
    anything = None
    if encrypted:
        anything = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        anything.check_hostname, anything.verify_mode = False, ssl.CERT_NONE
    reader, writer = await asyncio.open_connection(
        host, port or (443 if encrypted else 80), ssl=anything, limit=_LARGEST_HEAD
    )
    try:
        writer.write(f"HEAD / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        return await reader.readuntil(b"\r\n\r\n")
    finally:
        # Not closed politely: a server that does not answer the farewell would be waited for.
        writer.transport.abort()
        with suppress(OSError):
            await writer.wait_closed()
