"""A queue over facts that a test holds in its hand."""

from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core.collection import Collection
from app.users.record import Person
from app.users.role import EVERYTHING, Rights
from app.visits.filter import EVERYONE
from app.visits.record import Visit
from app.visits.waiting import QueueRow
from tests.sessions import fail
from tests.ui.pointer import point_at
from tests.ui.visits.filtered import ME, NOW, PROVIDERS, ROOMS, visit
from ui.kit.sections import Heading
from ui.kit.ticker import Ticker
from ui.theme.theme import Theme
from ui.visits.queue_source import QueueSource
from ui.visits.queue_table import QueueTable

ZONE = "America/Los_Angeles"


class Clinic:
    """The facts, and the clock."""

    def __init__(self, *rows: QueueRow, now: float = NOW) -> None:
        self.now, self.room, self.is_partial = now, "", False
        self.visits: Collection[QueueRow] = Collection()
        self.visits.replace({row.id: row for row in rows})
        self.rooms: Collection[Any] = Collection()
        self.rooms.replace({room.code: room for room in ROOMS})
        self.providers: Collection[Person] = Collection()
        self.providers.replace({person.id: person for person in PROVIDERS})

    def source(self, rights: Rights = EVERYTHING) -> QueueSource:
        return QueueSource(
            visits=self.visits,
            rooms=self.rooms,
            providers=self.providers,
            now=lambda: self.now,
            zone=lambda: ZONE,
            me=ME,
            rights=rights,
            room=lambda: self.room,
            is_partial=lambda: self.is_partial,
        )

    def put(self, *rows: QueueRow) -> None:
        """One answer in which these are new or others."""
        self.visits.replace({**self.visits.all(), **{row.id: row for row in rows}})

    def take(self, *visit_ids: str) -> None:
        """One answer in which these are no longer."""
        self.visits.replace({i: row for i, row in self.visits.all().items() if i not in visit_ids})


def waiting(number: int, minutes: float = 10, **values: Any) -> Visit:
    """A walk-in who has waited so long at `NOW`."""
    return visit(number, **{"type": 1, "subtype": 3, "start": NOW - 60 * minutes, **values})


def booked(number: int, in_minutes: float, **values: Any) -> Visit:
    """An appointment of a quarter of an hour."""
    start = NOW + 60 * in_minutes
    return visit(number, **{"type": 2, "subtype": 3, "start": start, "end": start + 900, **values})


class Desk(QWidget):
    """A window with a queue in it."""

    def __init__(self, theme: Theme, clinic: Clinic, rights: Rights = EVERYTHING, **options: Any) -> None:
        super().__init__()
        self.clinic, self.ticker = clinic, Ticker()
        self.queue = QueueTable(theme, self.ticker, clinic.source(rights), fail, self, **options)
        self.table, self.model = self.queue.table, self.queue.model
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.queue)
        self.queue.filtering.narrow(self.model, EVERYONE)
        self.queue.set_loaded()

    def rows(self) -> list[str | Heading]:
        return [self.model.heading_at(row) or self.model.id_at(row) for row in range(self.model.rowCount())]

    def under_each(self) -> dict[int, list[str]]:
        """The ids under each heading."""
        found: dict[int, list[str]] = {}
        for row_id in self.rows():
            if isinstance(row_id, Heading):
                section = row_id.section
                found[section] = []
            else:
                found[section].append(row_id)
        return found

    def place_of(self, row: int) -> QPoint:
        """The middle of a row, in the viewport."""
        return QPoint(40, self.table.rowViewportPosition(row) + self.table.rowHeight(row) // 2)

    def point_at(self, row_id: str | Heading) -> None:
        point_at(self.table.viewport(), self.place_of(self.model.row_of(row_id)))

    def words(self) -> str:
        """What the updates bar says."""
        return self.queue.updates_bar.words()

    def at(self, now: float) -> None:
        """Time passes, or is set back."""
        self.clinic.now = now
        self.queue.pass_time()
        self.ticker.ticked.emit()

    def close_listeners(self) -> None:
        self.queue.close_listeners()
