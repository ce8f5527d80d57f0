"""The people whom a search has found so far."""

from collections.abc import Iterable, Iterator

from app.checkin.names import fold
from app.users.record import Person

SHORTEST = 3
"""Characters from which on people are searched for (api/users.md §3)."""
_MOST_SPELLINGS = 4


class Found:
    """By id; those of one name stand together, so that nobody takes one for the only one."""

    def __init__(self, people: Iterable[Person] = ()) -> None:
        self._people = {person.id: person for person in people}

    def __len__(self) -> int:
        return len(self._people)

    def __iter__(self) -> Iterator[Person]:
        groups: dict[str, list[Person]] = {}
        for person in self._people.values():
            groups.setdefault(fold(person.name), []).append(person)
        return (person for group in groups.values() for person in group)

    def get(self, person_id: str) -> Person | None:
        """The one of this id."""
        return self._people.get(person_id)

    def add(self, people: Iterable[Person]) -> None:
        """More of them; what is known of somebody already stays."""
        self._people = {person.id: person for person in people} | self._people

    def complete(self, person: Person) -> None:
        """Knows more of somebody."""
        self._people[person.id] = person

    def namesakes(self, person: Person) -> list[Person]:
        """All of this person's name, also when it is spelt without its accents; the person among them."""
        return [other for other in self._people.values() if fold(other.name) == fold(person.name)]


def fits(words: str, person: Person) -> bool:
    """Whether every word is in the name, whatever its accents."""
    wanted, name = fold(words).split(), fold(person.name)
    return bool(wanted) and all(word in name for word in wanted)


def spellings(people: Iterable[Person]) -> list[str]:
    """Their family names as they are written: a server may want every accent."""
    names = dict.fromkeys(person.family or person.name for person in people)
    return [name for name in names if len(name) >= SHORTEST][:_MOST_SPELLINGS]
