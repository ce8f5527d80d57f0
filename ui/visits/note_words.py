"""What the screen says of the notes of a visit."""

from app.visits.record import Status, Visit
from ui.kit.edits import EditField, Editing

NOTES = Editing(
    kind="note",
    id_name="visit_id",
    title="Notes",
    save="Save notes",
    keys="Ctrl+T",
    fields=(
        EditField("physical_exam", "Physical exam", lines=2),
        EditField("assessment_plan", "Assessment and plan", lines=3),
        EditField("diagnosis", "Diagnosis", lines=1),
        EditField("patient_instructions", "Instructions for the patient", lines=2),
        EditField("disposition", "Disposition", lines=1),
    ),
)

_BEGUN = (Status.IN_PROGRESS, Status.COMPLETED)


def why_no_notes(visit: Visit, me_id: str, provider: str = "") -> str:
    """Why this person may not write the notes of a visit now, "" when they may (api/visits.md §7).

    me_id: of who is signed in. provider: the name of the visit's provider, "" when not known. Where the
    server names no provider it decides itself.
    """
    if visit.status in (Status.CANCELLED, Status.REFUNDED):
        return "This visit did not take place, so it has no notes."
    if visit.status not in _BEGUN:
        return "Notes can be written once the visit has begun."
    if visit.provider is not None and visit.provider.id != me_id:
        whose = provider or "another provider"
        return f"This is a visit of {whose}, who writes its notes."
    return ""
