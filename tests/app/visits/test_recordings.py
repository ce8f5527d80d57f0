"""Recordings: read from any JSON, and asked of a real practice clinic."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.core.unreadable import Unreadable
from app.visits.recordings import Recorded, Recording, Recordings, read_recorded
from app.wire.reader import Row
from tests.app.visits.clinics import ROOM, at
from tests.app.wire.test_reader import JSON
from tests.practice import START, Practice

ROW: dict[str, Any] = {
    "id": "48225",
    "start": "1767225600",
    "member": {"id": "7311"},
    "recordings": {
        "count": "2",
        "data": [
            {"id": 9, "visit_id": "48225", "end": 1767226500, "size": 5},
            {"id": 10, "end": "1767226600"},
        ],
    },
}


def read(**changes: Any) -> Recorded:
    found = read_recorded(Row({**ROW, **changes}, "visits[0]"))
    assert isinstance(found, Recorded)
    return found


def test_recordings() -> None:
    found = read()
    assert (found.id, found.start, found.count, found.unread) == ("48225", 1767225600, 2, ())
    assert found.recordings == (
        Recording(id="9", visit_id="48225", end=1767226500, more={"size": 5}),
        Recording(id="10", visit_id="48225", end=1767226600),
    )


def test_not_told_is_not_none() -> None:
    assert (read(recordings=None).count, read(recordings=[]).count) == (None, None)
    assert read(recordings={"count": 0, "data": []}).count == 0


@given(st.dictionaries(st.sampled_from(sorted(ROW)), JSON, max_size=4) | JSON)
def test_any_json_is_recorded_or_unreadable(mutation: Any) -> None:
    row = {**ROW, **mutation} if isinstance(mutation, dict) else mutation
    assert isinstance(read_recorded(Row(row)), Recorded | Unreadable)


async def test_of_a_room(clinic: Practice) -> None:
    async with at(clinic) as session:
        found = await Recordings(session._client).of_room(ROOM, START - 86_400, START)
        assert found.unreadable == ()
        assert {row.room_code for row in found.records} == {ROOM}
        counts = {row.count for row in found.records}
        assert 0 in counts
        assert counts - {0, None}
        for row in found.records:
            assert len(row.recordings) == row.count
            assert all(part.visit_id == row.id and part.end for part in row.recordings)
