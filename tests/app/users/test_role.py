"""From what the server says of a user to what they may see; silence opens nothing."""

import pytest

from app.profile import Profile, WrongProfile, checked
from app.users.record import Person
from app.users.role import EVERYTHING, Me, Rights, Role, agreed, me_of, rights_of, role_of
from app.users.user import User, read_profile
from app.wire.endpoints import TABLE
from app.wire.reader import Row

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
        (0, "", "", Role.UNKNOWN),
        (400, "Scheduler ", "", Role.FRONT_DESK),
        (100, "Analyst", "", Role.MONITOR),
        (400, "billing", "", Role.UNKNOWN),
        (400, "", " 470", Role.FRONT_DESK),
        (400, "", "470.0", Role.FRONT_DESK),
        (400, "", "CSR", Role.FRONT_DESK),
        (400, "", "999", Role.UNKNOWN),
        (160, "clinic_admin", "", Role.OUTSIDER),
        (999, "clinic_admin", "", Role.OUTSIDER),
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


@pytest.mark.parametrize(
    "said",
    [
        {"type": [400]},
        {"type": 400, "role": ["scheduler"]},
        {"type": 400, "role": {"code": "scheduler"}},
        {"type": 400, "subtype": ["470"]},
        {"type": "member", "role": "clinic_admin"},
    ],
)
def test_what_cannot_be_read_opens_nothing(said: dict[str, object]) -> None:
    user = read_profile(Row({"id": "612", **said}, "user"))
    assert isinstance(user, User)
    assert role_of(user) == Role.UNKNOWN


def test_the_program_is_not_for_outsiders() -> None:
    assert rights_of(Role.OUTSIDER) == rights_of(Role.MONITOR)
    assert agreed(Role.PROVIDER, Role.OUTSIDER) == Role.OUTSIDER
    with pytest.raises(WrongProfile):
        checked(Profile(name="x", api="https://api.example", portal="", account="x", role=Role.OUTSIDER))


def test_a_wall_board_asks_for_nobody() -> None:
    closed = rights_of(Role.MONITOR).closed
    assert {"users.list", "files.list", "files.upload", "visits.inprogress", "intakes.get"} < closed
    assert "rooms.create" in closed
    assert not {"visits.list", "visits.get", "rooms.list", "users.get", "auth.logout"} & closed


def test_what_was_done_in_another_role_is_not_read_in_this_one() -> None:
    desk = rights_of(Role.FRONT_DESK)
    assert desk.shows("check_in")
    assert not any(map(desk.shows, ("note", "intake_edit", "rename")))
    assert not rights_of(Role.MONITOR).shows("check_in")


def test_who_is_signed_in() -> None:
    assert me_of(User(person=SOMEBODY, type=400), Role.MONITOR) == Me(person=SOMEBODY, role=Role.MONITOR)


def test_what_the_front_desk_may_not_see_is_closed() -> None:
    desk = rights_of(Role.FRONT_DESK)
    assert desk == Rights(reason=False, clinical=False, calls=False)
    assert desk.closed < TABLE.keys()
    assert {key for key in TABLE if key.startswith(("emr.", "health.", "prescriptions."))} < desk.closed
    assert {"intakes.update", "recordings.list", "files.get", "visits.inprogress"} < desk.closed
    assert not EVERYTHING.closed


def test_the_clinic_lets_its_desk_read_reasons_and_nothing_else() -> None:
    for role in (Role.FRONT_DESK, Role.UNKNOWN):
        allowed = rights_of(role, desk_sees_reason=True)
        assert (allowed.reason, allowed.clinical) == (True, False)
    assert not rights_of(Role.MONITOR, desk_sees_reason=True).reason
