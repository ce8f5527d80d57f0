"""What somebody does at the clinic, and therefore what they may see here (SEC-10).

The server has rights of its own. These are beside it: what is not for a role is not asked for, not kept and
not drawn, whatever the server sends.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import msgspec

from app.users.record import Person
from app.users.user import SUBTYPES, User, UserType
from app.wire.endpoints import TABLE

_ADMINS = frozenset({UserType.ADMIN, UserType.COMMON_ADMIN})
_STAFF = frozenset({UserType.PROVIDER, UserType.COMPANY})
_CUSTOMER_SERVICE = "470"
"""`user.subtype` (api/users.md §1): type 400 is "physician or CSR"."""
_SUBTYPES = {word.casefold(): code for code, word in SUBTYPES.items()}
_SAYS_ROLE = ("user.type ", "user.subtype ", "user.role ")


class Role(StrEnum):
    """UNKNOWN: the server does not say, or says what we do not know. OUTSIDER: a patient, a guest, or a
    machine: the program is not for them."""

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
    chart, prescriptions. calls: talks to patients. desk: checks in, and whatever else changes a visit.
    Whoever has one of the others has identity and desk."""

    identity: bool = True
    reason: bool = True
    clinical: bool = True
    calls: bool = True
    desk: bool = True

    @property
    def closed(self) -> frozenset[str]:
        """Keys of the path table that are not asked for."""
        if not self.identity:
            return frozenset(TABLE) - _FOR_A_WALL
        clinical = frozenset() if self.clinical else _CLINICAL
        return clinical if self.calls else clinical | _CALLS

    def shows(self, kind: str) -> bool:
        """Whether what was typed for an action of this kind may be read; it may be of another role's time."""
        return self.identity and (self.clinical or kind not in _CLINICAL_KINDS)


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
    Role.OUTSIDER: _NOTHING,
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
        "files.list",
        "files.get",
        "files.download",
        "files.rename",
        "files.delete",
    }
)
_CALLS = frozenset({"visits.inprogress", "visits.accept", "messenger.uri", "portal.visit", "portal.room"})
# All that a list without names is made of, and how somebody comes and goes.
_FOR_A_WALL = frozenset(
    {
        *(key for key in TABLE if key.startswith(("auth.", "rooms.")) and key != "rooms.create"),
        "accounts.get",
        "settings.get",
        "users.get",
        "visits.get",
        "visits.list",
    }
)
_CLINICAL_KINDS = frozenset({"note", "intake_edit", "rename"})
"""Of `Action.kind`."""


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in, and as what."""

    person: Person
    role: Role = Role.UNKNOWN


def me_of(user: User, wanted: Role) -> Me:
    """wanted: see `agreed`."""
    return Me(person=user.person, role=agreed(role_of(user), wanted))


def role_of(user: User) -> Role:
    """From `type`, `subtype` and `role` (api/users.md §1). What is not known there, or cannot be read, opens
    nothing: the type says who is of the staff at all, then the role and the subtype say what they do."""
    if user.type not in (None, 0, *_ADMINS, *_STAFF):
        return Role.OUTSIDER
    role, subtype = user.role.strip().casefold(), _subtype(user.subtype)
    if any(path.startswith(_SAYS_ROLE) for path in user.unread):
        return Role.UNKNOWN
    if role not in ("", "provider"):
        return _PORTAL_ROLES.get(role, Role.UNKNOWN)
    if user.type in _ADMINS:
        return Role.CLINIC_ADMIN
    if user.type not in _STAFF or subtype not in ("", *SUBTYPES):
        return Role.UNKNOWN
    return Role.FRONT_DESK if subtype == _CUSTOMER_SERVICE else Role.PROVIDER


def _subtype(text: str) -> str:
    """Its digits, also where a server sends the word, or a number with decimals."""
    text = text.strip().casefold()
    return _SUBTYPES.get(text, text.removesuffix(".0"))


def agreed(told: Role, wanted: Role) -> Role:
    """The role in which somebody works here. told: by the server. wanted: by the clinic's profile file, which
    may say less than the server, and fills in what it does not say; UNKNOWN: nothing."""
    if Role.UNKNOWN in (told, wanted):
        return wanted if told == Role.UNKNOWN else told
    return narrower(told, wanted)


def narrower(one: Role, other: Role) -> Role:
    """The one that may see less."""
    return min(one, other, key=_breadth)


def rights_of(role: Role, *, desk_sees_reason: bool = False) -> Rights:
    """desk_sees_reason: the clinic lets its front desk read why patients come."""
    rights = _RIGHTS[role]
    return replace(rights, reason=True) if desk_sees_reason and rights.desk else rights


def _breadth(role: Role) -> int:
    rights = _RIGHTS[role]
    is_staff = role != Role.OUTSIDER
    return sum((is_staff, rights.identity, rights.reason, rights.clinical, rights.calls, rights.desk))
