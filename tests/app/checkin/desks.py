"""A front desk at a practice clinic, with the act of checking in."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from app.auth.sso import AppKeys, SsoPerson
from app.checkin.check_in import CheckInAct
from app.checkin.patients import Patients, Register
from app.checkin.refs import Refs
from app.core.action import Action, Facts, from_bytes
from app.errors import Failure
from app.session import Session, registering
from tests.app.visits.clinics import at
from tests.attempts import Recorded
from tests.practice import START, Practice
from tests.sessions import client_of

OKAFOR = {"first_name": "Mira", "last_name": "Okafor", "dob": "1984-05-09"}
OLD = {"first_name": "María José", "last_name": "García Núñez", "dob": "1951-11-30"}
YOUNG = {**OLD, "dob": "1996-02-17"}
STRANGER = {"first_name": "Adaeze", "last_name": "Obi-Nwosu", "dob": "1990-02-03", "gender": "female"}


@dataclass
class Desk:
    """One workstation."""

    clinic: Practice
    session: Session
    act: CheckInAct
    opened_with: frozenset[str]

    async def put_through(self, action: Action) -> Facts:
        """One try, from what the store holds."""
        return await self.act.send(stored(action), Recorded())

    async def fail(self, action: Action) -> tuple[Failure, Action]:
        """One try that fails; how, and the action as it is kept then."""
        attempt = Recorded()
        try:
            await self.act.send(stored(action), attempt)
        except Failure as failure:
            return failure, attempt.kept(action)
        raise AssertionError("it did not fail")

    async def marks(self, mark: str) -> list[str]:
        """The visits, of those made since the desk opened, whose intake carries a mark."""
        visits = self.clinic.state()["visits"]
        intakes = {visit["id"]: visit["intake"] for visit in visits if visit["id"] not in self.opened_with}
        found = {
            visit: (await self.session.intakes.read(intake)).answers for visit, intake in intakes.items()
        }
        return [visit for visit, answers in found.items() if answers.get("custom_client_ref") == mark]


def stored(action: Action) -> Action:
    """The action after the disk."""
    return from_bytes(action.to_bytes())


@asynccontextmanager
async def desk_at(
    clinic: Practice, role: str = "front_desk", *, may_register: bool = False
) -> AsyncIterator[Desk]:
    """A desk, closed afterwards. may_register: it has the clinic's app key."""
    async with at(clinic, role) as session:
        register = (
            registering(session._client, AppKeys(key=clinic.api_key, secret=clinic.api_secret))
            if may_register
            else None
        )
        known = frozenset(visit["id"] for visit in clinic.state()["visits"])
        yield Desk(clinic, session, act_of(session, register), known)


def act_of(session: Session, register: Register | None = None) -> CheckInAct:
    return CheckInAct(
        session._client,
        session.clock,
        Patients(session.users, register),
        session.intakes,
        session.visit_acts,
        session.queue.read,
        Refs(session.store, session.clock),
    )


async def twin_of(clinic: Practice, patient: dict[str, Any], code: str) -> str:
    """Another person of the same name and birth date."""
    async with client_of(clinic) as client:
        person = SsoPerson(
            first_name=patient["first_name"], last_name=patient["last_name"], type=200, code=code
        )
        whole = json.loads(json.dumps(person.body())) | {"dob": patient["dob"]}
        keys = AppKeys(key=clinic.api_key, secret=clinic.api_secret)
        reply = await client.post("auth.sso", whole, secrets=keys.headers())
        return str(reply.value()["id"])


def line(**changes: Any) -> dict[str, Any]:
    """A line of `vestibule checkin`; a value of ... leaves its key out."""
    whole = {"patient": OKAFOR, "room": "k7m2p", "reason": "Cough", **changes}
    return {name: value for name, value in whole.items() if value is not ...}


MADE_AT = float(START)
