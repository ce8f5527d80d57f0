"""A practice clinic in this process, asked through ASGI; and one in its own process, asked over a socket."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from app.sandbox.app import Clinic, build
from app.sandbox.opening import open_clinic
from app.sandbox.people import PASSWORD

START = 1_767_225_600
"""The world's time in all tests: 2026-01-01 00:00 UTC."""


class Asker:
    """Asks one clinic; `who` is a role of the first line, "app" for the admin token, or None for no token."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self.world = clinic.world
        self._tokens: dict[str, str] = {"app": clinic.world.admin_token}

    def ask(self, method: str, path: str, who: str | None = None, **options: Any) -> httpx.Response:
        """One request; a path without a leading slash is under the API."""

        async def one() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.clinic.asgi)
            async with httpx.AsyncClient(transport=transport, base_url="http://clinic.test") as client:
                return await client.request(method, path, **options)

        if not path.startswith("/"):
            path = f"/api_v3/{path}"
        headers = dict(options.pop("headers", {}))
        if who is not None:
            headers["X-ApiToken"] = self.token(who)
        options["headers"] = headers
        return asyncio.run(one())

    def get(self, path: str, who: str | None = None, **params: Any) -> httpx.Response:
        """GET with query parameters."""
        return self.ask("GET", path, who, params=params)

    def post(self, path: str, who: str | None = None, **body: Any) -> httpx.Response:
        """POST with a JSON body."""
        return self.ask("POST", path, who, json=body)

    def data(self, path: str, who: str | None = None, **params: Any) -> Any:
        """The `data` of a successful GET."""
        reply = self.get(path, who, **params)
        assert reply.status_code == 200, reply.text
        return reply.json()["data"]

    def done(self, path: str, who: str | None = None, **body: Any) -> Any:
        """The `data` of a successful POST."""
        reply = self.post(path, who, **body)
        assert reply.status_code == 200, reply.text
        return reply.json()["data"]

    def do(self, what: str, **body: Any) -> Any:
        """A trainer's command."""
        return self.done("/sandbox/do", "app", what=what, **body)

    def token(self, who: str) -> str:
        """A token of this user name (or "app"), from a login the first time."""
        if who not in self._tokens:
            signed_in = self.done("users/login", username=who, password=PASSWORD)
            self._tokens[who] = signed_in["token"]["token"]
        return self._tokens[who]

    def intake(self, room: str = "k7m2p", who: str = "mira.okafor", **body: Any) -> str:
        """A fresh intake's id."""
        return str(self.done("intakes", who, room_code=room, **body)["id"])

    def walkin(self, who: str = "mira.okafor", room: str = "k7m2p") -> str:
        """A fresh walk-in's id."""
        return str(
            self.done("visits/add_walkin", who, intake_id=self.intake(room, who), room_code=room)["id"]
        )


@pytest.fixture
def asker() -> Asker:
    """A clinic of its own for one test."""
    return Asker(build(open_clinic(7, START)))


def start_process(*options: str) -> tuple[subprocess.Popen[bytes], dict[str, Any]]:
    """A clinic in its own process, and its first line."""
    process = subprocess.Popen(
        [sys.executable, "-m", "app.sandbox", f"--start={START}", "--speed=0", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    return process, json.loads(process.stdout.readline())


@pytest.fixture(scope="module")
def served() -> Iterator[dict[str, Any]]:
    """The first line of a served clinic; at the end it must go quietly."""
    process, line = start_process()
    with process:
        yield line
        process.terminate()
        _, complaints = process.communicate(timeout=5)
    assert complaints == b""
    assert process.returncode == 0


@pytest.fixture
def browser(served: dict[str, Any]) -> Iterator[httpx.Client]:
    """A client of the served clinic with the admin token; afterwards the weather is fine again."""
    with httpx.Client(headers={"X-ApiToken": served["admin_token"]}, timeout=5) as client:
        yield client
        client.post(served["portal"] + "sandbox/weather", json={"clear": True})
