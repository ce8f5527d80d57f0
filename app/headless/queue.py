"""`vestibule queue`.

Exit codes: 0 ok, 2 wrong use, 3 cannot sign in, 4 server not reachable.
"""

import argparse
import asyncio
import contextlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.core.collection import Change
from app.core.connection import Light, Standing
from app.core.unreadable import Unreadable
from app.credentials import Given, profile_of
from app.errors import Failure
from app.headless.command import (
    OK,
    Ended,
    ReaderGone,
    asked_to_end,
    exit_code,
    given,
    plain,
    run,
    say,
    sign_in_code,
)
from app.headless.signing import SignIn
from app.profile import Profile
from app.sentences import sentence
from app.session import Session
from app.visits.export import iso, visit_json
from app.visits.record import Visit
from app.visits.waiting import QueueRow, is_open, queue_key, waiting_s

# A snapshot waits at most this long for the details of rows that leave things out.
_COMPLETE_WITHIN_S = 8.0
# How often a watching command looks whether the facts have aged into another state.
_LOOK_EVERY_S = 1.0


def run_queue(arguments: argparse.Namespace) -> int:
    """`vestibule queue`."""
    return run(lambda: _queue(_profile(arguments), given(), watch=arguments.watch, as_json=arguments.json))


def _profile(arguments: argparse.Namespace) -> Profile:
    profile = profile_of(arguments)
    return replace(profile, room=arguments.room) if arguments.room else profile


async def _queue(profile: Profile, given: Given, *, watch: bool, as_json: bool) -> int:
    try:
        session = await SignIn(profile, given).session()
    except Failure as failure:
        raise Ended(sign_in_code(failure), f"Cannot sign in. {sentence(failure)}") from None
    try:
        await session.queue.poller.once()
        trouble = session.queue.connection.standing().failure
        if trouble is not None:
            raise Ended(exit_code(trouble), sentence(trouble))
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


async def _watch(session: Session, screen: "_JsonLines | _Table") -> None:
    """Prints what changes until Ctrl-C or SIGTERM."""
    with asked_to_end() as stop:
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
        self.gone: Callable[[], None] | None = None

    @property
    def now(self) -> float:
        return self.session.clock.now()

    def say(self, text: str) -> None:
        """One line of output; when the reader has gone, the command ends."""
        try:
            say(text)
        except ReaderGone:
            if self.gone is None:
                raise
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
            return f"unreadable    {plain(row.complaint)}"
        values = visit_json(row, self.now)
        return "  ".join(plain(text(values))[:width].ljust(width) for _, width, text in _COLUMNS).rstrip()

    def _waiting(self, rows: list[QueueRow]) -> int:
        return sum(isinstance(row, Visit) and waiting_s(row, self.now) is not None for row in rows)
