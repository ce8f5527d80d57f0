"""What the server is told of calls: that one has begun, and that a visit is complete (api/calls.md §3)."""

from app.calls.claim import ReadVisit
from app.core.audit import Audit, Event
from app.errors import Broken, Failure, Uncertain
from app.visits.record import Status, Visit
from app.wire.acted import seen
from app.wire.client import Client


class Telling:
    """Each is told once, and read again: where the answer was lost or spoilt, the visit shows what arrived.

    All raise Failure.
    """

    def __init__(self, client: Client, read_visit: ReadVisit, audit: Audit) -> None:
        self._client, self._read_visit, self._audit = client, read_visit, audit

    async def begun(self, visit_id: str, at: float) -> Visit:
        """Brings a visit in progress. at: when its call was opened, Unix s."""
        return await self._act(
            "visits.inprogress", {"id": visit_id, "actual_start": int(at)}, Status.IN_PROGRESS
        )

    async def complete(self, visit_id: str, at: float) -> Visit:
        """at: when it ended, Unix s."""
        body = {
            "id": visit_id,
            "status": int(Status.COMPLETED),
            "actual_end": int(at),
            "reason": "call_ended",
        }
        try:
            visit = await self._act("visits.close", body, Status.COMPLETED)
        except Failure:
            self._audit.note(Event.CALL_FINISHED, visit_id, "failed")
            raise
        self._audit.note(Event.CALL_FINISHED, visit_id)
        return visit

    async def _act(self, key: str, body: dict[str, object], wanted: Status) -> Visit:
        try:
            await self._client.post(key, body)
        except (Uncertain, Broken):
            visit = await self._read_visit(str(body["id"]))
            if visit.status == wanted:
                return visit
            raise
        return await seen(self._read_visit(str(body["id"])))
