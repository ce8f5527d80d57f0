"""Reading and writing intakes (api/visits.md §5)."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.core.collection import Collection
from app.errors import Broken, Failure, Uncertain
from app.intakes.record import Intake, read_intake
from app.payments.record import Consultation
from app.wire.client import Client
from app.wire.reader import Row


class Intakes:
    """The intakes that were looked at in this session.

    A write is sent once. After Uncertain: an intake that may have been made is found nowhere (there is no
    list of intakes) and does no harm, so make another; an edit is settled by `read`.
    """

    def __init__(self, client: Client) -> None:
        self.intakes: Collection[Intake] = Collection()
        self._client = client

    async def read(self, intake_id: str) -> Intake:
        """The intake as the server has it now. Raises Failure; Broken when another intake came back."""
        reply = await self._client.get("intakes.get", id=intake_id)
        intake = read_intake(Row(reply.value(), "intake"))
        if intake is None or intake.id != intake_id:
            raise Broken("shape", where="intake.id")
        self.intakes.put(intake)
        return intake

    async def create(
        self,
        room_code: str,
        *,
        kind: int | None = None,
        member_id: str | None = None,
        provider_id: str | None = None,
        reason: str | None = None,
        location: str | None = None,
        phone: str | None = None,
        consultation: Consultation | None = None,
        attachments: Sequence[str] = (),
        answers: Mapping[str, Any] | None = None,
    ) -> Intake:
        """Makes an intake, to make a visit of. Raises Failure; Broken when it is another patient's.

        kind: 1 walk-in, 2 appointment. member_id: the patient, needed when staff makes it. location: a state
        code. consultation: one of the room's, sent whole as the room told it. attachments: ids of files.
        answers: to the clinic's own questions, of any JSON type; kept by the server as they are.
        """
        told = {
            "room_code": room_code,
            "type": kind,
            "member_id": member_id,
            "provider_id": provider_id,
            "reason_for_visit": reason,
            "location": location,
            "phone": phone,
            "consultation": dict(consultation.came) if consultation else None,
            "attachments": list(attachments) or None,
        }
        body = {**(answers or {}), **{name: value for name, value in told.items() if value is not None}}
        reply = await self._client.post("intakes.create", body)
        made = read_intake(Row(reply.value(), "intake"))
        if made is None:
            raise Uncertain("intake.id is missing")
        intake = await self._seen(made.id)
        if member_id and intake.member_id not in ("", member_id):
            raise Broken("shape", where="intake.member_id")
        return intake

    async def update(self, intake_id: str, changes: Mapping[str, Any]) -> Intake:
        """Overwrites the keys in `changes` and no others, so that nobody's answers are lost.

        changes: by the server's names, such as `reason_for_visit` or `custom_smoker`; null clears. Raises
        Failure; Broken, with its name, when the server has lost an answer that was to stay.
        """
        before = await self.read(intake_id)
        # The server's table of parameters calls the room required, here too.
        room = {"room_code": before.room_code} if before.room_code else {}
        await self._client.post("intakes.update", {**room, **changes}, id=intake_id)
        after = await self._seen(intake_id)
        lost = before.answers.keys() - after.answers.keys() - changes.keys()
        if lost:
            raise Broken("shape", where=f"intake.{min(lost)}")
        return after

    async def _seen(self, intake_id: str) -> Intake:
        """What was written, as the server has it; Uncertain when it cannot be read, for it may be there."""
        try:
            return await self.read(intake_id)
        except Failure as failure:
            raise Uncertain(str(failure)) from failure
