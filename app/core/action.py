"""What a person did and the server has not taken yet (design: OFF-02, the five states)."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Protocol

Facts = Mapping[str, Any]
"""JSON values by name."""


class State(StrEnum):
    """Where an action stands.

    queued: kept here, to be sent. sending: on its way. sent: the server has it. unknown: it left, and nobody
    has said yet whether it arrived. refused: the server said no, or has something newer.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    REFUSED = "refused"


class Verdict(StrEnum):
    """What a person says of an action of which the server does not let be seen whether it arrived.

    none: nobody needs to say anything. wanted: looking leads nowhere, so somebody must. send: somebody has
    looked at the clinic, and it is to be sent.
    """

    NONE = ""
    WANTED = "wanted"
    SEND = "send"


_RECORDS = ("visit_id", "intake_id", "file_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that was done, as it stands now.

    id: fresh, 32 hex characters; also the mark that a check-in carries to the server. kind: of the act that
    puts it through. subject: whose it is, such as a patient's id; actions of one subject go in order.
    body: what was done. found: what came of it so far, such as ids, and what the server has instead.
    made_at: the server's time, Unix s. sent_at: when the request that cannot be recalled was about to leave,
    None before that. is_doubtful: it may have arrived at an earlier try: look before it is sent again.
    verdict: of a person, where no look can tell. words: why it stands where it stands, for people; "" when
    there is nothing to say.
    """

    id: str
    kind: str
    subject: str
    body: Facts
    made_at: float
    state: State = State.QUEUED
    sent_at: float | None = None
    is_doubtful: bool = False
    verdict: Verdict = Verdict.NONE
    found: Facts = field(default_factory=dict)
    words: str = ""

    @property
    def record_id(self) -> str:
        """Of what it was done to; of a check-in its own, which its intake carries at the server."""
        return next((str(self.body[name]) for name in _RECORDS if name in self.body), self.id)

    def to_bytes(self) -> bytes:
        """As it lies in the store."""
        return json.dumps(asdict(self), separators=(",", ":")).encode()


def from_bytes(body: bytes) -> Action:
    """The action that lay in the store. Raises ValueError, TypeError when it is none."""
    # An earlier version had no verdicts.
    values = {"verdict": "", **json.loads(body)}
    action = Action(**{**values, "state": State(values["state"]), "verdict": Verdict(values["verdict"])})
    if not all(isinstance(text, str) for text in (action.id, action.kind, action.subject, action.words)):
        raise TypeError("an id is text")
    if not isinstance(action.body, dict) or not isinstance(action.found, dict):
        raise TypeError("what was done has names")
    return action


def new_action(kind: str, subject: str, body: Facts, made_at: float, *, mark: str = "") -> Action:
    """A fresh action. mark: its id, where who made it brings one, so that the same is never kept twice."""
    return Action(id=mark or uuid.uuid4().hex, kind=kind, subject=subject, body=body, made_at=made_at)


class Conflict(Exception):
    """The server has something newer than what was edited; nothing was sent.

    theirs: what the server has now, so that a person can see both (OFF-03).
    """

    def __init__(self, words: str, theirs: Facts) -> None:
        super().__init__(words)
        self.words = words
        self.theirs = theirs


class Unfit(Exception):
    """The action can never be put through as it is, and nothing was sent; the text says why, for people."""


class Attempt(Protocol):
    """One try to put an action through, as its act sees it."""

    async def learnt(self, **found: Any) -> None:
        """Keeps what came of it so far, so that the next try need not find it again."""
        ...

    async def beyond_recall(self, **found: Any) -> None:
        """Keeps that the next request cannot be recalled: from here on, silence makes the action unknown.

        Call it right before the request that must not happen twice.
        """
        ...


class Act(Protocol):
    """How one kind of action is put through. Sends nothing twice and concludes nothing from silence."""

    async def send(self, action: Action, attempt: Attempt) -> Facts:
        """Puts it through; what came of it. Raises Failure, Conflict, Unfit."""
        ...

    async def settle(self, action: Action) -> Facts | None:
        """Looks at the server: what came of it; None when it is not there. Raises Failure when that cannot
        be told, Refused or Broken "shape" or "partial" where it never will be; Conflict when something newer
        is there."""
        ...
