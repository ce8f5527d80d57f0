"""The audit as a chain of lines: each is sealed with the seal of the one before (AUD-01)."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from app.core.store.database import Connection

LOST = "lines_lost"
"""What a line says that stands behind others which could not be brought over from a harmed file."""
UNREADABLE = "unreadable"
"""Stands for what a line says that is none of ours."""
NOBODY = "-"
"""Who did what the program did by itself, or somebody whom nobody has named."""
_YEAR_10000 = 253402300800.0


def moment(wall: float) -> float:
    """The time of a line (Unix s): one that `entry_of` reads back, whatever a clock says."""
    return min(max(0.0, round(wall, 3)), _YEAR_10000 - 1.0)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the audit. Ids and codes, never names.

    number: from 1. at: Unix s. who: the user's id; None in a line of an earlier version, which did not tell.
    what: an event, or the kind of an action. subject: the id of what it was done to.
    """

    number: int
    at: float
    who: str | None
    what: str
    subject: str
    outcome: str
    seal: str

    @property
    def line(self) -> str:
        """What the seal covers, together with the seal of the line before."""
        who = [] if self.who is None else [self.who]
        return json.dumps([self.at, *who, self.what, self.subject, self.outcome])


class Row(NamedTuple):
    """A line as it lies in the file."""

    number: int
    line: str
    seal: str


class Lines(NamedTuple):
    """The lines that could be read of a file. is_whole: whether none was found that could not be read."""

    rows: Sequence[Row]
    is_whole: bool


def entry_of(row: Row) -> Entry:
    """What a line says. One that is not as we write it says UNREADABLE, which its seal does not fit."""
    number, line, seal = row
    unreadable = Entry(number, 0.0, None, UNREADABLE, "", "", str(seal))
    try:
        at, *told = json.loads(line)
        who = told.pop(0) if len(told) == 4 else None
        what, subject, outcome = told
    except (ValueError, TypeError):
        return unreadable
    is_text = all(isinstance(text, str) for text in (who or "", what, subject, outcome))
    if not is_text or not isinstance(at, int | float) or not 0 <= at < _YEAR_10000:
        return unreadable
    entry = Entry(number, at, who, what, subject, outcome, str(seal))
    return entry if entry.line == line else unreadable


def seal_of(before: str, line: str) -> str:
    """The seal of a line, SHA-256 in hex. before: that of the line before; "" for the first."""
    return sha256(f"{before}{line}".encode()).hexdigest()


class Digest:
    """Of all lines before one that says LOST."""

    def __init__(self) -> None:
        self._hash = sha256()

    def add(self, row: Row) -> None:
        """The next line."""
        self._hash.update("{}\n{}\n{}\n".format(*row).encode())

    def hex(self) -> str:
        """What that line says of all that were added."""
        return self._hash.hexdigest()


def lost_before(outcome: str) -> int:
    """How many lines are missing before one that says LOST, by its outcome."""
    _, _, digits = outcome.partition("-")
    return int(digits) if digits.isdecimal() and len(digits) < 10 else 0


# -- in a file; to be called within a transaction


def rows_of(connection: "Connection") -> list[Row]:
    """All lines, in their order."""
    return [Row(*row) for row in connection.execute("select number, line, seal from audit order by number")]


def last_of(connection: "Connection") -> Row | None:
    """The last line; None when there is none."""
    row = connection.execute("select number, line, seal from audit order by number desc limit 1").fetchone()
    return Row(*row) if row else None


def append(connection: "Connection", line: str) -> None:
    """Adds a line at the end."""
    last = last_of(connection)
    number = last.number + 1 if last else 1
    _insert(connection, Row(number, line, seal_of(last.seal if last else "", line)))


def holds(connection: "Connection", number: int, seal: str) -> bool:
    """Whether a line that was there once still is, or is told of as lost."""
    found = connection.execute(
        "select number, line, seal from audit where number >= ? order by number", (number,)
    )
    rows = [Row(*row) for row in found]
    if rows and rows[0].number == number:
        return rows[0].seal == seal
    return any(entry_of(row).what == LOST for row in rows)


def bring(connection: "Connection", lines: Lines, last: int) -> int:
    """Adds the lines of another file, and a line that says so where some are lost; how many came over.

    What somebody else has written at their place meanwhile stays, and they go behind it. last: the number of
    the last line that is known to have been there.
    """
    own = rows_of(connection)
    seals = {row.seal for row in own}
    coming = [row for row in lines.rows if row.seal not in seals]
    # As they are, also where they do not fit: only a check may tell what that means.
    fitting = len(coming) if not own else _fitting(own[-1], coming)
    for row in coming[:fitting]:
        _insert(connection, row)
    strays = coming[fitting:]
    known = max([last, *(row.number for row in (*own, *coming))], default=last)
    _tell_of_lost(connection, known, is_whole=lines.is_whole and not strays)
    for row in strays:
        append(connection, row.line)
    return len(coming)


def _fitting(end: Row, coming: Sequence[Row]) -> int:
    """How many of them go on where a file ends."""
    for place, row in enumerate(coming):
        if row.number != end.number + 1 or seal_of(end.seal, row.line) != row.seal:
            return place
        end = row
    return len(coming)


def _tell_of_lost(connection: "Connection", known: int, *, is_whole: bool) -> None:
    rows = rows_of(connection)
    told, digest = 0, Digest()
    for row in rows:
        entry = entry_of(row)
        told = lost_before(entry.outcome) if entry.what == LOST else told
        digest.add(row)
    lost = max(known, rows[-1].number if rows else 0) - len(rows)
    if lost <= told and is_whole:
        return
    # What could not be read held one line at least.
    lost = max(lost, told + 1)
    number = len(rows) + lost + 1
    last = rows[-1].seal if rows else ""
    line = Entry(number, moment(time.time()), NOBODY, LOST, digest.hex(), f"lost-{lost}", "").line
    _insert(connection, Row(number, line, seal_of(last, line)))


def _insert(connection: "Connection", row: Row) -> None:
    connection.execute("insert or ignore into audit (number, line, seal) values (?, ?, ?)", row)
