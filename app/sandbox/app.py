"""The practice clinic as one ASGI application: API, portal, control routes, and the layers around them."""

from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate

from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import app.accounts.sandbox
import app.auth.sandbox
import app.calls.sandbox
import app.emr.sandbox
import app.files.sandbox
import app.health.sandbox
import app.insurance.sandbox
import app.intakes.sandbox
import app.payments.sandbox
import app.pharmacies.sandbox
import app.push.sandbox
import app.rooms.sandbox
import app.settings.sandbox
import app.users.sandbox
import app.visits.sandbox
from app.sandbox.api import Api
from app.sandbox.control import Control
from app.sandbox.http import (
    API_PREFIX,
    CLAIMS_PREFIX,
    FILES_PREFIX,
    MESSENGER_PREFIX,
    NPPES_PREFIX,
    Endpoint,
)
from app.sandbox.journal import Journal
from app.sandbox.portal import Portal
from app.sandbox.weather import Weather
from app.sandbox.world import World

ENDPOINTS: tuple[Endpoint, ...] = (
    *app.auth.sandbox.ENDPOINTS,
    *app.visits.sandbox.ENDPOINTS,
    *app.intakes.sandbox.ENDPOINTS,
    *app.rooms.sandbox.ENDPOINTS,
    *app.users.sandbox.ENDPOINTS,
    *app.accounts.sandbox.ENDPOINTS,
    *app.settings.sandbox.ENDPOINTS,
    *app.emr.sandbox.ENDPOINTS,
    *app.health.sandbox.ENDPOINTS,
    *app.pharmacies.sandbox.ENDPOINTS,
    *app.payments.sandbox.ENDPOINTS,
    *app.insurance.sandbox.ENDPOINTS,
    *app.files.sandbox.ENDPOINTS,
    *app.push.sandbox.ENDPOINTS,
    *app.calls.sandbox.ENDPOINTS,
)
"""One line per feature. The first match wins, so fixed paths stand before `:id` within a feature."""

FURNISHINGS: tuple[Callable[[World], None], ...] = ()
"""What features put into the clinic before the first request, in this order."""

PREFIXES = (API_PREFIX, CLAIMS_PREFIX, FILES_PREFIX, NPPES_PREFIX, MESSENGER_PREFIX)
SMALLEST_ZIPPED = 1_024
"""Bytes from which a body is compressed."""


@dataclass(frozen=True, slots=True)
class Clinic:
    """The application and the parts a trainer or a test may want to touch."""

    asgi: ASGIApp
    world: World
    weather: Weather
    journal: Journal


def build(world: World) -> Clinic:
    """Puts the application together over a world."""
    for furnish in FURNISHINGS:
        furnish(world)
    api = Api(world, ENDPOINTS)
    portal = Portal(world)

    def key_of(method: str, path: str) -> str | None:
        """The endpoint key of a request (api/README.md §13)."""
        if path == "/auth":
            return "auth.redirect"
        found = api.find(method, path)
        return found[0].key if found else None

    inner = Starlette(exception_handlers={404: portal.missing, 405: portal.missing})
    weather = Weather(inner, key_of)
    journal = Journal(weather, world, key_of)
    inner.router.routes += [
        *(Mount(prefix, app=api) for prefix in PREFIXES),
        *Control(world, weather, journal).routes(),
        *portal.routes(),
    ]
    zipped = GZipMiddleware(journal, minimum_size=SMALLEST_ZIPPED, compresslevel=1)
    return Clinic(_world_time(zipped, world), world, weather, journal)


def _world_time(inner: ASGIApp, world: World) -> ASGIApp:
    """Every reply's `Date` is the world's time: clients take the server's clock from it."""

    async def dated(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = (b"date", formatdate(world.now, usegmt=True).encode())
                message = {**message, "headers": [*message["headers"], date]}
            await send(message)

        await inner(scope, receive, send_dated)

    return dated
