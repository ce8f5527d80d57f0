"""A workstation that is killed: a session on a real store; it keeps what it is told and says what it shows.

It runs in a process of its own (tests/forked.py). Key and token come through a pipe, never through arguments
or environment.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from app.auth.tokens import Tokens
from app.checkin.check_in import check_in
from app.core.action import Action
from app.core.clock import SystemClock
from app.core.collection import Change
from app.core.store.opening import Opened, name_of, open_store
from app.entry import reopen, sign_in
from app.files.renaming import rename_file
from app.intakes.edit import edit_intake
from app.profile import Profile
from app.session import Session
from app.visits.note_edit import edit_note
from tests.keyrings import HeldKeys

SPEED = 100.0
"""How much faster the clinic's time goes, and that of the machines in it."""

MAKERS: dict[str, Callable[..., Action]] = {
    "check_in": lambda values, made_at, **_patient: check_in(values, made_at),
    "note": edit_note,
    "intake_edit": edit_intake,
    "rename": rename_file,
}


@dataclass(frozen=True)
class Order:
    """Something to be done. kind: of MAKERS. values: its first arguments. after_s: since the one before."""

    kind: str
    values: tuple[Any, ...]
    patient_id: str
    after_s: float = 0.0


@dataclass(frozen=True)
class Seat:
    """A workstation with the person at it. held: the secrets in its keyring. now: the clinic's, Unix s."""

    folder: Path
    profile: Profile
    tokens: Tokens
    held: dict[str, str]
    now: float

    async def open_store(self) -> Opened:
        keys = HeldKeys()
        keys.held = dict(self.held)
        name = name_of(self.profile.api, self.profile.account, self.tokens.user_id)
        return await open_store(self.folder, keys, name)


class AtTheClinic(SystemClock):
    """A machine whose clocks are as right as the clinic's, and go as fast: what is measured in seconds here,
    such as how long a request may still be carried out, is measured in the clinic's."""

    def __init__(self, now: float) -> None:
        self._now, self._began = now, super().monotonic()

    def monotonic(self) -> float:
        return super().monotonic() * SPEED

    def wall(self) -> float:
        return self._now + (super().monotonic() - self._began) * SPEED


async def seated(folder: Path, profile: Profile, user: dict[str, str], now: float) -> Seat:
    """Signs somebody in for the first time at a workstation, so that later sessions begin from the store."""
    keys = HeldKeys()

    async def store_of(user_id: str) -> Opened:
        return await open_store(folder, keys, name_of(profile.api, profile.account, user_id))

    name, password = user["username"], user["password"]
    session = await sign_in(profile, name, password, fault, AtTheClinic(now), open_store=store_of)
    await session.close()
    return Seat(folder, profile, session.renewal.tokens, keys.held, now)


def live(seat: Seat, orders: Sequence[Order], says: Connection) -> None:
    """A life, until it is killed. Says which actions are there at its start, as a list; then each that is
    shown anew or otherwise."""
    asyncio.run(_live(seat, orders, says))


async def _live(seat: Seat, orders: Sequence[Order], says: Connection) -> None:
    session = await resumed(seat)
    actions = session.outbox.actions

    def changed(change: Change) -> None:
        for action_id in (*change.added, *change.updated):
            says.send(actions.get(action_id))

    says.send(list(actions))
    actions.listen(changed)
    session.start()
    for order in orders:
        await asyncio.sleep(order.after_s)
        await session.outbox.keep(made(order, session))
    await asyncio.Event().wait()


async def resumed(seat: Seat) -> Session:
    """The session from its store, whole and before any request."""
    opened = await seat.open_store()
    assert (opened.fault, opened.set_aside, opened.no_keyring) == (None, None, False)
    session = await reopen(seat.profile, seat.tokens, fault, opened, AtTheClinic(seat.now))
    assert session is not None
    return session


def made(order: Order, session: Session) -> Action:
    return MAKERS[order.kind](*order.values, made_at=session.clock.now(), patient_id=order.patient_id)


def fault(error: BaseException) -> None:
    raise AssertionError("a fault of the program") from error
