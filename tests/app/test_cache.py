"""The facts of an earlier session: there before the first answer, gone when their time is over."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from app.core.store.opening import name_of, open_store
from app.core.unreadable import Unreadable
from app.entry import reopen, sign_in
from app.errors import Failure
from app.session import Session
from app.visits.record import Visit
from tests.clocks import HandClock
from tests.keyrings import HeldKeys
from tests.practice import START, Practice
from tests.sessions import fail, profile, signed_in
from tests.until import until


class Workstation:
    """A folder, a keyring and a clock that outlive the sessions on it."""

    def __init__(self, folder: Path, clinic: Practice) -> None:
        self.folder, self.clinic = folder, clinic
        self.keys = HeldKeys()
        self.clock = HandClock(wall=START)

    async def open_store(self, user_id: str):
        name = name_of(self.clinic.api, self.clinic.account, user_id)
        return await open_store(self.folder, self.keys, name)

    async def sign_in(self, role: str = "provider") -> Session:
        user = self.clinic.user(role)
        where = profile(self.clinic)
        return await sign_in(
            where, user["username"], user["password"], fail, self.clock, open_store=self.open_store
        )

    async def reopen(self, tokens) -> Session | None:
        where = profile(self.clinic)
        return await reopen(where, tokens, fail, await self.open_store(tokens.user_id), self.clock)

    async def used(self, role: str = "provider"):
        """A session that has read everything once and is closed again; its tokens."""
        session = await self.sign_in(role)
        session.start()
        await until(lambda: len(session.queue.visits) and len(session.rooms.providers))
        visit = next(row for row in session.queue.visits if isinstance(row, Visit) and row.intake_id)
        await session.intakes.read(visit.intake_id)
        await kept(session)
        await session.close()
        return session


async def kept(session: Session) -> None:
    """Waits until the store has every fact that the session has."""
    counts = {
        "visits": session.queue.visits,
        "rooms": session.rooms.rooms,
        "providers": session.rooms.providers,
        "intakes": session.intakes.intakes,
    }
    for kind, collection in counts.items():
        while len(await session.store.facts(kind)) != len(collection):
            pass


@pytest.fixture
def workstation(tmp_path: Path, clinic: Practice) -> Workstation:
    return Workstation(tmp_path / "stores", clinic)


async def test_a_session_begins_with_what_the_last_one_knew_before_any_request(workstation, clinic) -> None:
    first = await workstation.used()
    clinic.forget()
    workstation.clock.advance(3600)
    session = await workstation.reopen(first.renewal.tokens)
    assert session is not None
    assert clinic.log() == []
    assert session.me == first.me
    assert {row.id: row for row in session.queue.visits} == {row.id: row for row in first.queue.visits}
    assert {room.code: room for room in session.rooms.rooms} == {
        room.code: room for room in first.rooms.rooms
    }
    assert list(session.intakes.intakes) == list(first.intakes.intakes)
    standing = session.queue.connection.standing()
    assert standing.is_restored
    assert standing.age_s == pytest.approx(3600, abs=5)
    await session.close()


async def test_a_session_that_is_closed_while_it_asks_who_it_is_asks_no_more(workstation, clinic) -> None:
    first = await workstation.used()
    clinic.weather("cut_before", "*")
    session = await workstation.reopen(first.renewal.tokens)
    asking = asyncio.create_task(session.begin())
    await until(lambda: session.queue.connection.standing().failure is not None)
    await session.close()
    async with asyncio.timeout(2):
        await asking
    assert len(session._tasks) == 0


async def test_with_the_server_gone_the_list_is_there_and_says_its_age(workstation, clinic) -> None:
    first = await workstation.used()
    clinic.stop()
    session = await workstation.reopen(first.renewal.tokens)
    await session.queue.poller.once()
    assert len(session.queue.visits) == len(first.queue.visits)
    standing = session.queue.connection.standing()
    assert standing.is_restored
    assert isinstance(standing.failure, Failure)
    await session.close()


async def test_the_first_answer_replaces_what_was_kept_and_loses_no_detail(workstation, clinic) -> None:
    first = await workstation.used()
    left = next(row.id for row in first.queue.visits if isinstance(row, Visit) and row.id == "48211")
    clinic.do("cancel", visit=left)
    session = await workstation.reopen(first.renewal.tokens)
    before = {row.id: row for row in session.queue.visits}
    await session.queue.poller.once()
    assert not session.queue.connection.standing().is_restored
    after = {row.id: row for row in session.queue.visits}
    assert after[left].status == 40
    for visit_id in before.keys() - {left}:
        was, now = before[visit_id], after[visit_id]
        # A row's own short intake counts more than the long one of an old detail.
        assert msgspec.structs.replace(now, intake=was.intake, absent=was.absent) == was
    await session.close()


async def test_a_first_answer_that_tells_no_status_does_not_get_yesterdays(workstation, clinic) -> None:
    first = await workstation.used()
    session = await workstation.reopen(first.renewal.tokens)
    visit = next(row for row in session.queue.visits if isinstance(row, Visit) and row.status == 10)
    assert session.queue._details[visit.id].visit.status is None
    assert session.queue.visits.get(visit.id).status == 10
    await session.close()


async def test_details_that_the_store_has_are_not_read_again(workstation, clinic) -> None:
    first = await workstation.used()
    session = await workstation.reopen(first.renewal.tokens)
    clinic.forget()
    await session.queue.poller.once()
    await session.queue.complete()
    read_again = clinic.asked("visits.get")
    clinic.forget()
    fresh = await signed_in(clinic)
    await fresh.queue.poller.once()
    await fresh.queue.complete()
    assert read_again < clinic.asked("visits.get")
    for each in (session, fresh):
        await each.close()


async def test_another_user_of_the_same_clinic_sees_nothing_of_it(workstation, clinic) -> None:
    first = await workstation.used()
    other = await workstation.sign_in("front_desk")
    assert other.store.path != first.store.path
    assert len(other.queue.visits) == 0
    assert await other.store.facts("visits") == []
    await other.close()


async def test_facts_expire_at_the_next_start(workstation, clinic) -> None:
    first = await workstation.used()
    workstation.clock.advance(3 * 24 * 3600)
    session = await workstation.reopen(first.renewal.tokens)
    assert len(session.queue.visits) == 0
    assert await session.store.facts("visits") == []
    assert await session.store.facts("intakes") == []
    await session.close()


async def test_facts_from_days_after_now_have_expired(workstation, clinic) -> None:
    first = await workstation.used()
    clinic.stop()
    workstation.clock.set_wall(START - 20 * 3600)
    session = await workstation.reopen(first.renewal.tokens)
    assert len(session.queue.visits) == len(first.queue.visits)
    assert len(session.intakes.intakes) == 1
    standing = session.queue.connection.standing()
    assert (standing.age_s, standing.is_restored) == (None, True)
    # In a program that is left open, too.
    workstation.clock.set_wall(START - 10 * 365 * 24 * 3600)
    await session.cache.expire()
    assert len(session.queue.visits) == len(session.intakes.intakes) == 0
    assert await session.store.facts("visits") == await session.store.facts("intakes") == []
    await session.close()


async def test_facts_from_days_after_now_have_expired_at_the_next_start(workstation, clinic) -> None:
    first = await workstation.used()
    clinic.stop()
    workstation.clock.set_wall(START - 10 * 365 * 24 * 3600)
    session = await workstation.reopen(first.renewal.tokens)
    assert len(session.queue.visits) == len(session.intakes.intakes) == 0
    assert await session.store.facts("visits") == await session.store.facts("intakes") == []
    await session.close()


async def test_facts_expire_in_a_program_that_is_left_open(workstation, clinic) -> None:
    session = await workstation.sign_in()
    await session.queue.poller.once()
    assert len(session.queue.visits) > 0
    workstation.clock.advance(20 * 3600)
    await session.cache.expire()
    assert len(session.queue.visits) > 0
    workstation.clock.advance(40 * 3600)
    await session.cache.expire()
    assert len(session.queue.visits) == 0
    assert await session.store.facts("visits") == []
    await session.close()


async def test_an_unreadable_row_is_kept_too(workstation, clinic) -> None:
    first = await workstation.sign_in()
    first.start()
    await until(lambda: len(first.queue.visits))
    first.queue.visits.put(Unreadable(id="x-1", complaint="id is missing"))
    await kept(first)
    await first.close()
    session = await workstation.reopen(first.renewal.tokens)
    assert session.queue.visits.get("x-1") == Unreadable(id="x-1", complaint="id is missing")
    await session.close()


async def test_facts_of_another_version_are_forgotten_not_fatal(workstation, clinic) -> None:
    first = await workstation.used()
    opened = await workstation.open_store(first.me.id)
    await opened.store.keep_facts("visits", START, lambda: [("1", b'{"id": 7}'), ("2", b"nonsense")])
    await opened.store.close()
    session = await workstation.reopen(first.renewal.tokens)
    assert len(session.queue.visits) == len(first.queue.visits)
    await session.close()


async def test_resetting_wipes_what_is_kept_and_reads_anew(workstation, clinic) -> None:
    session = await workstation.sign_in()
    session.drafts.write("note|48211|diagnosis", "half a sentence")
    session.start()
    await until(lambda: len(session.queue.visits))
    await kept(session)
    await session.reset()
    assert session.drafts.text("note|48211|diagnosis") is None
    assert await session.store.drafts() == {}
    await until(lambda: len(session.queue.visits))
    (line,) = await session.store.audit()
    assert (line.who, line.what, line.subject) == (session.me.id, "data_removed", session.me.id)
    await session.close()


async def test_rows_that_are_not_on_the_disk_yet_are_not_said_to_be_confirmed(workstation, clinic) -> None:
    session = await workstation.sign_in()
    await session.queue.poller.once()
    # Nothing runs that writes them.
    assert "visits.confirmed_at" not in await session.store.settings()
    session.start()
    await kept(session)
    while "visits.confirmed_at" not in await session.store.settings():
        pass
    await session.close()
