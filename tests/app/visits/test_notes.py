"""Post-visit notes: read from any JSON, and written at a real practice clinic by two people at once."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Broken, NotOffered, Refused, Uncertain
from app.intakes.record import Attachment
from app.visits.notes import Notes
from app.visits.postvisit import PostVisit, read_postvisit
from app.wire.reader import Row
from tests.app.visits.clinics import at
from tests.app.wire.test_reader import JSON
from tests.practice import Practice

NOTED = "48225"  # completed by the first provider


@pytest.fixture
def clinic(shared_clinic: Practice) -> Practice:
    """One clinic for all: each test reads the notes before it changes them."""
    return shared_clinic


ROW: dict[str, Any] = {
    "physical_exam": "",
    "assessment_plan": "Rest",
    "diagnosis": None,
    "patient_instructions": False,
    "attachments": [{"id": "f-1", "name": "rash.png", "size": 12}],
    "created": 1767225600,
    "modified": "1767225660",
}


def edited(notes: PostVisit, **changes: Any) -> PostVisit:
    return msgspec.structs.replace(notes, **changes)


def test_written_empty_is_not_the_same_as_not_told() -> None:
    notes = read_postvisit(Row(ROW, "postvisit"))
    assert (notes.physical_exam, notes.assessment_plan) == ("", "Rest")
    assert (notes.diagnosis, notes.patient_instructions, notes.disposition) == (None, None, None)
    assert notes.attachments == (Attachment(id="f-1", name="rash.png", size=12),)
    assert (notes.created, notes.modified, notes.unread) == (1767225600, 1767225660, ())


def test_a_text_that_is_none_is_named() -> None:
    notes = read_postvisit(Row({"diagnosis": ["J06.9"]}, "postvisit"))
    assert (notes.diagnosis, notes.unread) == (None, ("postvisit.diagnosis is no text",))


@given(st.dictionaries(st.sampled_from(sorted(ROW)), JSON, max_size=6) | JSON)
def test_any_json_is_read(mutation: Any) -> None:
    row = {**ROW, **mutation} if isinstance(mutation, dict) else mutation
    assert isinstance(read_postvisit(Row(row)), PostVisit)


async def test_only_what_changed_is_sent(clinic: Practice) -> None:
    clinic.do("take", visit="48212", provider="612")
    async with at(clinic) as session:
        notes = Notes(session._client)
        empty = await notes.read("48212")
        assert (empty.diagnosis, empty.attachments, empty.modified) == ("", (), None)
        clinic.forget()
        assert await notes.save("48212", empty, edited(empty, disposition=None)) is empty
        assert clinic.asked("visits.postvisit.save") == 0
        written = await notes.save("48212", empty, edited(empty, diagnosis="J06.9"))
        assert (written.diagnosis, written.physical_exam) == ("J06.9", "")
        assert written.modified is not None
        cleared = await notes.save("48212", written, edited(written, diagnosis=""))
        assert cleared.diagnosis == ""
        detail = await session.queue.read("48212")
        assert detail.postvisit == cleared


async def test_of_two_writers_the_second_is_refused(clinic: Practice) -> None:
    async with at(clinic) as provider, at(clinic, "clinic_admin") as admin:
        ours, theirs = Notes(provider._client), Notes(admin._client)
        read = await ours.read(NOTED)
        clinic.advance(5)
        changed = await theirs.save(NOTED, read, edited(read, disposition="Follow-up in a week"))
        with pytest.raises(Refused, match=r"Notes were changed by someone else\."):
            await ours.save(NOTED, read, edited(read, disposition="None"))
        assert await ours.read(NOTED) == changed
        assert (changed.disposition, changed.diagnosis) == ("Follow-up in a week", read.diagnosis)


async def test_a_lost_answer_is_uncertain_and_read_again(clinic: Practice) -> None:
    async with at(clinic) as session:
        notes = Notes(session._client)
        before = await notes.read(NOTED)
        for kind, key in (("cut_after", "visits.postvisit.save"), ("status", "visits.postvisit.get")):
            clinic.advance(5)
            clinic.weather(kind, key, **({"status": 403} if kind == "status" else {"times": 1}))
            with pytest.raises(Uncertain):
                await notes.save(NOTED, before, edited(before, disposition=kind))
            clinic.clear()
            before = await notes.read(NOTED)
            assert before.disposition == kind


async def test_what_is_no_object_is_no_notes(clinic: Practice) -> None:
    async with at(clinic) as session:
        clinic.weather("wrong_json", "visits.postvisit.get", body={"data": "x"}, times=1)
        with pytest.raises(Broken):
            await Notes(session._client).read(NOTED)


async def test_where_it_is_not_offered_the_detail_still_has_the_notes(clinic: Practice) -> None:
    async with at(clinic) as session:
        clinic.weather("status", "visits.postvisit.get", status=404)
        with pytest.raises(NotOffered):
            await Notes(session._client).read(NOTED)
        detail = await session.queue.read(NOTED)
        assert detail.postvisit is not None
        assert detail.postvisit.diagnosis
