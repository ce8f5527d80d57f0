"""Two who start the call of one visit in the same moment: never two silent starts, and what each was told
(PID-04). The record of each test stands in `race.txt` of its folder."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest

from app.calls.giving import Confirm
from app.calls.refusal import CannotStart
from app.calls.start import Started
from app.errors import Failure
from app.session import Session
from app.visits.record import Visit
from app.wire.gate import Gate
from tests.practice import Practice
from tests.sessions import signed_in

A, B, THIRD = "612", "613", "614"
SILENT, NOBODY = "silent", None
FREE_RACES, IN_TURNS = 50, 20
"""Races in which both run as they like, of each kind of visit; races of each kind of server and visit in
which an order of their requests is drawn by lot."""

SERVERS: dict[str, tuple[dict[str, Any], ...]] = {
    "looks at whose it was seen to be": (),
    "ignores whose it was seen to be": ({"kind": "ignores", "keys": ["if_provider_id"]},),
    "does not offer assigning": ({"kind": "status", "status": 404},),
    "forbids assigning": ({"kind": "status", "status": 403},),
    "forbids it to one of them": (),
}
VISITS = {"nobody's": NOBODY, "one's own": A, "a third one's": THIRD}


class Turns:
    """Lets one request of several desks through at a time, whose is drawn by lot."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._moved = asyncio.Event()

    def attend(self, name: str, session: Session) -> None:
        """From now on the requests of this session wait for their turn."""
        client = session._client
        for verb in ("get", "post", "page"):
            setattr(client, verb, self._in_turn(name, getattr(client, verb)))

    async def race(self, works: Sequence[Any]) -> list[Any]:
        """What came of each, as `asyncio.gather` brings it."""
        tasks = [asyncio.ensure_future(work) for work in works]
        for task in tasks:
            task.add_done_callback(lambda _task: self._moved.set())
        while running := sum(not task.done() for task in tasks):
            if len(self._waiting) < running:
                self._moved.clear()
                await self._moved.wait()
            elif self._waiting:
                self._waiting.pop(self._dice.choice(sorted(self._waiting))).set_result(None)
        return await asyncio.gather(*tasks, return_exceptions=True)

    def _in_turn(self, name: str, ask: Callable[..., Any]) -> Callable[..., Any]:
        async def asked(*args: Any, **values: Any) -> Any:
            turn = self._waiting[name] = asyncio.get_running_loop().create_future()
            self._moved.set()
            await turn
            return await ask(*args, **values)

        return asked


class Desk:
    """One of those who race; the browser only notes."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.links = 0

    async def start(self, visit_id: str, asked: Confirm | None = None) -> Started | None:
        self.links = 0
        return await self.session.calls.start(visit_id, asked or _yes, self._open)

    def _open(self, _link: str) -> bool:
        self.links += 1
        return True


async def _yes(_visit: Visit) -> bool:
    return True


def told(result: object) -> str:
    """What a desk was told of its start."""
    match result:
        case Started(also="", unreported=None, is_claimed=True):
            return SILENT
        case Started(also="", unreported=None):
            return "open, not taken"
        case Started(unreported=None):
            return "open, also the other's"
        case CannotStart():
            return f"refused: {result.reason}"
        case Failure():
            return f"failed: {type(result).__name__}"
    raise AssertionError(result)


class Record:
    """How often the two were told what."""

    def __init__(self) -> None:
        self.pairs: Counter[tuple[str, ...]] = Counter()
        self.opened: Counter[int] = Counter()

    def note(self, desks: Sequence[Desk], results: Sequence[object]) -> None:
        for desk, result in zip(desks, results, strict=True):
            # What was opened is what was told of.
            assert desk.links == int(isinstance(result, Started))
        self.pairs[tuple(map(told, results))] += 1
        self.opened[sum(desk.links for desk in desks)] += 1

    @property
    def silent(self) -> Counter[int]:
        """In how many races so many started silently."""
        found: Counter[int] = Counter()
        for pair, times in self.pairs.items():
            found[pair.count(SILENT)] += times
        return found

    def write(self, path: Path, title: str) -> None:
        lines = [f"{times:5}  {' | '.join(pair)}" for pair, times in sorted(self.pairs.items())]
        sums = f"silent starts a race {dict(self.silent)}, calls opened a race {dict(self.opened)}"
        path.write_text("\n".join((title, *lines, sums, "")))


@asynccontextmanager
async def desks(clinic: Practice, *numbers: int, **changes: Any) -> AsyncIterator[list[Desk]]:
    async with AsyncExitStack() as stack:
        made = []
        for number in numbers:
            session = await signed_in(clinic, "provider", number, **changes)
            stack.push_async_callback(session.close)
            # As fast as they can: the order of their requests is what is looked at.
            session._client._gate = Gate(per_s=100_000)
            made.append(Desk(session))
        yield made


def arrive(clinic: Practice, provider: str | None) -> str:
    """A new walk-in."""
    return str(clinic.do("arrive", room=clinic.room, provider=provider)["visit"])


def leave(clinic: Practice, visit_id: str) -> None:
    if clinic.status(visit_id) != 30:
        clinic.do("close", visit=visit_id)


@pytest.fixture(scope="module")
def arena() -> Iterator[Practice]:
    """The clinic of all races."""
    with Practice() as practice:
        yield practice


@pytest.fixture
def fair(arena: Practice) -> Iterator[Practice]:
    yield arena
    arena.clear()


@pytest.mark.parametrize("part", range(2))
@pytest.mark.parametrize("whose", ["nobody's", "a third one's"])
async def test_two_hundred_races_as_fast_as_they_can(
    fair: Practice, tmp_path: Path, whose: str, part: int
) -> None:
    record, dice = Record(), Random(part)
    async with desks(fair, 0, 1) as pair:
        for _ in range(FREE_RACES):
            visit_id = arrive(fair, VISITS[whose])
            head_starts = [dice.random() * 0.01 for _ in pair]
            results = await asyncio.gather(
                *(_after(s, desk.start(visit_id)) for s, desk in zip(head_starts, pair, strict=True)),
                return_exceptions=True,
            )
            record.note(pair, results)
            leave(fair, visit_id)
    record.write(tmp_path / "race.txt", f"{FREE_RACES} races for a visit that was {whose}")
    # Exactly one starts, and the other is told that somebody else did; nothing opens for them.
    assert record.silent == record.opened == {1: FREE_RACES}
    assert {pair[1 - pair.index(SILENT)] for pair in record.pairs} <= {
        "refused: claimed", "refused: taken", "refused: changed",
    }  # fmt: skip


async def _after(seconds: float, start: Any) -> Any:
    await asyncio.sleep(seconds)
    return await start


@pytest.mark.parametrize("whose", VISITS)
@pytest.mark.parametrize("server", SERVERS)
async def test_whatever_the_order_there_are_never_two_silent_starts(
    fair: Practice, tmp_path: Path, server: str, whose: str
) -> None:
    record, dice = Record(), Random(f"{server} {whose}")
    for rule in SERVERS[server]:
        fair.weather(rule["kind"], "visits.assign", **{k: v for k, v in rule.items() if k != "kind"})
    async with desks(fair, 0, 1) as pair:
        if server == "forbids it to one of them":
            pair[1].session._client.closed = frozenset({"visits.assign"})
        turns = Turns(dice)
        for number, desk in enumerate(pair):
            turns.attend(str(number), desk.session)
        for _ in range(IN_TURNS):
            visit_id = arrive(fair, VISITS[whose])
            record.note(pair, await turns.race([desk.start(visit_id) for desk in pair]))
            leave(fair, visit_id)
    record.write(tmp_path / "race.txt", f"{IN_TURNS} races, server {server}, visit {whose}")
    assert sum(record.pairs.values()) == IN_TURNS
    assert record.silent[2] == 0
    assert record.opened[0] == 0, "somebody has the patient"


async def test_one_person_at_two_computers_starts_once(fair: Practice) -> None:
    record = Record()
    async with desks(fair, 0, 0) as pair:
        for _ in range(IN_TURNS):
            visit_id, both = arrive(fair, NOBODY), asyncio.Barrier(2)

            async def asked(_visit: Visit, both: asyncio.Barrier = both) -> bool:
                await both.wait()
                return True

            starts = [desk.start(visit_id, asked) for desk in pair]
            record.note(pair, await asyncio.gather(*starts, return_exceptions=True))
            leave(fair, visit_id)
    assert record.silent == record.opened == {1: IN_TURNS}


async def test_the_one_who_was_slower_gives_back_what_was_not_theirs(fair: Practice) -> None:
    visit_id = arrive(fair, A)
    async with desks(fair, 0, 1) as (mine, theirs):
        assign = theirs.session.visit_acts.assign

        async def late(*args: Any, **values: Any) -> Visit:
            theirs.session.visit_acts.assign = assign
            assert told(await mine.start(visit_id)) == SILENT
            return await assign(*args, **values)

        theirs.session.visit_acts.assign = late
        with pytest.raises(CannotStart) as refused:
            await theirs.start(visit_id)
        assert (refused.value.reason, refused.value.who) == ("taken", "Noor Haddad")
        visit = await mine.session.queue.read(visit_id)
        assert visit.provider.id == A
        assert mine.session.calls.is_mine(visit)
    leave(fair, visit_id)
