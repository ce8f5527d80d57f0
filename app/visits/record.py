"""A visit (api/visits.md §1 and §2)."""

from collections.abc import Mapping
from enum import IntEnum

import msgspec

from app.core.unreadable import Unreadable
from app.intakes.record import Intake, read_intake
from app.users.record import Person, read_person
from app.wire.reader import Row, decode, unreadable


class Status(IntEnum):
    """Numbers of `visit.status`; a number that is not here is shown as it is and counts as open."""

    PENDING = 10
    CONFIRMED = 20
    IN_PROGRESS = 25
    COMPLETED = 30
    CANCELLED = 40
    REFUNDED = 50


class Type(IntEnum):
    """Numbers of `visit.type`."""

    WALK_IN = 1
    SCHEDULED = 2
    E_CONSULT = 3
    INVITED_GUEST = 10


class Subtype(IntEnum):
    """Numbers of `visit.subtype`."""

    IN_PERSON = 1
    PHONE = 2
    VIDEO = 3
    E_CONSULT = 4


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """One visit as the server last told it. None means not told, never "no".

    status, type, subtype: the server's numbers. start, end, actual_start, actual_end, created, modified:
    Unix s. unread: paths of what came but could not be understood. absent: fields about which the row said
    nothing at all; null and false are statements.
    """

    id: str
    status: int | None = None
    type: int | None = None
    subtype: int | None = None
    start: float | None = None
    end: float | None = None
    actual_start: float | None = None
    actual_end: float | None = None
    created: float | None = None
    modified: float | None = None
    member: Person | None = None
    provider: Person | None = None
    room_code: str | None = None
    room_name: str | None = None
    room_slug: str | None = None
    reason: str | None = None
    intake_id: str | None = None
    intake: Intake | None = None
    related_walkin_id: str | None = None
    unread: tuple[str, ...] = ()
    absent: frozenset[str] = frozenset()


# Under which keys a field may come; a field with none of them in a row is absent from it.
_KEYS: Mapping[str, tuple[str, ...]] = {
    **{name: (name,) for name in ("status", "type", "subtype", "start", "end", "actual_start", "actual_end")},
    **{name: (name,) for name in ("created", "modified", "related_walkin_id")},
    "member": ("member", "member_id"),
    "provider": ("provider", "provider_id", "intake"),
    "room_code": ("room_code", "room", "intake"),
    "room_name": ("room",),
    "room_slug": ("room",),
    "reason": ("intake", "reason", "description"),
    "intake_id": ("intake", "intake_id"),
    "intake": ("intake",),
}


def read_visit(raw: bytes) -> Visit | Unreadable:
    """The visit in the bytes of one row or detail; only a missing id makes it Unreadable (decisions.md)."""
    try:
        row = Row(decode(raw), "visit")
    except ValueError:
        return unreadable(raw, "visit is no JSON")
    visit_id = row.text("id", "_id")
    if not visit_id:
        return row.unreadable("id is missing")
    intake_row, room = row.object("intake"), row.object("room")
    intake = read_intake(intake_row)
    return Visit(
        id=visit_id,
        status=row.number("status"),
        type=row.number("type"),
        subtype=row.number("subtype"),
        start=row.instant("start"),
        end=row.instant("end"),
        actual_start=row.instant("actual_start"),
        actual_end=row.instant("actual_end"),
        created=row.instant("created"),
        modified=row.instant("modified"),
        member=read_person(row.object("member"), row.text("member_id")),
        # Inside an intake the same id stands under `provider` (quirk 13).
        provider=read_person(row.object("provider"), row.text("provider_id") or intake_row.text("provider")),
        room_code=row.text("room_code") or room.text("code") or intake_row.text("room_code", "room"),
        room_name=room.text("name"),
        room_slug=room.text("slug"),
        reason=intake_row.text("reason_for_visit", "reasonforvisit") or row.text("reason", "description"),
        intake_id=intake.id if intake else row.text("intake_id"),
        intake=intake,
        related_walkin_id=_related(row),
        unread=tuple(row.complaints),
        absent=frozenset(name for name, keys in _KEYS.items() if row.values.keys().isdisjoint(keys)),
    )


def _related(row: Row) -> str | None:
    related = row.text("related_walkin_id")
    return None if related == "0" else related


def filled(row: Visit, detail: Visit) -> Visit:
    """`row` with what it does not speak of taken from `detail`: list rows are less complete (quirk 21)."""
    missing = {name: getattr(detail, name) for name in row.absent}
    for name in ("member", "provider"):
        ours, theirs = getattr(row, name), getattr(detail, name)
        if ours and theirs and ours.id == theirs.id and not ours.name:
            missing[name] = theirs
    return msgspec.structs.replace(row, absent=row.absent & detail.absent, **missing) if missing else row


def is_complete(visit: Visit) -> bool:
    """Whether a list row says enough to place the visit in the queue without its detail."""
    if None in (visit.status, visit.type, visit.start) or "reason" in visit.absent:
        return False
    if visit.status == Status.IN_PROGRESS and visit.actual_start is None:
        return False
    return visit.member is not None and bool(visit.member.name)
