"""A program at work whose sound a test hears."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import pytest

from app.session import Session
from app.visits.record import Visit
from tests.app.alerts.test_sound import Ear
from tests.keyrings import HeldKeys
from tests.practice import Practice
from tests.ui.programs import at_work, queue_page
from tests.until import until
from ui import shift
from ui.alerts.alerting import Alerting
from ui.program import Program


@dataclass
class Watching:
    """Somebody at work, and what of the alerts reaches them."""

    program: Program
    session: Session
    clinic: Practice
    ear: Ear

    @property
    def alerting(self) -> Alerting:
        assert self.program.shift is not None
        return self.program.shift.alerting

    async def arrive(self, **details: object) -> str:
        """A patient comes, and the list tells it; their visit."""
        visit_id = self.clinic.do("arrive", room=self.clinic.room, **details)["visit"]
        self.session.queue.poller.wake()
        await until(lambda: isinstance(self.session.queue.visits.get(visit_id), Visit))
        return visit_id

    async def lose_sight(self) -> None:
        """The list is asked for often, and not answered, until that is an alarm."""
        connection = self.session.queue.connection
        self.session.queue.poller.set_interval(0.5)
        await until(lambda: connection.too_old_s < 5)
        self.clinic.weather("status", "visits.list", status=503)
        await until(lambda: self.alerting.alarm().lost is not None)

    async def acknowledge(self) -> None:
        """As soon as what is told can have been read."""
        button = self.alerting.banner.acknowledge_button

        def is_done() -> bool:
            if button.isVisible():
                button.click()
            return not self.alerting.alarm().waiting

        await until(is_done)


Watch = Callable[..., AbstractAsyncContextManager[Watching]]


@pytest.fixture
def watching(program: Callable[..., Program], clinic: Practice, monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Signs the clinic's first provider in, with a headset that only listens."""

    @asynccontextmanager
    async def begun(ear: Ear | None = None) -> AsyncIterator[Watching]:
        ear = ear or Ear("Headset")
        monkeypatch.setattr(shift, "SoundCard", lambda: ear)
        started = program(keys=HeldKeys())
        async with at_work(started, clinic) as session:
            await queue_page(started)
            found = Watching(started, session, clinic, ear)
            await until(lambda: found.alerting.alarm().waiting)
            yield found

    return begun
