"""Reading and writing intakes (api/visits.md §5)."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from app.core.collection import Collection
from app.core.unreadable import Unreadable
from app.errors import Broken
from app.intakes.record import Intake, read_intake
from app.payments.record import Consultation
from app.wire.acted import seen
from app.wire.client import Client
from app.wire.listing import made, one
from app.wire.reader import Row

# What an edit may change, by its names at the server; the first one is the current one.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "type": ("type",),
    "member_id": ("member_id",),
    "provider_id": ("provider_id", "provider"),
    "room_code": ("room_code", "room"),
    "reason": ("reason_for_visit", "reasonforvisit"),
    "location": ("location",),
    "phone": ("phone",),
    "consultation": ("consultation",),
    "attachments": ("attachments",),
}


class Intakes:
    """The intakes that were looked at in this session.

    A write is sent once. After Uncertain: an intake that may have been made is found nowhere (there is no
    list of intakes) and does no harm, so make another; an edit is settled by `read`.
    """

    def __init__(self, client: Client) -> None:
        self.intakes: Collection[Intake] = Collection()
        # Off for whoever may not see answers: what is read on the way is forgotten at once.
        self.is_kept = True
        self._client = client

    async def read(self, intake_id: str) -> Intake:
        """The intake as the server has it now. Raises Failure; Broken when another intake came back."""
        reply = await self._client.get("intakes.get", id=intake_id)
        intake = one(reply, _read, "intake")
        if intake.id != intake_id:
            raise Broken("shape", where="intake.id")
        if self.is_kept:
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
        named: Callable[[str], Awaitable[None]] | None = None,
    ) -> Intake:
        """Makes an intake, to make a visit of. Raises Failure; Broken when it is another patient's.

        kind: 1 walk-in, 2 appointment. member_id: the patient, needed when staff makes it. location: a state
        code. consultation: one of the room's, sent whole as the room told it. attachments: ids of files.
        answers: to the clinic's own questions, of any JSON type; kept by the server as they are.
        named: hears its id before it is read again (`read_made`), which may fail.
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
        intake_id = made(reply, _read, "intake").id
        if named is not None:
            await named(intake_id)
        return await self.read_made(intake_id, member_id)

    async def read_made(self, intake_id: str, member_id: str | None) -> Intake:
        """The intake that was made. Raises Uncertain when it cannot be read, Broken when it is another
        patient's."""
        intake = await seen(self.read(intake_id))
        if member_id and intake.member_id not in ("", member_id):
            raise Broken("shape", where="intake.member_id")
        return intake

    async def update(self, intake_id: str, changes: Mapping[str, Any]) -> Intake:
        """Overwrites the keys in `changes` and no others, so that nobody's answers are lost.

        changes: by the server's names, such as `reason_for_visit` or `custom_smoker`; null clears. Raises
        Failure; Broken, with its name, when something that was to stay is lost or another one now: by the
        server, or by somebody who wrote at the same time. The changes are written then all the same.
        """
        before = await self.read(intake_id)
        # The server's table of parameters calls the room required, here too.
        room = {"room_code": before.room_code} if before.room_code else {}
        await self._client.post("intakes.update", {**room, **changes}, id=intake_id)
        after = await seen(self.read(intake_id))
        for names in _differing(before, after):
            if changes.keys().isdisjoint(names):
                raise Broken("shape", where=f"intake.{names[0]}")
        return after


def _read(row: Row) -> Intake | Unreadable:
    return read_intake(row) or row.unreadable("id is missing")


def _differing(before: Intake, after: Intake) -> Iterator[tuple[str, ...]]:
    """The names of what was told before and is not told, or told otherwise, after."""
    for field, names in _NAMES.items():
        fact = _fact(before, field)
        if fact and fact != _fact(after, field):
            yield names
    for name, answer in before.answers.items():
        if name not in after.answers or after.answers[name] != answer:
            yield (name,)


def _fact(intake: Intake, field: str) -> Any:
    """What two readings are compared by: keys that a server adds by itself are no change."""
    if field == "attachments":
        return {attachment.id for attachment in intake.attachments}
    if field == "consultation" and intake.consultation is not None:
        return msgspec.structs.replace(intake.consultation, came={}, unread=())
    return getattr(intake, field)
