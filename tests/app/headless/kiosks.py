"""A kiosk: `vestibule checkin` in this process, with a pipe, a keyring and a folder of its own."""

import asyncio
import json
import queue
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from app.auth.sso import AppKeys
from app.credentials import Given
from app.headless.checkin import check_in_lines
from app.headless.desk import Desk, open_desk
from app.headless.pipes import Output
from app.headless.signing import SignIn
from tests.keyrings import HeldKeys
from tests.practice import Practice
from tests.sessions import profile

OKAFOR = {"first_name": "Mira", "last_name": "Okafor", "dob": "1984-05-09"}
STRANGER = {"first_name": "Adaeze", "last_name": "Obi-Nwosu", "dob": "1990-02-03"}
WITHIN_S = 15.0


def line(**changes: Any) -> dict[str, Any]:
    return {"patient": OKAFOR, "room": "k7m2p", "reason": "Cough", **changes}


def visits_of(clinic: Practice, patient: str = "7301") -> set[str]:
    return {visit["id"] for visit in clinic.state()["visits"] if visit["patient"] == patient}


class Run:
    """One run of the command: what it is given, and what it answers."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.answers: list[dict[str, Any]] = []
        self.stop = asyncio.Event()
        self.reader_is_gone = False
        self._pipe: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._left = b""

    def feed(self, *texts: dict[str, Any] | bytes) -> None:
        for text in texts:
            self._pipe.put((text if isinstance(text, bytes) else json.dumps(text).encode()) + b"\n")

    def end(self) -> None:
        self._pipe.put(b"")

    def read(self) -> bytes:
        return self._pipe.get()

    def write(self, data: bytes) -> None:
        if self.reader_is_gone:
            raise BrokenPipeError
        *whole, self._left = (self._left + data).split(b"\n")
        self.answers += [json.loads(text) for text in whole]

    def states(self, number: int = 1) -> list[str]:
        """What was answered of one line."""
        return [answer["state"] for answer in self.answers if answer["line"] == number]


class Kiosk:
    """A computer and who signs in there."""

    def __init__(self, folder: Path, clinic: Practice, role: str = "front_desk") -> None:
        self.folder, self.clinic = folder, clinic
        self.keys = HeldKeys()
        user = clinic.user(role)
        self.given = Given(username=user["username"], password=user["password"])
        self.app_keys: AppKeys | None = None

    async def open(self, given: Given | None = None) -> Desk:
        sign_in = SignIn(profile(self.clinic), given or self.given, self.app_keys)
        return await open_desk(sign_in, self.keys, self.folder)

    @asynccontextmanager
    async def running(
        self, wait_s: float = WITHIN_S, given: Given | None = None
    ) -> AsyncIterator[tuple[Run, asyncio.Future[int]]]:
        """A run that is under way, and its exit code."""
        desk = await self.open(given)
        run = Run(desk)
        work = asyncio.ensure_future(check_in_lines(desk, run.read, Output(run.write), wait_s, run.stop))
        try:
            yield run, work
        finally:
            run.end()
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            await desk.close()

    async def run(
        self, *texts: dict[str, Any] | bytes, wait_s: float = WITHIN_S, given: Given | None = None
    ) -> tuple[int, Run]:
        """A whole run: its exit code and its answers."""
        async with self.running(wait_s, given) as (run, work):
            run.feed(*texts)
            run.end()
            return await work, run

    async def known(self) -> None:
        """Somebody has signed in here before."""
        desk = await self.open()
        await desk.close()
        self.clinic.forget()
