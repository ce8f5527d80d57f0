"""The notes that providers of the practice clinic wrote after visits (api/visits.md §7)."""

from dataclasses import dataclass, field
from typing import Any

from app.files.sandbox.stored import StoredFile
from app.sandbox.people import practice_toml
from app.sandbox.quirks import form, unset, without_missing
from app.sandbox.world import COMPLETED, Visit, World

TEXTS = ("physical_exam", "assessment_plan", "diagnosis", "patient_instructions", "disposition")


@dataclass(slots=True)
class VisitNotes:
    """The notes of one visit. file_ids: forms of the intake. Instants in epoch seconds."""

    id: str
    created: int
    modified: int
    texts: dict[str, str] = field(default_factory=dict)
    file_ids: list[str] = field(default_factory=list)


def notes_of(world: World, visit: Visit) -> VisitNotes | None:
    """What was written, None when nothing ever was."""
    return world.table(VisitNotes).get(visit.id)


def write(world: World, visit: Visit, texts: dict[str, str], file_ids: list[str] | None = None) -> VisitNotes:
    """Overwrites what is given, keeps the rest."""
    found = notes_of(world, visit) or VisitNotes(visit.id, world.now, world.now)
    found.texts |= texts
    found.file_ids = found.file_ids if file_ids is None else file_ids
    found.modified = world.now
    world.table(VisitNotes)[visit.id] = found
    return found


def notes_row(world: World, visit: Visit) -> dict[str, Any]:
    """The notes on the wire; empty texts and an unset `created` when never written (quirk 6)."""
    found = notes_of(world, visit)
    files = world.table(StoredFile)
    return without_missing(
        {
            **{name: found.texts.get(name, "") if found else "" for name in TEXTS},
            "attachments": [_file_row(files[key]) for key in found.file_ids if key in files] if found else [],
            "created": found.created if found else unset(visit.id, "notes created"),
            "modified": found.modified if found else unset(visit.id, "notes modified"),
        }
    )


def _file_row(file: StoredFile) -> dict[str, Any]:
    """The names of api/files.md, without a link: one is made where the file itself is asked for."""
    return {"id": file.id, "name": file.name, "ext": file.ext, "size": file.size, "created": file.created}


def furnish(world: World) -> None:
    """Most completed visits of the opening scene have notes, and their first photo goes with them."""
    entries = practice_toml("notes.toml")["note"]
    done = [visit for visit in world.visits.values() if visit.status == COMPLETED]
    for number, visit in enumerate(visit for visit in done if form(visit.id, "has notes", 4)):
        written = (visit.actual_end or visit.end) + 60
        photos = [entry["_id"] for entry in world.intakes[visit.intake_id].attachments[:1]]
        world.table(VisitNotes)[visit.id] = VisitNotes(
            visit.id, written, written, dict(entries[number % len(entries)]), photos
        )
