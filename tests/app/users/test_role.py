"""From what the server says of a user to what they may see; silence opens nothing."""

import pytest

from app.users.record import Person
from app.users.role import EVERYTHING, Me, Rights, Role, agreed, me_of, rights_of, role_of
from app.users.user import User
from app.wire.endpoints import TABLE

SOMEBODY = Person(id="612")


def told(kind: int | None, role: str = "", subtype: str = "") -> Role:
    return role_of(User(person=SOMEBODY, type=kind, role=role, subtype=subtype))


@pytest.mark.parametrize(
    ("kind", "role", "subtype", "expected"),
    [
        (400, "provider", "482", Role.PROVIDER),
        (400, "", "", Role.PROVIDER),
        (400, "", "484", Role.PROVIDER),
        (400, "", "470", Role.FRONT_DESK),
        (400, "scheduler", "", Role.FRONT_DESK),
        (400, "scheduler", "482", Role.FRONT_DESK),
        (400, "clinic_admin", "", Role.CLINIC_ADMIN),
        (100, "", "", Role.CLINIC_ADMIN),
        (150, "", "", Role.CLINIC_ADMIN),
        (400, "analyst", "", Role.MONITOR),
        (400, "account_manager", "", Role.MONITOR),
        (200, "clinic_admin", "", Role.OUTSIDER),
        (600, "", "", Role.OUTSIDER),
        (500, "", "", Role.OUTSIDER),
        (None, "", "", Role.UNKNOWN),
        (None, "scheduler", "", Role.FRONT_DESK),
    ],
)
def test_the_role_of_a_user(kind: int | None, role: str, subtype: str, expected: Role) -> None:
    assert told(kind, role, subtype) == expected


@pytest.mark.parametrize("role", Role)
def test_a_profile_takes_away_and_fills_in_and_never_adds(role: Role) -> None:
    assert agreed(Role.UNKNOWN, role) == role
    assert agreed(role, Role.UNKNOWN) == role
    for wanted in set(Role) - {Role.UNKNOWN}:
        if role not in (Role.UNKNOWN, Role.OUTSIDER):
            both = rights_of(agreed(role, wanted))
            for name in ("identity", "reason", "clinical", "calls", "desk"):
                assert getattr(both, name) <= getattr(rights_of(role), name)
                assert getattr(both, name) <= getattr(rights_of(wanted), name)
    assert agreed(Role.OUTSIDER, role) == Role.OUTSIDER


def test_who_is_signed_in() -> None:
    assert me_of(User(person=SOMEBODY, type=400), Role.MONITOR) == Me(person=SOMEBODY, role=Role.MONITOR)


def test_what_the_front_desk_may_not_see_is_closed() -> None:
    desk = rights_of(Role.FRONT_DESK)
    assert desk == Rights(reason=False, clinical=False, calls=False)
    assert desk.closed < TABLE.keys()
    assert {key for key in TABLE if key.startswith(("emr.", "health.", "prescriptions."))} < desk.closed
    assert not EVERYTHING.closed


def test_the_clinic_lets_its_desk_read_reasons_and_nothing_else() -> None:
    for role in (Role.FRONT_DESK, Role.UNKNOWN):
        allowed = rights_of(role, desk_sees_reason=True)
        assert (allowed.reason, allowed.clinical) == (True, False)
    assert not rights_of(Role.MONITOR, desk_sees_reason=True).reason
