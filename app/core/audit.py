"""What was done at this workstation, by whom, when, and what came of it (AUD-01, AUD-02)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from app.core.clock import ServerClock
from app.core.store.anchor import Anchor
from app.core.store.chain import LOST, NOBODY, Digest, Entry, Row, lost_before, moment, seal_of
from app.core.store.store import Store

_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
# Those of the API (digits, perhaps numbered, and UUIDs), ours (hex), and who runs this computer. What else
# has digits may be a name with a date.
_ID = re.compile(
    r"[0-9]{1,20}(-[0-9]{1,3})?|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
    r"|[0-9a-f]{24,64}|uid-[0-9]{1,10}"
)
_START: Final = Entry(0, 0.0, None, "", "", "", "")


class Event(StrEnum):
    """What is told besides the kinds of actions that may wait (`Action.kind`)."""

    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    SESSION_END = "session_end"
    LOCK = "lock"
    UNLOCK = "unlock"
    UNLOCK_REFUSED = "unlock_refused"
    PATIENT_VIEWED = "patient_viewed"
    FILE_OPENED = "file_opened"
    FILE_EXPORTED = "file_exported"
    CHECK_IN = "check_in"
    CALL_STARTED = "call_started"
    CALL_REJOINED = "call_rejoined"
    CALL_FINISHED = "call_finished"
    CALL_CHECKED = "call_checked"
    ECONSULT_ACCEPTED = "econsult_accepted"
    REASSIGNED = "reassigned"
    VISIT_LEFT = "visit_left"
    PHARMACY_VIEWED = "pharmacy_viewed"
    PAYMENT = "payment"
    SETTINGS_CHANGED = "settings_changed"
    DATA_REMOVED = "data_removed"
    EMERGENCY_ACCESS = "emergency_access"
    AUDIT_EXPORTED = "audit_exported"
    ALERT_ACKNOWLEDGED = "alert_acknowledged"
    ALERT_SOUND_PAUSED = "alert_sound_paused"
    ALERTS_COUNTED = "alerts_counted"


class Audit:
    """Notes what one person does, in their store. who: the person's user id.

    Lines bear the time of this machine: a server, or who speaks for it, could set its own at will.
    """

    def __init__(self, store: Store, who: str, clock: ServerClock) -> None:
        self._store = store
        self._who = who
        self._clock = clock.machine

    def note(self, event: str, subject: str = "", outcome: str = "ok") -> None:
        """Adds a line; returns at once and never fails: see `Store`.

        event: an Event, or the kind of an action. subject: the id of what it was done to. outcome: a code,
        such as "ok" or "refused". What does not look like an id or a code may be a name, and a stand-in takes
        its place: the same for the same text of this store.
        """
        what, outcome = (self._fit(_CODE, text) for text in (event, outcome))
        who, subject = (self._fit(_ID, text) for text in (self._who, subject))
        self._store.note(moment(self._clock.wall()), who, what, subject, outcome)

    def _fit(self, form: re.Pattern[str], text: str) -> str:
        is_fit = text in ("", NOBODY) or form.fullmatch(text)
        return text if is_fit else self._store.stand_in(text)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an audit. number: of the line where it shows."""

    kind: Literal["changed", "removed", "reordered", "truncated", "inserted"]
    number: int

    def __str__(self) -> str:
        return _WORDS[self.kind].format(self.number)


_WORDS: Final = {
    "changed": "Line {} was changed, or lines before it were removed.",
    "removed": "Line {} was removed.",
    "reordered": "Line {} is not in its place: lines were reordered.",
    "truncated": "Line {} was there, and is not any more: the audit was truncated.",
    "inserted": "Line {} was inserted.",
}


def first_fault(entries: Sequence[Entry], anchor: Anchor | None) -> Fault | None:
    """The first fault of an audit; None when it holds. Lines that are told of as lost are none: see `lost`.

    entries: all lines, in the order of their numbers. anchor: a line that must be among them; without one,
    nobody can tell whether the last ones were taken away.
    """
    return _in_chain(entries) or _at_end(entries, anchor)


def lost(entries: Sequence[Entry]) -> int:
    """How many lines of an audit that holds could not be brought over from harmed files, at least."""
    return entries[-1].number - len(entries) if entries else 0


def _in_chain(entries: Sequence[Entry]) -> Fault | None:
    last_told = max((place for place, entry in enumerate(entries) if entry.what == LOST), default=-1)
    before, digest = _START, Digest()
    for place, entry in enumerate(entries):
        if entry.number <= before.number:
            return Fault("reordered", entry.number)
        is_next = entry.number == before.number + 1
        if not is_next and place > last_told:
            return Fault("removed", before.number + 1)
        # What the first line behind lost ones followed is gone: the last line that tells of them covers it.
        if (is_next or place == last_told) and seal_of(before.seal, entry.line) != entry.seal:
            return _broken(entries, place)
        if entry.what == LOST and (fault := _untrue(entry, place, digest, is_last=place == last_told)):
            return fault
        digest.add(Row(entry.number, entry.line, entry.seal))
        before = entry
    return None


def _untrue(told: Entry, count: int, digest: Digest, *, is_last: bool) -> Fault | None:
    """What a line that tells of lost ones does not fit. count, digest: of the lines before it.

    is_last: no line behind it tells of others that were lost since then.
    """
    more = count - (told.number - 1 - lost_before(told.outcome))
    if more < 0 and not is_last:
        return None
    if more:
        return Fault("inserted" if more > 0 else "removed", told.number - 1)
    return Fault("changed", told.number - 1) if digest.hex() != told.subject else None


def _broken(entries: Sequence[Entry], place: int) -> Fault:
    """A line does not follow the one before it: what has happened."""
    entry, before = entries[place], entries[place - 1] if place else _START
    follows = next(
        (found for found, other in enumerate(entries) if seal_of(other.seal, entry.line) == entry.seal), None
    )
    if follows is None and seal_of("", entry.line) == entry.seal:
        follows = -1
    if follows is not None:
        is_early = follows > place
        return (
            Fault("reordered", entry.number) if is_early else Fault("inserted", entries[follows + 1].number)
        )
    after = entries[place + 1] if place + 1 < len(entries) else None
    if after is not None and seal_of(before.seal, after.line) == after.seal:
        return Fault("inserted", entry.number)
    return Fault("changed", entry.number)


def _at_end(entries: Sequence[Entry], anchor: Anchor | None) -> Fault | None:
    if anchor is None:
        return None
    rest = [entry for entry in entries if entry.number >= anchor.number]
    if rest and rest[0].number == anchor.number:
        is_there = rest[0].seal == anchor.seal
    else:
        is_there = any(entry.what == LOST for entry in rest)
    return None if is_there else Fault("truncated", anchor.number)
