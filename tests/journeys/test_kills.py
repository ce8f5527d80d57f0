"""Killed at any moment, in bad weather: nothing that was shown as kept is lost, and nothing is done twice."""

import asyncio
import json
import multiprocessing
import re
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest

from app.core.action import State
from tests.journeys.killed import Order, Seat, Shown, live, seated
from tests.practice import START, Practice
from tests.sessions import profile

SEED = 20261122
ACTS = 500
KILLS = 64
LONGEST_LIFE_S = 1.2
NOWHERE = "zzzzz"
"""A room that is none: who is checked in there is refused."""
# Patients lose patience after 420 s, and who comes back brings the old answers, mark and all.
MOST_PASSING_S = 400.0
PASSES_PER_S = 4.0
IN_DOUBT_S = 46.0
SETTLED = (State.SENT, State.REFUSED, State.UNKNOWN)
ACTING = ("intakes.create", "visits.add_walkin", "visits.postvisit.save", "intakes.update", "files.rename")
WEATHER = (
    {"kind": "cut_before"},
    {"kind": "cut_after"},
    {"kind": "status", "status": 503},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 429, "retry_after": 1},
    {"kind": "truncated"},
    {"kind": "latency", "seconds": 0.15},
    {"kind": "slow_body", "seconds": 0.2},
)
PHASES = ("before the claim", "before it left", "between its steps", "left, not arrived", "arrived, unanswered")


@dataclass(frozen=True)
class Asked:
    """One of the acts: the order, and where its words must be found. chain: what else is written there."""

    number: int
    order: Order
    chain: str = ""

    @property
    def words(self) -> str:
        return f"act {self.number:04d}."


class Ward:
    """The patients of one practice clinic, with what can be written to."""

    def __init__(self, clinic: Practice, patients: int) -> None:
        self.clinic = clinic
        self.http = httpx.Client(base_url=clinic.api)
        user = clinic.user("clinic_admin")
        login = {name: user[name] for name in ("username", "password")}
        token = self.http.post("users/login", json=login).json()["data"]["token"]["token"]
        self.http.headers["X-ApiToken"] = token
        self.visits = [self._visit() for _ in range(patients)]
        self.files = {visit["patient"]: self._file(visit["patient"]) for visit in self.visits}

    def _visit(self) -> dict[str, Any]:
        visit = self.clinic.do("arrive", room=self.clinic.room, answers={}, provider=None)
        self.clinic.do("take", visit=visit["visit"], provider="613")
        return visit

    def _file(self, patient_id: str) -> str:
        sent = {"file": (f"{patient_id}.txt", b"a letter", "text/plain")}
        return str(self.http.post("files", files=sent).json()["data"]["id"])

    def read(self, path: str) -> dict[str, Any]:
        found: dict[str, Any] = self.http.get(path).raise_for_status().json()["data"]
        return found

    def marks(self) -> Counter[str]:
        """How many visits each check-in has become."""
        intakes = (self.read(f"intakes/{visit['intake']}") for visit in self.clinic.state()["visits"])
        return Counter(str(row["custom_client_ref"]) for row in intakes if "custom_client_ref" in row)


def acts(ward: Ward, dice: Random) -> list[Asked]:
    """Check-ins, edits of notes and of intakes, renames; every 40th cannot be put through."""
    last: dict[str, str] = {}
    made = []
    for number in range(ACTS):
        kind = dice.choice(("check_in", "check_in", "note", "intake_edit", "rename"))
        visit = dice.choice(ward.visits)
        made.append(_act(number, kind, visit, ward, dice, last))
    return made


def _act(
    number: int, kind: str, visit: dict[str, Any], ward: Ward, dice: Random, last: dict[str, str]
) -> Asked:
    words, patient = Asked(number, ("", (), "")).words, visit["patient"]
    if kind == "check_in" or number % 40 == 0:
        room = NOWHERE if number % 40 == 0 else ward.clinic.room
        values = {"member_id": patient, "room": room, "reason": words}
        if dice.random() < 0.5:
            values["ref"] = f"ref-{number}"
        return Asked(number, ("check_in", (values,), patient))
    if kind == "rename":
        file_id = ward.files[patient]
        before = last.get(file_id, f"{patient}.txt")
        last[file_id] = f"{words}txt"
        return Asked(number, (kind, (file_id, before, last[file_id]), patient), file_id)
    if kind == "note":
        name = dice.choice(("diagnosis", "assessment_plan"))
        place, record = f"{visit['visit']} {name}", visit["visit"]
    else:
        name = dice.choice(("reason_for_visit", "custom_question"))
        place, record = f"{visit['intake']} {name}", visit["intake"]
    if place not in last:
        last[place] = _written(ward, kind, record, name)
    before, last[place] = last[place], words
    return Asked(number, (kind, (record, {name: before}, {name: words}), patient), place)


def _written(ward: Ward, kind: str, record: str, name: str) -> str:
    path = f"visits/{record}/postvisit" if kind == "note" else f"intakes/{record}"
    return str(ward.read(path).get(name) or "")


class Life:
    """One life of the workstation."""

    def __init__(self, seat: Seat) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["tests.journeys.killed"])
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=live, args=(seat, theirs), daemon=True)
        self.process.start()
        theirs.close()

    def news(self, within_s: float) -> Iterator[tuple[str, Any]]:
        """What it says in this time; ends early when it has died."""
        end = time.monotonic() + within_s
        while self.pipe.poll(max(0.0, end - time.monotonic())):
            try:
                yield self.pipe.recv()
            except (EOFError, OSError):
                return

    def tell(self, order: Order) -> None:
        self.pipe.send(order)

    def kill(self) -> list[tuple[str, Any]]:
        """SIGKILL; what it had still said."""
        assert self.process.is_alive()
        self.process.kill()
        self.process.join(5)
        last = list(self.news(0.0))
        self.pipe.close()
        return last


class Journey:
    """Lives one after the other until all acts were kept, and what was seen of them."""

    def __init__(self, clinic: Practice, seat: Seat, todo: list[Asked], dice: Random) -> None:
        self.clinic, self.seat, self.dice = clinic, seat, dice
        self.todo = deque(todo)
        self.by_words = {act.words: act for act in todo}
        self.given: list[Asked] = []
        self.kept: dict[int, str] = {}
        self.shown: dict[str, Shown] = {}
        self.phases: Counter[str] = Counter()
        self.kills = 0
        self.passed_s = 0.0
        self._limbo: set[str] = set()

    def run(self) -> None:
        while self.todo or self.kills < KILLS:
            self._one_life()

    def settle(self) -> None:
        """Fair weather, until nothing is pending any more."""
        self.clinic.clear()
        for _ in range(3):
            life = self._born()
            self.clinic.advance(IN_DOUBT_S)
            end = time.monotonic() + 40.0
            while self._pending() and time.monotonic() < end and not self._only_in_doubt():
                self._hear(life, 0.1)
            self._kill(life)
            if not self._pending():
                return

    def _one_life(self) -> None:
        life = self._born()
        born = time.monotonic()
        ends = born + self.dice.uniform(0.0, LONGEST_LIFE_S)
        share = min(len(self.todo), self.dice.randint(4, 16))
        while time.monotonic() < ends:
            if share and self.dice.random() < 0.7:
                share -= 1
                self.given.append(self.todo.popleft())
                life.tell(self.given[-1].order)
            self._move_the_world()
            self._hear(life, self.dice.uniform(0.0, 0.05))
        self._kill(life)
        print(f"DBG {time.monotonic()-born:.2f}", self.kills, len(self.todo), Counter(str(s.state) for s in self.shown.values()), len(self._limbo))

    def _born(self) -> Life:
        now = START + self.passed_s
        life = Life(replace(self.seat, clinic_now=now))
        self._moved_at = time.monotonic()
        what, had = next(life.news(20.0))
        assert what == "had"
        self._take_in(had)
        return life

    def _take_in(self, had: list[Shown]) -> None:
        """What lies on the disk after a kill: each act that was shown as kept, as far as it had come."""
        found = {shown.id: shown for shown in had}
        assert set(self.kept.values()) <= found.keys(), "kept acts are gone from the disk"
        for shown in had:
            self._see(shown)
            if shown.state == State.QUEUED:
                self.phases["before the claim"] += 1
            elif shown.state == State.SENDING and shown.has_left:
                self._limbo.add(shown.id)
            elif shown.state == State.SENDING:
                self.phases["between its steps" if shown.is_begun else "before it left"] += 1
        # Nobody saw these being kept: they are done once more.
        missing = [act for act in self.given if act.number not in self.kept]
        self.todo.extendleft(reversed(missing))
        self.given = []

    def _see(self, shown: Shown) -> None:
        self.shown[shown.id] = shown
        words = re.search(r"act \d{4}\.", json.dumps(shown.body["after"] if "after" in shown.body else shown.body))
        assert words is not None
        self.kept[self.by_words[words[0]].number] = shown.id
        if shown.id in self._limbo and shown.state in (State.SENT, State.SENDING):
            self._limbo.discard(shown.id)
            is_there = shown.state == State.SENT
            self.phases["arrived, unanswered" if is_there else "left, not arrived"] += 1

    def _hear(self, life: Life, within_s: float) -> None:
        for what, said in life.news(within_s):
            if what == "now":
                self._see(said)
        assert life.process.is_alive(), "it died by itself"

    def _kill(self, life: Life) -> None:
        self.kills += 1
        for what, said in life.kill():
            if what == "now":
                self._see(said)

    def _move_the_world(self) -> None:
        now = time.monotonic()
        if now - self._moved_at < 0.25:
            return
        passing = min(MOST_PASSING_S - 3 * IN_DOUBT_S - self.passed_s, (now - self._moved_at) * PASSES_PER_S)
        self.clinic.advance(max(0.0, passing))
        self.passed_s += max(0.0, passing)
        self._moved_at = now
        rules = [{**self.dice.choice(WEATHER), "match": self.dice.choice(ACTING), "times": 1} for _ in range(4)]
        rules.append({**self.dice.choice(WEATHER), "match": "*", "times": 1})
        self.clinic._post("weather", {"clear": True, "rules": rules})

    def _pending(self) -> list[Shown]:
        return [shown for shown in self.shown.values() if shown.state not in (State.SENT, State.REFUSED)]

    def _only_in_doubt(self) -> bool:
        return all(shown.state == State.UNKNOWN for shown in self._pending())


@pytest.mark.timeout(300)
def test_nothing_is_lost_or_doubled_by_kills_in_bad_weather(tmp_path: Path) -> None:
    print(f"\nseed {SEED}")
    dice = Random(SEED)
    clinic = Practice()
    ward = Ward(clinic, 24)
    where = profile(clinic, requests_per_s=100.0, requests_at_once=8)
    seat = asyncio.run(seated(tmp_path / "stores", where, clinic.user("clinic_admin"), START))
    todo = acts(ward, dice)
    journey = Journey(clinic, seat, todo, dice)
    began = time.monotonic()
    journey.run()
    print(f"killed after {time.monotonic() - began:.0f} s, {len(journey._pending())} pending")
    journey.settle()
    lost, doubled = compared(ward, todo, journey)
    ended = Counter(str(shown.state) for shown in journey.shown.values())
    print(f"{time.monotonic() - began:.0f} s; {dict(journey.phases)}; {dict(ended)}")
    print(
        f"lost {len(lost)} doubled {len(doubled)} ({len(todo)} acts, {journey.kills} kills, "
        f"{ended['refused']} refused, {ended['unknown']} unknown)"
    )
    for number in lost:
        print(number, todo[number], journey.shown.get(journey.kept.get(number, "")))
    clinic.close()
    assert (lost, doubled) == ([], [])
    assert len(journey.kept) == len(journey.shown) == ACTS
    assert set(journey.phases) >= set(PHASES)


def compared(ward: Ward, todo: list[Asked], journey: Journey) -> tuple[list[int], list[int]]:
    """Numbers of the acts that are neither at the server nor told, and of those that are there twice."""
    marks = ward.marks()
    lost, doubled = [], []
    ends: dict[str, Asked] = {}
    for act in todo:
        shown = journey.shown.get(journey.kept.get(act.number, ""))
        if shown is None or shown.state not in SETTLED or (shown.state != State.SENT and not shown.words):
            lost.append(act.number)
        elif act.order[0] == "check_in":
            if marks[shown.id] > 1:
                doubled.append(act.number)
            if marks[shown.id] == 0 and shown.state == State.SENT:
                lost.append(act.number)
        elif shown.state == State.SENT:
            ends[act.chain] = act
    lost += [act.number for act in ends.values() if act.words not in _there(ward, act)]
    return lost, doubled


def _there(ward: Ward, act: Asked) -> str:
    kind, (record, *_rest), _patient = act.order
    path = {"note": f"visits/{record}/postvisit", "intake_edit": f"intakes/{record}", "rename": f"files/{record}"}
    row = ward.read(path[kind])
    name = act.chain.partition(" ")[2] or "name"
    return str(row.get(name) or row.get({"reason_for_visit": "reasonforvisit"}.get(name, name)) or "")
