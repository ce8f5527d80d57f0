"""Signing in by the clinic's own page: the practice clinic's broker, and others that misbehave."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from app.auth.broker import NoReturn, challenge_of, sign_in_by_broker
from app.auth.loopback import LARGEST_REQUEST, Loopback
from app.auth.tokens import UNNAMED, Tokens
from app.entry import owner_of
from app.errors import Refused
from tests.practice import Practice
from tests.sessions import profile
from tests.until import until


class Form(HTMLParser):
    """The hidden fields and the buttons of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.buttons: dict[str, str] = {}
        self._pressed: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in pairs}
        if tag == "input":
            self.fields[said["name"]] = said["value"]
        if tag == "button":
            self._pressed = said["value"]

    def handle_data(self, data: str) -> None:
        if self._pressed is not None:
            self.buttons[data] = self._pressed
            self._pressed = None


class Flow:
    """A sign-in that waits for its browser. link: what the browser was given."""

    def __init__(self, broker: str, returns: str, within_s: float) -> None:
        self._links: list[str] = []
        work = sign_in_by_broker(broker, returns, self._open, within_s)  # type: ignore[arg-type]
        self.task: asyncio.Task[Tokens] = asyncio.create_task(work)

    def _open(self, link: str) -> bool:
        self._links.append(link)
        return True

    async def asked(self) -> dict[str, str]:
        await until(lambda: self._links)
        return {name: values[0] for name, values in parse_qs(urlsplit(self.link).query).items()}

    @property
    def link(self) -> str:
        return self._links[0]

    async def back(self, **fields: str) -> httpx.Response:
        """The browser comes back with these fields; the right state unless another one is named."""
        asked = await self.asked()
        async with httpx.AsyncClient(trust_env=False) as browser:
            said = {"state": asked["state"], **fields}
            return await browser.get(f"{asked['redirect_uri']}?{urlencode(said)}")


@asynccontextmanager
async def waiting(
    broker: str = "https://broker.invalid/sso", returns: str = "code", within_s: float = 20.0
) -> AsyncIterator[Flow]:
    flow = Flow(broker, returns, within_s)
    try:
        await flow.asked()
        yield flow
    finally:
        flow.task.cancel()
        with suppress(asyncio.CancelledError, NoReturn, Exception):
            await flow.task


async def choose(link: str, name: str) -> httpx.Response:
    """What a browser does with the practice clinic's page, all the way back to the program."""
    async with httpx.AsyncClient(trust_env=False, follow_redirects=True) as browser:
        page = await browser.get(link)
        assert page.status_code == 200, page.text
        form = Form(page.text)
        action = str(httpx.URL(link).copy_with(query=None))
        return await browser.post(action, data={**form.fields, "person": form.buttons[name]})


async def test_whoever_is_chosen_on_the_page_is_signed_in(shared_clinic: Practice) -> None:
    async with waiting(f"{shared_clinic.portal}broker") as flow:
        page = await choose(flow.link, "Continue as Noor Haddad")
        tokens = await flow.task
        owner = await owner_of(profile(shared_clinic), tokens.token)
        assert (owner.id, owner.username) == (tokens.user_id, "noor.haddad")
        assert tokens.refresh_token
        assert page.status_code == 200
        assert "You can close this page" in page.text
        for secret in (tokens.token, tokens.refresh_token, (await flow.asked())["state"], "Noor"):
            assert secret not in page.text
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        # Nothing listens any more.
        with pytest.raises(httpx.ConnectError):
            await flow.back(code="again")


async def test_the_link_holds_a_challenge_and_not_its_verifier(shared_clinic: Practice) -> None:
    async with waiting() as first, waiting() as second:
        one, two = await first.asked(), await second.asked()
        assert one["code_challenge_method"] == "S256"
        assert len(one["code_challenge"]) == 43
        assert set(one) == {"redirect_uri", "state", "code_challenge", "code_challenge_method"}
        assert one["redirect_uri"].startswith("http://127.0.0.1:")
        assert not {one[name] for name in one} & {two["state"], two["code_challenge"], two["redirect_uri"]}


def test_the_challenge_is_that_of_the_standard() -> None:
    # RFC 7636, appendix B.
    assert challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == (
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )


async def test_cancelling_on_the_page_signs_nobody_in(shared_clinic: Practice) -> None:
    async with waiting(f"{shared_clinic.portal}broker") as flow:
        await choose(flow.link, "Cancel")
        with pytest.raises(NoReturn, match="refused"):
            await flow.task


async def test_a_code_without_its_verifier_is_worth_nothing(shared_clinic: Practice) -> None:
    """Somebody who reads the browser's history, or another program of this computer."""
    challenge = challenge_of("v" * 43)
    asked = {
        "redirect_uri": "http://127.0.0.1:1/done",
        "state": "s",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    async with httpx.AsyncClient(trust_env=False) as browser:
        page = await browser.get(f"{shared_clinic.portal}broker?{urlencode(asked)}")
        form = Form(page.text)
        data = {**form.fields, "person": form.buttons["Continue as Noor Haddad"]}
        back = await browser.post(f"{shared_clinic.portal}broker", data=data)
        code = parse_qs(urlsplit(back.headers["location"]).query)["code"][0]
        stolen = {"code": code, "code_verifier": "w" * 43}
        assert (await browser.post(f"{shared_clinic.portal}broker/token", json=stolen)).status_code == 400
        # It was tried: the right one comes too late, too.
        right = {"code": code, "code_verifier": "v" * 43}
        assert (await browser.post(f"{shared_clinic.portal}broker/token", json=right)).status_code == 400


async def test_a_code_that_the_broker_never_gave_is_refused(shared_clinic: Practice) -> None:
    async with waiting(f"{shared_clinic.portal}broker") as flow:
        assert (await flow.back(code="invented")).status_code == 200
        with pytest.raises(Refused):
            await flow.task


async def test_a_wrong_state_gets_an_error_page_and_the_wait_goes_on() -> None:
    async with waiting(returns="token") as flow:
        for state in ("", "x", "é", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "a" * 43):
            page = await flow.back(token="t" * 32, state=state)
            assert page.status_code == 400
            assert "t" * 32 not in page.text
        assert not flow.task.done()
        await flow.back(token="t" * 32)
        assert await flow.task == Tokens(user_id=UNNAMED, token="t" * 32)


async def test_only_the_first_answer_counts() -> None:
    async with Loopback("right") as loopback, httpx.AsyncClient(trust_env=False) as browser:
        address = f"{loopback.address}?state=right&code="
        pages = [await browser.get(address + code) for code in ("first", "second")]
        assert [page.status_code for page in pages] == [200, 410]
        assert await loopback.answer() == {"code": "first"}


@pytest.mark.parametrize(
    ("returns", "fields", "reason"),
    [
        ("code", {}, "no_code"),
        ("code", {"code": ""}, "no_code"),
        ("code", {"token": "t" * 32}, "token_in_address"),
        ("code", {"token": "t" * 32, "code": "c"}, "token_in_address"),
        ("token", {}, "no_code"),
        ("token", {"code": "c"}, "no_code"),
        ("token", {"token": "t" * 600}, "no_code"),
        ("token", {"token": "two words"}, "no_code"),
        ("token", {"token": "a\r\nX-Other: b"}, "no_code"),
        ("code", {"error": "access_denied", "code": "c"}, "refused"),
    ],
)
async def test_brokers_that_bring_something_else(returns: str, fields: dict[str, str], reason: str) -> None:
    async with waiting(returns=returns) as flow:
        await flow.back(**fields)
        with pytest.raises(NoReturn) as told:
            await flow.task
        assert told.value.reason == reason


Ask = Callable[[int, str], bytes]


def get(target: str, port: int, host: str = "127.0.0.1") -> bytes:
    return f"GET {target} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode()


@pytest.mark.parametrize(
    "ask",
    [
        lambda port, state: get(f"/done?state={state}&code=x", port).replace(b"GET", b"POST"),
        lambda port, state: get(f"/done?state={state}&code=x", port).replace(b"GET", b"OPTIONS"),
        lambda port, state: get(f"/done?state={state}&code=x", port, host="localhost"),
        lambda port, state: get(f"/done?state={state}&code=x", port, host="evil.example"),
        lambda port, state: get(f"/done?state={state}&code=x", port).replace(b"Host", b"Hose"),
        lambda port, state: get(f"http://evil.example/done?state={state}&code=x", port),
        lambda port, state: get(f"/other?state={state}&code=x", port),
        lambda port, state: get(f"/done?state={state}&state=x&code=x", port),
        lambda port, state: get(f"/done?state={state}&code=x&code=y", port),
        lambda port, state: get(f"/done?state={state}" + "&a=1" * 500, port),
        lambda port, state: get(f"/done?state={state}&code=" + "x" * LARGEST_REQUEST * 4, port),
        lambda port, _state: get("/favicon.ico", port),
        lambda _port, _state: b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        lambda _port, _state: b"\r\n\r\n",
    ],
)
async def test_whatever_else_is_asked_gets_an_error_page_and_the_wait_goes_on(ask: Ask) -> None:
    async with waiting(returns="token") as flow:
        asked = await flow.asked()
        port = urlsplit(asked["redirect_uri"]).port
        assert port is not None
        said = await raw(port, ask(port, asked["state"]))
        assert said.startswith((b"HTTP/1.1 400", b"")), said
        assert b"200 OK" not in said
        assert not flow.task.done()
        assert (await flow.back(token="t" * 32)).status_code == 200
        await flow.task


async def raw(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def test_those_who_connect_and_say_nothing_do_not_keep_the_browser_out() -> None:
    async with waiting(returns="token") as flow:
        port = urlsplit((await flow.asked())["redirect_uri"]).port
        silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(30)]
        assert (await flow.back(token="t" * 32)).status_code == 200
        await flow.task
        for _, writer in silent:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


async def test_it_listens_on_this_computers_own_address_alone() -> None:
    async with waiting() as flow:
        port = urlsplit((await flow.asked())["redirect_uri"]).port
        with pytest.raises(OSError, match=r".*"):
            await asyncio.open_connection("127.0.0.2", port)


async def test_it_stops_waiting_after_a_while() -> None:
    flow = Flow("https://broker.invalid/sso", "code", 0.05)
    with pytest.raises(NoReturn, match="late"):
        await flow.task
    with pytest.raises(httpx.ConnectError):
        await flow.back(code="late")


async def test_cancelled_it_waits_no_longer() -> None:
    async with waiting() as flow:
        flow.task.cancel()
        with suppress(asyncio.CancelledError):
            await flow.task
        with pytest.raises(httpx.ConnectError):
            await flow.back(code="late")


async def test_a_desktop_without_a_browser_is_told_at_once() -> None:
    with pytest.raises(NoReturn, match="no_browser"):
        await sign_in_by_broker("https://broker.invalid/sso", "code", lambda _link: False)


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://evil.example/done"},
        {"redirect_uri": "http://127.0.0.1.evil.example:80/done"},
        {"redirect_uri": "http://127.0.0.1:80/done?x=1"},
        {"redirect_uri": "http://127.0.0.1:80/done;script-src *"},
        {"code_challenge": "short"},
        {"code_challenge_method": "plain"},
        {"state": ""},
    ],
)
async def test_the_practice_clinics_broker_leads_nowhere_else(
    shared_clinic: Practice, changes: dict[str, str]
) -> None:
    asked = {
        "redirect_uri": "http://127.0.0.1:9/done",
        "state": "s",
        "code_challenge": challenge_of("v" * 43),
        "code_challenge_method": "S256",
        **changes,
    }
    async with httpx.AsyncClient(trust_env=False) as browser:
        broker = f"{shared_clinic.portal}broker"
        assert (await browser.get(f"{broker}?{urlencode(asked)}")).status_code == 400
        assert (await browser.post(broker, data={**asked, "person": "612"})).status_code == 400
