"""When alerts are told, and when again: set by the clinic, within bounds."""

from collections.abc import Mapping
from typing import Final

import msgspec

from app.wire.reader import Row

# Path under `alerts`, and the least and the most that counts: no clinic can switch the ladder off.
_BOUNDS: Final[Mapping[str, tuple[int, int]]] = {
    "repeat_s": (15, 900),
    "flash_from": (1, 10),
    "desk_s": (30, 3600),
    "urgent_s": (60, 7200),
    "most": (1, 60),
    "group_s": (1, 60),
    "pause_s": (60, 3600),
}
_OF_A_ROOM: Final = ("repeat_s", "desk_s", "urgent_s", "most")


class AlertRules(msgspec.Struct, frozen=True, kw_only=True):
    """Start values of our own, until the clinic says otherwise (requirements.md NOT-06, ALM-04).

    repeat_s: seconds from one telling to the next while nobody acknowledges. flash_from: the taskbar flashes
    from this telling on. desk_s, urgent_s: seconds without acknowledgement until the front desk is told, and
    until the priority is the highest. most: how often one step is told. group_s: who comes within so many
    seconds of a telling needs none of their own. pause_s: the longest that the sound may be paused.
    urgent_when_paused: the highest priority sounds all the same. rooms: what is other in a room, by its code.
    said: the names that the clinic has set.
    """

    repeat_s: int = 60
    flash_from: int = 2
    desk_s: int = 180
    urgent_s: int = 300
    most: int = 10
    group_s: int = 10
    pause_s: int = 900
    urgent_when_paused: bool = True
    rooms: Mapping[str, Mapping[str, int]] = {}
    said: frozenset[str] = frozenset()

    def of_room(self, code: str | None) -> "AlertRules":
        """These rules with what is other in one room."""
        other = self.rooms.get(code or "")
        return msgspec.structs.replace(self, **other) if other else self


def read_rules(row: Row) -> AlertRules | None:
    """The rules under `alerts` in an account; None where the clinic says nothing of them.

    The keys are of our own making [assumed]: the documented ones know no alerts. A value out of bounds counts
    as the nearest within.
    """
    said: dict[str, object] = dict(_numbers(row, tuple(_BOUNDS)))
    urgent = row.flag("urgent_when_paused")
    if urgent is not None:
        said["urgent_when_paused"] = urgent
    rooms = row.object("rooms")
    others = {code: _numbers(rooms.object(code), _OF_A_ROOM) for code in rooms.values}
    if found := {code: other for code, other in others.items() if other}:
        said["rooms"] = found
    return msgspec.convert({**said, "said": list(said)}, AlertRules) if said else None


def _numbers(row: Row, names: tuple[str, ...]) -> dict[str, int]:
    told = {name: row.number(name) for name in names}
    return {
        name: min(max(value, _BOUNDS[name][0]), _BOUNDS[name][1])
        for name, value in told.items()
        if value is not None
    }
