"""A session whose browser only notes what it is asked to open."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from app.calls.start import Started
from app.session import Session
from app.visits.record import Visit
from tests.practice import Practice
from tests.sessions import signed_in

ME, COLLEAGUE, THIRD = "612", "613", "614"
MINE, SHARED, E_CONSULT = "48211", "48212", "48222"
"""Visits of the practice clinic: the first provider's, nobody's, and an e-consult."""


class Desk:
    """A session with a browser that only notes what it is asked to open."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.links: list[str] = []
        self.asked: list[Visit] = []
        self.opens = True
        self.says_yes = True
        self.meanwhile: Callable[[], object] = lambda: None
        """Happens while the question stands."""

    async def start(self, visit_id: str) -> Started | None:
        return await self.session.calls.start(visit_id, self.confirm, self.open)

    async def confirm(self, visit: Visit) -> bool:
        self.asked.append(visit)
        self.meanwhile()
        return self.says_yes

    def meets(
        self,
        what: str,
        *,
        before: Callable[[], object] = lambda: None,
        after: Callable[[], object] = lambda: None,
    ) -> None:
        """What happens right before and after this desk's next act `what` on visits reaches the server."""
        acts = self.session.visit_acts
        act: Callable[..., Awaitable[Visit]] = getattr(acts, what)

        async def met(*args: Any, **values: Any) -> Visit:
            setattr(acts, what, act)
            before()
            await act(*args, **values)
            after()
            return await self.session.queue.read(args[0])

        setattr(acts, what, met)

    async def audited(self) -> list[tuple[str, str, str]]:
        """What was done, on which id, with what outcome."""
        await self.session.store.flush()
        return [(entry.what, entry.subject, entry.outcome) for entry in await self.session.store.audit()]

    async def seen(self, visit_id: str) -> Visit:
        """The visit as the server has it now, as a poll would bring it."""
        await self.session.queue.read(visit_id)
        await self.session.queue.poller.once()
        found = self.session.queue.visits.get(visit_id)
        assert isinstance(found, Visit)
        return found

    def open(self, link: str) -> bool:
        self.links.append(link)
        return self.opens


@asynccontextmanager
async def desk(clinic: Practice, number: int = 0, **changes: Any) -> AsyncIterator[Desk]:
    session = await signed_in(clinic, "provider", number, **changes)
    try:
        await session.queue.poller.once()
        yield Desk(session)
    finally:
        await session.close()
