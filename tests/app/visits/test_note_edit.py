"""Notes that may wait, at a real practice clinic: written once, and never over somebody else's words."""

from typing import Any

import msgspec
import pytest

from app.core.action import Action, Conflict, Unfit
from app.errors import Broken, Refused, Uncertain
from app.session import Session
from app.visits.note_edit import NoteEdit, edit_note
from app.visits.notes import Notes
from app.visits.postvisit import PostVisit
from tests.app.visits.clinics import at
from tests.attempts import Recorded
from tests.practice import Practice

NOTED = "48225"  # completed by the first provider


@pytest.fixture
def clinic(shared_clinic: Practice) -> Practice:
    """One clinic for all: each test reads the notes before it changes them."""
    # Notes are told apart by the second in which they were written.
    shared_clinic.advance(5)
    return shared_clinic


async def edit_of(session: Session, **after: str) -> Action:
    """An edit of the notes as they are now."""
    now = await session.notes.read(NOTED)
    return edit_note(
        NOTED, {name: getattr(now, name) for name in after}, after, made_at=0.0, patient_id="7301"
    )


async def elsewhere(session: Session, **texts: str) -> None:
    """Somebody else writes."""
    now = await session.notes.read(NOTED)
    await session.notes.save(NOTED, now, msgspec.structs.replace(now, **texts))


def test_an_edit_keeps_what_is_changed() -> None:
    action = edit_note("1", {"diagnosis": "A", "disposition": None}, {"diagnosis": "B"}, made_at=3.0)
    assert action.body == {"visit_id": "1", "before": {"diagnosis": "A"}, "after": {"diagnosis": "B"}}
    assert (action.kind, action.subject, action.made_at) == ("note", "visit 1", 3.0)
    assert edit_note("1", {}, {"diagnosis": "B"}, made_at=3.0, patient_id="7301").subject == "7301"


@pytest.mark.parametrize(
    "after", [{"diagnose": "B"}, {"diagnosis": 7}, {"diagnosis": None}, {}, {"diagnosis": "A"}]
)
def test_what_is_no_edit_is_said(after: Any) -> None:
    with pytest.raises(Unfit):
        edit_note("1", {"diagnosis": "A"}, after, made_at=0.0)


async def test_it_is_written_and_nothing_else(clinic: Practice) -> None:
    async with at(clinic) as session:
        act, before = NoteEdit(session.notes), await session.notes.read(NOTED)
        action, attempt = await edit_of(session, diagnosis="J06.9 “Cold”\n\nline"), Recorded()
        assert await act.settle(action) is None
        assert await act.send(action, attempt) == {"diagnosis": "J06.9 “Cold”\n\nline"}
        assert attempt.recalls == 1
        after = await session.notes.read(NOTED)
        assert after == msgspec.structs.replace(
            before, diagnosis="J06.9 “Cold”\n\nline", modified=after.modified
        )
        assert await act.settle(action) == {"diagnosis": after.diagnosis}
        clinic.forget()
        assert await act.send(action, Recorded()) == {"diagnosis": after.diagnosis}
        assert clinic.asked("visits.postvisit.save") == 0


@pytest.mark.parametrize(("kind", "has_arrived"), [("cut_after", True), ("cut_before", False)])
async def test_a_lost_answer_is_looked_for(clinic: Practice, kind: str, has_arrived: bool) -> None:
    async with at(clinic) as session:
        act, action = NoteEdit(session.notes), await edit_of(session, diagnosis=kind)
        clinic.weather(kind, "visits.postvisit.save", times=1)
        with pytest.raises(Uncertain):
            await act.send(action, Recorded())
        assert (await act.settle(action) is not None) == has_arrived
        await act.send(action, Recorded())
        assert (await session.notes.read(NOTED)).diagnosis == kind


async def test_somebody_elses_words_stay_and_both_are_told(clinic: Practice) -> None:
    async with at(clinic) as session, at(clinic, "clinic_admin") as admin:
        act, action = (
            NoteEdit(session.notes),
            await edit_of(session, diagnosis="ours", disposition="ours too"),
        )
        await elsewhere(admin, diagnosis="theirs")
        attempt = Recorded()
        for trying in (act.send(action, attempt), act.settle(action)):
            with pytest.raises(Conflict) as conflict:
                await trying
            assert conflict.value.theirs["diagnosis"] == "theirs"
            assert "Somebody else changed these notes" in conflict.value.words
        assert attempt.recalls == 0
        assert (await session.notes.read(NOTED)).diagnosis == "theirs"
        assert action.body["after"]["diagnosis"] == "ours"


async def test_another_text_of_the_same_notes_is_no_conflict(clinic: Practice) -> None:
    async with at(clinic) as session, at(clinic, "clinic_admin") as admin:
        action = await edit_of(session, diagnosis="ours beside theirs")
        await elsewhere(admin, disposition="theirs beside ours")
        await NoteEdit(session.notes).send(action, Recorded())
        now = await session.notes.read(NOTED)
        assert (now.diagnosis, now.disposition) == ("ours beside theirs", "theirs beside ours")


class Between(Notes):
    """Notes whose saving is preceded by somebody else's."""

    def __init__(self, session: Session, clinic: Practice, other: Session, **texts: str) -> None:
        super().__init__(session._client)
        self._clinic, self._other, self._texts = clinic, other, texts

    async def save(self, visit_id: str, before: PostVisit, after: PostVisit) -> PostVisit:
        if self._texts:
            self._clinic.advance(5)
            await elsewhere(self._other, **self._texts)
            self._texts = {}
        return await super().save(visit_id, before, after)


async def test_somebody_who_writes_in_the_same_moment(clinic: Practice) -> None:
    async with at(clinic) as session, at(clinic, "clinic_admin") as admin:
        action = await edit_of(session, diagnosis="at once")
        notes = Between(session, clinic, admin, disposition="in the same moment")
        await NoteEdit(notes).send(action, Recorded())
        now = await session.notes.read(NOTED)
        assert (now.diagnosis, now.disposition) == ("at once", "in the same moment")
        action = await edit_of(session, diagnosis="too late")
        with pytest.raises(Conflict) as conflict:
            await NoteEdit(Between(session, clinic, admin, diagnosis="faster")).send(action, Recorded())
        assert conflict.value.theirs == {"diagnosis": "faster"}


async def test_the_server_says_no(clinic: Practice) -> None:
    async with at(clinic) as session, at(clinic, number=1) as colleague:
        action = await edit_of(session, diagnosis="not theirs to write")
        with pytest.raises(Refused) as refused:
            await NoteEdit(colleague.notes).send(action, Recorded())
        assert refused.value.status == 403
        gone = edit_note("1", {}, {"diagnosis": "B"}, made_at=0.0)
        with pytest.raises(Refused):
            await NoteEdit(session.notes).send(gone, Recorded())
        with pytest.raises(Conflict, match="no longer at the server"):
            await NoteEdit(session.notes).settle(gone)


async def test_what_cannot_be_read_is_not_written_over(clinic: Practice) -> None:
    async with at(clinic) as session:
        action = await edit_of(session, diagnosis="B")
        clinic.weather("wrong_json", "visits.postvisit.get", body={"data": {"diagnosis": ["J06.9"]}})
        attempt = Recorded()
        with pytest.raises(Broken):
            await NoteEdit(session.notes).send(action, attempt)
        assert attempt.recalls == 0
