"""HTTP to one clinic's server: headers, time-outs, redirects, and the five kinds of failure."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import httpx
import msgspec

from app import __version__
from app.core.clock import ServerClock
from app.errors import Broken, Failure, Offline, OfflineReason, SignedOut, Uncertain
from app.wire.endpoints import Endpoint, Endpoints
from app.wire.envelope import data_of, failure_of, http_date, retry_after_s, total_of

ANSWER_WITHIN_S = 15.0
LARGEST_BODY = 64 * 1024 * 1024  # bytes
MOST_REDIRECTS = 3
# A call page is asked only whether it is there: its first bytes are enough.
_PAGE_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Reply:
    """A successful answer. data: its undecoded `data`. body: the whole, for telling same from changed."""

    data: msgspec.Raw
    body: bytes

    def value(self) -> Any:
        """`data` decoded; Broken when it is no JSON after all."""
        if not bytes(self.data):
            return None
        try:
            return msgspec.json.decode(self.data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise Broken("not_json") from None

    def total(self) -> int | None:
        """`total_count`, or the older `total`, beside a list; None when the server does not say."""
        return total_of(self.body)


@dataclass
class _Sent:
    """Whether a request has begun to leave this machine; until then the server cannot have acted on it."""

    begun: bool = False

    async def trace(self, event: str, _info: Mapping[str, Any]) -> None:
        if event.endswith("send_request_headers.started"):
            self.begun = True


Renew = Callable[[], Awaitable[str | None]]


@dataclass
class Credentials:
    """What every request is signed with. renew: brings a new token after a 401, or None if it cannot."""

    account: str
    token: str = ""
    renew: Renew | None = None
    renewing: asyncio.Lock = field(default_factory=asyncio.Lock)


class Client:
    """One server as one person sees it. Raises nothing but `app.errors.Failure`.

    endpoints: the path table of this clinic. credentials: account code and token. clock: learns the
    server's time from each reply.
    """

    def __init__(self, endpoints: Endpoints, credentials: Credentials, clock: ServerClock) -> None:
        self.endpoints = endpoints
        self.credentials = credentials
        self._clock = clock
        # The one time-out per request is asyncio's, below: httpx's own would be four more timers each.
        self._http = httpx.AsyncClient(
            timeout=None,  # noqa: S113
            follow_redirects=False,
            trust_env=not _is_loopback(endpoints.api),
            limits=httpx.Limits(max_connections=8, max_keepalive_connections=4),
            headers={"User-Agent": f"Vestibule/{__version__}", "Accept": "application/json"},
        )

    async def __aenter__(self) -> "Client":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Gives all connections back."""
        await self._http.aclose()

    async def get(
        self, key: str, query: Mapping[str, Any] | None = None, *, background: bool = False, **values: str
    ) -> Reply:
        """Reads. key: of the path table; values: what stands for `:name` in its path.

        background: nobody waits for it at the screen, so it lets others go first.
        """
        return await self._signed(key, values, query=query, background=background)

    async def post(self, key: str, body: Mapping[str, Any], **values: str) -> Reply:
        """Acts. Uncertain when it left and no answer came: re-read before repeating."""
        return await self._signed(key, values, body=body)

    async def delete(self, key: str, **values: str) -> Reply:
        """Removes. Uncertain when it left and no answer came: re-read before repeating."""
        return await self._signed(key, values)

    async def page(self, key: str, **values: str) -> None:
        """Asks a portal page whether it is there, without a token. Returns when it is; else a Failure.

        A sign-in page counts as there: it is where a person without a session is sent.
        """
        endpoint = self.endpoints.find(key)
        url = self.endpoints.url(endpoint, values)
        # Asked as a browser asks: some servers answer a program with an error instead of their sign-in page.
        status, body, headers = await self._fetch(
            endpoint, url, {"Accept": "text/html"}, None, None, page=True
        )
        if status != 200:
            raise failure_of(status, "")
        if not body or "html" not in headers.get("content-type", "").lower():
            raise Broken("shape", where=httpx.URL(url).host)

    async def _signed(
        self,
        key: str,
        values: Mapping[str, str],
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        *,
        background: bool = False,  # noqa: ARG002
    ) -> Reply:
        token = self.credentials.token
        try:
            return await self._once(key, values, query, body)
        except SignedOut:
            if not token or self.credentials.renew is None or self.endpoints.find(key).public:
                raise
            await self._renew(token)
            return await self._once(key, values, query, body)

    async def _renew(self, refused: str) -> None:
        """Gets a new token once for all requests that the old one was refused to."""
        async with self.credentials.renewing:
            if self.credentials.token != refused:
                return
            token = await self.credentials.renew() if self.credentials.renew else None
            if token is None:
                raise SignedOut
            self.credentials.token = token

    async def _once(
        self,
        key: str,
        values: Mapping[str, str],
        query: Mapping[str, Any] | None,
        body: Mapping[str, Any] | None,
    ) -> Reply:
        endpoint = self.endpoints.find(key)
        headers = {"X-AccountCode": self.credentials.account}
        if self.credentials.token and not endpoint.public:
            headers["X-ApiToken"] = self.credentials.token
        url = self.endpoints.url(endpoint, values)
        status, content, reply_headers = await self._fetch(endpoint, url, headers, query, body)
        wait_s = retry_after_s(reply_headers.get("retry-after"), self._clock.now())
        data = data_of(status, content, wait_s, needs_data=endpoint.method == "GET")
        return Reply(data, content)

    async def _fetch(
        self,
        endpoint: Endpoint,
        url: str,
        headers: Mapping[str, str],
        query: Mapping[str, Any] | None,
        body: Mapping[str, Any] | None,
        *,
        page: bool = False,
    ) -> tuple[int, bytes, httpx.Headers]:
        """One request with its redirects, within one time-out; whatever goes wrong is a Failure."""
        sent = _Sent()
        try:
            request = self._http.build_request(
                endpoint.method,
                url,
                headers=headers,
                params=query,
                json=body,
                extensions={"trace": sent.trace},
            )
            async with asyncio.timeout(ANSWER_WITHIN_S):
                return await self._follow(request, page=page)
        except TimeoutError:
            raise self._silence(endpoint, sent, Offline("timeout")) from None
        except httpx.DecodingError:
            raise Broken("not_json") from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            raise Offline("name", httpx.URL(self.endpoints.api).host) from None
        except (httpx.HTTPError, OSError) as error:
            raise self._silence(endpoint, sent, Offline(_why(error))) from None

    @staticmethod
    def _silence(endpoint: Endpoint, sent: _Sent, otherwise: Offline) -> Failure:
        """A question that got no answer is Offline; an act that has left is Uncertain."""
        return Uncertain() if endpoint.method != "GET" and sent.begun else otherwise

    async def _follow(self, request: httpx.Request, *, page: bool) -> tuple[int, bytes, httpx.Headers]:
        for _ in range(MOST_REDIRECTS + 1):
            began = self._clock.monotonic()
            response = await self._http.send(request, stream=True)
            try:
                if not page:
                    self._learn_time(response, began)
                if not response.has_redirect_location:
                    return response.status_code, await _body(response, page=page), response.headers
                request = self._redirected(request, response)
            finally:
                await response.aclose()
        raise Broken("redirect", where=request.url.host)

    def _learn_time(self, response: httpx.Response, began: float) -> None:
        date_s = http_date(response.headers.get("date"))
        if date_s is not None:
            self._clock.observe(date_s, self._clock.monotonic() - began)

    @staticmethod
    def _redirected(request: httpx.Request, response: httpx.Response) -> httpx.Request:
        """The next request; Broken when it would act twice or take the token to another origin."""
        target = response.next_request
        if target is None or request.method != "GET" or _origin(target.url) != _origin(request.url):
            raise Broken("redirect", where="" if target is None else target.url.host)
        return target


def _is_loopback(address: str) -> bool:
    """This computer itself: a proxy of the environment does not lead to it."""
    return httpx.URL(address).host in ("127.0.0.1", "localhost", "::1")


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


async def _body(response: httpx.Response, *, page: bool) -> bytes:
    parts = bytearray()
    async for part in response.aiter_bytes():
        parts += part
        if page and len(parts) >= _PAGE_BYTES:
            break
        if len(parts) > LARGEST_BODY:
            raise Broken("too_large")
    return bytes(parts)


def _why(error: BaseException) -> OfflineReason:
    """What kind of no-contact an error is, by the cause at its root."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return "certificate"
        if isinstance(cause, socket.gaierror):
            return "name"
        cause = cause.__cause__ or cause.__context__
    return "unreachable" if isinstance(error, httpx.ConnectError) else "cut"
