"""Renaming that may wait, at a real practice clinic."""

from pathlib import Path

import pytest

from app.core.action import Conflict, Unfit
from app.errors import Uncertain
from app.files.record import File
from app.files.renaming import Renaming, rename_file
from app.session import Session
from tests.app.visits.clinics import at
from tests.attempts import Recorded
from tests.practice import Practice


@pytest.fixture
def clinic(shared_clinic: Practice) -> Practice:
    """One clinic for all: each test brings a file of its own."""
    return shared_clinic


async def brought(session: Session, folder: Path) -> File:
    path = folder / "scan.txt"
    path.write_text("Café\n", "utf-8")
    return await session.files.upload(path)


async def test_it_is_renamed_once(clinic: Practice, tmp_path: Path) -> None:
    async with at(clinic, "patient") as session:
        file = await brought(session, tmp_path)
        action = rename_file(
            file.id, "scan.txt", " Befund  Mu\u0308ller.txt ", made_at=1.0, patient_id="7301"
        )
        assert (action.kind, action.subject) == ("rename", "7301")
        act, attempt = Renaming(session.files), Recorded()
        assert await act.settle(action) is None
        assert await act.send(action, attempt) == {"name": "Befund Müller.txt"}
        assert attempt.recalls == 1
        assert (await session.files.get(file.id)).name == "Befund Müller.txt"
        clinic.forget()
        assert await act.settle(action) == await act.send(action, Recorded()) == {"name": "Befund Müller.txt"}
        assert clinic.asked("files.rename") == 0


@pytest.mark.parametrize(("kind", "has_arrived"), [("cut_after", True), ("cut_before", False)])
async def test_a_lost_answer_is_looked_for(
    clinic: Practice, tmp_path: Path, kind: str, has_arrived: bool
) -> None:
    async with at(clinic, "patient") as session:
        file = await brought(session, tmp_path)
        act, action = Renaming(session.files), rename_file(file.id, "scan.txt", "b.txt", made_at=1.0)
        clinic.weather(kind, "files.rename", times=1)
        with pytest.raises(Uncertain):
            await act.send(action, Recorded())
        assert (await act.settle(action) is not None) == has_arrived
        assert await act.send(action, Recorded()) == {"name": "b.txt"}


async def test_somebody_elses_name_stays_and_is_told(clinic: Practice, tmp_path: Path) -> None:
    async with at(clinic, "patient") as session:
        file = await brought(session, tmp_path)
        act, action = Renaming(session.files), rename_file(file.id, "scan.txt", "ours.txt", made_at=1.0)
        await session.files.rename(file.id, "theirs.txt")
        with pytest.raises(Conflict) as conflict:
            await act.send(action, Recorded())
        assert conflict.value.theirs == {"name": "theirs.txt"}
        await session.files.delete(file.id)
        with pytest.raises(Conflict, match="no longer at the server"):
            await act.settle(action)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (" ", "needs a name"),
        ("a/b.txt", "It could be “b.txt”"),
        ("annexe\u202efdp.exe", "It could be “annexefdp.exe”"),
        ("scan.txt", "Nothing was changed"),
        ("\ud83d.txt", "broken character"),
    ],
)
def test_a_name_that_cannot_be_is_said(name: str, words: str) -> None:
    with pytest.raises(Unfit, match=words):
        rename_file("f-1", "scan.txt", name, made_at=0.0)
