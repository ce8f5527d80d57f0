"""The practice clinic as one ASGI application: API, portal, control routes, and the layers around them."""

from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate

import msgspec
from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import app.accounts.sandbox
import app.auth.sandbox
import app.calls.sandbox
import app.emr.sandbox.charts
import app.emr.sandbox.routes
import app.files.sandbox.routes
import app.health.sandbox.readings
import app.health.sandbox.routes
import app.insurance.sandbox
import app.intakes.sandbox
import app.payments.sandbox.routes
import app.pharmacies.sandbox.routes
import app.push.sandbox
import app.rooms.sandbox
import app.sandbox.visit_notes
import app.settings.sandbox
import app.users.sandbox
import app.visits.sandbox.routes
from app import __version__
from app.sandbox.api import Api
from app.sandbox.control import Control
from app.sandbox.http import (
    API_PREFIX,
    CLAIMS_PREFIX,
    FILES_PREFIX,
    MESSENGER_PREFIX,
    NPPES_PREFIX,
    Endpoint,
    json_response,
)
from app.sandbox.journal import Journal
from app.sandbox.openapi import describe
from app.sandbox.portal import Portal
from app.sandbox.weather import Weather
from app.sandbox.world import World

ENDPOINTS: tuple[Endpoint, ...] = (
    *app.auth.sandbox.ENDPOINTS,
    *app.visits.sandbox.routes.ENDPOINTS,
    *app.intakes.sandbox.ENDPOINTS,
    *app.rooms.sandbox.ENDPOINTS,
    *app.users.sandbox.ENDPOINTS,
    *app.accounts.sandbox.ENDPOINTS,
    *app.settings.sandbox.ENDPOINTS,
    *app.emr.sandbox.routes.ENDPOINTS,
    *app.health.sandbox.routes.ENDPOINTS,
    *app.pharmacies.sandbox.routes.ENDPOINTS,
    *app.payments.sandbox.routes.ENDPOINTS,
    *app.insurance.sandbox.ENDPOINTS,
    *app.files.sandbox.routes.ENDPOINTS,
    *app.push.sandbox.ENDPOINTS,
    *app.calls.sandbox.ENDPOINTS,
)
"""One line per feature. The first match wins, so fixed paths stand before `:id` within a feature."""

FURNISHINGS: tuple[Callable[[World], None], ...] = (
    app.sandbox.visit_notes.furnish,
    app.pharmacies.sandbox.routes.furnish,
    app.emr.sandbox.charts.furnish,
    app.health.sandbox.readings.furnish,
    app.payments.sandbox.routes.furnish,
    app.insurance.sandbox.furnish,
    app.files.sandbox.routes.furnish,
)
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
    weather = Weather(_divided(api, inner), key_of)
    journal = Journal(weather, world, key_of)
    inner.router.routes += [
        Route("/openapi.json", _described),
        *Control(world, weather, journal).routes(),
        *portal.routes(),
    ]
    zipped = GZipMiddleware(journal, minimum_size=SMALLEST_ZIPPED, compresslevel=1)
    return Clinic(_world_time(zipped, world), world, weather, journal)


def _divided(api: ASGIApp, pages: ASGIApp) -> ASGIApp:
    """By prefix and not by a route's pattern: a path may hold any character, a line break too."""

    async def divided(scope: Scope, receive: Receive, send: Send) -> None:
        is_api = scope["type"] == "http" and scope["path"].startswith(tuple(f"{p}/" for p in PREFIXES))
        await (api if is_api else pages)(scope, receive, send)

    return divided


async def _described(_request: Request) -> Response:
    return json_response(msgspec.json.encode(describe(ENDPOINTS, __version__)))


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
