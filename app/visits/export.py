"""A visit as other people's programs read it: `vestibule queue --json` (README.md, "The queue as JSON").

Field names and words here are a promise; they change with a new major version only.
"""

from datetime import UTC, datetime
from typing import Any

from app.users.record import Person
from app.visits.record import Status, Subtype, Type, Visit
from app.visits.waiting import QueueRow, waiting_s

_STATUS = {status: status.name.lower() for status in Status}
_TYPE = {kind: kind.name.lower() for kind in Type}
_SUBTYPE = {kind: kind.name.lower() for kind in Subtype}


def iso(moment: float | None) -> str | None:
    """Unix seconds as ISO 8601 in UTC, whole seconds."""
    if moment is None:
        return None
    return datetime.fromtimestamp(int(moment), UTC).isoformat().replace("+00:00", "Z")


def visit_json(row: QueueRow, now: float) -> dict[str, Any]:
    """The object of one visit. now: the server's time, Unix s.

    null stands for not known. A number without a word gives its digits in `type` and `subtype`, and
    "unrecognised" in `status`, whose number is in `status_code`.
    """
    visit = row if isinstance(row, Visit) else Visit(id=row.id)
    return {
        "id": visit.id,
        "status": _word(_STATUS, visit.status, "unrecognised"),
        "status_code": visit.status,
        "type": _word(_TYPE, visit.type),
        "subtype": _word(_SUBTYPE, visit.subtype),
        "patient": {
            "id": visit.member.id if visit.member else None,
            "name": (visit.member.name or None) if visit.member else None,
            "born": visit.member.born.isoformat() if visit.member and visit.member.born else None,
        },
        "provider": _provider(visit.provider),
        "room": visit.room_code,
        "reason": visit.reason,
        "start": iso(visit.start),
        "actual_start": iso(visit.actual_start),
        "waiting_s": waiting_s(row, now),
        "unreadable": not isinstance(row, Visit) or bool(visit.unread),
    }


def _provider(person: Person | None) -> dict[str, str | None] | None:
    return {"id": person.id, "name": person.name or None} if person else None


def _word(words: dict[Any, str], code: int | None, otherwise: str | None = None) -> str | None:
    if code is None:
        return None
    return words.get(code) or otherwise or str(code)
