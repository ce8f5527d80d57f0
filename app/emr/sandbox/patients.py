"""Whose clinical data a request to the practice clinic may see (api/emr.md §2)."""

from app.sandbox.http import Call, Refusal
from app.sandbox.people import practice_toml
from app.sandbox.world import Person, World


def cast(world: World) -> dict[str, Person]:
    """Everybody of people.toml by their key there; they were the first to come."""
    book = practice_toml("people.toml")
    keys = [entry["key"] for kind in ("provider", "staff", "patient") for entry in book[kind]]
    return dict(zip(keys, world.people.values(), strict=False))


def patient_of(call: Call) -> Person:
    """The patient in the path: oneself, one of one's own rooms or visits, any for an admin; else 403."""
    return treated(call, call.user(call.params["id"]))


def treated(call: Call, patient: Person) -> Person:
    """The patient, when the caller may see their clinical data; else 403."""
    if not patient.is_patient or not _may_treat(call, patient):
        raise Refusal(403)
    return patient


def _may_treat(call: Call, patient: Person) -> bool:
    me = call.caller.person
    if call.caller.is_admin:
        return True
    if me is None or not call.caller.may_see_clinical:
        return False
    if me.is_patient:
        return me.id == patient.id
    visits = (visit for visit in call.world.visits.values() if visit.member_id == patient.id)
    return any(visit.room_code in me.rooms or visit.provider_id == me.id for visit in visits)
