"""What a person has chosen is theirs, works at once and at the next start, and lengthens no limit."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.accounts.settings import AccountSettings
from app.calls.refusal import CannotStart
from app.choices import Choices, clinic_limits, read_choices, shortened, with_filter
from app.core.activity import LOCK_S, Limits
from app.core.clock import ServerClock
from app.core.connection import Connection, Light
from app.core.store.opening import Opened, name_of, open_store
from app.entry import sign_in
from app.session import Session
from app.visits.filter import Filter
from app.visits.record import Visit
from app.visits.views import LONGEST_NAME, MOST_VIEWS, SavedView, saved
from tests.clocks import HandClock
from tests.keyrings import HeldKeys
from tests.practice import Practice
from tests.sessions import fail, profile, signed_in
from tests.until import until

MINE = Choices(poll_s=30, call_target="room", lock_s=120, room="k7m2p")


@asynccontextmanager
async def at(
    clinic: Practice, folder: Path, keys: HeldKeys, role: str = "provider", number: int = 0, **changes: Any
) -> AsyncIterator[Session]:
    """A session with the person's own store; it polls when the test wants it to."""

    async def store_of(user_id: str) -> Opened:
        return await open_store(folder, keys, name_of(clinic.api, clinic.account, user_id))

    user = clinic.user(role, number)
    where = profile(clinic, **changes)
    session = await sign_in(where, user["username"], user["password"], fail, open_store=store_of)
    try:
        yield session
    finally:
        await session.close()


def rooms_of(session: Session) -> set[str | None]:
    return {row.room_code for row in session.queue.visits if isinstance(row, Visit)}


@pytest.mark.parametrize(
    ("body", "choices"),
    [
        (None, Choices()),
        (b"", Choices()),
        (b"{", Choices()),
        (b"[]", Choices()),
        (b'{"poll_s": 30, "call_target": "room", "lock_s": 120, "room": "k7m2p"}', MINE),
        (b'{"poll_s": 7, "call_target": "room"}', Choices(call_target="room")),
        (b'{"poll_s": "5", "lock_s": 86400, "room": ""}', Choices()),
        (b'{"call_target": "elsewhere", "lock_s": 60, "more": 1}', Choices(lock_s=60)),
        (b'{"poll_s": true, "room": 5}', Choices()),
        (b'{"room": "\xff"}', Choices()),
    ],
)
def test_what_cannot_be_read_or_is_out_of_bounds_is_not_chosen(body: bytes, choices: Choices) -> None:
    assert read_choices(body) == choices


def test_a_lock_is_shortened_and_never_lengthened() -> None:
    clinic = clinic_limits(AccountSettings(idle_s=300, idle_warning_s=60))
    assert shortened(clinic, 60) == Limits(lock_s=60, warning_s=30)
    assert shortened(clinic, 180) == Limits(lock_s=180, warning_s=60)
    for longer in (None, 300, 600, 900):
        assert shortened(clinic, longer) == clinic
    assert shortened(clinic_limits(None), 900).lock_s == LOCK_S


async def test_choices_work_at_once_and_at_the_next_start(clinic: Practice, tmp_path: Path) -> None:
    keys = HeldKeys()
    async with at(clinic, tmp_path, keys) as session:
        await session.queue.poller.once()
        assert len(rooms_of(session)) > 1
        session.choose(MINE)
        assert rooms_of(session) == {"k7m2p"}
        assert session.calls.target.chosen == "room"
        assert await session.queue.poller.once() == 30
        (line,) = [line for line in await session.store.audit() if line.what == "settings_changed"]
        assert (line.subject, line.outcome) == (session.me.id, "ok")
        session.choose(MINE)
        assert sum(line.what == "settings_changed" for line in await session.store.audit()) == 1
    async with at(clinic, tmp_path, keys) as session:
        assert session.choices == MINE
        assert session.calls.target.chosen == "room"
        assert await session.queue.poller.once() == 30
        assert rooms_of(session) == {"k7m2p"}
        assert len(session.queue.visits)
        session.choose(Choices())
        assert session.calls.target.chosen == "visit"
        assert await session.queue.poller.once() == 1
        assert len(rooms_of(session)) > 1


ROOM = Filter(rooms={"k7m2p"}, mine=True)


@pytest.mark.parametrize(
    "body",
    [
        b'{"filter": 5, "views": {}}',
        b'{"filter": {"rooms": ["a", 5]}, "views": [{"name": "", "filter": {}}]}',
        b'{"filter": {"types": ["1"]}, "views": [{"name": "x"}]}',
        b'{"filter": {"rooms": ["%s"]}, "views": [{"name": "%s", "filter": {}}]}'
        % (b"x" * 129, b"x" * (LONGEST_NAME + 1)),
        b'{"views": [%s]}' % b",".join([b'{"name": "x", "filter": {}}'] * (MOST_VIEWS + 1)),
    ],
)
def test_a_filter_that_cannot_be_read_hides_nobody(body: bytes) -> None:
    assert read_choices(body) == Choices()


async def test_filter_and_views_are_there_again_and_a_search_is_not(clinic: Practice, tmp_path: Path) -> None:
    keys = HeldKeys()
    views = saved((), "Morning", ROOM)
    async with at(clinic, tmp_path, keys) as session:
        searched = with_filter(session.choices, Filter(rooms={"k7m2p"}, mine=True, text="Okafor"))
        session.choose(msgspec.structs.replace(searched, views=views))
    async with at(clinic, tmp_path, keys) as session:
        assert session.choices == Choices(filter=ROOM, views=(SavedView(name="Morning", filter=ROOM),))
        session.choose(with_filter(session.choices, Filter(text="Okafor")))
    async with at(clinic, tmp_path, keys) as session:
        assert session.choices == Choices(views=views)


async def test_another_person_has_choices_of_their_own(clinic: Practice, tmp_path: Path) -> None:
    keys = HeldKeys()
    async with at(clinic, tmp_path, keys) as session:
        session.choose(MINE)
        await session.queue.poller.once()
    async with at(clinic, tmp_path, keys, "front_desk") as session:
        assert session.choices == Choices()


async def test_removing_the_data_removes_the_choices(clinic: Practice, tmp_path: Path) -> None:
    keys = HeldKeys()
    async with at(clinic, tmp_path, keys) as session:
        await session.queue.poller.once()
        session.choose(MINE)
        await session.reset()
        assert session.choices == Choices()
        assert session.queue.room == ""
        await session.queue.poller.once()
        assert len(rooms_of(session)) > 1
        assert "choices" not in await session.store.settings()


async def test_a_room_that_the_clinic_has_set_stays(clinic: Practice, tmp_path: Path) -> None:
    async with at(clinic, tmp_path, HeldKeys(), room="k7m2p") as session:
        session.choose(Choices(room="other"))
        assert session.queue.room == "k7m2p"
        await session.queue.poller.once()
        assert rooms_of(session) == {"k7m2p"}


async def test_a_list_of_one_room_never_passes_for_all_of_them(clinic: Practice, tmp_path: Path) -> None:
    """Offline, all rooms are wanted again: it is said that they are missing, also after another start."""
    keys = HeldKeys()
    async with at(clinic, tmp_path, keys) as session:
        session.choose(MINE)
        await session.queue.poller.once()
        assert not session.queue.is_partial
        session.start()
        await until(lambda: not session.cache._visits.is_behind)
        clinic.weather("cut_before", "visits.list")
        session.choose(Choices())
        assert rooms_of(session) == {"k7m2p"}
        assert session.queue.is_partial
        await session.queue.poller.once()
        assert session.queue.is_partial
    async with at(clinic, tmp_path, keys) as session:
        assert session.queue.room == "k7m2p"
        clinic.clear()
        session.choose(Choices())
        await session.queue.poller.once()
        assert not session.queue.is_partial
        assert len(rooms_of(session)) > 1
    async with at(clinic, tmp_path, keys) as session:
        assert session.queue.room == ""


async def test_an_answer_for_another_room_is_dropped(clinic: Practice) -> None:
    session = await signed_in(clinic)
    await session.queue.poller.once()
    clinic.do("arrive", room=clinic.room)
    clinic.weather("latency", "visits.list", times=1, seconds=0.3)
    out = asyncio.create_task(session.queue.poller.once())
    await until(lambda: session.queue.poller._question is not None)
    session.choose(Choices(room="k7m2p"))
    before = {row.id for row in session.queue.visits}
    await out
    assert {row.id for row in session.queue.visits} == before
    assert session.queue.poller._woken.is_set()
    await session.queue.poller.once()
    assert rooms_of(session) == {"k7m2p"}
    await session.close()


async def test_what_a_server_tells_beyond_the_room_is_left_out_and_an_unknown_room_is_not(
    clinic: Practice,
) -> None:
    """Staff get at least the room they asked for (visits.md §3)."""
    session = await signed_in(clinic)
    rows = [
        {"id": "1", "_id": "1", "room_code": "k7m2p"},
        {"id": "2", "_id": "2", "room_code": "other"},
        {"id": "3", "_id": "3"},
        {"room_code": "other"},
    ]
    clinic.weather("wrong_json", "visits.list", body={"data": rows})
    session.choose(Choices(room="k7m2p"))
    await session.queue.poller.once()
    assert {"1", "3"} < {row.id for row in session.queue.visits}
    assert len(session.queue.visits) == 3
    session.choose(Choices())
    await session.queue.poller.once()
    assert len(session.queue.visits) == 4
    await session.close()


async def test_a_server_that_wants_a_room_with_each_question_is_asked_for_the_chosen_one(
    clinic: Practice,
) -> None:
    session = await signed_in(clinic)
    clinic.weather("status", "visits.list", times=1, status=400)
    await session.queue.poller.once()
    assert len(session.queue._asks_rooms) > 1
    clinic.forget()
    session.choose(Choices(room="k7m2p"))
    await session.queue.poller.once()
    assert clinic.asked("visits.list") == 1
    session.choose(Choices())
    clinic.weather("status", "visits.list", times=1, status=400)
    await session.queue.poller.once()
    assert len(rooms_of(session)) > 1
    await session.close()


async def test_a_room_chosen_while_all_rooms_are_asked_one_by_one_counts(clinic: Practice) -> None:
    session = await signed_in(clinic)
    clinic.weather("status", "visits.list", times=1, status=400)
    clinic.weather("latency", "rooms.list", times=1, seconds=0.3)
    clinic.forget()
    out = asyncio.create_task(session.queue.poller.once())
    await until(lambda: clinic.asked("visits.list") == 1)
    session.choose(Choices(room="k7m2p"))
    await out
    clinic.forget()
    await session.queue.poller.once()
    assert clinic.asked("visits.list") == 1
    assert rooms_of(session) == {"k7m2p"}
    await session.close()


def test_a_shorter_interval_makes_no_fact_old_at_once() -> None:
    clock = HandClock()
    connection = Connection(ServerClock(clock), 60)
    connection.succeeded()
    clock.advance(50)
    connection.set_interval(5)
    assert connection.standing().light == Light.LIVE
    connection.succeeded()
    clock.advance(26)
    assert connection.standing().light == Light.OFFLINE


async def test_a_shorter_interval_waits_for_no_longer_pause(clinic: Practice) -> None:
    session = await signed_in(clinic, poll_s=300)
    session.start()
    await until(lambda: len(session.queue.visits))
    clinic.forget()
    session.choose(Choices(poll_s=60))
    await until(lambda: clinic.asked("visits.list") == 1)
    await session.close()


async def test_a_started_call_opens_what_was_chosen(clinic: Practice) -> None:
    session = await signed_in(clinic)
    await session.queue.poller.once()
    links: list[str] = []

    def note(link: str) -> bool:
        links.append(link)
        return False

    async def yes(_visit: Visit) -> bool:
        return True

    for target, page in (("visit", "48211"), ("dashboard", "dashboard"), ("room", "u%2F")):
        session.choose(Choices(call_target=target))
        with pytest.raises(CannotStart):
            await session.calls.start("48211", yes, note)
        assert page in links[-1], links[-1]
    await session.close()
