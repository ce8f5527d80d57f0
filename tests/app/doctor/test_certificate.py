"""Certificates of a real TLS server on this computer, directly and through a proxy."""

import asyncio
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import httpx
import pytest

from app.doctor.certificate import tls, trusted_by_client
from app.doctor.network import Proxy, Way
from app.doctor.report import Said

x509 = pytest.importorskip("cryptography.x509")
from cryptography.hazmat.primitives import hashes, serialization  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ec  # noqa: E402

HERE = "127.0.0.1"
DAY = timedelta(days=1)


class Authority:
    """Somebody who issues certificates."""

    def __init__(self, organisation: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = _name(organisation, "Root")
        self.root = self._signed(self.name, self.key, -DAY, 400 * DAY, None)

    def server(self, folder: Path, begins: timedelta, ends: timedelta, address: str = HERE) -> ssl.SSLContext:
        """The TLS of a server whose certificate is for `address`."""
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = self._signed(_name("A clinic", "server"), key, begins, ends, address)
        path = folder / "server.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + leaf.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def trusted(self) -> ssl.SSLContext:
        pem = self.root.public_bytes(serialization.Encoding.PEM).decode()
        return ssl.create_default_context(cadata=pem)

    def _signed(self, subject, key, begins, ends, address):  # type: ignore[no-untyped-def]
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + begins)
            .not_valid_after(now + ends)
            .add_extension(x509.BasicConstraints(ca=address is None, path_length=None), critical=True)
        )
        if address is not None:
            names = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(address))])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self.key, hashes.SHA256())


def _name(organisation: str, name: str):  # type: ignore[no-untyped-def]
    return x509.Name(
        [
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(x509.NameOID.COMMON_NAME, name),
        ]
    )


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority("Harbor Trust")


Handle = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(handle: Handle) -> AsyncIterator[int]:
    """A server on this computer; its port. Nothing of it is left at the end."""
    running: set[asyncio.Task[None]] = set()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        with suppress(asyncio.CancelledError, OSError):
            await handle(reader, writer)
        writer.transport.abort()
        running.remove(task)

    server = await asyncio.start_server(one, HERE, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in running:
            task.cancel()
        await asyncio.gather(*running)


@contextmanager
def serving(context: ssl.SSLContext | None) -> Iterator[int]:
    """A server that says nothing of use; its port. It has a thread of its own: asyncio's keeps a task for
    each handshake that its client broke off."""
    listener = socket.create_server((HERE, 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                if context is None:
                    connection.sendall(b"this is no TLS at all\r\n")
                    connection.recv(1024)
                    continue
                with context.wrap_socket(connection, server_side=True) as tunnel:
                    tunnel.recv(1)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
        assert not thread.is_alive()


async def look(context: ssl.SSLContext | None, trusted: ssl.SSLContext) -> Said:
    with serving(context) as port:
        return await tls(Way(HERE, port, encrypted=True), trusted)


async def test_the_certificate_is_told(authority: Authority, tmp_path: Path) -> None:
    said = await look(authority.server(tmp_path, -DAY, 60.5 * DAY), authority.trusted())
    assert (said.state, said.found) == ("ok", "TLSv1.3, issued by Harbor Trust, 60 days left")


@pytest.mark.parametrize(("days", "state"), [(20.5, "warn"), (21.5, "ok")])
async def test_one_that_is_about_to_end_is_told_early(
    authority: Authority, tmp_path: Path, days: float, state: str
) -> None:
    said = await look(authority.server(tmp_path, -DAY, days * DAY), authority.trusted())
    assert said.state == state
    assert said.found.endswith(f"{int(days)} days left")


@pytest.mark.parametrize(
    ("begins", "ends", "address", "found"),
    [
        (-2 * DAY, -DAY, HERE, "the certificate has expired"),
        (DAY, 2 * DAY, HERE, "the certificate is not valid yet"),
        (-DAY, 60 * DAY, "192.0.2.7", "the certificate is not for 127.0.0.1"),
    ],
)
async def test_why_one_is_not_valid(
    authority: Authority, tmp_path: Path, begins: timedelta, ends: timedelta, address: str, found: str
) -> None:
    said = await look(authority.server(tmp_path, begins, ends, address), authority.trusted())
    assert (said.state, said.found, said.bars) == ("fail", found, True)
    assert said.advice


async def test_a_proxy_that_opens_tls_is_named(authority: Authority, tmp_path: Path) -> None:
    said = await look(Authority("Clinic Firewall Inc").server(tmp_path, -DAY, 60 * DAY), authority.trusted())
    assert said.state == "fail"
    assert said.found.startswith("the certificate is issued by Clinic Firewall Inc,")
    assert "SSL_CERT_FILE" in said.advice


async def test_what_does_not_speak_tls(authority: Authority) -> None:
    said = await look(None, authority.trusted())
    assert (said.state, said.found) == ("fail", "what answers does not speak TLS")


async def test_nobody_there(authority: Authority) -> None:
    with serving(None) as port:
        pass
    said = await tls(Way(HERE, port, encrypted=True), authority.trusted())
    assert (said.state, said.found) == ("fail", "127.0.0.1 does not let us connect")


async def test_this_computer_itself_is_not_encrypted(authority: Authority) -> None:
    said = await tls(Way(HERE, 1, encrypted=False), authority.trusted())
    assert (said.state, said.bars) == ("skipped", False)


@asynccontextmanager
async def proxying(answer: bytes, asked: list[bytes]) -> AsyncIterator[int]:
    """A proxy that answers CONNECT with `answer`; when that is 200 it leads to where it was asked to."""

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer)
        await writer.drain()
        if b" 200 " not in answer:
            writer.close()
            await writer.wait_closed()
            return
        host, _, port = asked[-1].split()[1].decode().partition(":")
        there, back = await asyncio.open_connection(host, int(port))
        try:
            await asyncio.gather(pump(reader, back), pump(there, writer))
        finally:
            back.transport.abort()

    async with listening(proxy) as port:
        yield port


async def test_the_certificate_is_seen_through_a_proxy(authority: Authority, tmp_path: Path) -> None:
    asked: list[bytes] = []
    context = authority.server(tmp_path, -DAY, 60.5 * DAY)
    answer = b"HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n"
    with serving(context) as port:
        async with proxying(answer, asked) as proxy_port:
            proxy = Proxy("http", HERE, proxy_port, "noor", "s3cret")
            said = await tls(Way(HERE, port, encrypted=True, proxy=proxy), authority.trusted())
    assert (said.state, said.found) == ("ok", "TLSv1.3, issued by Harbor Trust, 60 days left")
    assert asked[0].startswith(f"CONNECT {HERE}:{port} HTTP/1.1\r\n".encode())
    assert b"Proxy-Authorization: Basic bm9vcjpzM2NyZXQ=\r\n" in asked[0]


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "the proxy refuses (407)"),
        (b"nonsense\r\n\r\n", "the proxy refuses (no status)"),
        (b"x" * 200_000, "the proxy answers with something else"),
        (b"", "127.0.0.1 does not let us connect"),
    ],
)
async def test_a_proxy_that_does_not_let_us_through(authority: Authority, answer: bytes, found: str) -> None:
    async with proxying(answer, []) as proxy_port:
        way = Way(HERE, 1, encrypted=True, proxy=Proxy("http", HERE, proxy_port))
        said = await tls(way, authority.trusted())
    assert (said.state, said.found) == ("fail", found)


async def test_other_kinds_of_proxy_are_not_looked_through(authority: Authority) -> None:
    way = Way(HERE, 1, encrypted=True, proxy=Proxy("socks5", HERE, 1))
    assert (await tls(way, authority.trusted())).state == "skipped"


@pytest.mark.parametrize("by_environment", [False, True])
@pytest.mark.parametrize("named", [False, True])
def test_it_trusts_whom_the_client_trusts(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by_environment: bool, named: bool
) -> None:
    if named:
        (tmp_path / "root.pem").write_bytes(authority.root.public_bytes(serialization.Encoding.PEM))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "root.pem"))
    ours = trusted_by_client(by_environment=by_environment)
    theirs = httpx.create_ssl_context(trust_env=by_environment)
    assert ours.get_ca_certs(binary_form=True) == theirs.get_ca_certs(binary_form=True)
