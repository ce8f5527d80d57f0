"""One HTTP request with its redirects and its one time-out. Whatever goes wrong is a Failure."""

import asyncio
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, TypeVar

import anyio
import httpx

from app import __version__
from app.core.clock import ServerClock
from app.core.tasks import heard
from app.errors import Broken, Failure, Offline, OfflineReason, Refused, Uncertain
from app.wire.coding import ACCEPTED, body_of
from app.wire.envelope import http_date
from app.wire.kept import KeptAnswers, age_s

MOST_REDIRECTS = 3
_CONNECTIONS = 8

# httpx writes whole addresses at INFO: a file's signed link and a service's key are in some of them.
logging.getLogger("httpx").setLevel(logging.WARNING)

T = TypeVar("T")
Handle = Callable[[httpx.Response], Awaitable[T]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. headers: their names in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str]


@dataclass
class Asked:
    """A request to be sent. content: parts for httpx's request, such as `json` or `files`.

    learns: whether the server's clock is learnt from the answer. wants_fresh: whether an answer that was kept
    on the way is none. is_act: whether it may change something; then an answer that cannot be understood
    leaves open whether it did.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, Any] | None = field(default=None, repr=False)
    content: Mapping[str, Any] = field(default_factory=dict, repr=False)
    learns: bool = True
    wants_fresh: bool = False
    is_act: bool = False
    # Whether it has begun to leave this machine; until then the server cannot have acted on it.
    begun: bool = False

    async def trace(self, event: str, _info: Mapping[str, Any]) -> None:
        """httpcore tells what it does."""
        if event.endswith("send_request_headers.started"):
            self.begun = True

    def silence(self, otherwise: Offline) -> Failure:
        """What it means that no answer came: an act that has left may have been done."""
        return Uncertain() if self.method != "GET" and self.begun else otherwise


@dataclass(eq=False)
class _Pool:
    """Connections that requests share. cancelled: how many of its requests were cancelled or timed out."""

    http: httpx.AsyncClient
    under_way: int = 0
    cancelled: int = 0


class Transport:
    """Connections to one server. Raises Offline when there is nothing to trust certificates by.

    trust_env: whether proxies of the environment lead to it.
    """

    def __init__(self, clock: ServerClock, *, trust_env: bool) -> None:
        self._clock = clock
        self._is_closed = False
        self._trust_env = trust_env
        self._pools: set[_Pool] = set()
        self._retired: set[asyncio.Task[None]] = set()
        self._asking: dict[asyncio.Task[Any], anyio.CancelScope] = {}
        self._kept = KeptAnswers(by_date=trust_env)
        try:
            self._trusted = httpx.create_ssl_context(trust_env=trust_env)
        except OSError:
            # SSL_CERT_FILE of the environment names a file that is not there, or holds no certificates.
            raise Offline("certificate") from None
        self._pool = self._fresh_pool()

    async def close(self) -> None:
        """Gives all connections back; what is still under way is Offline."""
        self._is_closed = True
        # A pool does not close what is only being connected: the request would go on, its connection stay.
        for scope in self._asking.values():
            scope.cancel()
        if self._asking:
            await asyncio.wait(self._asking)
        for pool in self._pools:
            await pool.http.aclose()
        await asyncio.gather(*self._retired)

    def reconnect(self) -> None:
        """New requests take new connections: after sleep or on another network the old ones may be dead."""
        if not self._is_closed:
            old, self._pool = self._pool, self._fresh_pool()
            self._retire(old)

    async def exchange(self, asked: Asked, handle: Handle[T], within: asyncio.Timeout) -> T:
        """Sends, follows redirects at home, and hands the answer to `handle`. Raises Failure.

        within: the one time-out of it all; `handle` may move it on.
        """
        if self._is_closed:
            raise Offline("cut")
        pool = self._pool
        request = _request(pool.http, asked)
        pool.under_way += 1
        try:
            async with within:
                return await self._released(self._follow(pool.http, asked, request, handle))
        except asyncio.CancelledError:
            pool.cancelled += 1
            raise
        except TimeoutError:
            pool.cancelled += 1
            raise asked.silence(Offline("timeout")) from None
        except Broken as broken:
            if asked.is_act:
                raise Uncertain(str(broken)) from None
            raise
        except httpx.UnsupportedProtocol:
            raise Offline("name") from None
        except httpx.InvalidURL:
            raise Broken("redirect") from None
        except RuntimeError:
            if not self._is_closed:
                raise
            raise asked.silence(Offline("cut")) from None
        except (httpx.HTTPError, OSError) as error:
            raise asked.silence(Offline(_why(error))) from None
        finally:
            pool.under_way -= 1
            self._retire(pool)

    def _fresh_pool(self) -> "_Pool":
        # The one time-out per request is asyncio's: httpx's own would be four more timers each.
        http = httpx.AsyncClient(
            timeout=None,  # noqa: S113
            verify=self._trusted,
            follow_redirects=False,
            trust_env=self._trust_env,
            limits=httpx.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=4),
            headers={
                "User-Agent": f"Vestibule/{__version__}",
                "Accept": "application/json",
                "Accept-Encoding": ACCEPTED,
                # No proxy is to answer with what it has kept (RFC 9111 §5.2.1.4).
                "Cache-Control": "no-cache",
            },
            # A cookie would be a second identity beside the token.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        )
        pool = _Pool(http)
        self._pools.add(pool)
        return pool

    def _retire(self, pool: "_Pool") -> None:
        """A pool that may have lost connections is left by new requests, and closed by its last one.

        A connection that is being made when its request is cancelled can stay in httpcore's pool for ever,
        neither free nor closed; a pool full of those would never send again.
        """
        if self._is_closed:
            return
        if pool is self._pool and pool.cancelled >= _CONNECTIONS // 2:
            self._pool = self._fresh_pool()
        if pool is not self._pool and not pool.under_way:
            self._pools.discard(pool)
            task = asyncio.get_running_loop().create_task(pool.http.aclose(), name="wire.retired")
            self._retired.add(task)
            task.add_done_callback(self._retired.discard)

    async def _follow(
        self, http: httpx.AsyncClient, asked: Asked, request: httpx.Request, handle: Handle[T]
    ) -> T:
        for _ in range(MOST_REDIRECTS + 1):
            began = self._clock.monotonic()
            response = await http.send(request, stream=True)
            try:
                is_old = asked.learns and self._is_old(response, began)
                if not response.has_redirect_location:
                    if is_old and asked.wants_fresh:
                        raise Broken("old", where=request.url.host)
                    return await handle(response)
                request = _redirected(request, response)
            finally:
                await response.aclose()
        raise Broken("redirect", where=request.url.host)

    async def _released(self, work: Coroutine[Any, Any, T]) -> T:
        """`work`, with its connection given back even when it is cancelled, or cut off by `close`.

        httpcore shields its clean-up by anyio's scopes, which a cancelled asyncio task does not know of: each
        cancelled request could cost one connection of the pool for ever. So the scope is what is cancelled.
        """
        scope = anyio.CancelScope()

        async def run() -> T:
            with scope:
                return await work
            raise ConnectionAbortedError

        task = asyncio.get_running_loop().create_task(run(), name="wire.request")
        self._asking[task] = scope
        task.add_done_callback(self._asking.pop)
        task.add_done_callback(heard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            scope.cancel()
            await asyncio.wait((task,))
            raise

    def _is_old(self, response: httpx.Response, began: float) -> bool:
        """Whether an answer was kept on the way; one that was not tells the server's time."""
        now = self._clock.monotonic()
        if self._kept.is_one(response.headers, now):
            return True
        date_s = http_date(response.headers.get("date"))
        if date_s is not None:
            self._clock.observe(date_s + age_s(response.headers), now - began)
        return False


def _request(http: httpx.AsyncClient, asked: Asked) -> httpx.Request:
    try:
        return http.build_request(
            asked.method,
            asked.url,
            headers=asked.headers,
            params=asked.query,
            extensions={"trace": asked.trace},
            **asked.content,
        )
    except httpx.InvalidURL:
        raise Offline("name") from None
    except ValueError:
        # Half an emoji in a text, a sign no header may hold.
        raise Refused(400, "It holds characters that cannot be sent.") from None


def is_loopback(address: str) -> bool:
    """This computer itself: a proxy of the environment does not lead to it."""
    return host_of(address) in ("127.0.0.1", "localhost", "::1")


def host_of(address: str) -> str:
    """The host of an address, "" when it is none."""
    try:
        return httpx.URL(address).host
    except httpx.InvalidURL:
        return ""


def same_origin(one: str, other: str) -> bool:
    """Whether two addresses have scheme, host and port in common."""
    try:
        return _origin(httpx.URL(one)) == _origin(httpx.URL(other))
    except httpx.InvalidURL:
        return False


def reading(largest: int, *, cut_at: int | None = None) -> Handle[Answer]:
    """Reads the whole body into memory; Broken when it is larger than `largest` bytes.

    cut_at: enough bytes, the rest is left.
    """

    async def read(response: httpx.Response) -> Answer:
        body = await body_of(response, largest + 1 if cut_at is None else cut_at)
        if cut_at is None and len(body) > largest:
            raise Broken("too_large")
        return Answer(response.status_code, bytes(body), dict(response.headers))

    return read


def _redirected(request: httpx.Request, response: httpx.Response) -> httpx.Request:
    """The next request; Broken when it would act twice or take the token to another origin."""
    target = response.next_request
    if target is None or request.method != "GET" or _origin(target.url) != _origin(request.url):
        raise Broken("redirect", where="" if target is None else target.url.host)
    return target


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _why(error: BaseException) -> OfflineReason:
    """What kind of no-contact an error is, by the cause at its root."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return "certificate"
        if isinstance(cause, socket.gaierror):
            return "name"
        cause = cause.__cause__ or cause.__context__
    return "unreachable" if isinstance(error, httpx.ConnectError | httpx.ProxyError) else "cut"
