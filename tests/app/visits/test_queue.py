"""The live queue against a real practice clinic."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from app.core.collection import Change
from app.core.connection import Light
from app.core.unreadable import Unreadable
from app.session import Session
from app.visits.record import Status, Visit
from tests.practice import Practice
from tests.sessions import signed_in
from tests.until import until


@asynccontextmanager
async def session(clinic: Practice, role: str = "provider", **changes: Any) -> AsyncIterator[Session]:
    opened = await signed_in(clinic, role, **changes)
    try:
        yield opened
    finally:
        await opened.close()


def visit(opened: Session, visit_id: str) -> Visit:
    row = opened.queue.visits.get(visit_id)
    assert isinstance(row, Visit)
    return row


async def test_a_change_at_the_clinic_is_here_within_one_poll(clinic: Practice) -> None:
    async with session(clinic) as opened:
        await opened.queue.poller.once()
        changes: list[Change] = []
        opened.queue.visits.listen(changes.append)
        arrived = clinic.do("arrive", room=clinic.room)["visit"]
        await opened.queue.poller.once()
        assert changes == [Change(added=(arrived,))]
        clinic.do("take", visit=arrived)
        await opened.queue.poller.once()
        assert changes[1:] == [Change(updated=(arrived,))]
        assert visit(opened, arrived).status == Status.IN_PROGRESS


async def test_unchanged_is_silent_and_keeps_every_record(clinic: Practice) -> None:
    async with session(clinic) as opened:
        await opened.queue.poller.once()
        before = {row.id: row for row in opened.queue.visits}
        opened.queue.visits.listen(lambda change: (_ for _ in ()).throw(AssertionError(change)))
        await opened.queue.poller.once()
        clinic.advance(0)
        await opened.queue.poller.once()
        assert all(before[row.id] is row for row in opened.queue.visits)


async def test_an_error_empties_nothing_and_an_empty_success_does(clinic: Practice) -> None:
    async with session(clinic) as opened:
        await opened.queue.poller.once()
        count = len(opened.queue.visits)
        for kind, details in (
            ("status", {"status": 500}),
            ("html", {}),
            ("truncated", {}),
            ("wrong_json", {"body": {"data": None}}),
            ("cut_before", {}),
        ):
            clinic.weather(kind, "visits.list", times=1, **details)
            await opened.queue.poller.once()
            assert opened.queue.connection.standing().failure is not None
            assert len(opened.queue.visits) == count
        clinic.weather("wrong_json", "visits.list", times=1, body={"data": []})
        await opened.queue.poller.once()
        assert len(opened.queue.visits) == 0
        await opened.queue.poller.once()
        assert len(opened.queue.visits) == count


async def test_a_row_that_cannot_be_read_is_listed_and_the_others_stay(clinic: Practice) -> None:
    async with session(clinic) as opened:
        await opened.queue.poller.once()
        before = {row.id for row in opened.queue.visits}
        clinic.do("patch", visit="48211", unset=["id", "_id"])
        clinic.do("patch", visit="48213", set={"start": "noon"})
        await opened.queue.poller.once()
        unreadable = [row for row in opened.queue.visits if isinstance(row, Unreadable)]
        assert len(unreadable) == 1
        assert {row.id for row in opened.queue.visits} == before - {"48211"} | {unreadable[0].id}
        assert visit(opened, "48213").unread == ("visit.start is no moment in time",)


async def test_rows_that_leave_things_out_are_completed_from_their_detail(clinic: Practice) -> None:
    async with session(clinic) as opened:
        await opened.queue.poller.once()
        assert visit(opened, "48212").start is None
        await opened.queue.complete()
        assert visit(opened, "48212").start is not None
        clinic.forget()
        await opened.queue.poller.once()
        await opened.queue.complete()
        assert visit(opened, "48212").start is not None
        assert clinic.asked("visits.get") == 0


async def test_a_detail_that_is_refused_is_not_asked_for_with_every_poll(clinic: Practice) -> None:
    async with session(clinic) as opened:
        clinic.weather("status", "visits.get", status=404)
        await opened.queue.poller.once()
        await opened.queue.complete()
        asked = clinic.asked("visits.get")
        assert asked > 0
        await opened.queue.poller.once()
        await opened.queue.complete()
        assert clinic.asked("visits.get") == asked


async def test_a_list_answer_older_than_an_own_read_does_not_overwrite_it(clinic: Practice) -> None:
    async with session(clinic) as opened:
        await opened.queue.poller.once()
        clinic.weather("latency", "visits.list", seconds=0.5, times=1)
        polling = asyncio.create_task(opened.queue.poller.once())
        await until(lambda: clinic.asked("visits.list") == 2)
        clinic.do("take", visit="48211")
        await opened.queue.read("48211")
        assert visit(opened, "48211").status == Status.IN_PROGRESS
        await polling
        assert visit(opened, "48211").status == Status.IN_PROGRESS


async def test_a_watched_visit_is_read_and_looking_changes_nothing(clinic: Practice) -> None:
    async with session(clinic) as opened:
        opened.start()
        await until(lambda: "48211" in opened.queue.visits)
        clinic.forget()
        opened.queue.watch("48211")
        await until(lambda: clinic.asked("visits.get") > 0)
        intake_id = visit(opened, "48211").intake_id
        assert intake_id is not None
        await opened.intakes.read(intake_id)
        assert {entry["method"] for entry in clinic.log()} == {"GET"}


async def test_one_room_is_asked_for_when_one_is_chosen(clinic: Practice) -> None:
    async with session(clinic, "front_desk", room="w4n8q") as opened:
        await opened.queue.poller.once()
        assert {row.room_code for row in opened.queue.visits if isinstance(row, Visit)} == {"w4n8q"}


async def test_it_recovers_by_itself(clinic: Practice) -> None:
    async with session(clinic) as opened:
        opened.start()
        standing = opened.queue.connection.standing
        await until(lambda: standing().light == Light.LIVE)
        clinic.weather("status", "*", status=401)
        await until(lambda: standing().light == Light.SIGNED_OUT)
        clinic.clear()
        await until(lambda: standing().light == Light.LIVE)
        clinic.weather("status", "visits.list", status=503)
        await until(lambda: standing().light == Light.TROUBLE)
        clinic.clear()
        await until(lambda: standing().light == Light.LIVE)


async def test_rooms_and_providers_get_their_names(clinic: Practice) -> None:
    async with session(clinic) as opened:
        await opened.rooms.load()
        room = opened.rooms.rooms.get(clinic.room)
        assert room is not None
        assert room.name
        closed = await opened.rooms.read("h6t1z")
        assert closed.is_closed
        assert "<" not in closed.close_message
        assert len(opened.rooms.providers) >= 5


async def test_a_server_that_wants_a_room_is_asked_room_by_room(clinic: Practice) -> None:
    async with session(clinic) as opened:
        clinic.weather("status", "visits.list", status=400, times=1)
        await opened.queue.poller.once()
        assert opened.queue.connection.standing().light == Light.LIVE
        rooms = {row.room_code for row in opened.queue.visits if isinstance(row, Visit)}
        assert {"k7m2p", "w4n8q"} <= rooms
        asked = [entry["query"].get("room_code") for entry in clinic.log() if entry["key"] == "visits.list"]
        assert asked[0] is None
        assert set(asked[1:]) >= {"k7m2p", "w4n8q"}


async def test_details_do_not_hold_up_the_list(clinic: Practice) -> None:
    async with session(clinic) as opened:
        await opened.queue.poller.once()
        clinic.weather("latency", "visits.list", seconds=0.4, times=1)
        polling = asyncio.create_task(opened.queue.poller.once())
        await until(lambda: clinic.asked("visits.list") == 2)
        arrived = clinic.do("arrive", room=clinic.room)["visit"]
        await opened.queue.read("48211")
        assert await polling > 0
        assert opened.queue.connection.standing().failure is None
        await opened.queue.poller.once()
        assert arrived in opened.queue.visits


async def test_a_provider_who_was_taken_off_is_off(clinic: Practice) -> None:
    async with session(clinic) as opened:
        await opened.queue.poller.once()
        await opened.queue.read("48211")
        assert visit(opened, "48211").provider is not None
        clinic.do("patch", visit="48211", set={"provider": None, "provider_id": None, "intake": {"id": "x"}})
        await opened.queue.poller.once()
        assert visit(opened, "48211").provider is None
