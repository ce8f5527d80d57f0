"""The practice clinic as a child process, for the demo and for tests."""

import asyncio
import contextlib
import sys
import tempfile
from typing import IO

import msgspec

from app.environ import for_child

READY_WITHIN = 20.0
"""Seconds the child has to write its first line."""
FAREWELL = 1.0
"""Seconds the child has to end by itself."""


class ClinicUser(msgspec.Struct, frozen=True):
    """A user one can sign in as; roles: provider, front_desk, clinic_admin, patient."""

    role: str
    username: str
    password: str


class Activation(msgspec.Struct, frozen=True):
    """Somebody without a password yet (api/auth.md §2)."""

    email: str
    token: str


class Clinic(msgspec.Struct, frozen=True):
    """The first line of the practice clinic's output: addresses (ending in `/`), codes, invented secrets."""

    api: str
    portal: str
    claims: str
    nppes: str
    messenger: str
    account: str
    room: str
    api_key: str
    api_secret: str
    admin_token: str
    users: tuple[ClinicUser, ...]
    activation: Activation


class PracticeClinic:
    """Starts and stops the child. It ends with its parent: its standard input closes when that is gone."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        """The child's process id while it runs."""
        return self._process.pid if self._process else None

    async def start(
        self,
        *,
        seed: int = 7,
        speed: float = 1.0,
        visits: int | None = None,
        port: int = 0,
        start: float | None = None,
    ) -> Clinic:
        """Starts the child and answers where it is; OSError with its words when it does not start."""
        if self._process is not None:
            raise RuntimeError("The practice clinic is running already.")
        asked = {"port": port, "seed": seed, "speed": speed, "visits": visits, "start": start}
        options = [f"--{name}={value}" for name, value in asked.items() if value is not None]
        with tempfile.TemporaryFile() as complaints:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "app.sandbox", *options, "--exit-with-stdin"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=complaints,
                env=for_child(),
            )
            try:
                return await self._first_line(complaints)
            except BaseException:
                await self.stop()
                raise

    async def stop(self) -> None:
        """Ends the child: asks, waits a second, kills. Safe to call twice."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        try:
            await asyncio.wait_for(process.wait(), FAREWELL)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if process.stdin is not None:
            process.stdin.close()

    async def _first_line(self, complaints: IO[bytes]) -> Clinic:
        process = self._process
        if process is None or process.stdout is None:
            raise RuntimeError("The practice clinic has no output to read.")
        try:
            line = await asyncio.wait_for(process.stdout.readline(), READY_WITHIN)
        except TimeoutError as error:
            raise OSError(f"The practice clinic did not start within {READY_WITHIN:.0f} s.") from error
        if line:
            return msgspec.json.decode(line, type=Clinic)
        code = await process.wait()
        complaints.seek(0)
        said = complaints.read().decode(errors="replace").strip().rpartition("\n")[2]
        raise OSError(said or f"The practice clinic ended at once with exit code {code}.")
