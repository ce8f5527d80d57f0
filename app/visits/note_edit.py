"""Writing a visit's notes when it may wait: kept, sent when it can be (api/visits.md §7)."""

from collections.abc import Mapping
from typing import Any, Protocol

import msgspec

from app.core.action import Action, Facts, Unfit, new_action
from app.core.edit import Edit, edited
from app.visits.postvisit import TEXTS, PostVisit

KIND = "note"


class Notes(Protocol):
    """Where notes are read and written: `app.visits.notes.Notes`."""

    async def read(self, visit_id: str) -> PostVisit: ...

    async def save(self, visit_id: str, before: PostVisit, after: PostVisit) -> PostVisit: ...


def edit_note(
    visit_id: str,
    before: Mapping[str, str | None],
    after: Mapping[str, str],
    *,
    made_at: float,
    patient_id: str = "",
) -> Action:
    """Changes texts of a visit's notes, by their names in TEXTS; attachments are left alone.

    before: the texts that the person saw. patient_id: whose visit it is; "" when not known.
    made_at: the server's Unix s. Raises Unfit.
    """
    if not after.keys() <= set(TEXTS) or not all(isinstance(text, str) for text in after.values()):
        raise Unfit(f"Notes are texts by these names: {', '.join(TEXTS)}.")
    body = {"visit_id": visit_id, **edited(before, after)}
    return new_action(KIND, patient_id or f"visit {visit_id}", body, made_at)


class NoteEdit(Edit[PostVisit]):
    """Puts an edit of notes through. The server, too, refuses what was changed since it was read.

    A server without such notes refuses it (NotOffered): the words stay here, to be written in the portal.
    """

    words = "Somebody else changed these notes meanwhile, so yours were not sent. Both are kept: choose one."

    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    async def read(self, body: Facts) -> PostVisit:
        """The notes as they are now."""
        return await self._notes.read(body["visit_id"])

    def value(self, record: PostVisit, name: str) -> Any:
        """One text."""
        return getattr(record, name)

    async def write(self, body: Facts, record: PostVisit, changes: Facts, /) -> PostVisit:
        """Saves the texts."""
        after = msgspec.structs.replace(record, **changes)
        return await self._notes.save(body["visit_id"], record, after)
