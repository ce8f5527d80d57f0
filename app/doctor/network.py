"""The way to a server: its name, a proxy before it."""

import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from app.core.aside import aside
from app.doctor.report import Said, fail, ok
from app.wire.transport import is_loopback

Resolve = Callable[[str, int], list[Any]]

_PORTS = {"http": 80, "https": 443}
# Documentation addresses (RFC 5737, RFC 3849): a way there shows a way out, and nothing is sent.
_OUTSIDE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy of the environment, or of the desktop's settings. kind: the scheme of its address."""

    kind: str
    host: str
    port: int
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Way:
    """How a server is reached. encrypted: whether by TLS."""

    host: str
    port: int
    encrypted: bool
    proxy: Proxy | None = None


class Unfindable(Exception):
    """A name has no address here. host: the name."""

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.host = host


def resolve(host: str, port: int) -> list[Any]:
    """The addresses of a name, as the operating system finds them. Raises OSError."""
    return list({found[4][0] for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)})


async def way_to(address: str) -> Way:
    """How the server of a base address is reached."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    # Asking Windows and macOS for their settings may block.
    proxy = None if is_loopback(address) else await aside(lambda: _proxy_to(parts.scheme, host))
    return Way(host, parts.port or _PORTS[parts.scheme], parts.scheme == "https", proxy)


async def count_addresses(way: Way, resolve: Resolve = resolve) -> int:
    """How many addresses the server has; its proxy, where there is one. Raises Unfindable.

    Asked before anything connects: a name server that is silent then holds up nothing else.
    """
    host, port = (way.proxy.host, way.proxy.port) if way.proxy else (way.host, way.port)
    try:
        return len(await aside(lambda: resolve(host, port)))
    except (OSError, UnicodeError):
        raise Unfindable(host) from None


async def dns(way: Way, resolve: Resolve = resolve) -> Said:
    """Whether the name is found."""
    try:
        count = await count_addresses(way, resolve)
    except Unfindable as error:
        return unfindable(error)
    addresses = f"{count} address{'' if count == 1 else 'es'}"
    if way.proxy:
        return ok(f"{way.host} by way of the proxy {way.proxy.host}: {addresses}")
    return ok(f"{way.host}: {addresses}")


def unfindable(error: Unfindable) -> Said:
    """What it means that a name was not found."""
    if not _has_way_out():
        return fail("this machine has no network", "Connect it to a network, by cable or wireless.")
    return fail(
        f"the name {error.host} is not found",
        "Check the address in the profile, and this machine's DNS server.",
    )


def _has_way_out() -> bool:
    """Whether the operating system knows where to send a packet that leaves this network."""
    for family, address in _OUTSIDE:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((address, 9))
        except OSError:
            continue
        return True
    return False


def _proxy_to(scheme: str, host: str) -> Proxy | None:
    if proxy_bypass(host):
        return None
    proxies = getproxies()
    address = proxies.get(scheme) or proxies.get("all")
    if not address:
        return None
    parts = urlsplit(address if "://" in address else f"http://{address}")
    try:
        port = parts.port or _PORTS.get(parts.scheme, 1080)
    except ValueError:
        port = 0
    username, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Proxy(parts.scheme, parts.hostname or "", port, username, password)
