"""The files that the practice clinic keeps, and what it has of them when the day begins (api/files.md)."""

import time
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any, BinaryIO
from weakref import finalize
from zlib import crc32

from app.files.sandbox.paper import pdf
from app.sandbox.people import practice_toml
from app.sandbox.world import Intake, Visit, World

CATEGORIES = ("intake_attachment", "user_consent", "user_avatar", "user_document")
DAY = 86_400
PICTURES = 3


@dataclass(slots=True, weakref_slot=True, eq=False)
class StoredFile:
    """One file. size: bytes. user_id: whose it is; intake_id: of the intake that lists it, or empty.

    shared_with: the user it was shared with, or empty. visible: whether the patient sees it.
    """

    id: str
    name: str
    ext: str
    size: int
    category: str
    creator_id: str
    user_id: str
    created: int
    content: BinaryIO
    intake_id: str = ""
    shared_with: str = ""
    visible: bool = True


def keep(world: World, file: StoredFile) -> StoredFile:
    """Take a new file in. Its content is closed when nobody has the file any more, a reader included."""
    finalize(file, file.content.close)
    world.table(StoredFile)[file.id] = file
    return file


def visit_of(world: World, file: StoredFile) -> Visit | None:
    """The visit a file belongs to, once a visit uses the intake that lists it (api/decisions.md)."""
    intake = world.intakes.get(file.intake_id)
    if intake is None or all(entry["_id"] != file.id for entry in intake.attachments):
        return None
    return world.visits.get(intake.visit_id or "")


def target_of(world: World, file: StoredFile) -> tuple[str, str]:
    """`meta.target`: type and id."""
    visit = visit_of(world, file)
    return ("visit", visit.id) if visit else ("user", file.user_id)


def attach(intake: Intake, file: StoredFile) -> dict[str, Any]:
    """Ties a file to an intake; answers its entry in the older shape (api/visits.md §5, quirks 4 and 5)."""
    file.intake_id = intake.id
    moment = {"sec": file.created, "usec": crc32(file.id.encode()) % 1_000_000}
    day = time.strftime("%Y/%m/%d", time.gmtime(file.created))
    return {
        "_id": file.id,
        "name": file.name,
        "ext": file.ext,
        "path": f"files/{day}/{file.id}.{file.ext}".rstrip("."),
        "size": file.size,
        "type": 0,
        "using": 1,
        "creator_id": file.creator_id,
        "remark": None,
        "created": moment,
        "modified": moment,
    }


def extension(name: str) -> str:
    """Lower case, no dot; empty when there is none."""
    stem, _, ending = name.rpartition(".")
    return ending.lower() if stem else ""


# -- when the day begins -------------------------------------------------------------------------


@cache
def picture(name: str) -> bytes:
    """One drawn picture of resources/practice/pictures."""
    return (files("resources") / "practice" / "pictures" / name).read_bytes()


def photo(world: World, visit: Visit, number: int) -> dict[str, Any]:
    """A photo that a patient sent with an intake; its entry there."""
    content = picture(f"rash-{number % PICTURES + 1}.png")
    file = StoredFile(
        id=world.uuid("photo", visit.id, number),
        name=f"photo {number + 1}.png",
        ext="png",
        size=len(content),
        category="intake_attachment",
        creator_id=visit.member_id,
        user_id=visit.member_id,
        created=visit.created - 40,
        content=BytesIO(content),
    )
    return attach(world.intakes[visit.intake_id], keep(world, file))


def furnish(world: World) -> None:
    """The documents of resources/practice/documents.toml, for the patients that are there."""
    for number, entry in enumerate(practice_toml("documents.toml")["document"]):
        patient = entry["patient"]
        visit = next((v for v in world.visits.values() if v.member_id == patient), None)
        if visit is None:
            continue
        content = picture(entry["picture"]) if "picture" in entry else pdf(entry["lines"])
        creator = entry.get("by", patient)
        file = StoredFile(
            id=world.uuid("document", number),
            name=entry["name"],
            ext=extension(entry["name"]),
            size=len(content),
            category=entry["category"],
            creator_id=creator,
            user_id=creator if entry.get("shared") else patient,
            created=visit.created - 60 - entry.get("days_ago", 0) * DAY,
            content=BytesIO(content),
            shared_with=patient if entry.get("shared") else "",
            visible=entry.get("visible", True),
        )
        keep(world, file)
        if file.category == "intake_attachment":
            intake = world.intakes[visit.intake_id]
            intake.attachments.append(attach(intake, file))
            world.keep(visit)
