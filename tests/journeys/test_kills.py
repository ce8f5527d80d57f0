"""Killed at any moment, in bad weather: nothing that was shown as kept is lost, and nothing is done twice."""

import asyncio
import json
import re
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest

from app.core.action import Action, State
from tests.forked import everything, forks, running
from tests.journeys.killed import SPEED, Order, Seat, live, seated
from tests.practice import START, Practice
from tests.sessions import profile

__all__ = ["forks"]

SEED = 20261122
ACTS = 500
KILLS = 60
PATIENTS = 60
LONGEST_LIFE_S = 1.4
# What is left after so many kills: a slow machine sends less in each of the short lives.
LONG_LIFE_S, LONG_LIFE_ACTS = 6.0, 60
MOST_OPEN = 30
"""Acts that are pending at a time: somebody who sees more waits."""
NOWHERE = "zzzzz"
"""A room that is none: whoever is checked in there is refused."""
EVERY = 40
"""One of so many acts goes there."""
LONGEST_STEP_S = 40.0
"""By which the clinic's time goes on at once. A request that is cut off arrives long before it is believed
not to: 45 s of the clinic's are 0.45 s of ours."""
ACTING = ("intakes.create", "visits.add_walkin", "visits.postvisit.save", "intakes.update", "files.rename")
WEATHER: tuple[dict[str, Any], ...] = (
    {"kind": "cut_before"},
    {"kind": "cut_after"},
    {"kind": "status", "status": 503},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 429, "retry_after": 1},
    {"kind": "truncated"},
    {"kind": "latency", "seconds": 0.15},
    {"kind": "slow_body", "seconds": 0.2},
)
PHASES = ("before the claim", "before it left", "between its steps", "left, not arrived", "arrived, not told")


@dataclass(frozen=True)
class Asked:
    """One of the acts. record, place: what it changes, a path and the name of a value; "" for check-ins."""

    words: str
    order: Order
    record: str = ""
    place: str = ""


class Ward:
    """Patients of a practice clinic, each with a visit in progress and a file, seen by the clinic's admin."""

    def __init__(self, clinic: Practice) -> None:
        self.clinic = clinic
        self._http = httpx.Client(base_url=clinic.api)
        user = clinic.user("clinic_admin")
        reply = self._http.post("users/login", json={name: user[name] for name in ("username", "password")})
        self._http.headers["X-ApiToken"] = reply.json()["data"]["token"]["token"]
        self.visits = [self._visit() for _ in range(PATIENTS)]
        self.files = [self._file(visit["patient"]) for visit in self.visits]

    def _visit(self) -> dict[str, Any]:
        visit = self.clinic.do("arrive", room=self.clinic.room, answers={}, provider=None)
        self.clinic.do("take", visit=visit["visit"], provider="613")
        return visit

    def _file(self, name: str) -> str:
        reply = self._http.post("files", files={"file": (f"{name}.txt", b"a letter", "text/plain")})
        return str(reply.json()["data"]["id"])

    def row(self, record: str) -> dict[str, Any]:
        """A record as the server has it now."""
        found: dict[str, Any] = self._http.get(record).raise_for_status().json()["data"]
        return found

    def value(self, record: str, place: str) -> str:
        """One of its values; of the two names that a reason has, either (api/visits.md §5)."""
        row = self.row(record)
        return str(row.get(place) or row.get(place.replace("_", "")) or "")

    def marks(self) -> Counter[str]:
        """How many visits each check-in has become; not counting patients who come back with the mark."""
        rows = [self.row(f"intakes/{visit['intake']}") for visit in self.clinic.state()["visits"]]
        return Counter(str(row.get("custom_client_ref")) for row in rows if row["bookedByProvider"])

    def close(self) -> None:
        self._http.close()


def acts(ward: Ward, dice: Random) -> list[Asked]:
    """Check-ins, edits of notes and of intakes, renames. Edits of one value follow on each other."""
    written: dict[tuple[str, str], str] = {}
    kinds = ("check_in", "check_in", "note", "intake_edit", "rename")
    return [_act(number, dice.choice(kinds), ward, written, dice) for number in range(ACTS)]


def _act(number: int, kind: str, ward: Ward, written: dict[tuple[str, str], str], dice: Random) -> Asked:
    words, at = f"act-{number:04d}.txt", dice.randrange(PATIENTS)
    patient, visit, intake = (ward.visits[at][name] for name in ("patient", "visit", "intake"))
    if number % EVERY == 0 or kind == "check_in":
        room = ward.clinic.room if number % EVERY else NOWHERE
        ref = {"ref": f"ref-{number}"} if dice.random() < 0.5 else {}
        values = {"member_id": patient, "room": room, "reason": words, **ref}
        return Asked(words, Order("check_in", (values,), patient))
    target, record, places = {
        "note": (visit, f"visits/{visit}/postvisit", ("diagnosis", "assessment_plan")),
        "intake_edit": (intake, f"intakes/{intake}", ("reason_for_visit", "custom_question")),
        "rename": (ward.files[at], f"files/{ward.files[at]}", ("name",)),
    }[kind]
    place = dice.choice(places)
    key = record, place
    before = written[key] if key in written else ward.value(*key)
    written[key] = words
    both = (before, words) if kind == "rename" else ({place: before}, {place: words})
    return Asked(words, Order(kind, (target, *both), patient), record, place)


class Journey:
    """Lives one after the other until all acts are kept, and what was seen of them.

    shown: each act as it was last shown, by its words. phases: how many kills met an act there.
    """

    def __init__(self, clinic: Practice, seat: Seat, todo: list[Asked], dice: Random, forks: Any) -> None:
        self.shown: dict[str, Action] = {}
        self.phases: Counter[str] = Counter()
        self.kills = 0
        self.passed_s = 0.0
        self._clinic, self._seat, self._dice, self._forks = clinic, seat, dice, forks
        self._todo = deque(todo)
        self._limbo: set[str] = set()
        self._moved_at = time.monotonic()

    def run(self) -> None:
        """Kills at random moments, in bad weather."""
        while self.kills < KILLS:
            most = min(MOST_OPEN - len(self.open()), self._dice.randint(4, 16))
            self._live_for(self._dice.uniform(0.0, LONGEST_LIFE_S), most)
        while self._todo:
            self._live_for(self._dice.uniform(0.0, LONG_LIFE_S), LONG_LIFE_ACTS)

    def _live_for(self, seconds: float, most: int) -> None:
        batch = [self._todo.popleft() for _ in range(min(most, len(self._todo)))]
        with self._life(batch) as hears:
            ends = time.monotonic() + seconds
            while (left_s := ends - time.monotonic()) > 0:
                self._move_the_world()
                self._hear(hears, min(left_s, 0.1))
        self._todo.extendleft(reversed([act for act in batch if act.words not in self.shown]))

    def settle(self) -> None:
        """Fair weather, until nothing is pending; whoever is in doubt gets the time to look again."""
        self._clinic.clear()
        for _ in range(2):
            with self._life([]) as hears:
                ends = time.monotonic() + 45.0
                while time.monotonic() < ends and self.open():
                    self._hear(hears, 0.1)

    def open(self) -> list[Action]:
        """What is neither sent nor refused."""
        return [act for act in self.shown.values() if act.state not in (State.SENT, State.REFUSED)]

    @contextmanager
    def _life(self, batch: list[Asked]) -> Iterator[Connection]:
        orders = [replace(act.order, after_s=self._dice.uniform(0.0, 0.03)) for act in batch]
        seat = replace(self._seat, now=START + self.passed_s)
        with running(self._forks, live, seat, orders) as (process, hears):
            assert hears.poll(20)
            self._take_in(hears.recv())
            yield hears
            assert process.is_alive()
            process.kill()
            self.kills += 1
            for action in everything(hears):
                self._see(action)

    def _take_in(self, found: list[Action]) -> None:
        """What lies on the disk after a kill: each act that was shown, as far as it had come.

        What has arrived leaves the disk after a quarter of an hour of the clinic's; the clinic has it then.
        """
        before = {words for words, action in self.shown.items() if action.state != State.SENT}
        met = set()
        for action in found:
            self._see(action)
            if action.state == State.QUEUED:
                met.add("before the claim")
            elif action.state == State.SENDING and action.sent_at is not None:
                self._limbo.add(action.id)
            elif action.state == State.SENDING:
                met.add("between its steps" if action.found else "before it left")
        self.phases.update(met)
        assert before <= {_words(action) for action in found}, "what was shown as kept is not on the disk"

    def _see(self, action: Action) -> None:
        self.shown[_words(action)] = action
        # What had left when it was killed is looked for; only what is not there is sent again.
        if action.id in self._limbo and action.state in (State.SENT, State.QUEUED):
            self._limbo.discard(action.id)
            self.phases["arrived, not told" if action.state == State.SENT else "left, not arrived"] += 1

    def _hear(self, hears: Connection, within_s: float) -> None:
        ends = time.monotonic() + within_s
        while hears.poll(max(0.0, ends - time.monotonic())):
            self._see(hears.recv())

    def _move_the_world(self) -> None:
        gone_s = time.monotonic() - self._moved_at
        if gone_s > 0.25:
            passing_s = min(gone_s * SPEED, LONGEST_STEP_S)
            self._clinic.advance(passing_s)
            self.passed_s += passing_s
            self._moved_at = time.monotonic()
            self._clinic.clear()
            for match in (*self._dice.sample(ACTING, 2), *self._dice.choices(("*", "nothing"), (1, 7))):
                self._clinic.weather(match=match, times=1, **self._dice.choice(WEATHER))


def _words(action: Action) -> str:
    """By which an act is known wherever it is."""
    body = action.body
    found = re.search(r"act-\d{4}\.txt", json.dumps(body.get("after", body)))
    assert found is not None
    return found[0]


def compared(ward: Ward, todo: list[Asked], shown: dict[str, Action]) -> tuple[list[str], list[str]]:
    """The acts that are neither at the server nor told of, and those that are there twice.

    Of edits that follow on each other the last is at the server: had one before it been lost, this one would
    have been refused; had one been repeated, it would be there instead.
    """
    marks = ward.marks()
    lost, doubled = [], []
    last: dict[tuple[str, str], str] = {}
    for act in todo:
        action = shown[act.words]
        if action.state != State.SENT:
            is_told = action.state in (State.REFUSED, State.UNKNOWN) and action.words
            lost += [] if is_told else [act.words]
        elif act.record:
            last[act.record, act.place] = act.words
        elif marks[action.id] == 0:
            lost.append(act.words)
        doubled += [act.words] if marks[action.id] > 1 else []
    lost += [words for (record, place), words in last.items() if ward.value(record, place) != words]
    return lost, doubled


@pytest.mark.timeout(300)
def test_nothing_is_lost_or_doubled_by_kills_in_bad_weather(tmp_path: Path, clinic: Practice, forks) -> None:
    dice, ward = Random(SEED), Ward(clinic)
    # The queue of another room is short: it is not what is tried here.
    other = next(visit["room"] for visit in clinic.state()["visits"] if visit["room"] != clinic.room)
    where = profile(clinic, requests_per_s=100.0, requests_at_once=8, room=other)
    seat = asyncio.run(seated(tmp_path / "stores", where, clinic.user("clinic_admin"), START))
    todo = acts(ward, dice)
    journey = Journey(clinic, seat, todo, dice, forks)
    journey.run()
    journey.settle()
    lost, doubled = compared(ward, todo, journey.shown)
    ward.close()
    ended = Counter(action.state for action in journey.shown.values())
    figures = (
        f"seed {SEED}; kills that met an act: {dict(journey.phases)}\n"
        f"lost {len(lost)} doubled {len(doubled)} ({len(todo)} acts, {journey.kills} kills, "
        f"{ended[State.REFUSED]} refused, {ended[State.UNKNOWN]} unknown)"
    )
    print(f"\n{figures}")  # noqa: T201
    assert (lost, doubled) == ([], [])
    assert len({action.id for action in journey.shown.values()}) == len(todo) == ACTS
    refused = [act.words for act in todo if journey.shown[act.words].state == State.REFUSED]
    assert refused == [act.words for act in todo[::EVERY]]
    assert journey.phases.keys() >= set(PHASES)
