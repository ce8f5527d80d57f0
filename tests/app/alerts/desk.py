"""A queue whose visits and answers a test moves by hand, and what was told of it."""

from typing import Any

from app.alerts.alerts import Alerts
from app.alerts.hearing import heard
from app.alerts.record import Priority, Ring
from app.alerts.rules import AlertRules
from app.core.audit import Event
from app.core.clock import ServerClock
from app.core.collection import Collection
from app.core.connection import Connection
from app.errors import Failure, Offline
from app.users.record import Person
from app.users.role import Role
from app.visits.limits import Limits
from app.visits.record import Status, Type, Visit
from app.visits.waiting import QueueRow
from tests.clocks import HandClock

ME, COLLEAGUE = "612", "613"
POLL_S = 10.0


class Audited:
    """Notes what would go into the audit."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, str]] = []

    def note(self, event: str, subject: str = "", outcome: str = "ok") -> None:
        self.lines.append((Event(event), subject, outcome))


class Desk:
    """One person's alerts, polled every ten seconds. reads: the queue has been read once.
    begins: the alerts have begun."""

    def __init__(
        self,
        role: Role = Role.PROVIDER,
        *,
        rules: AlertRules | None = None,
        known: dict[str, int] | None = None,
        reads: bool = True,
        begins: bool = True,
    ) -> None:
        self.hand = HandClock()
        self.clock = ServerClock(self.hand)
        self.clock.observe(self.hand.wall())
        self.visits: Collection[QueueRow] = Collection()
        self.connection = Connection(self.clock, POLL_S)
        self.audit = Audited()
        self.rules = rules or AlertRules()
        self.role = role
        self.rings: list[Ring] = []
        self.kept: dict[str, int] = {}
        self.alerts = Alerts(
            self.visits,
            self.connection,
            self.clock,
            self.audit,  # type: ignore[arg-type]
            lambda: self.rules,
            Limits().of,
            lambda visit: heard(visit, ME, self.role),
            known or {},
            self.rings.append,
            lambda: None,
            self._keep,
        )
        if begins:
            self.alerts.begin()
        if reads:
            self.answer()

    def _keep(self, known: Any) -> None:
        self.kept = dict(known)

    def visit(self, visit_id: str = "1", *, waited_s: float = 0.0, **values: Any) -> Visit:
        """A walk-in without a provider that has waited for so long."""
        start = self.clock.now() - waited_s
        plain: dict[str, Any] = {"status": Status.PENDING, "type": Type.WALK_IN, "start": start}
        return Visit(id=visit_id, **{**plain, **values})

    def come(self, visit_id: str = "1", **values: Any) -> Visit:
        """Somebody comes, and the next answer tells it."""
        visit = self.visit(visit_id, **values)
        self.visits.put(visit)
        self.answer()
        return visit

    def answer(self) -> None:
        """The server confirms what is known."""
        self.connection.succeeded()

    def fail(self, failure: Failure | None = None) -> None:
        """The server does not."""
        self.connection.failed(failure or Offline("unreachable"))

    def pass_(self, seconds: int, *, answers: bool = True) -> list[Ring]:
        """Time passes, second by second, with an answer every ten; what was told meanwhile."""
        before = len(self.rings)
        for second in range(1, seconds + 1):
            self.hand.advance(1)
            if answers and second % POLL_S == 0:
                self.answer()
            self.alerts.look()
        return self.rings[before:]

    def take(self) -> list[Ring]:
        """What was told since the last `take`."""
        rings, self.rings[:] = list(self.rings), []
        return rings


def person(person_id: str) -> Person:
    return Person(id=person_id)


def priorities(rings: list[Ring]) -> list[Priority]:
    return [ring.priority for ring in rings]
