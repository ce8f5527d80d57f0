"""PID-07: whoever shares a name on the list is flagged, whichever way the list came to be."""

import random
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.core.collection import Collection
from app.core.unreadable import Unreadable
from app.users.record import Person
from app.visits.difference import difference
from app.visits.namesakes import Namesake, Namesakes
from app.visits.record import Visit
from tests.practice import Practice
from tests.sessions import signed_in

Rows = Collection[Visit | Unreadable]


def visit(number: str, patient: str, family: str, first: str, **facts: Any) -> Visit:
    return Visit(id=number, status=10, member=Person(id=patient, family=family, given=first, **facts))


def is_open(row: Visit) -> bool:
    return row.status == 10


def over(*visits: Visit) -> tuple[Rows, Namesakes]:
    rows: Rows = Collection()
    rows.replace({row.id: row for row in visits})
    return rows, Namesakes(rows, is_open)


MIRA = visit("1", "a", "Okafor", "Mira", born=date(1984, 5, 9))
OTHER_MIRA = visit("2", "b", "OKÁFOR", "mira", born=date(1996, 2, 17))
MINA = visit("3", "c", "Okafor", "Mina")


def test_each_is_told_of_the_other() -> None:
    _, names = over(MIRA, OTHER_MIRA, visit("9", "z", "Tanaka", "Yuki"))
    for mine, theirs in ((MIRA, OTHER_MIRA), (OTHER_MIRA, MIRA)):
        found = names.of(mine.id)
        assert found is not None
        assert (found.likeness, found.visit_ids) == ("same", (theirs.id,))
        assert found.difference.field == "day"
    assert names.of("9") is None
    assert names.of("not there") is None


def test_the_same_name_comes_before_a_similar_one() -> None:
    _, names = over(MINA, MIRA, OTHER_MIRA)
    found = names.of("1")
    assert found is not None
    assert [(other.likeness, other.visit_ids) for other in found.others] == [
        ("same", ("2",)),
        ("similar", ("3",)),
    ]


def test_two_visits_of_one_patient_are_no_namesakes() -> None:
    rows, names = over(MIRA, visit("5", "a", "Okafor", "Mira Anne"))
    assert names.of("1") is names.of("5") is None
    rows.put(OTHER_MIRA)
    found = names.of("2")
    assert found is not None
    assert len(found.others) == 1
    assert found.others[0].likeness == "same"
    assert found.visit_ids == ("1", "5")


def test_changes_are_followed_and_told_to_whoever_had_asked() -> None:
    rows, names = over(MIRA)
    told: list[frozenset[str]] = []
    names.listen(told.append)
    rows.put(MINA)
    assert told == []  # Nobody has asked.
    assert names.of("1") is not None
    rows.put(OTHER_MIRA)
    assert told == [frozenset({"1"})]
    assert names.of("3") is not None
    rows.put(visit("1", "a", "Tanaka", "Mira"))
    assert told[1:] == [frozenset({"3"})]
    assert names.of("1") is None
    rows.put(MIRA)
    rows.drop("1")
    assert names.of("1") is None
    rows.put(Visit(id="3", status=30, member=MINA.member))
    assert names.of("2") is names.of("3") is None


def test_what_does_not_change_who_it_is_changes_nothing() -> None:
    rows, names = over(MIRA, OTHER_MIRA)
    found = names.of("1")
    told: list[frozenset[str]] = []
    names.listen(told.append)
    rows.put(visit("1", "a", "Okafor", "Mira", born=date(1984, 5, 9)))
    rows.put(Visit(id="1", status=10, reason="Cough", member=MIRA.member))
    rows.put(Visit(id="8", status=10))
    rows.put(Unreadable(id="7", complaint="x"))
    assert told == []
    assert names.of("1") is found


def test_other_rows_count() -> None:
    rows: Rows = Collection()
    rows.replace({"1": MIRA, "2": OTHER_MIRA})
    shown = {"1"}
    names = Namesakes(rows, lambda row: row.id in shown)
    assert names.of("1") is None
    shown.add("2")
    names.look_again()
    assert names.of("1") is not None
    names.close()
    rows.drop("2")
    assert names.of("1") is not None


FAMILIES = ("Okafor", "OKÁFOR", "Okafar", "Mira", "Smith", "Smith Jr", "Stevens", "Stephens", "")
GIVEN = ("Mira", "mira", "Mina", "Okafor", "Miranda", "M", "Jon", "John", "")
people = st.builds(
    Person,
    id=st.sampled_from("abcdef"),
    family=st.sampled_from(FAMILIES),
    given=st.sampled_from(GIVEN),
    full_name=st.sampled_from(("", "Mira Okafor", "Okafor, Mira")),
    born=st.sampled_from((None, date(1984, 5, 9), date(1984, 5, 10), date(1985, 5, 9))),
    phone=st.sampled_from(("", "5035550117", "+1 (503) 555-0117", "5035550118")),
)


@given(st.lists(people, max_size=12))
def test_it_is_mutual_and_nobody_of_the_same_name_is_missed(members: list[Person]) -> None:
    rows = [Visit(id=str(number), status=10, member=member) for number, member in enumerate(members)]
    _, names = over(*rows)
    for row in rows:
        found = names.of(row.id)
        for other in rows:
            assert row.member is not None
            assert other.member is not None
            is_told = found is not None and other.id in found.visit_ids
            theirs = names.of(other.id)
            assert is_told == (theirs is not None and row.id in theirs.visit_ids)
            if row.member.id == other.member.id:
                assert not is_told
            elif row.member.given and row.member.family and _folds(row.member) == _folds(other.member):
                assert is_told


def _folds(member: Person) -> list[str]:
    return [text.casefold().replace("á", "a") for text in (member.family, member.given)]


@given(people, st.lists(people, min_size=1, max_size=4))
def test_what_is_emphasised_is_nobody_elses(member: Person, others: list[Person]) -> None:
    rest = [other for other in others if other.id != member.id]
    told = difference(member, rest)
    match told.field:
        case "given" | "family" | "full_name":
            word = getattr(member, told.field)[told.start : told.end].casefold()
            assert word
            for other in rest:
                names = f"{other.given} {other.family}" if other.given and other.family else ""
                assert word not in (names or other.full_name).casefold().split()
        case "day" | "month" | "year":
            values = {getattr(other.born, told.field) for other in rest}
            assert getattr(member.born, told.field) not in values
        case "born":
            assert member.born not in [None, *(other.born for other in rest)]
        case "phone":
            assert member.phone not in ["", *(other.phone for other in rest)]
        case "number":
            assert member.id not in {other.id for other in rest}


async def test_the_practice_clinics_two_garcias(shared_clinic: Practice) -> None:
    session = await signed_in(shared_clinic)
    names = Namesakes(session.queue.visits, lambda row: row.status in (10, 20, 25))
    try:
        await session.queue.poller.once()
        await session.queue.complete()
        flagged = {
            row.id: found
            for row in session.queue.visits
            if isinstance(row, Visit) and (found := names.of(row.id)) is not None
        }
    finally:
        names.close()
        await session.close()
    assert {found.person.family for found in flagged.values()} == {"García Núñez"}
    assert {found.person.id for found in flagged.values()} == {"7302", "7303"}
    assert {found.difference.field for found in flagged.values()} == {"day"}


def test_after_ten_thousand_changes_it_is_as_if_made_anew() -> None:
    dice = random.Random(7)
    rows, names = over()
    for _ in range(10_000):
        number = str(dice.randrange(60))
        if dice.random() < 0.3:
            rows.drop(number)
        else:
            patient = f"p{dice.randrange(40)}"
            member = Person(id=patient, family=dice.choice(FAMILIES), given=dice.choice(GIVEN))
            rows.put(Visit(id=number, status=dice.choice((10, 10, 30)), member=member))
        names.of(str(dice.randrange(60)))
    anew = Namesakes(rows, is_open)
    answers: dict[str, Namesake | None] = {str(number): names.of(str(number)) for number in range(60)}
    assert any(answers.values())
    assert answers == {number: anew.of(number) for number in answers}
