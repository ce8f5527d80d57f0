"""The provider's own state against a real practice clinic (api/rooms.md §3)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from app.errors import NotOffered, Refused, Uncertain
from app.rooms.own_state import InRoom, OwnState, Stand, Word
from app.rooms.provider import Presence
from app.session import Session
from tests.practice import Practice
from tests.sessions import signed_in
from tests.until import until

ME, HERE, THERE = "612", "k7m2p", "w4n8q"


@pytest.fixture
def clinic(shared_clinic: Practice) -> Practice:
    """One clinic for these tests: each leaves the provider available."""
    return shared_clinic


@asynccontextmanager
async def at_clinic(clinic: Practice, role: str = "provider", **changes: Any) -> AsyncIterator[Session]:
    session = await signed_in(clinic, role, **changes)
    try:
        if role == "provider":
            await session.rooms.set_presence(True)
            clinic.forget()
        yield session
    finally:
        clinic.clear()
        await session.close()


def said(own: OwnState) -> dict[str, bool | None]:
    return {room.code: room.online for room in own.stand.rooms}


async def audited(session: Session) -> list[str]:
    entries = [entry for entry in await session.store.audit() if entry.what == "own_state"]
    assert {entry.subject for entry in entries} <= {ME}
    return [entry.outcome for entry in entries]


def test_one_word_for_all_rooms() -> None:
    def word(*online: bool | None) -> Word:
        return Stand(tuple(InRoom(str(number), each) for number, each in enumerate(online))).word

    assert (word(), word(None), word(True, None)) == (Word.UNKNOWN,) * 3
    assert (word(True), word(True, True)) == (Word.AVAILABLE,) * 2
    assert (word(False), word(False, False)) == (Word.AWAY,) * 2
    assert word(True, False) == Word.PARTLY
    assert Stand((InRoom("a", True), InRoom("b", False), InRoom("c", True))).available_in == 2


def test_only_what_was_chosen_here_is_overruled() -> None:
    assert InRoom("a", False, True).is_overruled
    assert InRoom("a", True, False).is_overruled
    quiet = (InRoom("a", True, True), InRoom("a", True), InRoom("a", None, True))
    assert not any(room.is_overruled for room in quiet)


async def test_the_servers_word_is_read_room_by_room(clinic: Practice) -> None:
    async with at_clinic(clinic) as session:
        own = session.own_state
        assert (own.stand, own.stand.word, own.is_provider) == (Stand(), Word.UNKNOWN, True)
        await session.rooms.set_presence(False, THERE)
        await own.read()
        assert said(own)[HERE] is True
        assert said(own)[THERE] is False
        assert own.stand.word == Word.PARTLY
        assert own.stand.at == pytest.approx(session.clock.now(), abs=2)
        everywhere = set(said(own))
        clinic.forget()
        await own.read()
        assert clinic.asked("rooms.providers") == len(everywhere)  # no other room is asked every minute


async def test_a_choice_holds_for_one_room_or_for_all_and_is_audited(clinic: Practice) -> None:
    async with at_clinic(clinic) as session:
        own, told = session.own_state, []
        await own.read()
        own.listen(lambda: told.append((own.stand.is_changing, own.stand.word)))
        await own.choose(False, HERE)
        assert said(own)[HERE] is False
        assert own.stand.word == Word.PARTLY
        assert told[0] == (True, Word.AVAILABLE)
        assert told[-1] == (False, Word.PARTLY)
        assert (await session.rooms.read_provider(HERE, ME)).online is False
        await own.choose(False)
        assert own.stand.word == Word.AWAY
        await own.choose(True)
        assert own.stand.word == Word.AVAILABLE
        assert await audited(session) == ["away_in_room", "away", "available"]


async def test_a_choice_can_be_made_before_anything_was_read(clinic: Practice) -> None:
    async with at_clinic(clinic) as session:
        await session.own_state.choose(False)
        assert session.own_state.stand.word == Word.AWAY
        assert {HERE, THERE} <= set(said(session.own_state))
        await session.own_state.choose(True)


async def test_the_later_of_two_quick_choices_holds(clinic: Practice) -> None:
    async with at_clinic(clinic) as session:
        own = session.own_state
        clinic.weather("latency", "users.presence", seconds=0.2, times=1)
        await asyncio.gather(own.choose(False), own.choose(True))
        assert own.stand.word == Word.AVAILABLE
        assert (await session.rooms.read_provider(HERE, ME)).online is True


async def test_two_sessions_of_one_provider_see_what_the_other_chose(clinic: Practice) -> None:
    async with at_clinic(clinic) as one, at_clinic(clinic) as other:
        await one.own_state.choose(True)
        await other.own_state.choose(False, HERE)
        assert said(one.own_state)[HERE] is True  # not told of it yet
        await one.own_state.read()
        (room,) = (room for room in one.own_state.stand.rooms if room.code == HERE)
        assert room == InRoom(HERE, online=False, chosen=True)
        assert room.is_overruled
        assert [room.code for room in one.own_state.stand.rooms if room.is_overruled] == [HERE]
        await one.own_state.choose(True)
        await other.own_state.read()
        assert other.own_state.stand.word == Word.AVAILABLE


async def test_a_lost_answer_is_read_again_and_was_a_success(clinic: Practice) -> None:
    async with at_clinic(clinic) as session:
        own = session.own_state
        await own.read()
        clinic.weather("cut_after", "users.presence", times=1)
        await own.choose(False)
        assert own.stand.word == Word.AWAY
        assert clinic.asked("users.presence") == 1  # never sent twice
        assert await audited(session) == ["away"]


async def test_a_lost_answer_that_cannot_be_read_again_is_not_known(clinic: Practice) -> None:
    async with at_clinic(clinic) as session:
        own = session.own_state
        await own.read()
        clinic.weather("cut_after", "users.presence", times=1)
        clinic.weather("status", "rooms.providers", status=500)
        with pytest.raises(Uncertain):
            await own.choose(False, HERE)
        assert said(own)[HERE] is None
        assert own.stand.word == Word.UNKNOWN
        assert await audited(session) == []
        clinic.clear()
        await own.read()
        assert said(own)[HERE] is False


async def test_a_word_from_before_a_choice_does_not_undo_it(clinic: Practice) -> None:
    async with at_clinic(clinic) as session:
        own = session.own_state
        await own.read()
        clinic.weather("latency", "rooms.providers", seconds=0.3, times=1)
        reading = asyncio.create_task(own.read())
        await asyncio.sleep(0)  # It has begun.
        await own.choose(False)
        await reading
        assert own.stand.word == Word.AWAY
        assert all(room.chosen is False for room in own.stand.rooms)


async def test_a_no_of_the_server_changes_nothing(clinic: Practice) -> None:
    async with at_clinic(clinic) as session:
        own = session.own_state
        await own.read()
        clinic.weather("status", "users.presence", status=403, times=1)
        with pytest.raises(Refused) as refused:
            await own.choose(False)
        assert refused.value.status == 403
        assert not isinstance(refused.value, NotOffered)
        assert (own.stand.word, own.stand.is_offered, own.stand.is_changing) == (Word.AVAILABLE, True, False)
        assert await audited(session) == []


async def test_a_server_without_it_is_told_apart_and_not_asked_again(clinic: Practice) -> None:
    async with at_clinic(clinic) as session:
        own = session.own_state
        await own.read()
        clinic.weather("status", "users.presence", status=404)
        for _ in range(2):
            with pytest.raises(NotOffered):
                await own.choose(False)
        assert not own.stand.is_offered
        assert not await own.sign_off()
        assert clinic.asked("users.presence") == 1
        session.look_again()
        clinic.clear()
        await own.choose(True)
        assert own.stand.is_offered


async def test_a_server_that_does_not_say_what_it_made_of_it_is_read(clinic: Practice) -> None:
    async with at_clinic(clinic) as session:
        own = session.own_state
        await own.read()
        await own.choose(False)
        clinic.weather("wrong_json", "users.presence", body={"data": {"id": ME}}, times=1)
        await own.choose(True)
        assert own.stand.word == Word.AWAY  # the practice clinic did nothing, and that is what is shown
        assert all(room.is_overruled for room in own.stand.rooms)
        await own.choose(True)


async def test_a_call_is_told_to_nobody(clinic: Practice) -> None:
    async with at_clinic(clinic) as session:
        own, told = session.own_state, []
        await own.read()
        clinic.forget()
        own.listen(lambda: told.append(own.stand.in_call))
        for in_call in (True, True, False):
            own.set_in_call(in_call)
        assert told == [True, False]
        assert own.stand.word == Word.AVAILABLE
        assert clinic.log() == []


async def test_signing_off_is_away_in_every_room_and_audited(clinic: Practice) -> None:
    async with at_clinic(clinic) as session:
        own = session.own_state
        await own.read()
        assert await own.sign_off()
        assert (await session.rooms.read_provider(THERE, ME)).online is False
        assert await audited(session) == ["away"]
        clinic.forget()
        assert not await own.sign_off()  # nothing left to say
        assert clinic.asked("users.presence") == 0


async def test_signing_off_waits_two_seconds_at_most_and_claims_nothing(
    clinic: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.rooms.own_state.SIGN_OFF_S", 0.2)
    async with at_clinic(clinic) as session:
        own = session.own_state
        await own.read()
        clinic.weather("latency", "users.presence", seconds=5)
        began = asyncio.get_running_loop().time()
        assert not await own.sign_off()
        assert asyncio.get_running_loop().time() - began < 2.0
        clinic.clear()
        clinic.weather("cut_before", "*")
        assert not await own.sign_off()
        assert await audited(session) == []
        assert not own.stand.is_changing


async def test_nothing_is_asked_for_who_does_not_talk_to_patients(clinic: Practice) -> None:
    async with at_clinic(clinic, "front_desk") as session:
        running = asyncio.create_task(session.own_state.run())
        await asyncio.sleep(0)
        assert not session.own_state.is_provider
        assert not await session.own_state.sign_off()
        assert clinic.asked("rooms.providers") == 0
        running.cancel()


async def test_an_admin_in_no_room_has_nothing_to_choose(clinic: Practice) -> None:
    async with at_clinic(clinic, "clinic_admin") as session:
        assert session.rights.calls
        await session.own_state.read()
        assert session.own_state.stand.rooms == ()
        assert not session.own_state.is_provider
        assert not await session.own_state.sign_off()


async def test_a_session_reads_it_by_itself(clinic: Practice) -> None:
    async with at_clinic(clinic) as session:
        session.start()
        await until(lambda: session.own_state.stand.word == Word.AVAILABLE)


async def test_a_reply_names_rooms_that_were_not_known(clinic: Practice) -> None:
    async with at_clinic(clinic) as session:
        assert await session.rooms.set_presence(True, HERE) == Presence(
            provider_id=ME, online=True, rooms=(HERE,)
        )
        await session.own_state.choose(True, HERE)
        assert said(session.own_state) == {HERE: True}
