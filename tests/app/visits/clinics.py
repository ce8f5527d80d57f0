"""What the tests of visits do with a practice clinic."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.intakes.intakes import Intakes
from app.session import Session
from app.visits.acts import VisitActs
from tests.practice import START, Practice
from tests.sessions import signed_in

OKAFOR, GARCIA = "7301", "7302"
ROOM = "k7m2p"
HADDAD = "612"  # the first provider
OKONKWO = "613"  # the second


@asynccontextmanager
async def at(clinic: Practice, role: str = "provider", number: int = 0) -> AsyncIterator[Session]:
    """Somebody's session, closed afterwards."""
    session = await signed_in(clinic, role, number)
    try:
        yield session
    finally:
        await session.close()


def acts_of(session: Session) -> VisitActs:
    """The acts of a session."""
    return VisitActs(session._client, session.queue.read)


async def intake_of(session: Session, member_id: str = OKAFOR, room: str = ROOM) -> str:
    """A fresh intake that staff wrote for a patient."""
    return (await Intakes(session._client).create(room, member_id=member_id, reason="Cough")).id


def slot(number: int) -> tuple[int, int]:
    """A quarter of an hour of the next week, another for each number."""
    start = START + 7 * 86_400 + number * 3600
    return start, start + 900
