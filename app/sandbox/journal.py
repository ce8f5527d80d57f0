"""What was asked of the practice clinic, for tests that count requests. Holds no token."""

from collections import deque
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Receive, Scope, Send

from app.sandbox.world import World

LONGEST = 20_000
"""Requests remembered."""
_SECRET = frozenset({"sso_token", "token", "auth_code", "apikey"})


class Journal:
    """ASGI layer that notes every request except those of the control routes."""

    def __init__(self, app: ASGIApp, world: World, key_of: Callable[[str, str], str | None]) -> None:
        self.app = app
        self.world = world
        self.key_of = key_of
        self.entries: deque[dict[str, Any]] = deque(maxlen=LONGEST)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith("/sandbox/"):
            self.entries.append(self._entry(scope))
        await self.app(scope, receive, send)

    def _entry(self, scope: Scope) -> dict[str, Any]:
        pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        return {
            "method": scope["method"],
            "path": scope["path"],
            "key": self.key_of(scope["method"], scope["path"]),
            "query": {name: "..." if name in _SECRET else value for name, value in pairs},
            "at": self.world.now,
            "token_fingerprint": any(name == b"x-apitoken" and value for name, value in scope["headers"]),
        }
