"""A visit as a role may see it: what is not for it is never kept, on no disk and in no list (SEC-10)."""

from typing import Any

import msgspec

from app.users.role import Rights
from app.visits.record import Visit

_CLINICAL = ("intake", "postvisit", "prescriptions", "recordings")
_REASON = ("reason", "description")
_CALLS = ("meeting",)
_IDENTITY = ("member", "payment", "code", "intake_id")


def seen(visit: Visit, rights: Rights) -> Visit:
    """Without what the rights do not hold; it does not count as missing, so nobody asks for it."""
    hidden: set[str] = set()
    for allowed, names in (
        (rights.clinical, _CLINICAL),
        (rights.reason, _REASON),
        (rights.calls, _CALLS),
        (rights.identity, _IDENTITY),
    ):
        hidden.update(() if allowed else names)
    if not hidden:
        return visit
    nothing: dict[str, Any] = dict.fromkeys(hidden)
    return msgspec.structs.replace(visit, absent=visit.absent - hidden, **nothing)
