"""The columns of the queue: what each says of a visit, and what of it counts as a change."""

from collections.abc import Callable

from app.core.unreadable import Unreadable
from app.visits.namesakes import Namesake
from app.visits.presence import LostSignal, presence
from app.visits.record import Visit
from app.visits.waiting import QueueRow
from ui.kit.cell import Cell
from ui.kit.column import Column, Facts
from ui.kit.formats import time_text
from ui.visits.presence_words import LOST
from ui.visits.queue_source import QueueSource
from ui.visits.words import kind_cell, patient_cell, provider_cell, reason_cell, status_pill, waiting_cell

ALWAYS = frozenset({"waiting", "patient"})
"""Columns that nobody may leave out: how long, and who."""


def queue_columns(
    source: QueueSource,
    alike: Callable[[str], Namesake | None],
    appointment: Callable[[Visit], Visit | None],
) -> list[Column]:
    """Those that the rights have something for.

    alike: of a visit, by its id, whom its patient could be taken for. appointment: the one that a walk-in was
    made for. Since the visits were last confirmed the server's silence is ours, not a patient's.
    """
    rights, now, limits = source.rights, source.now, source.limits
    seen_at = source.seen_at or now

    def reason(row: QueueRow) -> Cell:
        booked = appointment(row) if isinstance(row, Visit) else None
        room = source.room_name(row) if isinstance(row, Visit) else ""
        where = " · ".join(filter(None, (booked_text(booked, now()), room)))
        return reason_cell(row, where) if rights.reason else kind_cell(row, where)

    def provider(row: QueueRow) -> Cell:
        return provider_cell(row, source.provider_name(row) if isinstance(row, Visit) else "")

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
            weight=8,
            chars=32,
            facts=_whose,
        ),
        Column(
            "reason",
            "Reason" if rights.reason else "Visit",
            cell=reason,
            weight=2,
            chars=14,
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
            facts=_with_whom,
        ),
        Column(
            "status", "Status", cell=status, weight=0, chars=14, priority=1,
            facts=_of("status"),
        ),
    ]  # fmt: skip
    return [column for column in columns if rights.identity or column.name != "patient"]


def booked_text(appointment: Visit | None, now: float) -> str:
    """Booked 14:00: of a walk-in whose patient has come to an appointment, "" of any other."""
    if appointment is None or appointment.start is None:
        return ""
    return f"Booked {time_text(appointment.start, now)}"


def _of(*names: str) -> Callable[[QueueRow], Facts]:
    """The fields that a cell is about. Of a row that cannot be read, none is known."""
    nothing = (...,) * len(names)

    def facts(row: QueueRow) -> Facts:
        if isinstance(row, Unreadable):
            return nothing
        absent = row.absent
        return tuple([... if name in absent else getattr(row, name) for name in names])

    return facts


def _whose(row: QueueRow) -> Facts:
    """Whose visit it is; a name that is spelled out later is the same person."""
    if isinstance(row, Unreadable) or "member" in row.absent:
        return ..., ..., ...
    member = row.member
    return (member.id, member.name or ..., member.born or ...) if member else (None, ..., ...)


def _with_whom(row: QueueRow) -> Facts:
    """Which provider; their name may come from another list."""
    if isinstance(row, Unreadable) or "provider" in row.absent:
        return (...,)
    return (row.provider.id if row.provider else None,)
