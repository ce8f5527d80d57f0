"""What a provider wrote down after a visit (api/visits.md §7)."""

from typing import Final

import msgspec

from app.intakes.record import Attachment, read_attachments
from app.wire.reader import Row

TEXTS: Final = ("physical_exam", "assessment_plan", "diagnosis", "patient_instructions", "disposition")
"""The fields of a `PostVisit` that are somebody's words."""


class PostVisit(msgspec.Struct, frozen=True, kw_only=True):
    """The notes of one visit. A text that is None was not told; "" was told: nothing is written there.

    created, modified: Unix s, None while nothing was ever written. attachments: forms of the intake.
    unread: paths of what came but could not be understood.
    """

    physical_exam: str | None = None
    assessment_plan: str | None = None
    diagnosis: str | None = None
    patient_instructions: str | None = None
    disposition: str | None = None
    attachments: tuple[Attachment, ...] = ()
    created: float | None = None
    modified: float | None = None
    unread: tuple[str, ...] = ()


def read_postvisit(row: Row) -> PostVisit:
    """The notes that a JSON object holds."""
    before = len(row.complaints)
    texts = {name: _written(row, name) for name in TEXTS}
    return PostVisit(
        **texts,
        attachments=read_attachments(row),
        created=row.instant("created"),
        modified=row.instant("modified"),
        unread=tuple(row.complaints[before:]),
    )


def _written(row: Row, name: str) -> str | None:
    """Here "" is a statement, unlike elsewhere (quirk 6)."""
    return "" if row.values.get(name) == "" else row.text(name)
