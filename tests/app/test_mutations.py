"""Random mutations of real replies: no crash, no hang, nothing said for certain that the reply does not say.

Each reply of a reading call is recorded once from a practice clinic; then the call is put again and again
over a connection that brings mutations of it. A failing one is repeated by its number, which pytest shows.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from app.errors import Failure
from app.pharmacies.search import Search
from app.sentences import sentence
from app.session import Session
from app.visits.postvisit import PostVisit
from app.visits.queue import Queue
from app.wire.gate import Gate
from tests.app.judged import Said, is_success, judge, refuses, tree_of
from tests.app.mutations import Mutator
from tests.app.replay import Question, Recorder, Replay
from tests.journeys.every_call import ASSUMED, DOCUMENTED, PROVIDER, Call, Have, slots
from tests.practice import Practice
from tests.sessions import signed_in

SEED = 3
MUTATIONS = 10_400
LONGEST_S = 2.0
STATES_NONE = "7303"
PAID = "48233"

Json = Any

# -- the reading calls, each with the record's own path in the program


async def poll(session: Session, have: Have) -> Queue:
    """A queue that polls once; it never raises, and says how it stands."""

    async def codes() -> list[str]:
        return [have.room]

    queue = Queue(session.queue._client, session.clock, 1.0, "", codes)
    await queue.poller.once()
    return queue


async def rooms(session: Session, _have: Have) -> Session:
    await session.rooms.load()
    return session


READS: Mapping[str, Call] = {
    **{
        name: ASSUMED[name][1]
        for name in (
            *("visit_acts.current", "notes.read", "rooms.queue", "charts.schemas", "charts.suggest"),
            *("charts.read_all", "charts.read_section", "charts.prescriptions", "health.devices"),
            *("health.read", "pharmacies.search", "pharmacies.get", "pharmacies.of_user", "payments.cards"),
            *("payments.invoice", "payments.list", "settings.read"),
        )
    },
    **{
        name: DOCUMENTED[name]
        for name in (
            *("rooms.read", "queue.read", "intakes.read", "visit_acts.find_by_intake"),
            *("recordings.of_room", "files.of_target", "insurance.list", "insurance.insurers"),
            *("users.search", "users.read", "accounts.list", "accounts.read", "push.notifications"),
            *("push.addresses", "push.read", "payments.settle_charge"),
        )
    },
    "availability.slots": lambda s, h: slots(s, h.room, h.intake, h.offered, h.now, days=1),
    "queue.poll": poll,
    "rooms.load": rooms,
    "rooms.read_providers": lambda s, h: s.rooms.read_providers(h.room),
    "rooms.read_provider": lambda s, h: s.rooms.read_provider(h.room, PROVIDER),
    "files.get": lambda s, h: s.files.get(h.file),
    "charts.read_all of another": lambda s, _h: s.charts.read_all(STATES_NONE),
    "charts.read_section of another": lambda s, _h: s.charts.read_section(STATES_NONE, "allergies"),
    "registry.search": lambda s, _h: s.registry.search(Search(zip="89")),
    "payments.settle_charge of a paid visit": lambda s, _h: s.payments.settle_charge(PAID),
}


# -- the replies themselves


@dataclass(frozen=True)
class Replies:
    """What one clinic answered. asked: by each call of READS, in its order."""

    session: Session
    have: Have
    replies: Mapping[Question, bytes]
    asked: Mapping[str, tuple[Question, ...]]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Replies:
    """A session over recorded replies; its clinic is gone."""
    with Practice() as clinic:
        return asyncio.run(record(clinic, tmp_path_factory.mktemp("files")))


async def record(clinic: Practice, folder: Any) -> Replies:
    session = await signed_in(clinic, "clinic_admin", requests_at_once=16, requests_per_s=100.0)
    provider = await signed_in(clinic)
    have = await Have.made(session, clinic.room, folder)
    clinic.do("take", visit=have.visit, provider=PROVIDER)
    await session.notes.save(have.visit, PostVisit(), PostVisit(diagnosis="Cold"))
    noted: dict[Question, bytes] = {}
    for client in (session._client, session._public, provider._client):
        client._transport = Recorder(client._transport, noted)
    asked: dict[str, tuple[Question, ...]] = {}
    replies: dict[Question, bytes] = {}
    for name, call in READS.items():
        noted.clear()
        await call(session, have)
        asked[name] = tuple(noted)
        replies |= noted
    # Only a provider is in a visit.
    noted.clear()
    await provider.visit_acts.current()
    replies |= noted
    await session.close()
    await provider.close()
    return Replies(session, have, replies, asked)


# -- the test


@pytest.mark.parametrize("name", READS)
async def test_a_mutation_of_a_reply_does_no_harm(
    real: Replies, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.wire.client.TRIES", 1)
    replay = Replay(dict(real.replies))
    session, call = real.session, READS[name]
    for client in (session._client, session._public):
        client._transport = replay
        client._gate = Gate(per_s=1e9)
    for count in range(MUTATIONS // len(READS)):
        mutator = Mutator(f"{SEED} {name} {count}")
        question = real.asked[name][count % len(real.asked[name])]
        replay.spoilt = (question, mutator.mutate(real.replies[question]))
        session.look_again()
        session.registry._kept.clear()
        began = time.perf_counter()
        try:
            result = await call(session, real.have)
        except Failure as failure:
            result = sentence(failure)
        except Exception as error:
            raise AssertionError(f"mutation {count}: {replay.spoilt[1][:2000]!r}") from error
        took_s = time.perf_counter() - began
        assert took_s < LONGEST_S, f"mutation {count} took {took_s} s"
        bodies = [replay.known[other] for other in real.asked[name] if other != question]
        said = Said(tuple(tree_of(body) for body in (replay.spoilt[1], *bodies)))
        try:
            if refuses(said.trees[0]) and not bodies and name != "registry.search":
                assert not is_success(result)
            judge(result, said)
        except AssertionError as error:
            raise AssertionError(
                f"mutation {count}: {result!r:.2000} of {replay.spoilt[1][:2000]!r}"
            ) from error
