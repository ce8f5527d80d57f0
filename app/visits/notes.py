"""Reading and writing the notes of a visit (api/visits.md §7)."""

from typing import Any

from app.errors import Broken
from app.visits.postvisit import TEXTS, PostVisit, read_postvisit
from app.wire.acted import seen
from app.wire.client import Client
from app.wire.reader import Row


class Notes:
    """The notes that a provider writes after a visit.

    NotOffered: show `Visit.postvisit`, read-only (api/README.md §12).
    """

    def __init__(self, client: Client) -> None:
        self._client = client

    async def read(self, visit_id: str) -> PostVisit:
        """The notes as the server has them now. Raises Failure; Refused 403 when not for this person.

        The reply names neither visit nor patient: only the address says whose notes they are.
        """
        reply = await self._client.get("visits.postvisit.get", id=visit_id)
        row = Row(reply.value(), "postvisit")
        if row.complaints:
            raise Broken("shape", where=row.complaints[0])
        return read_postvisit(row)

    async def save(self, visit_id: str, before: PostVisit, after: PostVisit) -> PostVisit:
        """Writes what differs in `after` from `before`, the notes last read; answers them as they are then.

        A text that is None in `after` is left alone. Where nothing differs, nothing is sent.
        Raises Failure. Refused 400 `Notes were changed by someone else.`: read them, and let the person
        choose. Uncertain: read them, and compare with `after` before repeating.
        """
        changes = _changes(before, after)
        if not changes:
            return before
        if before.modified is not None:
            changes["modified"] = int(before.modified)
        await self._client.post("visits.postvisit.save", changes, id=visit_id)
        return await seen(self.read(visit_id))


def _changes(before: PostVisit, after: PostVisit) -> dict[str, Any]:
    texts = {name: getattr(after, name) for name in TEXTS}
    changes: dict[str, Any] = {
        name: text for name, text in texts.items() if text is not None and text != getattr(before, name)
    }
    files, known = ([part.id for part in notes.attachments] for notes in (after, before))
    if files != known:
        changes["attachments"] = files
    return changes
