"""What changed is marked until it was seen, and nothing else is."""

from dataclasses import dataclass, replace

from app.core.collection import Collection
from ui.kit.column import Column
from ui.kit.marks import OWN_S, SEEN_AFTER_S, Marks


@dataclass(frozen=True, slots=True)
class Fact:
    id: str
    name: object = "Mira"
    phone: object = "1"
    age: int = 3


COLUMNS = (
    Column("who", "Who", text=str, facts=lambda fact: (fact.name, fact.phone)),
    Column("age", "Age", text=str),
)


class Clinic:
    def __init__(self) -> None:
        self.facts: Collection[Fact] = Collection()
        self.facts.put(Fact("a"))
        self.is_news, self.now = True, 0.0
        self.marks = Marks(self.facts, COLUMNS, lambda: self.is_news, lambda: self.now)
        self.seen: list[frozenset[str]] = []
        self.marks.seen.add(self.seen.append)

    def change(self, **values: object) -> None:
        self.facts.put(replace(self.facts.get("a"), **values))

    def of(self, record_id: str) -> tuple[str, str]:
        return self.marks.of(record_id, "who"), self.marks.of(record_id, "age")


def test_who_comes_is_new_and_what_changes_is_changed() -> None:
    clinic = Clinic()
    clinic.facts.put(Fact("b"))
    clinic.change(name="Zoë")
    assert (clinic.of("a"), clinic.of("b")) == (("changed", ""), ("new", "new"))
    clinic.facts.put(Fact("b", "Sean"))
    assert clinic.of("b") == ("new", "new")
    assert clinic.marks.ids == {"a", "b"}


def test_what_only_becomes_known_or_has_no_facts_is_not_marked() -> None:
    clinic = Clinic()
    clinic.change(age=4)
    clinic.change(phone=...)
    clinic.change(phone="2")
    assert clinic.marks.ids == frozenset()
    clinic.change(phone="3")
    assert clinic.marks.ids == {"a"}


def test_nothing_is_marked_that_is_no_news() -> None:
    clinic = Clinic()
    clinic.is_news = False
    clinic.facts.put(Fact("b"))
    clinic.change(name="Zoë")
    assert clinic.marks.ids == frozenset()


def test_a_mark_goes_when_it_was_looked_at_long_enough() -> None:
    clinic = Clinic()
    clinic.change(name="Zoë")
    clinic.marks.look(["a", "x"], SEEN_AFTER_S - 1)
    assert clinic.marks.ids == {"a"}
    # It changes again: it has to be looked at anew.
    clinic.change(name="Li")
    clinic.marks.look(["a"], SEEN_AFTER_S - 1)
    assert clinic.marks.ids == {"a"}
    clinic.marks.look(["a"], 1)
    assert clinic.marks.ids == frozenset()
    assert clinic.seen == [{"a"}]


def test_a_mark_goes_with_its_record() -> None:
    clinic = Clinic()
    clinic.change(name="Zoë")
    clinic.facts.drop("a")
    assert clinic.marks.ids == frozenset()
    clinic.facts.put(Fact("a"))
    assert clinic.of("a") == ("new", "new")


def test_own_acts_are_no_news_for_a_while() -> None:
    clinic = Clinic()
    clinic.change(name="Zoë")
    clinic.marks.own("a")
    assert clinic.marks.ids == frozenset()
    clinic.now = OWN_S - 1
    clinic.change(name="Li")
    assert clinic.marks.ids == frozenset()
    clinic.now = OWN_S
    clinic.change(name="Sean")
    assert clinic.of("a") == ("changed", "")


def test_closed_marks_listen_no_more() -> None:
    clinic = Clinic()
    clinic.marks.close()
    clinic.change(name="Zoë")
    assert clinic.marks.ids == frozenset()
