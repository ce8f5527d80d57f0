"""The commands without a window: `vestibule queue` and `vestibule sandbox`.

Exit codes: 0 ok, 2 wrong use, 3 cannot sign in, 4 server not reachable.
"""

import argparse
import asyncio
import contextlib
import io
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
from app.core.unreadable import Unreadable
from app.credentials import SET_THEM, WrongUse, credentials, profile_of
from app.errors import Failure, Refused, SignedOut
from app.profile import Profile
from app.sentences import sentence
from app.session import Session, resume, sign_in
from app.visits.export import iso, visit_json
from app.visits.record import Visit
from app.visits.waiting import QueueRow, is_open, queue_key, waiting_s

OK, WRONG_USE, CANNOT_SIGN_IN, NOT_REACHABLE = 0, 2, 3, 4
INTERRUPTED = 130
# A snapshot waits at most this long for the details of rows that leave things out.
_COMPLETE_WITHIN_S = 8.0
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
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        profile = profile_of(arguments)
        if arguments.room:
            profile = replace(profile, room=arguments.room)
        return asyncio.run(_queue(profile, watch=arguments.watch, as_json=arguments.json))
    except WrongUse as wrong:
        print(f"vestibule: {wrong}", file=sys.stderr)
        return WRONG_USE
    except Ended as end:
        print(f"vestibule: {end}", file=sys.stderr)
        return end.code
    except KeyboardInterrupt:
        return INTERRUPTED
    except _ReaderGone:
        return OK


async def _queue(profile: Profile, *, watch: bool, as_json: bool) -> int:
    session = await _signed_in(profile)
    try:
        await session.queue.poller.once()
        failure = session.queue.connection.standing().failure
        if failure is not None:
            raise Ended(_exit_code(failure), sentence(failure))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_COMPLETE_WITHIN_S):
                await session.queue.complete()
        screen = _JsonLines(session) if as_json else _Table(session)
        screen.snapshot()
        if watch:
            await _watch(session, screen)
    finally:
        await session.close()
    return OK


async def _signed_in(profile: Profile) -> Session:
    given = credentials()
    if not given.is_complete:
        raise WrongUse(f"{SET_THEM} to sign in.")
    try:
        if given.token:
            return await resume(profile, Tokens(user_id="-", token=given.token), _fault)
        return await sign_in(profile, given.username, given.password, _fault)
    except Failure as failure:
        refused = isinstance(failure, Refused) and failure.status == 400
        code = CANNOT_SIGN_IN if refused else _exit_code(failure)
        raise Ended(code, f"Cannot sign in. {sentence(failure)}") from None


def _exit_code(failure: Failure) -> int:
    """3 when it is about who we are, 4 when it is about the server."""
    about_us = isinstance(failure, SignedOut) or (isinstance(failure, Refused) and failure.status == 403)
    return CANNOT_SIGN_IN if about_us else NOT_REACHABLE


class _ReaderGone(Exception):
    """Nobody reads the output any more: no error, an end."""


def _reader_gone() -> None:
    raise _ReaderGone


def _close_output() -> None:
    """Python would complain once more when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _plain(text: str) -> str:
    """Without control characters: what a patient typed must not steer the terminal."""
    return "".join(character if character.isprintable() else " " for character in text)


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
    screen.gone = stop.set
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
        self.gone: Callable[[], None] = _reader_gone

    @property
    def now(self) -> float:
        return self.session.clock.now()

    def say(self, text: str) -> None:
        """One line of output; when the reader has gone, the command ends."""
        try:
            print(text, flush=True)
        except BrokenPipeError:
            _close_output()
            self.gone()

    def begin(self) -> list[QueueRow]:
        """The open rows in the order of the queue; from now on they count as printed."""
        now = self.now
        rows = [row for row in self.session.queue.visits if is_open(row)]
        self.visits = {row.id: row for row in rows}
        return sorted(rows, key=lambda row: (queue_key(row, now), row.id))

    def connection(self, standing: Standing) -> None:
        """Tells how we stand with the server when that has changed."""
        if standing.light != self.light:
            self.light = standing.light
            self.tell(standing, sentence(standing.failure) if standing.failure else None)

    def tell(self, standing: Standing, reason: str | None) -> None:
        """Prints how we stand."""
        raise NotImplementedError

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
        self._line("snapshot", visits=[visit_json(row, self.now) for row in self.begin()])

    def changed(self, change: Change) -> None:
        for event, row in self.differences(change):
            self._line(event, visit=visit_json(row, self.now))

    def tell(self, standing: Standing, reason: str | None) -> None:
        age_s = None if standing.age_s is None else int(standing.age_s)
        self._line("connection", state=standing.light.value, age_s=age_s, reason=reason)

    def _line(self, event: str, **fields: Any) -> None:
        self.say(json.dumps({"event": event, "at": iso(self.now), **fields}, ensure_ascii=False))


def _status(visit: dict[str, Any]) -> str:
    known = visit["status"] != "unrecognised"
    return str(visit["status"] or "unknown") if known else f"unrecognised {visit['status_code']}"


_COLUMNS: tuple[tuple[str, int, Callable[[dict[str, Any]], str]], ...] = (
    ("STATUS", 15, _status),
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
        rows = self.begin()
        self.say("  ".join(title.ljust(width) for title, width, _ in _COLUMNS).rstrip())
        for row in rows:
            self.say(self._row(row))
        self.say(f"{len(rows)} open visits, {self._waiting(rows)} waiting")

    def changed(self, change: Change) -> None:
        for event, row in self.differences(change):
            self.say(f"{event}: {self._row(row)}")

    def tell(self, standing: Standing, reason: str | None) -> None:
        self.say(f"connection {standing.light.value}{f': {reason}' if reason else ''}")

    def _row(self, row: QueueRow) -> str:
        if isinstance(row, Unreadable):
            return f"unreadable    {_plain(row.complaint)}"
        values = visit_json(row, self.now)
        return "  ".join(_plain(text(values))[:width].ljust(width) for _, width, text in _COLUMNS).rstrip()

    def _waiting(self, rows: list[QueueRow]) -> int:
        return sum(isinstance(row, Visit) and waiting_s(row, self.now) is not None for row in rows)
