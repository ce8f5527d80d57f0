"""One clinic's server as one person sees it: signing, renewal, repeats, and the five kinds of failure."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from types import TracebackType
from typing import Any, BinaryIO

import msgspec

from app.core.backoff import backoff_s
from app.core.clock import ServerClock
from app.core.tasks import heard
from app.errors import Broken, Failure, NotOffered, Offline, Refused, SignedOut, Uncertain
from app.wire.endpoints import Endpoint, Endpoints
from app.wire.envelope import NO_ANSWER, beside, data_of, failure_of, retry_after_s
from app.wire.gate import Gate, Rank
from app.wire.offered import Offers
from app.wire.reader import Row, decode
from app.wire.transfer import Downloaded, Progress, Sending, storing
from app.wire.transport import Answer, Asked, Transport, host_of, is_loopback, reading, same_origin

ANSWER_WITHIN_S = 15.0
LARGEST_BODY = 64 * 1024 * 1024  # bytes
# How often a question is put before its failure is told.
TRIES = 3
# A token this near its end (s) is renewed before it is used (api/auth.md §3).
RENEW_BEFORE_S = 60.0
# How long a request may stand in line (s); and how long after a failed renewal none is tried (s).
_TURN_WITHIN_S = 30.0
_NOT_YOURS = "This is not open to your role at the clinic."
_HOLD_BACK_S = 5.0
# Files on their way at once; they take no place in the gate, or three downloads would stop the queue.
_TRANSFERS = 2
# An act that was answered so has done nothing, whoever answered.
_NOTHING_DONE = (401, 404, 405, 501)
# A call page is asked only whether it is there: its first bytes are enough.
_PAGE_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Reply:
    """A successful answer. data: its undecoded `data`. body: the whole, for telling same from changed."""

    data: msgspec.Raw = field(repr=False)
    body: bytes = field(repr=False)

    def value(self) -> Any:
        """`data` decoded; Broken when it is no JSON after all."""
        if not bytes(self.data):
            return None
        try:
            return decode(self.data)
        except ValueError:
            raise Broken("not_json") from None

    def beside(self, name: str) -> Any:
        """What stands under `name` beside `data`; None when nothing does."""
        return beside(self.body, name)

    def total(self) -> int | None:
        """`total_count`, or the older `total`, beside a list; None when the server does not say."""
        told = Row({name: self.beside(name) for name in ("total_count", "total")})
        total = told.number("total_count", "total")
        return total if total is not None and total >= 0 else None


@dataclass(frozen=True, slots=True)
class Token:
    """What a renewal brings. expiry: Unix s, None when not said."""

    token: str = field(repr=False)
    expiry: float | None = None


Renew = Callable[[], Awaitable[Token | None]]


@dataclass
class Credentials:
    """What every request is signed with.

    renew_at: when the token is to be renewed, Unix s, None when its end is not known. renew: brings a new
    token, None when there is none to be had; then the person must sign in. Raises Failure when that is not
    known yet.
    """

    account: str
    token: str = field(default="", repr=False)
    renew_at: float | None = None
    renew: Renew | None = None
    # The token that could not be renewed: it is not tried again with every request.
    hopeless: str | None = field(default=None, repr=False)
    # Whether somebody can sign in again: then a file on its way waits for it.
    can_return: bool = False
    _fresh: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    def adopt(self, fresh: Token, now: float) -> None:
        """Signs with `fresh` from now (Unix s) on."""
        self.token, self.renew_at = fresh.token, None
        if fresh.expiry is not None and fresh.expiry > now:
            # A token that lives for half a minute must not be renewed with every request.
            self.renew_at = fresh.expiry - min(RENEW_BEFORE_S, max(0.0, fresh.expiry - now) / 4)
        self._wake()

    async def another(self, old: str) -> bool:
        """Waits for another token than `old` by a new sign-in; False when there will be none, or `old` holds
        after all."""
        while self.token == old == self.hopeless and self.can_return:
            await self._fresh.wait()
        return self.token != old

    def holds(self) -> None:
        """The server has said whose the token is: whoever refused it stood on the way, or erred for a moment.
        Any other answer proves nothing: some are given without a token."""
        self.hopeless = None
        self._wake()

    def close(self) -> None:
        """Nobody signs in again."""
        self.can_return = False
        self._wake()

    def _wake(self) -> None:
        fresh, self._fresh = self._fresh, asyncio.Event()
        fresh.set()


@dataclass(frozen=True, slots=True)
class _Call:
    """One call of the API, as it may be put more than once."""

    key: str
    values: Mapping[str, str]
    query: Mapping[str, Any] | None = field(default=None, repr=False)
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    secrets: Mapping[str, str] | None = field(default=None, repr=False)
    rank: Rank = Rank.SCREEN
    tries: int = 1


class Client:
    """One server as one person sees it. Raises nothing but `app.errors.Failure`.

    endpoints: the path table of this clinic. credentials: account code and token. clock: learns the
    server's time from each reply. gate: paces the requests.
    """

    def __init__(
        self, endpoints: Endpoints, credentials: Credentials, clock: ServerClock, gate: Gate | None = None
    ) -> None:
        self.endpoints = endpoints
        self.credentials = credentials
        self.offers = Offers(self._probe)
        # Keys that are not for whoever is signed in: they are not asked, whatever the server would say.
        self.closed: frozenset[str] = frozenset()
        self._clock = clock
        self._gate = gate or Gate()
        self._transfers = asyncio.Semaphore(_TRANSFERS)
        self._renewal: asyncio.Task[bool] | None = None
        # When a renewal failed (monotonic s), and how.
        self._renewal_failed: tuple[float, Failure] | None = None
        self._transport = Transport(clock, trust_env=not is_loopback(endpoints.api))

    async def __aenter__(self) -> "Client":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Gives all connections back; what is still under way is Offline."""
        self._gate.close()
        self.credentials.close()
        if self._renewal is not None:
            self._renewal.cancel()
            await asyncio.wait((self._renewal,))
        await self._transport.close()

    def reconnect(self) -> None:
        """New requests take new connections: after sleep or on another network the old ones may be dead."""
        self._transport.reconnect()

    async def get(
        self,
        key: str,
        query: Mapping[str, Any] | None = None,
        *,
        background: bool = False,
        repeat: bool = True,
        first: bool = False,
        **values: str,
    ) -> Reply:
        """Reads. key: of the path table; values: what stands for `:name` in its path.

        background: nobody waits for it at the screen, so it lets others go first. first: goes before all
        others, as the queue does. repeat: a passing fault is waited out within the one time-out; False for
        who asks again anyway.
        """
        rank = Rank.QUEUE if first else _rank(background)
        return await self._signed(_Call(key, values, query, rank=rank, tries=TRIES if repeat else 1))

    async def post(
        self,
        key: str,
        body: Mapping[str, Any],
        *,
        query: Mapping[str, Any] | None = None,
        secrets: Mapping[str, str] | None = None,
        background: bool = False,
        **values: str,
    ) -> Reply:
        """Acts, once. Uncertain when it left and no answer came: re-read before repeating.

        secrets: headers that sign this request alone (api/README.md §4).
        """
        return await self._signed(_Call(key, values, query, body, secrets, _rank(background)))

    async def delete(self, key: str, **values: str) -> Reply:
        """Removes, once. Uncertain when it left and no answer came: re-read before repeating."""
        return await self._signed(_Call(key, values))

    async def page(self, key: str, **values: str) -> None:
        """Asks a portal page whether it is there, without a token. Returns when it is; else a Failure.

        A sign-in page counts as there: it is where a person without a session is sent.
        """
        endpoint, url = self._address(key, values)
        # Asked as a browser asks: some servers answer a program with an error instead of their sign-in page.
        asked = Asked(endpoint.method, url, {"Accept": "text/html"}, learns=False)
        answer = await self._ask(asked, Rank.SCREEN, cut_at=_PAGE_BYTES)
        if answer.status != 200:
            raise failure_of(answer.status, "")
        if not answer.body or "html" not in answer.headers.get("content-type", "").lower():
            raise Broken("shape", where=host_of(url))

    async def document(
        self, key: str, query: Mapping[str, Any] | None = None, *, background: bool = False, **values: str
    ) -> bytes:
        """Reads from a service that is not the clinic's: no header of ours, no envelope. Raises Failure."""
        endpoint, url = self._address(key, values)
        asked = Asked(endpoint.method, url, query=query, learns=False)
        return _whole(await self._ask(asked, _rank(background)))

    async def exchange(
        self, key: str, body: Mapping[str, Any], query: Mapping[str, Any] | None = None, **values: str
    ) -> bytes:
        """Acts, once, at a service that is not the clinic's: no header of ours, no envelope.

        Raises Failure; Uncertain when it left and no answer came.
        """
        endpoint, url = self._address(key, values)
        asked = Asked(endpoint.method, url, query=query, content={"json": body}, learns=False, is_act=True)
        answer = await self._ask(asked, Rank.SCREEN)
        if answer.status >= 500 or answer.status in NO_ANSWER:
            raise Uncertain(f"status {answer.status}")
        return _whole(answer)

    async def upload(
        self,
        key: str,
        content: BinaryIO,
        name: str,
        content_type: str,
        fields: Mapping[str, str],
        progress: Progress | None = None,
        **values: str,
    ) -> Reply:
        """Sends a file in parts, from where `content` stands. Raises Failure, and OSError of `content`.

        name, content_type: as the server is to see them. fields: further form fields. progress: told
        (bytes sent, bytes in all). Offline when it broke off before all had left: nothing was kept there.
        Uncertain when all had left and no answer came. When the sign-in has ended it waits for the next one
        (`Credentials.can_return`), and is sent from its beginning then.
        """
        start = content.tell()

        async def send() -> Reply:
            content.seek(start)
            endpoint, url = self._address(key, values)
            async with self._transfers:
                sending = Sending(content, progress, ANSWER_WITHIN_S)
                parts = {"files": {"file": (name, sending, content_type)}, "data": dict(fields)}
                asked = Asked(endpoint.method, url, self._headers(endpoint), content=parts, is_act=True)
                answer = await sending.through(self._transport, asked, reading(LARGEST_BODY))
            return self._reply(endpoint, answer)

        while True:
            token = self.credentials.token
            try:
                return await self._with_token(key, send)
            except SignedOut:
                if not await self.credentials.another(token):
                    raise

    async def download(
        self,
        key: str,
        link: str,
        into: BinaryIO,
        progress: Progress | None = None,
        largest: int | None = None,
    ) -> Downloaded:
        """Brings the content behind a file's signed link, without the token. Raises Failure, and OSError of
        `into`.

        link: of a fresh reply; Broken when it leads to another origin than the API's. progress: told (bytes
        so far, bytes in all or None). largest: bytes; Broken beyond.
        """
        endpoint = self._open(key)
        if not same_origin(link, self.endpoints.base(endpoint.base)):
            raise Broken("redirect", where=host_of(link))
        # As it is, so that the length told beforehand is the length that comes.
        asked = Asked(endpoint.method, link, {"Accept": "*/*", "Accept-Encoding": "identity"})
        async with self._transfers:
            return await storing(self._transport, asked, into, progress, largest, ANSWER_WITHIN_S)

    # -- how a call of the API is put

    async def _signed(self, call: _Call) -> Reply:
        self.offers.check(call.key)
        try:
            return await self._with_token(call.key, lambda: self._patiently(call))
        except (Refused, Broken) as failure:
            raise await self.offers.explain(call.key, call.values, call.query, call.body, failure) from None

    async def _with_token(self, key: str, put: Callable[[], Awaitable[Reply]]) -> Reply:
        """`put` with a living token: one near its end is renewed before, a refused one after.

        A 401 that is not in the API's words renews it as well; but only those words sign anybody out.
        """
        if self._open(key).public:
            return await put()
        await self._renew_in_time()
        held, token = self.credentials, self.credentials.token
        try:
            return await put()
        except (SignedOut, Broken) as failure:
            is_over = isinstance(failure, SignedOut) or failure.status == 401
            if not is_over or not token or not await self._renewed(token):
                raise
        fresh = held.token
        try:
            return await put()
        except SignedOut:
            # The second in a row is for the person (api/auth.md §3).
            held.hopeless = fresh
            raise

    async def _renew_in_time(self) -> None:
        held = self.credentials
        if not held.token or held.renew_at is None or held.renew_at > self._clock.now():
            return
        # It is still good for a moment; the server says when it is not.
        with suppress(Failure):
            await self._renewed(held.token)

    async def _renewed(self, old: str) -> bool:
        """Whether there is a new token in place of `old`. One renewal serves all who wait for it, and goes on
        when one of them is cancelled: the server may have taken the old one back already. Raises Failure.
        """
        held = self.credentials
        if held.token != old:
            return True
        if held.renew is None:
            held.hopeless = old
            return False
        if old == held.hopeless:
            return False
        renewal = self._renewal
        if renewal is None or renewal.done():
            if self._renewal_failed and self._clock.monotonic() - self._renewal_failed[0] < _HOLD_BACK_S:
                raise self._renewal_failed[1].with_traceback(None)
            loop = asyncio.get_running_loop()
            renewal = self._renewal = loop.create_task(self._renew(held.renew, old), name="wire.renewal")
            renewal.add_done_callback(heard)
        await asyncio.wait((renewal,))
        if renewal.cancelled():
            raise Offline("cut")
        return renewal.result()

    async def _renew(self, renew: Renew, old: str) -> bool:
        held = self.credentials
        try:
            fresh = await renew()
        except Failure as failure:
            # Nothing that anybody asked for was done, whatever became of the renewal.
            told = Offline("timeout") if isinstance(failure, Uncertain) else failure
            self._renewal_failed = (self._clock.monotonic(), told)
            raise told from None
        if fresh is None:
            held.hopeless = old
            return False
        held.adopt(fresh, self._clock.now())
        return True

    async def _patiently(self, call: _Call) -> Reply:
        """Puts a question again after a passing fault, all within one time-out. An act is put once."""
        loop = asyncio.get_running_loop()
        until = loop.time() + ANSWER_WITHIN_S
        for number in count(1):
            try:
                return await self._once(call, until - loop.time())
            except Failure as failure:
                pause_s = backoff_s(number, failure.retry_after, random.random())  # noqa: S311
                if number >= call.tries or not _passes(failure) or loop.time() + pause_s >= until:
                    raise
            await asyncio.sleep(pause_s)
        raise AssertionError

    async def _once(self, call: _Call, within_s: float) -> Reply:
        endpoint, url = self._address(call.key, call.values)
        headers = {**self._headers(endpoint), **(call.secrets or {})}
        content = {} if call.body is None else {"json": call.body}
        asked = Asked(endpoint.method, url, headers, call.query, content, is_act=_is_act(endpoint))
        asked.wants_fresh = endpoint.method == "GET"
        return self._reply(endpoint, await self._ask(asked, call.rank, within_s))

    async def _ask(
        self, asked: Asked, rank: Rank, within_s: float | None = None, *, cut_at: int | None = None
    ) -> Answer:
        """One request, when it is its turn. within_s: seconds from then."""
        try:
            async with asyncio.timeout(_TURN_WITHIN_S):
                await self._gate.enter(rank)
        except TimeoutError:
            # The server answers so slowly that those before it have not come back.
            raise Offline("timeout") from None
        try:
            within = asyncio.timeout(ANSWER_WITHIN_S if within_s is None else within_s)
            return await self._transport.exchange(asked, reading(LARGEST_BODY, cut_at=cut_at), within)
        finally:
            self._gate.leave()

    async def _probe(self, key: str, query: Mapping[str, Any], values: Mapping[str, str]) -> Any:
        return (await self._once(_Call(key, values, query), ANSWER_WITHIN_S)).value()

    def _address(self, key: str, values: Mapping[str, str]) -> tuple[Endpoint, str]:
        endpoint = self._open(key)
        if not self.endpoints.base(endpoint.base):
            raise NotOffered(key, "The profile has no address for it.")
        return endpoint, self.endpoints.url(endpoint, values)

    def _open(self, key: str) -> Endpoint:
        if key in self.closed:
            raise Refused(403, _NOT_YOURS)
        return self.endpoints.find(key)

    def _headers(self, endpoint: Endpoint) -> dict[str, str]:
        headers = {"X-AccountCode": self.credentials.account}
        if self.credentials.token and not endpoint.public:
            headers["X-ApiToken"] = self.credentials.token
        return headers

    def _reply(self, endpoint: Endpoint, answer: Answer) -> Reply:
        wait_s = retry_after_s(answer.headers.get("retry-after"), self._clock.now())
        needs_data = endpoint.method == "GET"
        try:
            return Reply(data_of(answer.status, answer.body, wait_s, needs_data=needs_data), answer.body)
        except Broken as broken:
            if _is_act(endpoint) and broken.status not in _NOTHING_DONE:
                raise Uncertain(str(broken)) from None
            raise


def _is_act(endpoint: Endpoint) -> bool:
    """Signing in and renewing change nothing that could be done twice."""
    return endpoint.method != "GET" and not endpoint.public


def _rank(background: bool) -> Rank:
    return Rank.BACKGROUND if background else Rank.SCREEN


def _passes(failure: Failure) -> bool:
    """Whether the next try may well succeed."""
    match failure:
        case Offline(reason=reason):
            return reason in ("unreachable", "cut")
        case Refused(status=status):
            return status == 429
        case Broken(reason="status", status=status):
            return (status >= 500 and status != 501) or status in NO_ANSWER
    return False


def _whole(answer: Answer) -> bytes:
    if answer.status != 200:
        raise failure_of(answer.status, "")
    return answer.body
