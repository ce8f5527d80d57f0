"""Why a call may not start. Light to import: the first paint needs the words and nothing else."""

from dataclasses import dataclass
from typing import Literal

Reason = Literal[
    "ended", "cancelled", "refunded", "taken", "not_running", "e_consult",
    "room_closed", "no_portal", "no_room", "no_page", "changed", "not_opened", "busy", "too_early",
    "claimed", "begun", "slow", "taken_econsult", "not_handed_over",
    "no_conference", "no_meeting", "meeting_off", "meeting_over",
    "no_messenger_keys", "no_messenger_here", "no_messenger_there",
]  # fmt: skip

Why = Literal["too_early", "link_early", "over"]
"""How an appointment is outside its window (`app.calls.window`)."""


@dataclass(eq=False)
class CannotStart(Exception):
    """A call that may not start, rejoin or finish, and why.

    claimed: somebody else is about to start it. begun: it was in the same moment, elsewhere, and the server
    names us. slow: the server answers too late to know how the visit stands.
    who: the provider it is taken by, "" when the server does not say. when: Unix s since when it is ended or
    taken, or the meeting is over; from when it may start, where it is too early. message: the clinic's own
    words, such as of a closed room.
    """

    reason: Reason
    who: str = ""
    when: float | None = None
    message: str = ""
