"""What somebody does at the clinic, and therefore what they may see here (SEC-10).

The server has rights of its own. These are beside it: what is not for a role is not asked for, not kept and
not drawn, whatever the server sends.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import msgspec

from app.users.record import Person
from app.users.user import User, UserType

_ADMINS = frozenset({UserType.ADMIN, UserType.COMMON_ADMIN})
_PATIENTS = frozenset({UserType.MEMBER, UserType.GUEST})
_STAFF = frozenset({UserType.PROVIDER, UserType.COMPANY})
_CUSTOMER_SERVICE = "470"
"""`user.subtype` (api/users.md §1): type 400 is "physician or CSR"."""


class Role(StrEnum):
    """UNKNOWN: the server does not say. OUTSIDER: a patient, a guest, or a machine."""

    PROVIDER = "provider"
    FRONT_DESK = "front_desk"
    CLINIC_ADMIN = "clinic_admin"
    MONITOR = "monitor"
    UNKNOWN = "unknown"
    OUTSIDER = "outsider"


_PORTAL_ROLES: Mapping[str, Role] = {
    "clinic_admin": Role.CLINIC_ADMIN,
    "scheduler": Role.FRONT_DESK,
    "account_manager": Role.MONITOR,
    # "Analytics without patient identity" (api/users.md §1).
    "analyst": Role.MONITOR,
}


@dataclass(frozen=True, slots=True)
class Rights:
    """identity: who the patients are. reason: why they come, in their words. clinical: answers, notes, files,
    chart, prescriptions. calls: talks to patients. desk: checks in, and whatever else changes a visit."""

    identity: bool = True
    reason: bool = True
    clinical: bool = True
    calls: bool = True
    desk: bool = True

    @property
    def closed(self) -> frozenset[str]:
        """Keys of the path table that are not asked for."""
        return frozenset() if self.clinical else _CLINICAL


EVERYTHING = Rights()
_DESK = Rights(reason=False, clinical=False, calls=False)
_NOTHING = Rights(identity=False, reason=False, clinical=False, calls=False, desk=False)
_RIGHTS: Mapping[Role, Rights] = {
    Role.PROVIDER: EVERYTHING,
    Role.CLINIC_ADMIN: EVERYTHING,
    Role.FRONT_DESK: _DESK,
    # Least of what makes sense: a stranger server must not open a chart by its silence.
    Role.UNKNOWN: _DESK,
    Role.MONITOR: _NOTHING,
    # Their own, which is for the server to say; the window is not for them.
    Role.OUTSIDER: EVERYTHING,
}
# Intakes are not among them: a check-in finds itself again by the mark in its intake, which is kept nowhere.
_CLINICAL = frozenset(
    {
        "visits.postvisit.get",
        "visits.postvisit.save",
        "intakes.update",
        "recordings.list",
        "emr.schemas",
        "emr.suggest",
        "emr.all",
        "emr.list",
        "emr.add",
        "emr.update",
        "emr.delete",
        "prescriptions.list",
        "health.device.add",
        "health.submit",
        "health.devices",
        "health.read",
    }
)


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in, and as what."""

    person: Person
    role: Role = Role.UNKNOWN


def me_of(user: User, wanted: Role) -> Me:
    """wanted: see `agreed`."""
    return Me(person=user.person, role=agreed(role_of(user), wanted))


def role_of(user: User) -> Role:
    """From `type`, `subtype` and `role` (api/users.md §1). What is not known there is UNKNOWN."""
    if user.type in _PATIENTS:
        return Role.OUTSIDER
    if user.role in _PORTAL_ROLES:
        return _PORTAL_ROLES[user.role]
    if user.type in _ADMINS:
        return Role.CLINIC_ADMIN
    if user.type in _STAFF:
        return Role.FRONT_DESK if user.subtype == _CUSTOMER_SERVICE else Role.PROVIDER
    return Role.UNKNOWN if user.type is None else Role.OUTSIDER


def agreed(told: Role, wanted: Role) -> Role:
    """The role in which somebody works here. told: by the server. wanted: by the clinic's profile file, which
    may say less than the server, and fills in what it does not say; UNKNOWN: nothing."""
    if told == Role.OUTSIDER:
        return told
    if Role.UNKNOWN in (told, wanted):
        return wanted if told == Role.UNKNOWN else told
    return min(told, wanted, key=_breadth)


def rights_of(role: Role, *, desk_sees_reason: bool = False) -> Rights:
    """desk_sees_reason: the clinic lets its front desk read why patients come."""
    rights = _RIGHTS[role]
    return replace(rights, reason=True) if desk_sees_reason and rights.desk else rights


def _breadth(role: Role) -> int:
    rights = _RIGHTS[role]
    return sum((rights.identity, rights.reason, rights.clinical, rights.calls, rights.desk))
