"""The columns of the queue: what each says of a visit, and what of it counts as a change."""

from collections.abc import Callable, Hashable

from app.core.unreadable import Unreadable
from app.users.record import Person
from app.users.role import Rights
from app.visits.limits import WaitLimits
from app.visits.namesakes import Namesake
from app.visits.presence import LostSignal, presence
from app.visits.record import Visit
from app.visits.waiting import QueueRow
from ui.kit.cell import Cell
from ui.kit.column import Column, Facts
from ui.visits.presence_words import LOST
from ui.visits.words import kind_cell, patient_cell, provider_cell, reason_cell, status_pill, waiting_cell

Name = Callable[[Visit], str]

ALWAYS = frozenset({"waiting", "patient"})
"""Columns that nobody may leave out: how long, and who."""


def queue_columns(
    rights: Rights,
    now: Callable[[], float],
    room_name: Name,
    provider_name: Name,
    alike: Callable[[str], Namesake | None],
    limits: Callable[[Visit], WaitLimits],
    seen_at: Callable[[], float],
) -> list[Column]:
    """Those that the rights have something for.

    now: the server's time, Unix s. alike: of a visit, by its id, whom its patient could be taken for.
    limits: of its wait. seen_at: when the visits were last confirmed, Unix s: since then the server's silence
    is ours, not a patient's.
    """
    why = "Reason" if rights.reason else "Visit"

    def reason(row: QueueRow) -> Cell:
        room = room_name(row) if isinstance(row, Visit) else ""
        return reason_cell(row, room) if rights.reason else kind_cell(row, room)

    def provider(row: QueueRow) -> Cell:
        return provider_cell(row, provider_name(row) if isinstance(row, Visit) else "")

    def status(row: QueueRow) -> Cell:
        has_gone = isinstance(presence(row, seen_at()), LostSignal)
        return Cell("", chip=status_pill(row, now(), LOST if has_gone else None))

    def wait(row: QueueRow) -> Cell:
        return waiting_cell(row, now(), limits(row)) if isinstance(row, Visit) else waiting_cell(row, now())

    columns = [
        Column(
            "waiting",
            "Waiting",
            cell=wait,
            weight=0,
            chars=19,
            facts=_of("start", "actual_start", "urgent"),
        ),
        Column(
            "patient",
            "Patient",
            cell=lambda row: patient_cell(row, now(), alike(row.id)),
            weight=5,
            chars=23,
            facts=_of("member"),
        ),
        Column(
            "reason",
            why,
            cell=reason,
            weight=2,
            chars=16,
            priority=2,
            facts=_of("reason", "room_code", "type", "subtype"),
        ),
        Column(
            "provider",
            "Provider",
            cell=provider,
            weight=2,
            chars=16,
            priority=3,
            facts=_of("provider"),
        ),
        Column(
            "status", "Status", cell=status, weight=0, chars=14, priority=1,
            facts=_of("status"),
        ),
    ]  # fmt: skip
    return [column for column in columns if rights.identity or column.name != "patient"]


def _of(*names: str) -> Callable[[QueueRow], Facts]:
    """The fields that a cell is about. Of a row that cannot be read, none is known."""
    return lambda row: tuple(_fact(row, name) for name in names)


def _fact(row: QueueRow, name: str) -> Hashable:
    if isinstance(row, Unreadable) or name in row.absent:
        return ...
    value = getattr(row, name)
    # A name that is spelled out later is the same person.
    return value.id if isinstance(value, Person) else value
