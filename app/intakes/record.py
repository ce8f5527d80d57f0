"""An intake: what the patient wrote before the visit (api/visits.md §5)."""

from collections.abc import Mapping
from typing import Any

import msgspec

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
    """A file that came with the intake. size: bytes, None when not said."""

    id: str
    name: str = ""
    size: int | None = None


class Intake(msgspec.Struct, frozen=True, kw_only=True):
    """What the patient wrote. created, modified: Unix s. location: a state code such as "CA".

    answers: the clinic's own questions and the answers, in the server's order and of any JSON type.
    """

    id: str
    visit_id: str = ""
    reason: str = ""
    location: str = ""
    phone: str = ""
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
        visit_id=row.text("visit_id") or "",
        reason=row.text("reason_for_visit", "reasonforvisit") or "",
        location=row.text("location") or "",
        phone=row.text("phone") or "",
        created=row.instant("created"),
        modified=row.instant("modified"),
        attachments=_attachments(row),
        answers={key: value for key, value in row.values.items() if key not in _KNOWN},
        unread=tuple(row.complaints[complaints_before:]),
    )


def _attachments(row: Row) -> tuple[Attachment, ...]:
    """Objects in replies; ids alone where the client sent ids."""
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
            found.append(Attachment(id=entry_id, name=entry.text("name") or "", size=entry.number("size")))
    return tuple(found)
