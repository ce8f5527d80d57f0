"""How long is too long: limits of waits by room and kind of visit, as the clinic sets them (ALM-04, §3.3)."""

from typing import Final, NamedTuple

import msgspec

from app.visits.record import Visit
from app.wire.reader import Row

# Start values of requirements.md §3.3, in seconds.
LONG_WAIT_S: Final = 10 * 60
VERY_LONG_WAIT_S: Final = 20 * 60
LATE_S: Final = 5 * 60
LONGEST_WAIT_S: Final = 14_400
"""`max_wait_time` where the server is silent (api/settings.md §1)."""

# Waits are told in whole minutes; who has waited for a day was forgotten, whatever the limit.
_LEAST_S, _MOST_S = 60, 24 * 3600


class WaitLimits(NamedTuple):
    """Seconds of one visit's wait: long from `long_s`, very long from `very_long_s`; an appointment is late
    from `late_s` after its start. longest_s: nobody should wait longer than this at the clinic."""

    long_s: int = LONG_WAIT_S
    very_long_s: int = VERY_LONG_WAIT_S
    late_s: int = LATE_S
    longest_s: int = LONGEST_WAIT_S


USUAL: Final = WaitLimits(LONG_WAIT_S, VERY_LONG_WAIT_S, LATE_S, LONGEST_WAIT_S)
"""The start values."""


class LimitRule(msgspec.Struct, frozen=True, kw_only=True):
    """What the clinic has set for some visits. room_code "", type None: for those of all rooms, of all kinds.

    waits: `long_s` and `very_long_s`, which come together. None: a wider rule says it.
    """

    room_code: str = ""
    type: int | None = None
    waits: tuple[int, int] | None = None
    late_s: int | None = None

    @property
    def breadth(self) -> tuple[bool, bool]:
        """Sorts from the widest to the narrowest: all, one kind, one room, one kind in one room."""
        return bool(self.room_code), self.type is not None

    def is_for(self, visit: Visit) -> bool:
        """A visit whose room or kind is not told is under the wider rules alone."""
        return self.room_code in ("", visit.room_code) and self.type in (None, visit.type)


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """All that the clinic has set; `Limits()` are the start values.

    rules: from the widest to the narrowest. unread: paths of what was set and makes no sense, so that what is
    wider counts in its place.
    """

    rules: tuple[LimitRule, ...] = ()
    longest_s: int = LONGEST_WAIT_S
    unread: tuple[str, ...] = ()

    def of(self, visit: Visit) -> WaitLimits:
        """The limits of this visit: of each the narrowest rule's that says it."""
        waits, late_s = (LONG_WAIT_S, VERY_LONG_WAIT_S), LATE_S
        for rule in self.rules:
            if rule.is_for(visit):
                waits = rule.waits or waits
                late_s = late_s if rule.late_s is None else rule.late_s
        return WaitLimits(*waits, late_s, self.longest_s)


def read_limits(row: Row, longest_s: int | None) -> Limits:
    """The limits in an account, at `queue.limits` [assumed]: a list of {room_code?, type?, long_s?,
    very_long_s?, late_s?}, seconds. longest_s: the account's `max_wait_time`.

    A limit that makes no sense is left out, and complained of in `row` as in `Limits.unread`.
    """
    before = len(row.complaints)
    rules: dict[tuple[str, int | None], LimitRule] = {}
    for each in row.object("queue").objects("limits"):
        rule = _read_rule(each)
        if rule is None:
            continue
        if (rule.room_code, rule.type) in rules:
            _complain(each, "is for the same visits as one before it")
            continue
        rules[rule.room_code, rule.type] = rule
    return Limits(
        rules=tuple(sorted(rules.values(), key=lambda rule: rule.breadth)),
        longest_s=longest_s or LONGEST_WAIT_S,
        unread=tuple(dict.fromkeys(row.complaints[before:])),
    )


def _read_rule(row: Row) -> LimitRule | None:
    """None where nothing is set, and where it is not told for whom: it must not count for everybody."""
    room_code, kind = row.text("room_code"), row.number("type")
    told = {"room_code": room_code, "type": kind}
    if any(row.raw(name) is not None and value is None for name, value in told.items()):
        return None
    waits, late_s = _waits(row), _within(row, "late_s", 0)
    if waits is None and late_s is None:
        return None
    return LimitRule(room_code=room_code or "", type=kind, waits=waits, late_s=late_s)


def _waits(row: Row) -> tuple[int, int] | None:
    long_s, very_long_s = (_within(row, name, _LEAST_S) for name in ("long_s", "very_long_s"))
    if long_s is None or very_long_s is None:
        if long_s is not None or very_long_s is not None:
            _complain(row, "has one of long_s and very_long_s alone")
        return None
    if very_long_s <= long_s:
        _complain(row, "has a very_long_s that is not above its long_s")
        return None
    return long_s, very_long_s


def _within(row: Row, name: str, least_s: int) -> int | None:
    said = row.number(name)
    if said is not None and not least_s <= said <= _MOST_S:
        _complain(row, f"has a {name} outside {least_s} to {_MOST_S}")
        return None
    return said


def _complain(row: Row, what: str) -> None:
    row.complaints.append(f"{row.path} {what}")
