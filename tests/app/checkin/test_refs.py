"""What became of a caller's ref is known at this computer, whatever the server shows."""

import asyncio

from app.checkin.check_in import check_in
from app.checkin.refs import REF_LIVES_S, Refs
from app.core.clock import ServerClock
from app.core.store.store import open_file
from tests.app.checkin.desks import MADE_AT, desk_at, line
from tests.clocks import HandClock
from tests.practice import Practice


def ids(number: int) -> dict[str, str]:
    return {"visit_id": f"v{number}", "intake_id": f"i{number}", "member_id": f"m{number}"}


async def test_a_ref_is_known_again_for_a_day_and_no_longer() -> None:
    clock, store = HandClock(), await open_file(None)
    refs = Refs(store, ServerClock(clock))
    await refs.keep("a", ids(1))
    assert await refs.made_of("a") == ids(1)
    assert await refs.made_of("b") is None
    # Another process of the same person, later.
    clock.advance(REF_LIVES_S - 1)
    later = Refs(store, ServerClock(clock))
    assert await later.made_of("a") == ids(1)
    clock.advance(2)
    assert await later.made_of("a") is await refs.made_of("a") is None
    await later.keep("c", ids(3))
    assert b"v1" not in b"".join((await store.settings()).values())
    await store.close()


async def test_those_that_arrive_together_are_all_known() -> None:
    store = await open_file(None)
    clock = ServerClock(HandClock())
    refs = Refs(store, clock)
    await asyncio.gather(*(refs.keep(f"r{number}", ids(number)) for number in range(20)))
    later = Refs(store, clock)
    assert [await later.made_of(f"r{number}") for number in range(20)] == [ids(n) for n in range(20)]
    await store.wipe()
    assert await refs.made_of("r1") is None
    await store.close()


async def test_a_store_that_fails_or_was_written_by_something_else_stops_nothing() -> None:
    store = await open_file(None)
    refs = Refs(store, ServerClock(HandClock()))
    store.put_setting("refs", b"[1]")
    assert await refs.made_of("a") is None
    await store.close()
    await refs.keep("a", ids(1))
    assert await refs.made_of("a") == ids(1)


async def test_the_same_ref_again_asks_the_server_for_nothing_but_the_patient(clinic: Practice) -> None:
    async with desk_at(clinic) as desk:
        came = await desk.put_through(check_in(line(ref="desk-17"), MADE_AT))
        # Nothing of it is to be seen at the server any more.
        clinic.weather("wrong_json", "visits.list", body={"data": []})
        clinic.forget()
        assert await desk.put_through(check_in(line(ref="desk-17"), MADE_AT)) == came
        assert await desk.act.settle(check_in(line(ref="desk-17"), MADE_AT)) == came
        assert {entry["key"] for entry in clinic.log()} == {"users.list", "users.get"}
        assert await desk.marks("desk-17") == [came["visit_id"]]


async def test_a_ref_that_was_found_by_looking_is_known_as_well(clinic: Practice) -> None:
    async with desk_at(clinic) as first, desk_at(clinic) as second:
        came = await first.put_through(check_in(line(ref="desk-18"), MADE_AT))
        assert await second.put_through(check_in(line(ref="desk-18"), MADE_AT)) == came
        clinic.weather("wrong_json", "visits.list", body={"data": []})
        assert await second.put_through(check_in(line(ref="desk-18"), MADE_AT)) == came


async def test_the_ref_of_another_patient_is_not_this_ones(clinic: Practice) -> None:
    async with desk_at(clinic) as desk:
        came = await desk.put_through(check_in(line(ref="again"), MADE_AT))
        other = await desk.put_through(check_in(line(ref="again", patient=..., member_id="7302"), MADE_AT))
        assert other["visit_id"] != came["visit_id"]
        assert other["member_id"] == "7302"
