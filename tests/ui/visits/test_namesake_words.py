"""The words for namesakes, and where in the shown texts the difference stands."""

from datetime import date
from typing import Any

import pytest

from app.core.collection import Collection
from app.core.unreadable import Unreadable
from app.users.record import Person
from app.visits.namesakes import Namesake, Namesakes
from app.visits.record import Visit
from ui.kit.formats import born_text, name_text
from ui.visits.namesake_words import Emphasis, emphasis, pill, sentence

NOW = 1_780_000_000.0


def found(*members: Person) -> Namesake:
    """Whom the first of them could be taken for."""
    rows: Collection[Visit | Unreadable] = Collection()
    rows.replace({member.id: Visit(id=member.id, member=member) for member in members})
    namesake = Namesakes(rows, lambda _: True).of(members[0].id)
    assert namesake is not None
    return namesake


def person(number: str, family: str = "García Núñez", first: str = "María José", **facts: Any) -> Person:
    return Person(id=number, **{"family": family, "given": first, **facts})


OLDER = person("7302", born=date(1951, 11, 30), phone="5035550117")
YOUNGER = person("7303", born=date(1996, 2, 17), phone="5035550118")


def test_a_word_and_a_symbol() -> None:
    assert (pill(found(OLDER, YOUNGER)).text, pill(found(OLDER, YOUNGER)).icon) == ("Same name", "alert")
    similar = person("7304", first="María Luisa")
    assert pill(found(OLDER, similar)).text == "Similar name"


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ((OLDER, YOUNGER), "Another patient has this name: born 17-Feb-1996."),
        (
            (OLDER, person("8", born=OLDER.born, phone="5035550199")),
            "Another patient has this name: the same date of birth, phone (503) 555-0199.",
        ),
        (
            (OLDER, person("8", born=OLDER.born)),
            "Another patient has this name: the same date of birth, patient 8.",
        ),
        ((OLDER, person("8")), "Another patient has this name: date of birth not known, patient 8."),
        (
            (OLDER, person("8", first="María Luisa", born=date(1960, 1, 2))),
            "Another patient has a similar name: GARCÍA NÚÑEZ, María Luisa, born 02-Jan-1960.",
        ),
        (
            (OLDER, YOUNGER, person("8", first="Mar")),
            "Another patient has this name: born 17-Feb-1996. "
            "Another patient has a similar name: GARCÍA NÚÑEZ, Mar, date of birth not known.",
        ),
        (
            (OLDER, *(person(f"{day}", born=date(1960, 1, day)) for day in range(1, 6))),
            "5 other patients have this name: "
            "born 01-Jan-1960; born 02-Jan-1960; born 03-Jan-1960; and 2 more.",
        ),
    ],
)
def test_a_sentence(members: tuple[Person, ...], words: str) -> None:
    assert sentence(found(*members)) == words


@pytest.mark.parametrize(
    ("members", "shown"),
    [
        ((person("1", "Okafor", "Mira"), person("2", "Okafor", "Mina")), "Mira"),
        ((person("1", "Okafor", "Mira Ann"), person("2", "Okafor", "Mira Lee")), "Ann"),
        ((person("1", "Weiß Okafor", "Eva"), person("2", "Weiß Okafar", "Eva")), "OKAFOR"),
        ((person("1", "", "", full_name="Mira Ann Okafor"), person("2", "Okafor", "Mira")), "Ann"),
    ],
)
def test_the_word_of_the_name(members: tuple[Person, Person], shown: str) -> None:
    told, member = emphasis(found(*members), NOW), members[0]
    assert told.name is not None
    text = name_text(member.family, member.given, member.full_name)
    assert text[slice(*told.name)] == shown


@pytest.mark.parametrize(
    ("born", "shown"),
    [
        (date(1996, 2, 17), "30"),
        (date(1951, 2, 17), "30"),
        (date(1951, 2, 28), "30"),
        (date(1951, 12, 30), "Nov"),
        (date(1952, 11, 30), "1951"),
    ],
)
def test_the_part_of_the_date(born: date, shown: str) -> None:
    told = emphasis(found(OLDER, person("8", born=born)), NOW)
    assert told.born is not None
    assert born_text(OLDER.born, NOW)[slice(*told.born)] == shown


def test_the_whole_date_phone_and_number() -> None:
    whole = found(OLDER, person("8", born=date(1951, 11, 29)), person("9", born=date(1950, 11, 30)))
    told = emphasis(whole, NOW)
    assert told.born is not None
    assert born_text(OLDER.born, NOW)[slice(*told.born)] == "30-Nov-1951"
    assert emphasis(found(OLDER, person("8", born=OLDER.born, phone="1")), NOW) == Emphasis(phone=True)
    assert emphasis(found(OLDER, person("8")), NOW) == Emphasis(number=True)
