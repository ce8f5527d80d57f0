"""Who hears about whom, and how loudly at first."""

import pytest

from app.alerts.hearing import heard
from app.alerts.record import Priority
from app.users.record import Person
from app.users.role import Role
from app.visits.record import Subtype, Type, Visit

ME, COLLEAGUE = "612", "613"
LOW, MEDIUM = Priority.LOW, Priority.MEDIUM


@pytest.mark.parametrize(
    ("role", "provider", "first"),
    [
        (Role.PROVIDER, ME, MEDIUM),
        (Role.PROVIDER, None, MEDIUM),
        (Role.PROVIDER, COLLEAGUE, None),
        (Role.FRONT_DESK, None, MEDIUM),
        (Role.FRONT_DESK, COLLEAGUE, LOW),
        (Role.CLINIC_ADMIN, ME, MEDIUM),
        (Role.CLINIC_ADMIN, COLLEAGUE, LOW),
        (Role.UNKNOWN, COLLEAGUE, LOW),
        (Role.MONITOR, None, None),
        (Role.OUTSIDER, None, None),
    ],
)
def test_by_role_and_provider(role: Role, provider: str | None, first: Priority | None) -> None:
    visit = Visit(id="1", type=Type.WALK_IN, provider=Person(id=provider) if provider else None)
    assert heard(visit, ME, role) == first


@pytest.mark.parametrize("kind", [{"type": Type.E_CONSULT}, {"subtype": Subtype.E_CONSULT}])
def test_an_e_consult_is_quiet(kind: dict[str, int]) -> None:
    assert heard(Visit(id="1", **kind), ME, Role.PROVIDER) == LOW
