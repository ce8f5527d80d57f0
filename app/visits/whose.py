"""Whose visit a typed text belongs to, kept beside it: the list may not have the visit any more (SEC-06)."""

from datetime import date

import msgspec

from app.users.record import Person
from app.visits.record import Visit


class Whose(msgspec.Struct, frozen=True, kw_only=True):
    """A visit and its patient's two identifiers, as they were shown when somebody began to type."""

    visit_id: str
    given: str = ""
    family: str = ""
    full_name: str = ""
    born: date | None = None

    @property
    def person(self) -> Person | None:
        """The patient; None when nobody knew the name."""
        if not (self.given or self.family or self.full_name):
            return None
        return Person(id="", given=self.given, family=self.family, full_name=self.full_name, born=self.born)


def whose(visit: Visit) -> str:
    """As it is kept."""
    member = visit.member or Person(id="")
    kept = Whose(
        visit_id=visit.id,
        given=member.given,
        family=member.family,
        full_name=member.full_name,
        born=member.born,
    )
    return msgspec.json.encode(kept).decode()


def read_whose(text: str | None) -> Whose | None:
    """What was kept; None when nothing was, or nothing that can be read."""
    try:
        return None if text is None else msgspec.json.decode(text, type=Whose)
    except msgspec.MsgspecError:
        return None
