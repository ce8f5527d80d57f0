"""Bad weather on demand: slow, cut, refused, garbled answers, by rule and for a number of requests.

Rules are set by `POST /sandbox/weather` (control.py). They never touch the control routes.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Literal

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.sandbox.http import json_response, refuse

Kind = Literal[
    "latency", "cut_before", "cut_after", "status", "html", "truncated", "code_in_200", "redirect",
    "wrong_json", "slow_body", "ignores",
]  # fmt: skip

LOGIN_PAGE = "<!doctype html><html><head><title>Sign in</title></head><body><h1>Sign in</h1></body></html>"
SLOW_PARTS = 8


class Rule(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One kind of weather over some paths.

    `match`: endpoint key, path prefix (with or without `/api_v3`) or `*`. `times`: how many requests, null =
    until cleared. `seconds`: delay before the answer, for `slow_body` the time its body takes. `status`: 503
    where none is said, 200 for `html`; 405 and 501 are a foreign server's (api/decisions.md). `code`: for
    `code_in_200`. `to`: target of a redirect. `body`: what `wrong_json` sends. `keys`: of a body, which
    `ignores` takes away, as if the clinic's server had never heard of them.
    """

    match: str
    kind: Kind
    times: int | None = None
    seconds: float = 0.0
    status: Literal[400, 401, 403, 404, 405, 429, 500, 501, 502, 503, 504] | None = None
    retry_after: str | int | None = None
    code: int = 403
    message: str | None = None
    to: str = "http://127.0.0.2:9/"
    body: Any = msgspec.field(default_factory=list)
    keys: list[str] = msgspec.field(default_factory=list)

    def fits(self, key: str | None, path: str) -> bool:
        """Does this rule speak about this request?"""
        if self.match.startswith("/"):
            return path.startswith(self.match) or path.removeprefix("/api_v3").startswith(self.match)
        return self.match in {"*", key}


class Weather:
    """ASGI layer that lets the first fitting rule happen to a request."""

    def __init__(self, app: ASGIApp, key_of: Callable[[str, str], str | None]) -> None:
        self.app = app
        self.key_of = key_of
        self.rules: list[Rule] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        rule = self._due(scope)
        if rule is None:
            await self.app(scope, receive, send)
            return
        if rule.seconds and rule.kind != "slow_body":
            await asyncio.sleep(rule.seconds)
        await _HAPPENINGS[rule.kind](rule, self.app, scope, receive, send)

    def _due(self, scope: Scope) -> Rule | None:
        """The first rule that fits, counted down; spent rules go."""
        path = scope.get("path", "")
        if not self.rules or path.startswith("/sandbox/"):
            return None
        key = self.key_of(scope["method"], path)
        rule = next((rule for rule in self.rules if rule.fits(key, path)), None)
        if rule is not None and rule.times is not None:
            rule.times -= 1
            self.rules = [rule for rule in self.rules if rule.times is None or rule.times > 0]
        return rule


_Happening = Callable[[Rule, ASGIApp, Scope, Receive, Send], Awaitable[None]]


async def _latency(_rule: Rule, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    await app(scope, receive, send)


async def _cut_before(_rule: Rule, _app: ASGIApp, scope: Scope, receive: Receive, _send: Send) -> None:
    await _cut(scope, receive)


async def _cut_after(_rule: Rule, app: ASGIApp, scope: Scope, receive: Receive, _send: Send) -> None:
    await _collect(app, scope, receive)
    await _cut(scope, receive)


async def _truncated(_rule: Rule, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Half the body, with the content length of that half."""
    start, body = await _collect(app, scope, receive)
    await _send_whole(start, body[: max(1, len(body) // 2)], send)


async def _slow_body(rule: Rule, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """The body in eight parts, spread over the rule's seconds."""
    start, body = await _collect(app, scope, receive)
    await send(start)
    size = max(1, -(-len(body) // SLOW_PARTS))
    for at in range(0, len(body), size):
        await asyncio.sleep(rule.seconds / SLOW_PARTS)
        await send({"type": "http.response.body", "body": body[at : at + size], "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _ignores(rule: Rule, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """The body without some of its keys."""
    asked = await Request(scope, receive).json()
    known = {key: value for key, value in asked.items() if key not in rule.keys}
    message: Message | None = {"type": "http.request", "body": msgspec.json.encode(known), "more_body": False}

    async def hand_on() -> Message:
        nonlocal message
        given, message = message, None
        return await receive() if given is None else given

    await app(scope, hand_on, send)


async def _answered(rule: Rule, _app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Kinds that need nothing of the clinic."""
    await _canned(rule)(scope, receive, send)


def _canned(rule: Rule) -> Response:
    if rule.kind == "status":
        response = refuse(rule.status or 503, rule.message)
        if rule.retry_after is not None:
            response.headers["retry-after"] = str(rule.retry_after)
        return response
    if rule.kind == "html":
        return HTMLResponse(LOGIN_PAGE, rule.status or 200)
    if rule.kind == "redirect":
        return Response(status_code=302, headers={"location": rule.to})
    if rule.kind == "code_in_200":
        return json_response(msgspec.json.encode({"code": rule.code, "message": rule.message or "Forbidden"}))
    return json_response(msgspec.json.encode(rule.body))


async def _collect(app: ASGIApp, scope: Scope, receive: Receive) -> tuple[Message, bytes]:
    """Let the clinic do its work and keep the answer."""
    start: Message = {}
    parts: list[bytes] = []

    async def keep(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            parts.append(message.get("body", b""))

    await app(scope, receive, keep)
    return start, b"".join(parts)


async def _send_whole(start: Message, body: bytes, send: Send) -> None:
    headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
    await send({**start, "headers": [*headers, (b"content-length", str(len(body)).encode())]})
    await send({"type": "http.response.body", "body": body})


async def _cut(scope: Scope, receive: Receive) -> None:
    """Close the connection without a word; waiting for the farewell keeps the server's log silent."""
    transport: asyncio.Transport = scope["state"]["transport"]
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass


_HAPPENINGS: dict[str, _Happening] = {
    "latency": _latency,
    "cut_before": _cut_before,
    "cut_after": _cut_after,
    "truncated": _truncated,
    "slow_body": _slow_body,
    "ignores": _ignores,
    "status": _answered,
    "html": _answered,
    "redirect": _answered,
    "code_in_200": _answered,
    "wrong_json": _answered,
}
