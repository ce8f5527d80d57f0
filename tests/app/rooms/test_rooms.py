"""Rooms, providers, presence and queue against a real practice clinic."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from app.core.collection import Change
from app.errors import Broken, NotOffered, Refused, Uncertain
from app.rooms.provider import Presence
from app.rooms.rooms import Rooms
from tests.practice import Practice
from tests.sessions import signed_in


@pytest.fixture
def clinic(shared_clinic: Practice) -> Practice:
    """One clinic for these tests: none minds what another did."""
    return shared_clinic


@asynccontextmanager
async def rooms_of(clinic: Practice, role: str = "provider", **changes: Any) -> AsyncIterator[Rooms]:
    session = await signed_in(clinic, role, **changes)
    try:
        yield session.rooms
    finally:
        await session.close()


async def test_an_admin_founds_a_room_and_staffs_it(clinic: Practice) -> None:
    async with rooms_of(clinic, "clinic_admin") as rooms:
        changes: list[Change] = []
        rooms.rooms.listen(changes.append)
        made = await rooms.create("practice", "travel-clinic", "Travel Clinic")
        assert (made.slug, made.name, made.domain, made.provider_ids) == (
            "travel-clinic",
            "Travel Clinic",
            "practice",
            (),
        )
        assert len(made.code) == 5
        assert changes == [Change(added=(made.code,))]
        await rooms.put_provider("612", made.code)
        await rooms.put_provider("612", made.code)
        assert (await rooms.read(made.code)).provider_ids == ("612",)
        assert [provider.id for provider in (await rooms.read_providers(made.code)).records] == ["612"]
        with pytest.raises(Refused) as refused:
            await rooms.create("practice", "travel-clinic", "Another")
        assert refused.value.message == "In domain 'practice' slug 'travel-clinic' already exists."
        given = await rooms.create("elsewhere", "travel-clinic", "Another", code="trvl1")
        assert (given.code, given.domain) == ("trvl1", "elsewhere")


async def test_a_room_that_was_made_and_not_told_is_uncertain(clinic: Practice) -> None:
    async with rooms_of(clinic, "clinic_admin") as rooms:
        clinic.weather("wrong_json", "rooms.create", body={"data": True}, times=1)
        with pytest.raises(Uncertain):
            await rooms.create("practice", "night-clinic", "Night Clinic")


async def test_a_provider_may_not_found_rooms(clinic: Practice) -> None:
    async with rooms_of(clinic) as rooms:
        for act in (rooms.create("practice", "mine", "Mine"), rooms.put_provider("612", "d3r9x")):
            with pytest.raises(Refused) as refused:
                await act
            assert refused.value.status == 403


async def test_presence_in_one_room_and_in_all(clinic: Practice) -> None:
    async with rooms_of(clinic) as rooms:
        away = await rooms.set_presence(False, "k7m2p")
        assert away == Presence(provider_id="612", online=False, rooms=("k7m2p",))
        assert (await rooms.read_provider("k7m2p", "612")).online is False
        assert (await rooms.read_provider("w4n8q", "612")).online is True
        assert {"k7m2p", "w4n8q"} <= set((await rooms.set_presence(True)).rooms)
        assert (await rooms.read_provider("k7m2p", "612")).online is True


async def test_a_presence_whose_answer_was_lost_is_uncertain(clinic: Practice) -> None:
    async with rooms_of(clinic) as rooms:
        clinic.weather("cut_after", "users.presence")
        with pytest.raises(Uncertain):
            await rooms.set_presence(False)
        clinic.clear()
        assert (await rooms.read_provider("k7m2p", "612")).online is False
        await rooms.set_presence(True)


async def test_providers_with_their_profiles(clinic: Practice) -> None:
    async with rooms_of(clinic) as rooms:
        rows = (await rooms.read_providers("k7m2p")).records
        assert True in [provider.hidden for provider in rows]
        assert {provider.online for provider in rows} == {True, False}
        whole = await rooms.read_provider("k7m2p", "612")
        assert whole.person.name == "Noor Haddad"
        assert whole.languages == ("English", "Arabic", "French")
        assert whole.licensed == ("CA", "NV")
        with pytest.raises(Refused) as refused:
            await rooms.read_provider("k7m2p", "9999")
        assert refused.value.status == 404


async def test_the_collections_hold_names_for_the_screen(clinic: Practice) -> None:
    async with rooms_of(clinic) as rooms:
        await rooms.load()
        person = rooms.providers.get("612")
        assert person is not None
        assert person.name == "Noor Haddad"
        assert {"k7m2p", "w4n8q", "d3r9x", "h6t1z"} <= {room.code for room in rooms.rooms}


async def test_the_queue_and_a_server_without_it(clinic: Practice) -> None:
    async with rooms_of(clinic) as rooms:
        queue = await rooms.queue("k7m2p")
        assert (queue.length, queue.capacity, queue.before_me, queue.average_visit_time) == (5, 20, None, 600)
    async with rooms_of(clinic, endpoints={"rooms.queue": "off"}) as rooms:
        with pytest.raises(NotOffered):
            await rooms.queue("k7m2p")


async def test_the_whole_room_of_a_real_reply(clinic: Practice) -> None:
    async with rooms_of(clinic) as rooms:
        room = await rooms.read("k7m2p")
        assert room.unread == ()
        assert (room.walk_in.is_enabled, room.appointment.is_enabled, room.econsult.is_enabled) == (
            True,
            True,
            True,
        )
        assert (room.start_blackout, room.zone) == (900, "America/Los_Angeles")
        assert [c.description for c in room.prices.consultations] == ["Standard visit", "Extended visit"]
        assert (await rooms.read("h6t1z")).is_closed


async def test_somebody_else_is_broken(clinic: Practice) -> None:
    """An override that leads to another person's row must not pass for the one asked for."""
    async with rooms_of(clinic, endpoints={"rooms.provider": "GET rooms/:code/providers/613"}) as rooms:
        with pytest.raises(Broken):
            await rooms.read_provider("k7m2p", "612")
    async with rooms_of(clinic, endpoints={"rooms.get": "GET rooms/w4n8q"}) as rooms:
        with pytest.raises(Broken):
            await rooms.read("k7m2p")
