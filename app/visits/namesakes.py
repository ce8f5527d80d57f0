"""Which patients on the list could be taken for each other by their names (PID-07; ideas.md, 9)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from app.core.collection import Change, Collection
from app.core.listeners import Listeners
from app.core.unreadable import Unreadable
from app.users.record import Person
from app.visits.alike import Called, Likeness, called, likeness
from app.visits.difference import Difference, difference
from app.visits.record import Visit


@dataclass(frozen=True, slots=True)
class Other:
    """Another patient of a like name, and their visits."""

    likeness: Likeness
    person: Person
    visit_ids: tuple[str, ...]

    @property
    def order(self) -> tuple[str, str]:
        """The same name first."""
        return self.likeness, self.person.id


@dataclass(frozen=True, slots=True)
class Namesake:
    """A patient whom somebody could take for another one. others: those of the same name first. difference:
    what tells this patient from all of them."""

    person: Person
    others: tuple[Other, ...]
    difference: Difference

    @property
    def likeness(self) -> Likeness:
        """Same, when anybody has the same name."""
        return self.others[0].likeness

    @property
    def visit_ids(self) -> tuple[str, ...]:
        """The visits of the others."""
        return tuple(chain.from_iterable(other.visit_ids for other in self.others))


class Namesakes:
    """Over the rows of `visits` that are on the list, kept as they change.

    Two visits of one patient are no namesakes. Names are compared when somebody asks, and then with those of
    one family or given name only; a change costs as much as there are such. is_listed: whether a row counts.
    """

    def __init__(self, visits: Collection[Visit | Unreadable], is_listed: Callable[[Visit], bool]) -> None:
        self._visits, self._is_listed = visits, is_listed
        self._called: dict[str, Called] = {}
        # By each key of a name: the visits of whoever has it.
        self._having: dict[str, dict[str, None]] = {}
        self._answers: dict[str, Namesake | None] = {}
        self._listeners: Listeners[[frozenset[str]]] = Listeners()
        self._look_at(row.id for row in visits)
        self._stop = visits.listen(self._changed)

    def close(self) -> None:
        """Follows the list no longer."""
        self._stop()

    def of(self, visit_id: str) -> Namesake | None:
        """Who could be taken for the patient of a visit; None: nobody, or nobody knows the patient's name."""
        if visit_id not in self._answers:
            self._answers[visit_id] = self._found(visit_id)
        return self._answers[visit_id]

    def listen(self, listener: Callable[[frozenset[str]], None]) -> Callable[[], None]:
        """Calls `listener` with the ids of visits that were asked about and whose answer may be another now.
        Returns the way to stop it."""
        return self._listeners.add(listener)

    def look_again(self) -> None:
        """Other rows count now, such as those of another filter."""
        self._look_at(row.id for row in self._visits)

    # -- the index

    def _changed(self, change: Change) -> None:
        self._look_at(chain(change.added, change.updated, change.removed))

    def _look_at(self, visit_ids: Iterable[str]) -> None:
        """Takes rows as they are now."""
        doubtful: set[str] = set()
        for visit_id in visit_ids:
            before, now = self._called.get(visit_id), self._as_listed(visit_id)
            if (before and before.person) == (now and now.person):
                continue
            doubtful.add(visit_id)
            if before is not None:
                doubtful.update(self._asked_about(before))
                self._forget(visit_id, before)
            if now is not None:
                doubtful.update(self._asked_about(now))
                self._note(visit_id, now)
        doubtful.intersection_update(self._answers)
        for visit_id in doubtful:
            del self._answers[visit_id]
        if doubtful:
            self._listeners.tell(frozenset(doubtful))

    def _as_listed(self, visit_id: str) -> Called | None:
        row = self._visits.get(visit_id)
        if row is None or isinstance(row, Unreadable) or row.member is None or not self._is_listed(row):
            return None
        before = self._called.get(visit_id)
        return before if before and before.person == row.member else called(row.member)

    def _note(self, visit_id: str, name: Called) -> None:
        self._called[visit_id] = name
        for key in _keys(name):
            self._having.setdefault(key, {})[visit_id] = None

    def _forget(self, visit_id: str, name: Called) -> None:
        del self._called[visit_id]
        for key in _keys(name):
            having = self._having[key]
            del having[visit_id]
            if not having:
                del self._having[key]

    def _asked_about(self, name: Called) -> Iterator[str]:
        """The visits of patients called like this one whose answer somebody has."""
        if self._answers:
            for visit_id in self._sharing(name):
                if visit_id in self._answers and self._like(name, visit_id):
                    yield visit_id

    # -- an answer

    def _sharing(self, name: Called) -> set[str]:
        """The visits of whoever has a name in common with this one."""
        return set(chain.from_iterable(self._having.get(key, ()) for key in _keys(name)))

    def _like(self, name: Called, visit_id: str) -> Likeness | None:
        """How like it the patient of a visit is called; None for the same patient."""
        other = self._called[visit_id]
        return None if other.person.id == name.person.id else likeness(name, other)

    def _found(self, visit_id: str) -> Namesake | None:
        name = self._called.get(visit_id)
        if name is None:
            return None
        alike: dict[str, list[tuple[Likeness, str]]] = {}
        for other_id in self._sharing(name):
            if how := self._like(name, other_id):
                alike.setdefault(self._called[other_id].person.id, []).append((how, other_id))
        if not alike:
            return None
        others = tuple(sorted(map(self._other, alike.values()), key=lambda other: other.order))
        return Namesake(name.person, others, difference(name.person, (other.person for other in others)))

    def _other(self, found: list[tuple[Likeness, str]]) -> Other:
        """One patient, by all their visits that are called alike."""
        how, visit_id = min(found)
        return Other(how, self._called[visit_id].person, tuple(sorted(visit for _, visit in found)))


def _keys(name: Called) -> Iterator[str]:
    """Under what a name is found: whoever is called alike shares one of them (`likeness`)."""
    yield from (f"same {key}" for key in name.keys)
    if name.family:
        yield f"family {name.family}"
    if name.given:
        yield f"given {name.given}"
