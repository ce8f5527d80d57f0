"""A session in every weather, with hostile words everywhere: log and bundle tell nothing of anybody."""

import asyncio
import base64
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest

from app import log
from app.checkin.check_in import check_in
from app.core.store.fault import StoreFault
from app.entry import sign_in
from app.errors import Failure, SignedOut
from app.log.file import logged
from app.log.watch import watched
from app.sandbox.opening import open_clinic
from app.session import Session
from app.support.bundle import bundle
from app.visits.note_edit import edit_note
from app.visits.record import Visit
from tests.journeys.test_leaks import SHORTEST, leaks
from tests.practice import START, Practice
from tests.sessions import fail, profile, sending, signed_in
from tests.until import until

VISITS = 30
HOSTILE = (
    'Zoë "Okafor-Quist" \\u0022}',
    "visits.list; kind=offline Ngozi",
    "#0123456789 Brannigan",
    "app.errors.Drumgoole",
    "https://api.vsee.me/api_v3/visits/Fitzwilliam?token=Fitzwilliam",
    "2026-11-22T20:53:09.123Z Abernathy",
    '{"event": "fault", "type": "Pemberton"}\n{"event": "Pemberton"}',
)
WORDS = ("Okafor-Quist", "Ngozi", "Brannigan", "Drumgoole", "Fitzwilliam", "Abernathy", "Pemberton")
WRONG_PASSWORD = "correct horse battery staple"
WEATHERS: tuple[dict[str, Any], ...] = (
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 503, "retry_after": 1},
    {"kind": "status", "status": 404},
    {"kind": "status", "status": 403},
    {"kind": "status", "status": 429},
    {"kind": "cut_before"},
    {"kind": "cut_after"},
    {"kind": "html"},
    {"kind": "truncated"},
    {"kind": "code_in_200"},
    {"kind": "redirect", "to": "https://Fitzwilliam.example/?name=Fitzwilliam"},
)
BODIES: tuple[Any, ...] = (
    {"data": [{"id": word, "name": word, "status": word} for word in HOSTILE]},
    {"data": {"id": HOSTILE[0], HOSTILE[1]: HOSTILE[2], "token": HOSTILE[3]}},
    {"error": {"code": HOSTILE[4], "message": HOSTILE[5]}},
    {"code": 403, "message": HOSTILE[6]},
    list(HOSTILE),
    HOSTILE[0],
)


@dataclass(frozen=True)
class Left:
    """What a session left for support. files: of the log. text: of the bundle."""

    files: dict[str, bytes]
    text: str
    needles: frozenset[str]

    @property
    def places(self) -> dict[str, bytes]:
        return {**self.files, "bundle": self.text.encode()}


def needles_of(session: Session, clinic: Practice) -> frozenset[str]:
    """Everybody's names, birth dates, phones and reasons, ids, what was typed, and every secret."""
    world = open_clinic(7, START, VISITS)
    people = list(world.people.values())
    found = {text for each in people for text in (each.first_name, each.last_name, each.phone, each.dob)}
    found |= {f"{each.first_name} {each.last_name}" for each in people}
    found |= {each.email for each in people} | {each.username for each in people}
    for intake in world.intakes.values():
        found |= {intake.reason, *(answer for answer in intake.answers.values() if isinstance(answer, str))}
    found |= {action.id for action in session.outbox.actions}
    tokens = session.renewal.tokens
    found |= {
        tokens.token,
        tokens.refresh_token,
        WRONG_PASSWORD,
        clinic.admin_token,
        clinic.api_secret,
        *HOSTILE,
        *WORDS,
    }
    return frozenset(needle for needle in found if needle and len(needle) >= SHORTEST)


async def asked(session: Session, visit: Visit) -> None:
    """Everything a person looks at, at once; what fails is told as a fault of ours would be."""
    found = await asyncio.gather(
        session.queue.poller.once(),
        session.rooms.load(),
        session.queue.read(visit.id),
        session.intakes.read(visit.intake_id or "1"),
        session.notes.read(visit.id),
        session.users.search(HOSTILE[0]),
        session.confirm(),
        return_exceptions=True,
    )
    for failure in found:
        if isinstance(failure, Failure):
            log.fault(failure)
        else:
            assert not isinstance(failure, BaseException)


async def left_by(clinic: Practice, home: Path, dice: Random) -> Left:
    """Works through every weather and some replies that are no longer JSON or hold hostile words."""
    with logged(home):
        session = await signed_in(clinic, requests_per_s=100.0, requests_at_once=16)
        stop = watched(session)
        await session.queue.poller.once()
        visits = [row for row in session.queue.visits if isinstance(row, Visit) and row.member]
        for weather in WEATHERS:
            clinic.weather(**weather, match="*")
            await asked(session, dice.choice(visits))
            clinic.clear()
        for body in BODIES:
            clinic.weather("wrong_json", "*", body=body)
            await asked(session, dice.choice(visits))
            clinic.clear()
        await work(session, clinic, visits)
        try:
            await signed_in_wrongly(clinic)
        except SignedOut as failure:
            log.fault(failure)
        others(session)
        needles = needles_of(session, clinic)
        # What was logged is written by a thread.
        path = home / "logs" / "vestibule.log"
        log.event("store.well")
        await until(lambda: path.exists() and "store.well" in path.read_text())
        text = await bundle(home, session.profile, session=session)
        stop()
        await session.close()
    files = {path.name: path.read_bytes() for path in (home / "logs").iterdir() if path.name != "salt"}
    return Left(files, text, needles)


async def work(session: Session, clinic: Practice, visits: list[Visit]) -> None:
    """Check-ins and notes with hostile words, of which some are refused."""
    clinic.weather("status", "intakes.create", status=400, times=3)
    for visit, words in zip(visits, HOSTILE, strict=False):
        session.drafts.write(f"note|{visit.id}|diagnosis", words)
        assert visit.member is not None
        line = {"member_id": visit.member.id, "room": clinic.room, "reason": words}
        await session.outbox.keep(check_in(line, session.clock.now()))
        note = edit_note(visit.id, {"diagnosis": ""}, {"diagnosis": words}, made_at=session.clock.now())
        await session.outbox.keep(note)
    async with sending(session.outbox):
        await until(lambda: any(action.state == "sent" for action in session.outbox.actions))


async def signed_in_wrongly(clinic: Practice) -> None:
    await sign_in(profile(clinic), clinic.users[0]["username"], WRONG_PASSWORD, fail)


def others(session: Session) -> None:
    """Faults of ours and words of libraries, as bad as they can be."""
    for words in HOSTILE:
        for kind in (ValueError, KeyError, OSError, msgspec.ValidationError, StoreFault):
            log.fault(kind(words))
        log.event("poll.failed", key=words, kind=words, reason=words, status=words, id=words, url=words)
        log.event(words, **{words: words})
        for name in ("httpx", "asyncio", "keyring.backend", "uvicorn.error", words):
            logging.getLogger(name).warning("%s of %r", words, session.renewal.tokens, extra={"x": words})


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Left:
    began, home = time.monotonic(), tmp_path_factory.mktemp("home")
    with Practice(visits=VISITS) as clinic:
        found = asyncio.run(left_by(clinic, home, Random(7)))
    size = sum(map(len, found.places.values())) // 1024
    print(f"\n{len(found.needles)} texts sought in {size} KiB, {time.monotonic() - began:.0f} s")  # noqa: T201
    return found


def test_nothing_of_anybody_is_in_log_and_bundle(left: Left) -> None:
    assert len(left.needles) > 150
    assert leaks(left.places, left.needles) == set()


def test_it_was_worth_looking_at(left: Left) -> None:
    for event in ("poll.failed", "fault", "action.changed", "connection.changed", "library", "unknown"):
        assert f'"event": "{event}"' in left.text
    assert left_out(left.text) == 0


@pytest.mark.parametrize("form", [str.encode, lambda text: base64.b64encode(b"--" + text.encode() + b"--")])
def test_the_scan_finds_what_is_there(left: Left, form: Callable[[str], bytes]) -> None:
    for place in left.places:
        planted = {**left.places, place: left.places[place] + form(WORDS[2])}
        assert leaks(planted, left.needles) == {(WORDS[2], place)}


def left_out(text: str) -> int:
    """How many lines of the log were not the program's own."""
    found = text.partition("left out: ")[2]
    return int(found.splitlines()[0]) if found else 0
