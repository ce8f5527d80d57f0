"""A visit (api/visits.md §1 and §2)."""

from collections.abc import Callable, Mapping
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from app.core.unreadable import Unreadable
from app.intakes.record import Intake, read_intake
from app.payments.record import VisitPayment, visit_payment
from app.users.record import Person, read_person
from app.visits.meeting import Meeting, read_meeting
from app.visits.postvisit import PostVisit, read_postvisit
from app.wire.reader import Row, decode, unreadable

T = TypeVar("T")


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


class CloseReason(StrEnum):
    """Words of the `reason` with which a visit is closed (api/visits.md §1)."""

    PATIENT_END_CALL = "patient_end_call"
    PATIENT_EXIT_ROOM = "patient_exit_room"
    CALL_ENDED = "call_ended"  # not by the patient
    PATIENT_CANCEL_APPOINTMENT = "patient_cancel_appointment"


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """One visit as the server last told it. None means not told, never "no".

    status, type, subtype: the server's numbers. start, end, actual_start, actual_end, created, modified:
    Unix s. code: the public visit code, for telling providers. completed_by: a user's id. expiry: as it came,
    its unit is not documented. state: as it came, its meaning is not documented. visit_group_id: set for a
    group visit. close_reason: the word with which it was closed (`CloseReason`, or one that we do not know);
    last_alive: when the patient's page last told that it is open, Unix s; the server's keys for both are
    [assumed]. recordings: how many there are. prescriptions: as they came, for a server that offers no
    better list (api/README.md §12). unread: paths of what came but could not be understood. absent: fields
    about which the row said nothing at all; null and false are statements.
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
    room_id: str | None = None
    reason: str | None = None
    intake_id: str | None = None
    intake: Intake | None = None
    related_walkin_id: str | None = None
    code: str | None = None
    account_code: str | None = None
    description: str | None = None
    state: str | None = None
    specialty_id: str | None = None
    completed_by: str | None = None
    close_reason: str | None = None
    last_alive: float | None = None
    expiry: float | None = None
    upcoming: bool | None = None
    urgent: bool | None = None
    visit_group_id: str | None = None
    payment: VisitPayment | None = None
    meeting: Meeting | None = None
    postvisit: PostVisit | None = None
    recordings: int | None = None
    prescriptions: tuple[Mapping[str, Any], ...] | None = None
    unread: tuple[str, ...] = ()
    absent: frozenset[str] = frozenset()


# Fields that come under other keys than their own name; a field with none of its keys in a row is absent.
_KEYS: Mapping[str, tuple[str, ...]] = {
    "member": ("member", "member_id"),
    "provider": ("provider", "provider_id", "intake"),
    "room_code": ("room_code", "room", "intake"),
    "room_name": ("room",),
    "room_slug": ("room",),
    "room_id": ("room_id", "room"),
    "reason": ("intake", "reason", "description"),
    "intake_id": ("intake", "intake_id"),
    "last_alive": ("member_alive",),
    "urgent": ("urgent", "intake"),
}
_UNDER_THEIR_NAME = frozenset(Visit.__struct_fields__) - {*_KEYS, "id", "unread", "absent"}


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
        room_id=row.text("room_id") or room.text("id"),
        reason=intake_row.text("reason_for_visit", "reasonforvisit") or row.text("reason", "description"),
        intake_id=intake.id if intake else row.text("intake_id"),
        intake=intake,
        related_walkin_id=_id_or_none(row, "related_walkin_id"),
        code=row.text("code"),
        account_code=row.text("account_code"),
        description=row.text("description"),
        state=row.text("state"),
        specialty_id=row.text("specialty_id"),
        completed_by=_id_or_none(row, "completed_by"),
        close_reason=row.text("close_reason"),
        last_alive=row.instant("member_alive"),
        expiry=row.real("expiry"),
        upcoming=row.flag("upcoming"),
        urgent=_urgent(row, intake_row),
        visit_group_id=_group(row),
        payment=visit_payment(row) if "payment" in row.values else None,
        meeting=_part(row, "meeting", read_meeting),
        postvisit=_part(row, "postvisit", read_postvisit),
        recordings=_part(row, "recordings", _count),
        prescriptions=_prescriptions(row),
        unread=tuple(row.complaints),
        absent=_absent(frozenset(row.values), is_nameless=bool(intake_row) and intake is None),
    )


# The rows of one server have a handful of key sets, and there are thousands of rows.
@lru_cache(maxsize=1024)
def _absent(keys: frozenset[str], *, is_nameless: bool) -> frozenset[str]:
    """is_nameless: the intake came without its id, which does not say which intake it is."""
    elsewhere = (name for name, names in _KEYS.items() if keys.isdisjoint(names))
    absent = (_UNDER_THEIR_NAME - keys).union(elsewhere)
    return absent.union({"intake", "intake_id"} - (keys - {"intake"})) if is_nameless else absent


def _urgent(row: Row, intake: Row) -> bool | None:
    """Before others who wait; a key of our own making, at the visit or in its intake [assumed]."""
    said = row.flag("urgent")
    return intake.flag("urgent") if said is None else said


def _id_or_none(row: Row, name: str) -> str | None:
    found = row.text(name)
    return None if found == "0" else found


def _group(row: Row) -> str | None:
    """Of any type; whatever is not empty makes a group visit (api/visits.md §2)."""
    group = row.raw("visit_group_id")
    return None if not group or group == "0" else str(group)


def _part(row: Row, name: str, read: Callable[[Row], T]) -> T | None:
    """What is read of the object under `name`; None when there is none, or an empty one."""
    if name not in row.values:
        return None
    part = row.object(name)
    return read(part) if part else None


def _count(row: Row) -> int | None:
    return row.number("count")


def _prescriptions(row: Row) -> tuple[Mapping[str, Any], ...] | None:
    """An empty list says that there are none; anything else that is empty says nothing."""
    if row.raw("prescriptions") is None:
        return None
    return tuple(prescription.values for prescription in row.objects("prescriptions"))


def filled(row: Visit, detail: Visit) -> Visit:
    """`row` with what it does not speak of taken from `detail`: list rows are less complete (quirk 21)."""
    missing = {name: getattr(detail, name) for name in row.absent}
    for name in ("member", "provider"):
        ours, theirs = getattr(row, name), getattr(detail, name)
        if ours and theirs and ours.id == theirs.id and not ours.name:
            missing[name] = theirs
    return msgspec.structs.replace(row, absent=row.absent & detail.absent, **missing) if missing else row


def is_complete(visit: Visit, *, wants_name: bool = True) -> bool:
    """Whether a list row says enough to place the visit in the queue without its detail."""
    if None in (visit.status, visit.type, visit.start) or "reason" in visit.absent:
        return False
    if visit.status == Status.IN_PROGRESS and visit.actual_start is None:
        return False
    return not wants_name or (visit.member is not None and bool(visit.member.name))
