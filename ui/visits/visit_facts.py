"""The facts of one visit: reason, room, provider, times."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.visits.presence import presence
from app.visits.record import Status, Type, Visit
from app.visits.waiting import CLOSED, Group, group, waiting_s
from ui.kit.facts import FactGrid
from ui.kit.formats import span_text, time_text
from ui.kit.labels import label
from ui.theme.theme import Theme
from ui.theme.tokens import Space
from ui.visits.presence_words import presence_words
from ui.visits.words import kind_text


class VisitFacts(QWidget):
    """A card of label and value. with_reason: off for whoever may not read why somebody comes."""

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, with_reason: bool = True) -> None:
        super().__init__(parent)
        self._theme = theme
        self.grid = FactGrid(theme, self)
        for name, title, hide in (
            ("reason", "Reason", not with_reason),
            ("room", "Room", False),
            ("provider", "Provider", False),
            ("kind", "Kind of visit", False),
            ("start", "Waiting since", True),
            ("booked", "Booked for", True),
            ("there", "Patient's page", True),
            ("end", "Until", True),
            ("actual_start", "Call began", True),
            ("actual_end", "Call ended", True),
            ("unread", "Not understood", True),
            ("number", "Visit number", False),
        ):
            self.grid.add(name, title, hide_unknown=hide)
        self._title = label("Visit", "strong", parent=self)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._title)
        self._column.addWidget(self.grid)
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_visit(self, visit: Visit, room: str, provider: str, now: float, seen_at: float) -> None:
        """Shows a visit. room, provider: names, "" when not known. now: the server's time, Unix s.

        seen_at: when the visit was last confirmed, Unix s.
        """
        grid = self.grid
        grid.set("reason", visit.reason)
        grid.set("room", room)
        no_provider = (
            "Any provider of the room" if visit.provider is None else f"Provider {visit.provider.id}"
        )
        grid.set("provider", provider or no_provider)
        grid.set("kind", kind_text(visit))
        booked = visit.type == Type.SCHEDULED
        grid.set("start", None if booked else _start(visit, now) or "Not known")
        grid.set("booked", (_start(visit, now) or "Not known") if booked else None)
        grid.set("there", _there(visit, seen_at))
        grid.set("end", time_text(visit.end, now) if visit.end and visit.type == Type.SCHEDULED else None)
        grid.set("actual_start", time_text(visit.actual_start, now) if visit.actual_start else None)
        grid.set("actual_end", time_text(visit.actual_end, now) if visit.actual_end else None)
        grid.set("unread", "\n".join(visit.unread))
        grid.set("number", visit.id)

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(Space.wide), px(Space.large), px(Space.wide), px(Space.small))
        self._column.setSpacing(px(Space.medium))


def _there(visit: Visit, seen_at: float) -> str | None:
    """Where the patient is, of a visit of which that may be asked."""
    may_wait = group(visit, seen_at) == Group.WAITING or visit.status in CLOSED
    return presence_words(presence(visit, seen_at), seen_at).whole if may_wait else None


def _start(visit: Visit, now: float) -> str | None:
    if visit.start is None:
        return None
    waited = waiting_s(visit, now)
    moment = time_text(visit.start, now)
    if waited is None or visit.status == Status.IN_PROGRESS:
        return moment
    return f"{moment} ({span_text(waited)} ago)" if waited >= 60 else moment
