"""What a list of visits is made from."""

from collections.abc import Callable
from dataclasses import dataclass, field

from app.core.collection import Collection
from app.rooms.record import Room
from app.users.record import Person
from app.users.role import EVERYTHING, Rights
from app.visits.limits import USUAL, WaitLimits
from app.visits.record import Visit
from app.visits.waiting import QueueRow
from ui.visits.words import provider_name


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSource:
    """The facts of one session, and who looks at them.

    visits, rooms, providers: the session's collections; the last two give names. now: the server's time,
    Unix s. zone: the clinic's, an IANA name or "". me: id of who looks. rights: what they may see. limits: of
    a visit's wait. seen_at: when the visits were last confirmed, Unix s; None: they are as of now.
    room: the code of the one that is watched, "" for all. is_partial: patients of it have not been read yet.
    """

    visits: Collection[QueueRow]
    rooms: Collection[Room] = field(default_factory=Collection)
    providers: Collection[Person] = field(default_factory=Collection)
    now: Callable[[], float]
    zone: Callable[[], str] = str
    me: str = ""
    rights: Rights = EVERYTHING
    limits: Callable[[Visit], WaitLimits] = lambda _visit: USUAL
    seen_at: Callable[[], float] | None = None
    room: Callable[[], str] = str
    is_partial: Callable[[], bool] = bool

    def room_name(self, visit: Visit) -> str:
        """The room's name; its code when nobody names it."""
        if visit.room_name or visit.room_code is None:
            return visit.room_name or ""
        room = self.rooms.get(visit.room_code)
        return room.name if room and room.name else visit.room_code

    def provider_name(self, visit: Visit) -> str:
        """The provider's name as far as anybody knows it, "" when not."""
        if visit.provider is None:
            return ""
        known = self.providers.get(visit.provider.id)
        person = visit.provider if visit.provider.name or known is None else known
        return provider_name(person) if person.name else ""
