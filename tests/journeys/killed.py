"""A workstation that is killed: a session on a real store, which does what it is told and says what it shows.

It runs in a process of its own. Orders come and news go through a pipe, as do key and token: never through
arguments or environment.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from app.auth.tokens import Tokens
from app.checkin.check_in import check_in
from app.core.action import Action, State
from app.core.clock import SystemClock
from app.core.collection import Change
from app.core.store.opening import name_of, open_store
from app.files.renaming import rename_file
from app.intakes.edit import edit_intake
from app.profile import Profile
from app.session import Session, reopen, sign_in
from app.visits.note_edit import edit_note
from tests.keyrings import HeldKeys

Order = tuple[str, tuple[Any, ...], str]
"""What is done, with what, and whose it is."""

MAKERS: dict[str, Callable[..., Action]] = {
    "check_in": lambda values, made_at, patient_id: check_in(values, made_at),
    "note": edit_note,
    "intake_edit": edit_intake,
    "rename": rename_file,
}


@dataclass(frozen=True)
class Shown:
    """An action as the screen shows it. has_left: the request that cannot be recalled may be on its way."""

    id: str
    kind: str
    subject: str
    body: Any
    state: State
    has_left: bool
    is_begun: bool
    words: str

    @classmethod
    def of(cls, action: Action) -> "Shown":
        return cls(
            id=action.id,
            kind=action.kind,
            subject=action.subject,
            body=action.body,
            state=action.state,
            has_left=action.sent_at is not None,
            is_begun=bool(action.found),
            words=action.words,
        )


@dataclass(frozen=True)
class Seat:
    """A workstation with the person at it. held: the secrets in its keyring. clinic_now: Unix s."""

    folder: Path
    profile: Profile
    tokens: Tokens
    held: dict[str, str]
    clinic_now: float


class AtTheClinic(SystemClock):
    """A machine whose clock is as right as the clinic's."""

    def __init__(self, clinic_now: float) -> None:
        self._ahead_s = clinic_now - time.time()

    def wall(self) -> float:
        return super().wall() + self._ahead_s


async def seated(folder: Path, profile: Profile, user: dict[str, str], clinic_now: float) -> Seat:
    """Signs somebody in for the first time at a workstation, so that later sessions begin from the store."""
    keys, clock = HeldKeys(), AtTheClinic(clinic_now)

    async def store_of(user_id: str) -> Any:
        return await open_store(folder, keys, name_of(profile.api, profile.account, user_id))

    session = await sign_in(profile, user["username"], user["password"], _fail, clock, open_store=store_of)
    await session.close()
    return Seat(folder, profile, session.renewal.tokens, keys.held, clinic_now)


def live(seat: Seat, pipe: Connection) -> None:
    """A life, until it is killed. Says ("had", all that is shown at its start), then ("kept", an id) for each
    order and ("now", what is shown) for each change."""
    asyncio.run(_live(seat, pipe))


async def _live(seat: Seat, pipe: Connection) -> None:
    keys = HeldKeys()
    keys.held = dict(seat.held)
    name = name_of(seat.profile.api, seat.profile.account, seat.tokens.user_id)
    opened = await open_store(seat.folder, keys, name)
    session = await reopen(seat.profile, seat.tokens, _fail, opened, AtTheClinic(seat.clinic_now))
    assert session is not None
    assert (opened.fault, opened.set_aside, opened.no_keyring) == (None, None, False)
    actions = session.outbox.actions

    def changed(change: Change) -> None:
        for action_id in (*change.added, *change.updated):
            action = actions.get(action_id)
            if action is not None:
                pipe.send(("now", Shown.of(action)))

    pipe.send(("had", [Shown.of(action) for action in actions]))
    actions.listen(changed)
    orders: asyncio.Queue[Order] = asyncio.Queue()
    asyncio.get_running_loop().add_reader(pipe.fileno(), lambda: orders.put_nowait(pipe.recv()))
    session.start()
    await _obey(session, orders, pipe)


async def _obey(session: Session, orders: asyncio.Queue[Order], pipe: Connection) -> None:
    while True:
        kind, values, patient_id = await orders.get()
        action = MAKERS[kind](*values, made_at=session.clock.now(), patient_id=patient_id)
        kept = await session.outbox.keep(action)
        pipe.send(("kept", kept.id))


def _fail(error: BaseException) -> None:
    raise AssertionError("a fault of the program") from error
