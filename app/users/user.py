"""A user's whole profile (api/users.md §1 and §2)."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Any

import msgspec

from app.core.unreadable import Unreadable
from app.users.record import Person, read_person
from app.wire.reader import Json, Row

# Never read, never shown, never kept (api/users.md §2).
_SOCIAL_SECURITY = "social_security_no"


class UserType(IntEnum):
    """Numbers of `user.type`; a number that is not here is shown as it is."""

    ADMIN = 100
    CRONJOB = 110
    SYSTEM = 140
    COMMON_ADMIN = 150
    API = 160
    MEMBER = 200
    COMPANY = 300
    PROVIDER = 400
    KIOSK = 500
    GUEST = 600
    PHONE_BRIDGE = 700


class UserStatus(IntEnum):
    """Numbers of `user.status`; suspended and pending delete exist, their numbers are not documented."""

    INACTIVE = 10
    ACTIVE = 20


SUBTYPES: Mapping[str, str] = {
    "460": "Medical Assistant",
    "470": "CSR",
    "480": "Paramedic",
    "482": "Doctor",
    "484": "Nurse",
    "486": "SNF Nurse",
}
"""Words of `user.subtype` (api/users.md §1); one that is not here is shown as it is."""


class User(msgspec.Struct, frozen=True, kw_only=True):
    """A user as the server describes them (api/users.md §2). None and "" mean that it did not say.

    A row of a list says little more than name and e-mail (quirk 21). code: the partner's id of the user.
    type, status: the server's numbers (UserType, UserStatus). subtype: a text of digits. role: such as
    "clinic_admin". zone: IANA. tos: the terms are accepted. signup_step: 99 is finished [assumed].
    last_login: Unix s. photo: an address. pcp_name, pcp_phone: the primary care physician. extra: further
    keys of a patient as they came, without the social security number, which is dropped here. unread: paths
    of what came but could not be understood.
    """

    person: Person
    code: str = ""
    username: str = ""
    vseeid: str = ""
    type: int | None = None
    subtype: str = ""
    role: str = ""
    status: int | None = None
    active: bool | None = None
    tos: bool | None = None
    email_verified: bool | None = None
    signup_step: int | None = None
    last_login: float | None = None
    zone: str = ""
    street: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    photo: str = ""
    pcp_name: str = ""
    pcp_phone: str = ""
    extra: Mapping[str, Any] = {}
    unread: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The user id."""
        return self.person.id

    @property
    def name(self) -> str:
        """Given and family name as one text, "" when the server named neither."""
        return self.person.name


def read_profile(row: Row) -> User | Unreadable:
    """The user that a JSON object describes; only a missing id makes it Unreadable."""
    complaints_before = len(row.complaints)
    person = read_person(row)
    if person is None:
        return row.unreadable("id is missing")
    return User(
        person=person,
        code=row.text("code") or "",
        username=row.text("username") or "",
        vseeid=row.text("vseeid") or "",
        type=row.number("type"),
        subtype=row.text("subtype") or "",
        role=row.text("role") or "",
        status=row.number("status"),
        active=row.flag("active"),
        tos=row.flag("tos"),
        email_verified=row.flag("email_verified"),
        signup_step=row.number("signup_step"),
        last_login=row.instant("last_login"),
        zone=row.text("timezone") or "",
        street=row.text("street_addr") or "",
        city=row.text("city") or "",
        state=row.text("state") or "",
        zip=row.text("zip") or "",
        photo=row.text("photo") or "",
        pcp_name=row.text("pcp_name") or "",
        pcp_phone=row.text("pcp_phone") or "",
        extra=_extra(row.object("extra")),
        unread=tuple(row.complaints[complaints_before:]),
    )


def _extra(row: Row) -> Mapping[str, Json]:
    return {
        key: value
        for key, value in row.values.items()
        if key.lower() != _SOCIAL_SECURITY and not _names_social_security(value)
    }


def _names_social_security(value: Json) -> bool:
    """Whether the number lies anywhere within; what is too deep to be looked through goes with it."""
    if not isinstance(value, dict | list):
        return False
    try:
        return f'"{_SOCIAL_SECURITY}"'.encode() in msgspec.json.encode(value).lower()
    except RecursionError:
        return True
