"""How a clinic wants calls to be made; keys of our own making in its account [assumed]."""

from typing import Final

import msgspec

from app.wire.reader import Row

_MOST_UNDO_S: Final = 60


class CallRules(msgspec.Struct, frozen=True, kw_only=True):
    """What the clinic sets; the defaults are ours.

    has_checklist: identity, place and call-back number are to be ticked off in a call (PID-08). undo_s: so
    long a finished visit can be taken back before the server is told (PID-09); 0 is not at all.
    """

    has_checklist: bool = True
    undo_s: int = 10


def read_call_rules(row: Row) -> CallRules:
    """From the object under `call` of the account."""
    call = row.object("call")
    has_checklist, undo_s = call.flag("checklist"), call.number("undo_s")
    return CallRules(
        has_checklist=True if has_checklist is None else has_checklist,
        undo_s=CallRules().undo_s if undo_s is None else min(max(undo_s, 0), _MOST_UNDO_S),
    )
