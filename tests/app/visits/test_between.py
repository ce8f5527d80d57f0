"""A list that was cut short is no list of all: its halves are asked for, or nothing is concluded from it."""

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from app.errors import Broken
from app.visits.acts import VisitActs
from app.visits.between import MOST_QUESTIONS, visits_between
from app.wire.client import Client, Reply
from tests.app.visits.clinics import ROOM, acts_of, at, intake_of
from tests.practice import START, Practice

LATER = START + 3600


class Cut:
    """A client whose lists of visits end after `rows` rows, with the total beside them."""

    def __init__(self, client: Client, rows: int) -> None:
        self._client = client
        self._rows = rows
        self.windows: list[tuple[int, int]] = []

    async def get(self, key: str, query: Mapping[str, Any]) -> Reply:
        self.windows.append((query["start_time"], query["end_time"]))
        whole = (await self._client.get(key, query)).value()
        body = msgspec.json.encode({"data": whole[: self._rows], "total_count": len(whole)})
        return Reply(msgspec.Raw(msgspec.json.encode(whole[: self._rows])), body)


async def test_the_halves_of_a_cut_list_are_asked_for(clinic: Practice) -> None:
    async with at(clinic) as session:
        acts = acts_of(session)
        first = await acts.add_walkin(await intake_of(session), ROOM)
        clinic.advance(3600)
        second = await acts.add_walkin(await intake_of(session), ROOM)
        whole, is_whole = await visits_between(session._client, ROOM, START - 60, LATER + 60)
        assert is_whole
        assert {first.id, second.id} <= {visit.id for visit in whole}
        cut = Cut(session._client, len(whole) - 1)
        visits, is_whole = await visits_between(cut, ROOM, START - 60, LATER + 60)  # type: ignore[arg-type]
        assert is_whole
        assert {visit.id for visit in visits} == {visit.id for visit in whole}
        assert len(visits) == len(whole)
        assert cut.windows[0] == (START - 60, LATER + 60)
        assert cut.windows[1] == (START - 60, START + 1800)


class Rows:
    """A server with visits at these times, which shows the newest `cut` of a window, and no total."""

    def __init__(self, times: list[int], cut: int) -> None:
        self._times = sorted(times)
        self._cut = cut
        self.questions = 0

    async def get(self, _key: str, query: Mapping[str, Any]) -> Reply:
        self.questions += 1
        first, last = query["start_time"], query["end_time"]
        rows = [{"id": f"{at}", "start": at} for at in self._times if first <= at <= last]
        data = msgspec.json.encode(rows[-self._cut :])
        return Reply(msgspec.Raw(data), b'{"data": %s}' % data)


async def seen(rows: Rows) -> tuple[set[str], bool]:
    visits, is_whole = await visits_between(rows, ROOM, START, START + 160)  # type: ignore[arg-type]
    return {visit.id for visit in visits}, is_whole


@pytest.mark.parametrize("cut", [20, 25, 57, 100])
async def test_a_list_that_may_be_cut_without_a_word_is_asked_for_in_halves(cut: int) -> None:
    times = [START + number for number in range(0, 160, 160 // (cut + cut // 2))]
    rows = Rows(times, cut)
    assert await seen(rows) == ({f"{at}" for at in times}, True)
    assert rows.questions <= MOST_QUESTIONS


async def test_a_list_that_is_as_long_as_a_page_by_chance_is_whole_after_its_halves() -> None:
    rows = Rows([START + 7 * number for number in range(20)], 99)
    assert len((await seen(rows))[0]) == 20
    assert (await seen(rows))[1]
    assert rows.questions == 2 * 4
    few = Rows([START + number for number in range(13)], 99)
    assert (await seen(few))[1]
    assert few.questions == 1


async def test_what_arrived_in_one_moment_cannot_be_told_apart_by_time() -> None:
    rows = Rows([START + 80] * 41, 20)
    assert not (await seen(rows))[1]
    assert rows.questions <= MOST_QUESTIONS


async def test_a_server_that_shows_more_of_a_week_has_not_cut_the_list_of_a_moment() -> None:
    """Walk-ins of one room that wait at once: no window tells them apart."""
    around = [START - 24 * 3600 * number for number in range(1, 6)]
    rows = Rows([START + 80] * 20 + around, 99)
    assert await seen(rows) == ({f"{START + 80}"}, True)
    assert rows.questions == 2
    cut = Rows([START + 80] * 20 + around, 20)
    assert not (await seen(cut))[1]


async def test_a_list_that_is_cut_however_short_proves_nothing(clinic: Practice) -> None:
    async with at(clinic) as session:
        intake = await intake_of(session)
        for window in ((START - 60, LATER), (START, START + 1)):
            cut = Cut(session._client, 0)
            acts = VisitActs(cut, session.queue.read)  # type: ignore[arg-type]
            with pytest.raises(Broken):
                await acts.find_by_intake(intake, ROOM, *window)
            assert len(cut.windows) <= MOST_QUESTIONS
