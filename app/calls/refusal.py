"""Why a call may not start. Light to import: the first paint needs the words and nothing else."""

from dataclasses import dataclass
from typing import Literal

Reason = Literal[
    "ended", "cancelled", "refunded", "taken", "not_running", "e_consult",
    "room_closed", "no_portal", "no_room", "no_page", "changed", "not_opened", "busy",
]  # fmt: skip


@dataclass(eq=False)
class CannotStart(Exception):
    """A call that may not start, rejoin or finish, and why.

    who: the provider it is taken by, "" when the server does not say. when: Unix s since when it is ended or
    taken. message: the clinic's own words, such as of a closed room.
    """

    reason: Reason
    who: str = ""
    when: float | None = None
    message: str = ""
