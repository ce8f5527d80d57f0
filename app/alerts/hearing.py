"""Who hears about whom."""

from app.alerts.record import Priority
from app.users.role import Role
from app.visits.record import Visit
from app.visits.waiting import is_e_consult


def heard(visit: Visit, me: str, role: Role) -> Priority | None:
    """How loudly somebody hears that a patient has come; None when it is not for them. me: their user id.

    A provider hears of their own visits and of those without a provider, in the rooms that they watch: no
    others are in the queue. Everybody else at work hears of all; where a provider is named it is expected of
    them to begin, so the others hear it quietly until nobody does. An e-consult can wait longer than a
    person. A wall board hears nothing: nobody sits there who could acknowledge it.
    """
    if role in (Role.MONITOR, Role.OUTSIDER):
        return None
    provider = visit.provider.id if visit.provider else ""
    if role == Role.PROVIDER and provider not in ("", me):
        return None
    is_expected_of_another = provider not in ("", me)
    return Priority.LOW if is_expected_of_another or is_e_consult(visit) else Priority.MEDIUM
