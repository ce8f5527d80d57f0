"""The TLS of a server: whether its certificate is trusted, whose it is, how long it lasts."""

import asyncio
import base64
import os
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

from app.doctor.network import Way
from app.doctor.report import Said, fail, ok, skipped, warn

SOON_DAYS = 21
_DAY_S = 86_400.0
_LARGEST_REPLY = 64 * 1024  # bytes of a proxy's answer
_SEND_ON = "Tell whoever runs the server"

# By the numbers of OpenSSL's X509_V_ERR.
_NOT_YET, _EXPIRED, _OTHER_NAME, _OTHER_ADDRESS = 9, 10, 62, 64
_NOBODY_KNOWS = frozenset({2, 18, 19, 20, 21})


class _NoTunnel(Exception):
    """The proxy does not let us through. The text says why."""


async def tls(way: Way, trusted: ssl.SSLContext) -> Said:
    """The server's certificate. trusted: the context that the client would trust it by."""
    if not way.encrypted:
        return skipped("not encrypted: this computer itself")
    if way.proxy and way.proxy.kind != "http":
        return skipped("not looked at through a proxy of this kind")
    try:
        async with _tunnel(way, trusted) as tunnel:
            return _told(tunnel.getpeercert() or {}, tunnel.version() or "", time.time())
    except ssl.SSLCertVerificationError as error:
        return await _distrusted(way, error)
    except _NoTunnel as error:
        return fail(str(error), f"Let the proxy allow connections to {way.host}.")
    except ssl.SSLError:
        return fail("what answers does not speak TLS", "Check the port and the address in the profile.")
    except (OSError, EOFError):
        return fail(
            f"{way.host} does not let us connect",
            "Check that the server runs, and that no firewall keeps this machine from it.",
        )


def trusted_by_client(*, by_environment: bool) -> ssl.SSLContext:
    """Whom the client trusts. by_environment: whether SSL_CERT_FILE and SSL_CERT_DIR count; not for this
    computer itself."""
    import certifi  # the client's HTTP library brings and uses it

    environ = os.environ if by_environment else {}
    if file := environ.get("SSL_CERT_FILE"):
        return ssl.create_default_context(cafile=file)
    if folder := environ.get("SSL_CERT_DIR"):
        return ssl.create_default_context(capath=folder)
    return ssl.create_default_context(cafile=certifi.where())


def _told(certificate: Mapping[str, Any], version: str, now: float) -> Said:
    days = int((ssl.cert_time_to_seconds(certificate["notAfter"]) - now) // _DAY_S)
    found = f"{version}, issued by {_issuer(certificate)}, {days} days left"
    if days < SOON_DAYS:
        return warn(found, f"{_SEND_ON} that its certificate is about to end.")
    return ok(found)


def _issuer(certificate: Mapping[str, Any]) -> str:
    """The organisation that issued it; its common name where it names none."""
    names = {name: value for part in certificate.get("issuer", ()) for name, value in part}
    return str(names.get("organizationName") or names.get("commonName") or "nobody named")


async def _distrusted(way: Way, error: ssl.SSLCertVerificationError) -> Said:
    if error.verify_code == _EXPIRED:
        return fail("the certificate has expired", f"If this machine's date is right, {_SEND_ON.lower()}.")
    if error.verify_code == _NOT_YET:
        return fail("the certificate is not valid yet", "Check this machine's date.")
    if error.verify_code in (_OTHER_NAME, _OTHER_ADDRESS):
        return fail(
            f"the certificate is not for {way.host}",
            "Check the address in the profile; a network's sign-in page may stand in between.",
        )
    if error.verify_code in _NOBODY_KNOWS:
        return fail(
            f"the certificate is issued by {await _unknown_issuer(way)}, whom this program does not trust",
            "Perhaps a proxy of the clinic opens TLS: let it pass the server, or name its certificate's file "
            "in SSL_CERT_FILE.",
        )
    return fail(f"the certificate is not trusted (code {error.verify_code})", f"{_SEND_ON}.")


async def _unknown_issuer(way: Way) -> str:
    """Who a certificate that nobody trusts says it is issued by: a proxy that opens TLS gives its name here.

    Python decodes a certificate only when it is trusted, so it is fetched first and then trusted by itself.
    Nothing is sent over either connection.
    """
    anything = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anything.check_hostname, anything.verify_mode = False, ssl.CERT_NONE
    try:
        async with _tunnel(way, anything) as tunnel:
            found = tunnel.getpeercert(binary_form=True) or b""
        itself = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        itself.check_hostname = False
        itself.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        itself.load_verify_locations(cadata=found)
        async with _tunnel(way, itself) as tunnel:
            return _issuer(tunnel.getpeercert() or {})
    except (OSError, EOFError, _NoTunnel):
        return "somebody"


@asynccontextmanager
async def _tunnel(way: Way, context: ssl.SSLContext) -> AsyncIterator[ssl.SSLObject]:
    """A TLS connection to the server, through its proxy where there is one. Nothing is sent over it."""
    if way.proxy is None:
        _, writer = await asyncio.open_connection(way.host, way.port, ssl=context, happy_eyeballs_delay=0.25)
    else:
        reader, writer = await asyncio.open_connection(way.proxy.host, way.proxy.port, limit=_LARGEST_REPLY)
    try:
        if way.proxy is not None:
            await _pass_proxy(way, reader, writer)
            await writer.start_tls(context, server_hostname=way.host)
        tunnel: ssl.SSLObject = writer.get_extra_info("ssl_object")
        yield tunnel
    finally:
        # Not closed politely: a server that does not answer the farewell would be waited for.
        writer.transport.abort()
        with suppress(OSError):
            await writer.wait_closed()


async def _pass_proxy(way: Way, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    host = f"[{way.host}]" if ":" in way.host else way.host
    request = f"CONNECT {host}:{way.port} HTTP/1.1\r\nHost: {host}:{way.port}\r\n"
    if way.proxy and way.proxy.username:
        secret = base64.b64encode(f"{way.proxy.username}:{way.proxy.password}".encode()).decode()
        request += f"Proxy-Authorization: Basic {secret}\r\n"
    writer.write(f"{request}\r\n".encode())
    await writer.drain()
    try:
        reply = await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError:
        raise _NoTunnel("the proxy answers with something else") from None
    words = reply.split(None, 2)
    if words[1:2] != [b"200"]:
        status = words[1].decode("ascii", "replace") if words[1:2] and words[1].isdigit() else "no status"
        raise _NoTunnel(f"the proxy refuses ({status[:9]})")
