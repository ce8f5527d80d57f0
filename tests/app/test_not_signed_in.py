"""One clear sentence for each cause, caused for real: by certificates, clocks, networks and the clinic."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from email.utils import formatdate
from pathlib import Path

import pytest

from app.auth.broker import NoReturn, NoReturnReason
from app.auth.clock import clock_ahead_s
from app.auth.tokens import Tokens
from app.cause import cause_of
from app.entry import resume, sign_in
from app.errors import Broken, Failure, NotOffered, Offline, Refused, SignedOut, Uncertain
from app.profile import Profile, checked
from app.sentences import not_signed_in
from tests.app.doctor.test_certificate import DAY, Authority
from tests.hostile import Hostile
from tests.practice import Practice
from tests.sessions import fail, profile

# This computer, too, and not by the name under which the client passes over SSL_CERT_FILE.
HERE = "127.0.0.2"
NOW = 1_780_000_000.0


@contextmanager
def serving(context: ssl.SSLContext | None, date_s: float | None = None) -> Iterator[int]:
    """A server that answers everything with its time; its port."""
    listener = socket.create_server((HERE, 0))
    date = "" if date_s is None else f"Date: {formatdate(date_s, usegmt=True)}\r\n"

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                connection.settimeout(5)
                tunnel = connection if context is None else context.wrap_socket(connection, server_side=True)
                with tunnel:
                    tunnel.recv(65536)
                    tunnel.sendall(f"HTTP/1.1 404 Not Found\r\n{date}Content-Length: 0\r\n\r\n".encode())

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """Somebody whom the client trusts."""
    from cryptography.hazmat.primitives import serialization

    made = Authority("Harbor Trust")
    root = tmp_path / "root.pem"
    root.write_bytes(made.root.public_bytes(serialization.Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(root))
    return made


async def failure_at(where: Profile, password: str = "practice") -> Failure:
    """What signing in there ends with."""
    with pytest.raises(Failure) as told:
        await sign_in(where, "noor.haddad", password, fail)
    return told.value


def at(port: int, host: str = HERE, scheme: str = "https") -> Profile:
    return checked(Profile(name="x", api=f"{scheme}://{host}:{port}/api_v3/", account="harbor"))


@pytest.mark.parametrize(
    ("begins", "ends", "address", "cause", "words"),
    [
        (-2 * DAY, -DAY, HERE, "expired", "has expired"),
        (DAY, 2 * DAY, HERE, "not_yet_valid", "not valid yet"),
        (-DAY, DAY, "127.0.0.9", "other_host", "for another name"),
    ],
)
async def test_faults_of_a_certificate_are_told_apart(
    authority: Authority,
    tmp_path: Path,
    begins: timedelta,
    ends: timedelta,
    address: str,
    cause: str,
    words: str,
) -> None:
    with serving(authority.server(tmp_path, begins, ends, address)) as port:
        failure = await failure_at(at(port))
    assert isinstance(failure, Offline)
    assert (failure.reason, cause_of(failure)) == ("certificate", cause)
    assert words in not_signed_in(failure)
    assert "nothing was sent" in not_signed_in(failure)


async def test_a_certificate_of_somebody_unknown(authority: Authority, tmp_path: Path) -> None:
    with serving(Authority("Somebody Else").server(tmp_path, -DAY, DAY, HERE)) as port:
        failure = await failure_at(at(port))
    assert "Nobody whom Vestibule trusts" in not_signed_in(failure)


@pytest.mark.parametrize(
    ("off_s", "words"),
    [
        (-3 * 86_400, "3 days behind"),
        (86_400, "1 day ahead"),
        (2 * 3_600, "2 hours ahead"),
        (-600, "10 minutes behind"),
    ],
)
async def test_a_wrong_clock_is_said_with_how_much(
    authority: Authority, tmp_path: Path, off_s: float, words: str
) -> None:
    """The server's `Date` is asked for although its certificate looks wrong."""
    with serving(authority.server(tmp_path, DAY, 2 * DAY, HERE), date_s=NOW - off_s) as port:
        failure = await failure_at(at(port))
        ahead = await clock_ahead_s(at(port).api, NOW)
    assert ahead == pytest.approx(off_s, abs=1)
    assert words in not_signed_in(failure, ahead)
    assert words in not_signed_in(SignedOut("The token has ended."), ahead)


async def test_a_clock_that_is_right_or_not_known_is_not_blamed(authority: Authority, tmp_path: Path) -> None:
    context = authority.server(tmp_path, -2 * DAY, -DAY, HERE)
    with serving(context) as port:
        assert await clock_ahead_s(at(port).api) is None
    # Nobody listens there any more.
    assert await clock_ahead_s(at(port).api) is None
    with serving(context, date_s=NOW - 20) as port:
        failure = await failure_at(at(port))
        ahead = await clock_ahead_s(at(port).api, NOW)
        assert "expired" in not_signed_in(failure, ahead)
        assert "clock" not in not_signed_in(failure, None)


async def test_a_wrong_clock_is_not_blamed_for_another_fault() -> None:
    assert "clock" not in not_signed_in(Offline("name"), 1e6)
    assert "clock" not in not_signed_in(Refused(403, ""), 1e6)


async def test_a_server_that_does_not_run_and_a_name_that_is_not_there() -> None:
    with serving(None) as port:
        pass
    assert "The server is down" in not_signed_in(await failure_at(at(port)))
    # RFC 6761: never a name. Without any name server it is the network that is missing.
    words = not_signed_in(await failure_at(at(443, "clinic.invalid")))
    assert "name cannot be found" in words or "no network" in words


def test_a_computer_without_a_network() -> None:
    for error in (OSError(101, "unreachable"), socket.gaierror(socket.EAI_AGAIN, "again")):
        failure = Offline("unreachable")
        failure.__context__ = ExceptionGroup("all attempts", [error])
        assert "This computer has no network" in not_signed_in(failure)


async def test_what_the_clinic_says(shared_clinic: Practice) -> None:
    where = profile(shared_clinic)
    assert not_signed_in(await failure_at(where, "wrong")) == "User name or password is wrong."
    unknown = checked(Profile(name="x", api=shared_clinic.api, account="elsewhere"))
    assert not_signed_in(await failure_at(unknown)) == (
        "The server does not know this account code: There is no account with this code."
    )
    astray = checked(Profile(name="x", api=shared_clinic.api + "deeper/api_v3/", account="harbor"))
    assert not_signed_in(await failure_at(astray)) == (
        "The server has no sign-in at this address. Check the address."
    )
    shared_clinic.weather("status", "auth.login", status=403)
    assert not_signed_in(await failure_at(where)).startswith(
        "This user may not sign in here, so ask the clinic"
    )
    shared_clinic.clear()
    shared_clinic.weather("status", "auth.login", status=503)
    assert "fault of its own (503). Try again" in not_signed_in(await failure_at(where))
    off = profile(shared_clinic, endpoints={"auth.login": "off"})
    assert "does not offer this way" in not_signed_in(await failure_at(off))


async def test_a_token_that_is_not_accepted(shared_clinic: Practice) -> None:
    with pytest.raises(SignedOut) as told:
        await resume(profile(shared_clinic), Tokens(user_id="-", token="0" * 32), fail)
    words = "The server does not accept this sign-in. It may have ended."
    assert not_signed_in(told.value) == not_signed_in(SignedOut()) == words


@pytest.mark.parametrize(
    "hostile",
    [
        Hostile(b"<html>Welcome to the guest network</html>"),
        Hostile(b"", status="302 Found", headers={"Location": "http://wifi.example/login"}),
    ],
)
async def test_a_networks_own_page_in_between(hostile: Hostile) -> None:
    async with hostile:
        port = hostile._server.sockets[0].getsockname()[1]
        failure = await failure_at(at(port, "127.0.0.1", "http"))
    assert "the network's own sign-in page" in not_signed_in(failure)


REASONS: tuple[NoReturnReason, ...] = (
    "late", "refused", "no_code", "token_in_address", "no_browser", "no_port",
)  # fmt: skip


@pytest.mark.parametrize(
    "failure",
    [
        *(NoReturn(reason) for reason in REASONS),
        *(Offline(reason) for reason in ("unreachable", "name", "certificate", "timeout", "cut")),
        *(Refused(status, words) for status in (400, 403, 404, 429) for words in ("", "Because.")),
        NotOffered("auth.login"),
        Broken("shape"),
        Broken("not_json", status=404),
        Uncertain(),
        SignedOut(),
    ],
    ids=repr,
)
def test_every_cause_is_plain_sentences(failure: Failure | NoReturn) -> None:
    words = not_signed_in(failure)
    assert words[0].isupper()
    assert words.endswith(".")
    assert ".." not in words
    assert len(words) < 180
