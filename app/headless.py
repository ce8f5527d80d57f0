"""The commands without a window: `vestibule queue` and `vestibule sandbox`.

Exit codes: 0 ok, 2 wrong use, 3 cannot sign in, 4 server not reachable. Credentials come from the
environment alone: an argument could be read by every user of the machine.
"""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.auth.tokens import Tokens
from app.core.collection import Change
from app.core.connection import Light, Standing
from app.errors import Failure, Refused, SignedOut
from app.home import home
from app.profile import Profile, WrongProfile, checked, load
from app.sentences import sentence
from app.session import Session, resume, sign_in
from app.visits.export import iso, visit_json
from app.visits.record import Unreadable, Visit
from app.visits.waiting import QueueRow, is_open, queue_key, waiting_s

OK, WRONG_USE, CANNOT_SIGN_IN, NOT_REACHABLE = 0, 2, 3, 4
# How often a watching command looks whether the facts have aged into another state.
_LOOK_EVERY_S = 1.0


class Ended(Exception):
    """A command that ends early. code: its exit code; the text goes to standard error."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


def run_sandbox(arguments: argparse.Namespace) -> int:
    """`vestibule sandbox`."""
    from app.sandbox.server import serve

    return serve(
        port=arguments.port,
        seed=arguments.seed,
        speed=arguments.speed,
        visits=arguments.visits,
        start=None,
        exit_with_stdin=False,
    )


def run_queue(arguments: argparse.Namespace) -> int:
    """`vestibule queue`."""
    try:
        profile = _profile(arguments)
        return asyncio.run(_queue(profile, watch=arguments.watch, as_json=arguments.json))
    except Ended as end:
        print(f"vestibule: {end}", file=sys.stderr)
        return end.code
    except KeyboardInterrupt:
        return OK
    except BrokenPipeError:
        # The reader has gone. Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK


def _profile(arguments: argparse.Namespace) -> Profile:
    if arguments.api and not arguments.account:
        raise Ended(WRONG_USE, "--api needs --account CODE.")
    try:
        if arguments.profile:
            profile = load(arguments.profile, home())
        else:
            profile = checked(
                Profile(name="", api=arguments.api, portal=arguments.portal, account=arguments.account)
            )
    except WrongProfile as error:
        raise Ended(WRONG_USE, str(error)) from None
    if not arguments.room:
        return profile
    return replace(profile, room=arguments.room)


async def _queue(profile: Profile, *, watch: bool, as_json: bool) -> int:
    session = await _signed_in(profile)
    try:
        await session.queue.poller.once()
        failure = session.queue.connection.standing().failure
        if failure is not None:
            raise Ended(_exit_code(failure), sentence(failure))
        await session.queue.complete()
        screen = _JsonLines(session) if as_json else _Table(session)
        screen.snapshot()
        if watch:
            await _watch(session, screen)
    finally:
        await session.close()
    return OK


async def _signed_in(profile: Profile) -> Session:
    token = os.environ.get("VESTIBULE_TOKEN")
    username, password = os.environ.get("VESTIBULE_USERNAME"), os.environ.get("VESTIBULE_PASSWORD")
    try:
        if token:
            return await resume(profile, Tokens(user_id="-", token=token), _fault)
        if username and password:
            return await sign_in(profile, username, password, _fault)
    except Failure as failure:
        raise Ended(_exit_code(failure), f"Cannot sign in. {sentence(failure)}") from None
    raise Ended(
        WRONG_USE,
        "Set VESTIBULE_TOKEN, or VESTIBULE_USERNAME and VESTIBULE_PASSWORD, in the environment to sign in.",
    )


def _exit_code(failure: Failure) -> int:
    """3 when it is about who we are, 4 when it is about the server."""
    about_us = isinstance(failure, SignedOut) or (
        isinstance(failure, Refused) and failure.status in (400, 403)
    )
    return CANNOT_SIGN_IN if about_us else NOT_REACHABLE


def _fault(error: BaseException) -> None:
    print(f"vestibule: a fault of this program: {type(error).__name__}", file=sys.stderr)


async def _watch(session: Session, screen: "_JsonLines | _Table") -> None:
    """Prints what changes until Ctrl-C or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Windows has no signal handlers on the loop: there Ctrl-C raises KeyboardInterrupt.
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    session.queue.visits.listen(screen.changed)
    session.queue.connection.listen(screen.connection)
    session.start()
    while not stop.is_set():
        screen.connection(session.queue.connection.standing())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_EVERY_S):
                await stop.wait()


class _Shown:
    """What was printed last, so that each event tells a difference of the open queue."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.visits: dict[str, QueueRow] = {}
        self.light: Light = Light.LIVE

    @property
    def now(self) -> float:
        return self.session.clock.now()

    def open_rows(self) -> list[QueueRow]:
        now = self.now
        rows = [row for row in self.session.queue.visits if is_open(row)]
        return sorted(rows, key=lambda row: (queue_key(row, now), row.id))

    def differences(self, change: Change) -> list[tuple[str, QueueRow]]:
        """(event, row) for each visit that entered, changed in, or left the open queue."""
        events = []
        for visit_id in (*change.added, *change.updated, *change.removed):
            row = self.session.queue.visits.get(visit_id)
            before = self.visits.pop(visit_id, None)
            if row is not None and is_open(row):
                self.visits[visit_id] = row
                events.append(("updated" if before else "added", row))
            elif before is not None:
                events.append(("removed", row or before))
        return events


class _JsonLines(_Shown):
    """`--json`: one JSON object a line."""

    def snapshot(self) -> None:
        rows = self.open_rows()
        self.visits = {row.id: row for row in rows}
        self._line("snapshot", visits=[visit_json(row, self.now) for row in rows])

    def changed(self, change: Change) -> None:
        for event, row in self.differences(change):
            self._line(event, visit=visit_json(row, self.now))

    def connection(self, standing: Standing) -> None:
        if standing.light != self.light:
            self.light = standing.light
            self._line(
                "connection",
                state=standing.light.value,
                age_s=None if standing.age_s is None else int(standing.age_s),
                reason=sentence(standing.failure) if standing.failure else None,
            )

    def _line(self, event: str, **fields: Any) -> None:
        print(json.dumps({"event": event, "at": iso(self.now), **fields}, ensure_ascii=False), flush=True)


_COLUMNS: tuple[tuple[str, int, Callable[[dict[str, Any]], str]], ...] = (
    ("STATUS", 12, lambda visit: visit["status"] or "unknown"),
    ("WAITS", 9, lambda visit: "" if visit["waiting_s"] is None else f"{visit['waiting_s'] // 60} min"),
    ("PATIENT", 28, lambda visit: visit["patient"]["name"] or "unknown"),
    ("BORN", 11, lambda visit: visit["patient"]["born"] or "unknown"),
    ("ROOM", 8, lambda visit: visit["room"] or ""),
    ("PROVIDER", 22, lambda visit: (visit["provider"] or {}).get("name") or ""),
    ("REASON", 40, lambda visit: " ".join((visit["reason"] or "").split())),
)


class _Table(_Shown):
    """The queue for a person at a terminal."""

    def snapshot(self) -> None:
        rows = self.open_rows()
        self.visits = {row.id: row for row in rows}
        print("  ".join(title.ljust(width) for title, width, _ in _COLUMNS).rstrip())
        for row in rows:
            print(self._row(row))
        print(f"{len(rows)} open visits, {self._waiting(rows)} waiting", flush=True)

    def changed(self, change: Change) -> None:
        for event, row in self.differences(change):
            print(f"{event}: {self._row(row)}", flush=True)

    def connection(self, standing: Standing) -> None:
        if standing.light != self.light:
            self.light = standing.light
            reason = f": {sentence(standing.failure)}" if standing.failure else ""
            print(f"connection {standing.light.value}{reason}", flush=True)

    def _row(self, row: QueueRow) -> str:
        if isinstance(row, Unreadable):
            return f"unreadable    {row.complaint}"
        values = visit_json(row, self.now)
        return "  ".join(text(values)[:width].ljust(width) for _, width, text in _COLUMNS).rstrip()

    def _waiting(self, rows: list[QueueRow]) -> int:
        return sum(isinstance(row, Visit) and waiting_s(row, self.now) is not None for row in rows)
