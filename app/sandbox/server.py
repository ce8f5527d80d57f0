"""The practice clinic's process: socket, clock, signals, and the first line of output."""

import asyncio
import contextlib
import json
import logging
import math
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from types import FrameType
from typing import Any

import uvicorn
from starlette.requests import ClientDisconnect
from uvicorn.protocols.http.h11_impl import H11Protocol

from app.sandbox.app import build
from app.sandbox.http import API_PREFIX, CLAIMS_PREFIX, MESSENGER_PREFIX, NPPES_PREFIX
from app.sandbox.opening import open_clinic
from app.sandbox.people import PASSWORD
from app.sandbox.world import Person, World

HOST = "127.0.0.1"
TICK = 0.25
"""Real seconds between two moves of the world's clock."""
FAREWELL = 1
"""Seconds running requests have when the clinic closes."""
USED_PORT = 2
"""Exit code when the port cannot be had."""


def serve(
    port: int = 0,
    seed: int = 7,
    speed: float = 1.0,
    visits: int | None = None,
    start: float | None = None,
    exit_with_stdin: bool = False,
    largest_file: int | None = None,
) -> int:
    """Serves until SIGINT or SIGTERM (or the end of standard input); answers the exit code.

    `speed` is world seconds per real second, 0 stands still; `visits` the number of open visits; `start` the
    world's time at the beginning in epoch seconds, by default now; `largest_file` the bytes an upload may
    have, by default those of api/decisions.md.
    """
    try:
        listener = _listen(port)
    except (OSError, OverflowError) as error:
        reason = str(getattr(error, "strerror", None) or error).rstrip(".")
        sys.stderr.write(f"The practice clinic cannot use port {port}: {reason}.\n")
        return USED_PORT
    with contextlib.closing(listener):
        world = open_clinic(seed, time.time() if start is None else start, visits)
        world.largest_file = largest_file or world.largest_file
        asyncio.run(_serve(world, listener, speed, exit_with_stdin))
    return 0


def first_line(world: World, port: int) -> dict[str, Any]:
    """Where the clinic is and how to get in; everything in it is invented."""
    portal = f"http://{HOST}:{port}"
    newcomer = next(person for person in world.people.values() if person.email_token)
    return {
        "api": f"{portal}{API_PREFIX}/",
        "portal": f"{portal}/",
        "claims": f"{portal}{CLAIMS_PREFIX}/",
        "nppes": f"{portal}{NPPES_PREFIX}/",
        "messenger": f"{portal}{MESSENGER_PREFIX}/",
        "account": world.account_code,
        "room": world.people[world.me].rooms[0],
        "api_key": world.api_key,
        "api_secret": world.api_secret,
        "admin_token": world.admin_token,
        "users": [{"role": r, "username": p.username, "password": PASSWORD} for r, p in _cast(world)],
        "activation": {"email": newcomer.email, "token": newcomer.email_token},
    }


def _cast(world: World) -> Iterator[tuple[str, Person]]:
    """The users of the first line: two providers, front desk, clinic admin, a patient."""
    people = world.people.values()
    providers = [person for person in people if person.sees_patients]
    yield "provider", world.people[world.me]
    yield "provider", next(person for person in providers if person.id != world.me)
    yield "front_desk", next(person for person in people if person.role == "scheduler")
    yield "clinic_admin", next(person for person in people if person.is_admin)
    yield "patient", next(person for person in people if person.is_patient)


def _listen(port: int) -> socket.socket:
    """A loopback socket that is never shared; the real port is known before the first line is written."""
    # Named: asyncio turns off Nagle's delay (40 ms a request) for this protocol, not for "any".
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(128)
    except BaseException:
        listener.close()
        raise
    listener.setblocking(False)
    return listener


class _OpenConnection(H11Protocol):
    """Hands each request its transport, so that weather can cut the connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class _Server(uvicorn.Server):
    """Leaves signals to `_closing_on_signals`: uvicorn would raise them again and spoil the exit code."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


async def _serve(world: World, listener: socket.socket, speed: float, exit_with_stdin: bool) -> None:
    _quiet_logs()
    config = uvicorn.Config(
        build(world).asgi,
        http=_OpenConnection,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        date_header=False,
        server_header=False,
        timeout_graceful_shutdown=FAREWELL,
    )
    server = _Server(config)

    def close() -> None:
        server.should_exit = True

    with _closing_on_signals(server):
        if exit_with_stdin:
            _watch_stdin(asyncio.get_running_loop(), close)
        sys.stdout.write(json.dumps(first_line(world, listener.getsockname()[1])) + "\n")
        sys.stdout.flush()
        clock = asyncio.create_task(_tick(world, speed)) if speed > 0 else None
        try:
            await server.serve(sockets=[listener])
        finally:
            if clock is not None:
                clock.cancel()
                await asyncio.gather(clock, return_exceptions=True)


@contextlib.contextmanager
def _closing_on_signals(server: uvicorn.Server) -> Iterator[None]:
    def close(_signal: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    watched = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, close) for number in watched}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _watch_stdin(loop: asyncio.AbstractEventLoop, close: Callable[[], None]) -> None:
    """Calls `close` when standard input ends. Reads the descriptor: a buffered read would delay the exit."""

    def wait() -> None:
        with contextlib.suppress(OSError):
            while os.read(0, 4096):
                pass
        with contextlib.suppress(RuntimeError):  # the loop may be gone already
            loop.call_soon_threadsafe(close)

    threading.Thread(target=wait, name="stdin", daemon=True).start()


async def _tick(world: World, speed: float) -> None:
    """Moves the world along with real time; what is less than a millisecond is kept for the next tick."""
    loop = asyncio.get_running_loop()
    last, owed = loop.time(), 0.0
    while True:
        await asyncio.sleep(TICK)
        now = loop.time()
        owed += (now - last) * speed
        last = now
        whole = math.floor(owed * 1000) / 1000
        world.advance(whole)
        owed -= whole


def _quiet_logs() -> None:
    """Only real faults reach standard error: no cut connections, no dropped requests, no spoilt forms."""

    def is_fault(record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        return error is not None and not isinstance(error, asyncio.CancelledError | ClientDisconnect)

    logging.getLogger("uvicorn.error").addFilter(is_fault)
    for name in ("asyncio", "python_multipart"):
        logging.getLogger(name).setLevel(logging.ERROR)
