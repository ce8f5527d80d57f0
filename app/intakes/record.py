"""An intake: what the patient wrote before the visit (api/visits.md §5)."""

from collections.abc import Mapping
from typing import Any

import msgspec

from app.payments.record import Consultation, read_consultation
from app.wire.reader import Row

# Every other key is an answer to a question of the clinic, kept and shown as it came.
_KNOWN = frozenset(
    (
        *("id", "_id", "type", "created", "modified", "reset", "bookedByProvider"),
        *("room_code", "room", "provider", "provider_id", "member_id", "visit_id", "consultation"),
        *("reason_for_visit", "reasonforvisit", "location", "phone", "attachments"),
    )
)


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A file that came with the intake, in the older shape (api/visits.md §5). None and "" mean not told.

    id: of the file, for `Files.get`. size: bytes. ext: lower case, no dot. path: on the server, no address.
    type, using: the server's numbers, their meaning is not documented. created, modified: Unix s.
    """

    id: str
    name: str = ""
    size: int | None = None
    ext: str = ""
    path: str = ""
    type: int | None = None
    using: int | None = None
    creator_id: str = ""
    created: float | None = None
    modified: float | None = None


class Intake(msgspec.Struct, frozen=True, kw_only=True):
    """What the patient wrote. None and "" mean not told. created, modified: Unix s.

    type: 1 walk-in, 2 appointment, other numbers as they came. visit_id: the visit that was made of it.
    provider_id: whom the patient chose. location: a state code such as "CA". consultation: what was chosen of
    the room's consultations (api/payments.md §1); where it is unset or unreadable, None.
    answers: the clinic's own questions and the answers, in the server's order and of any JSON type.
    """

    id: str
    type: int | None = None
    visit_id: str = ""
    member_id: str = ""
    provider_id: str = ""
    room_code: str = ""
    reason: str = ""
    location: str = ""
    phone: str = ""
    booked_by_provider: bool | None = None
    consultation: Consultation | None = None
    created: float | None = None
    modified: float | None = None
    attachments: tuple[Attachment, ...] = ()
    answers: Mapping[str, Any] = {}
    unread: tuple[str, ...] = ()


def read_intake(row: Row) -> Intake | None:
    """The intake that a JSON object holds; None when it has no id."""
    intake_id = row.text("id", "_id")
    if not intake_id:
        return None
    complaints_before = len(row.complaints)
    return Intake(
        id=intake_id,
        type=row.number("type"),
        visit_id=row.text("visit_id") or "",
        member_id=row.text("member_id") or "",
        # Inside an intake the same id stands under `provider` too (quirk 13).
        provider_id=row.text("provider_id", "provider") or "",
        room_code=row.text("room_code", "room") or "",
        reason=row.text("reason_for_visit", "reasonforvisit") or "",
        location=row.text("location") or "",
        phone=row.text("phone") or "",
        booked_by_provider=row.flag("bookedByProvider"),
        consultation=_consultation(row),
        created=row.instant("created"),
        modified=row.instant("modified"),
        attachments=read_attachments(row),
        answers={key: value for key, value in row.values.items() if key not in _KNOWN},
        unread=tuple(row.complaints[complaints_before:]),
    )


def _consultation(row: Row) -> Consultation | None:
    chosen = row.object("consultation") if "consultation" in row.values else None
    found = read_consultation(chosen) if chosen else None
    return found if isinstance(found, Consultation) else None


def read_attachments(row: Row) -> tuple[Attachment, ...]:
    """The attachments of an intake or of notes: objects in replies; ids alone where the client sent ids."""
    found = []
    listed = row.raw("attachments")
    values = listed.split(",") if isinstance(listed, str) else row.array("attachments")
    for index, value in enumerate(values):
        if isinstance(value, str) and value:
            found.append(Attachment(id=value.strip()))
            continue
        entry = Row(value, f"attachments[{index}]", row.complaints)
        entry_id = entry.text("_id", "id")
        if entry_id:
            found.append(_attachment(entry, entry_id))
    return tuple(found)


def _attachment(row: Row, file_id: str) -> Attachment:
    return Attachment(
        id=file_id,
        name=row.text("name") or "",
        size=row.number("size"),
        ext=(row.text("ext") or "").lower().lstrip("."),
        path=row.text("path") or "",
        type=row.number("type"),
        using=row.number("using"),
        creator_id=row.text("creator_id") or "",
        created=row.instant("created"),
        modified=row.instant("modified"),
    )
