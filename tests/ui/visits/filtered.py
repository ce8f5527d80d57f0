"""A queue that can be filtered, put together as a page would: collection, model, table, bar."""

from collections.abc import Callable, Iterable
from datetime import date

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core.collection import Change, Collection
from app.rooms.record import Room
from app.users.record import Person
from app.users.role import EVERYTHING, Rights
from app.visits.filter import Filter, Finder, Matches, tally
from app.visits.record import Visit
from app.visits.waiting import QueueRow, is_open, queue_key
from tests.sessions import fail
from ui.kit.column import Column
from ui.kit.record_model import RecordModel
from ui.kit.record_table import RecordTable
from ui.theme.theme import Theme
from ui.visits.filter_bar import FilterBar
from ui.visits.filter_words import names_of
from ui.visits.words import kind_cell, patient_cell, reason_cell

NOW = 1_780_000_000.0
ME, OTHER = "612", "613"
ROOMS = (Room(code="k7m2p", name="General Care"), Room(code="q4r8t", name="Pediatrics & Family"))
PROVIDERS = (
    Person(id=ME, given="Ana", family="Ruiz", title="Dr."),
    Person(id=OTHER, given="Ben", family="Ode", title="Dr."),
)
_GIVEN = ("Mira", "Sean", "Zoë", "Ángel", "Li", "Olivia")
_FAMILY = ("Okafor", "O’Brien-D'Arcy", "García-Núñez", "Smith", "Van den Berg")
_REASONS = ("Cough", "Knee pain since three days", "Refill", "Fièvre et toux", "Rash on both hands")


def visit(number: int, **values: object) -> Visit:
    """One of many that differ in all that is filtered by."""
    member = Person(
        id=str(7000 + number),
        given=_GIVEN[number % 6],
        family=_FAMILY[number % 5],
        born=date(1950 + number % 60, 1 + number % 12, 1 + number % 28),
        phone=f"503555{number % 10_000:04}",
    )
    made = {
        "id": str(48000 + number),
        "status": 10,
        "type": 1 + number % 3,
        "subtype": 1 + number % 4,
        "start": NOW - 60 * (number % 90),
        "member": member,
        "provider": (None, *PROVIDERS)[number % 3],
        "room_code": ROOMS[number % 2].code,
        "reason": _REASONS[number % 5],
    }
    return Visit(**{**made, **values})


def collection_of(rows: Iterable[QueueRow]) -> Collection[QueueRow]:
    made: Collection[QueueRow] = Collection()
    made.replace({row.id: row for row in rows})
    return made


class Filtered(QWidget):
    """What the lead composes in the queue's own table: the bar above, its predicate in the model."""

    def __init__(
        self,
        theme: Theme,
        visits: Collection[QueueRow],
        *,
        rights: Rights = EVERYTHING,
        report: Callable[[BaseException], None] = fail,
    ) -> None:
        super().__init__()
        self.visits = visits
        self._finder = Finder(ME, rights)
        self._matches: Matches = self._finder.matching(Filter())
        self.asked: list[Filter] = []
        columns = (
            Column("patient", "Patient", cell=lambda row: patient_cell(row, NOW), weight=3, chars=20),
            Column("reason", "Reason", cell=lambda row: reason_cell(row, ""), weight=3, chars=16, priority=1),
            Column("kind", "Kind", cell=lambda row: kind_cell(row, ""), weight=1, chars=10, priority=2),
        )
        self.model = RecordModel(
            visits, columns, lambda row: queue_key(row, NOW), self._includes, self, report=report
        )
        self.table = RecordTable(self.model, theme, self)
        self.bar = FilterBar(
            theme, lambda: names_of(ROOMS, PROVIDERS, visits, ME), report, self, rights=rights
        )
        self.bar.changed.connect(self.filter_by)
        self.bar.left.connect(self.table.setFocus)
        self._stop = visits.listen(self._count)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.table, 1)
        self._count()

    def close_listeners(self) -> None:
        self._stop()
        self.model.close()
        self.bar.close_questions()

    def _includes(self, row: QueueRow) -> bool:
        return is_open(row) and self._matches(row)

    def filter_by(self, wanted: Filter) -> None:
        self.asked.append(wanted)
        self._matches = self._finder.matching(wanted)
        self.model.refilter()
        self._count()

    def _count(self, _change: Change | None = None) -> None:
        self.bar.set_counts(*tally(filter(is_open, self.visits), self._matches, NOW))
