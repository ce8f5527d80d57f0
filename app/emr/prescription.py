"""A prescription, in a visit or of a patient (api/emr.md §3)."""

import re
from collections.abc import Mapping
from datetime import date

import msgspec

from app.core.unreadable import Unreadable
from app.wire.reader import Json, Row

# Old and new spelling side by side (quirk 19).
_NAME = ("name",)
_DIRECTIONS = ("Directions", "directions")
_DAYS_SUPPLY = ("DaysSupply", "days_supply")
_REFILLS = ("refills", "Refills")
_PRESCRIBER = ("PrescriberName", "prescriber_name")
_WRITTEN = ("prescription_date",)
_KNOWN = frozenset(
    (*_NAME, *_DIRECTIONS, *_DAYS_SUPPLY, *_REFILLS, *_PRESCRIBER, *_WRITTEN, "id", "_id", "visit_id")
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


class Prescription(msgspec.Struct, frozen=True, kw_only=True):
    """What was prescribed, as received: all texts verbatim (DSP-04), "" where the server says nothing.

    name: of the drug, with whatever strength and form stand in it. days_supply, refills: texts, in no
    promised unit. written: the date as the server wrote it, in no promised format; `day` is it when it is
    YYYY-MM-DD. rest: other keys, as they came.
    """

    id: str = ""
    visit_id: str = ""
    name: str = ""
    directions: str = ""
    days_supply: str = ""
    refills: str = ""
    prescriber: str = ""
    written: str = ""
    rest: Mapping[str, Json] = {}
    unread: tuple[str, ...] = ()

    @property
    def day(self) -> date | None:
        """The date of `written`, in no time zone; None when its format is not sure (show it as it is)."""
        try:
            return date.fromisoformat(self.written) if _DATE.fullmatch(self.written) else None
        except ValueError:
            return None


def read_prescription(row: Row) -> Prescription | Unreadable:
    """The prescription that a JSON object describes; only one that says nothing is Unreadable."""
    if not row:
        return row.unreadable("is no prescription")
    before = len(row.complaints)

    def text(*names: str) -> str:
        return row.text(*names) or ""

    return Prescription(
        id=text("id", "_id"),
        visit_id=text("visit_id"),
        name=text(*_NAME),
        directions=text(*_DIRECTIONS),
        days_supply=text(*_DAYS_SUPPLY),
        refills=text(*_REFILLS),
        prescriber=text(*_PRESCRIBER),
        written=text(*_WRITTEN),
        rest=row.rest(_KNOWN),
        unread=tuple(row.complaints[before:]),
    )
