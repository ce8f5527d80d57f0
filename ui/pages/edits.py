"""How the parts that edit hand over to the session: what may wait is kept, then sent when it can be."""

from collections.abc import Iterable, Sequence
from typing import Any

from app.checkin.check_in import check_in
from app.checkin.patients import search_patients
from app.core.action import Action
from app.core.audit import Event
from app.core.unreadable import Unreadable
from app.intakes.edit import edit_intake
from app.session import Session
from app.users.record import Person
from app.visits.note_edit import edit_note
from app.visits.record import Visit
from app.visits.waiting import is_open
from ui.kit.edits import Texts


class Edits:
    """The acts of one session that may wait, as widgets want them. All raise Unfit, none Failure."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def note(self, visit: Visit, before: Texts, after: Texts) -> Action:
        """Keeps an edit of a visit's notes."""
        action = edit_note(visit.id, before, after, made_at=self._now(), patient_id=_patient(visit))
        return await self._session.outbox.keep(action)

    async def intake(self, visit: Visit, before: Texts, after: Texts) -> Action:
        """Keeps an edit of a visit's intake."""
        action = edit_intake(
            visit.intake_id or "", before, after, made_at=self._now(), patient_id=_patient(visit)
        )
        return await self._session.outbox.keep(action)

    async def check_in(self, values: dict[str, Any]) -> Action:
        """Keeps a check-in."""
        return await self._session.outbox.keep(check_in(values, self._now()))

    async def search(self, words: str) -> Sequence[Person]:
        """Patients by name or e-mail. Raises Failure."""
        found = await search_patients(self._session.users, words)
        return [user.person for user in found.records]

    async def read(self, person_id: str) -> Person:
        """One person whole. Raises Failure."""
        person = (await self._session.users.read(person_id)).person
        self._session.audit.note(Event.PATIENT_VIEWED, person_id)
        return person

    def known(self) -> Iterable[Person]:
        """The patients of the queue."""
        for row in self._session.queue.visits:
            if not isinstance(row, Unreadable) and is_open(row) and row.member is not None:
                yield row.member

    def _now(self) -> float:
        return self._session.clock.now()


def _patient(visit: Visit) -> str:
    return visit.member.id if visit.member else ""
