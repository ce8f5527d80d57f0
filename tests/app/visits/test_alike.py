"""When two names are the same, when they are alike, and what tells their people apart (PID-07)."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.users.record import Person
from app.visits.alike import called, fold, likeness
from app.visits.difference import Difference, difference


def person(name: str, number: str = "1", **facts: Any) -> Person:
    """name: as it is shown, "OKAFOR, Mira"; without a comma it is the full name."""
    family, comma, first = name.partition(", ")
    names = {"family": family, "given": first} if comma else {"full_name": name}
    return Person(id=number, **{**names, **facts})


def like(one: Person, other: Person) -> str | None:
    ours, theirs = called(one), called(other)
    assert ours is not None
    assert theirs is not None
    assert likeness(ours, theirs) == likeness(theirs, ours)
    return likeness(ours, theirs)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Okafor, Mira", "OKAFOR, mira"),
        ("García Núñez, María José", "Garcia Nunez, Maria Jose"),
        ("O'Malley, Gráinne", "OMalley, Grainne"),
        ("Müller-Lüdenscheidt, Jürgen", "Muller Ludenscheidt, Jurgen"),
        ("Yıldız, Elif", "YILDIZ, ELIF"),
        ("Nguyễn, Thị Hồng", "Nguyen, Thi Hong"),
        ("Weiß, Jörg", "WEISS, JORG"),
        ("Иванова, Анастасия", "ИВАНОВА, анастасия"),
        ("王, 晓明", "晓明, 王"),
        ("Okafor, Mira", "Mira, Okafor"),
        ("Smith, Robert", 'Smith, Robert "Bob"'),
        ("Smith, Robert", "Smith, Robert (Bob)"),
        ("Smith, Robert", "Smith Jr., Robert"),
        ("Smith, Robert", "Smith, Robert III"),
        ("Okafor, Mira", "Mira Okafor"),
        ("García Núñez, María José", "María José García Núñez"),
        ("Suharto", "SUHARTO"),
        ("---, ---", "---, ---"),
        ("\u212bngström, Eva", "Ångström, Eva"),
    ],
)
def test_the_same_name(one: str, other: str) -> None:
    assert like(person(one), person(other)) == "same"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Okafor, Mira", "Okafor, Miranda"),  # begins alike
        ("Okafor, Mira", "Okafor, Mira Anne"),
        ("Okafor, M.", "Okafor, Mira"),
        ("Okafor", "Okafor, Mira"),
        ("Smith, Jon", "Smith, John"),  # sounds alike
        ("Smith, Catherine", "Smith, Katharine"),
        ("Smith, Ana", "Smith, Anna"),
        ("Smith, Brian", "Smith, Brain"),  # one typo
        ("Stephens, Mark", "Stevens, Mark"),
        ("Okafor, Mira", "Okafar, Mira"),
        ("Müller, Eva", "Mueller, Eva"),
    ],
)
def test_a_similar_name(one: str, other: str) -> None:
    assert like(person(one), person(other)) == "similar"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Okafor, Mira", "Tanaka, Mira"),
        ("Smith, Robert", "Smith, Dorothy"),
        ("Smith, Al", "Smith, Ed"),
        ("Lee, Lou", "Lee, Ann"),
        ("Okafor, Mira", "Okafar, Miro"),  # two things at once
        ("王, 晓明", "王, 建国"),
        ("Mira", "Okafor"),
    ],
)
def test_another_name(one: str, other: str) -> None:
    assert like(person(one), person(other)) is None


def test_twins_are_alike_by_their_date_of_birth() -> None:
    day = date(2018, 11, 2)
    assert like(person("Kim, Ji-woo", born=day), person("Kim, Seo-yeon", born=day)) == "similar"
    assert like(person("Kim, Ji-woo", born=day), person("Kim, Seo-yeon", born=date(2018, 11, 3))) is None
    assert like(person("Kim, Ji-woo"), person("Kim, Seo-yeon")) is None


def test_nobody_without_a_name_is_called_anything() -> None:
    assert called(Person(id="1")) is None
    assert called(Person(id="1", given=" ", full_name="  ")) is None


@given(st.text(max_size=20))
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(st.characters(codec="latin-1", categories=["L"]), max_size=20))
def test_case_is_folded(text: str) -> None:
    assert fold(text.upper()) == fold(text) == fold(text.lower())


A = person("Okafor, Mira", "1", born=date(1984, 5, 9), phone="+1 503 555 0117")


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (person("Okafor, Mina", "2"), Difference("given", 0, 4)),
        (person("Okafar, Mira", "2"), Difference("family", 0, 6)),
        (person("OKÁFOR, mira", "2", born=date(1996, 2, 17)), Difference("day")),
        (person("Okafor, Mira", "2", born=date(1996, 2, 9)), Difference("month")),
        (person("Okafor, Mira", "2", born=date(1996, 5, 9)), Difference("year")),
        (person("Okafor, Mira", "2", phone="5035550118"), Difference("phone")),
        (person("Okafor, Mira", "2", born=A.born, phone="5035550118"), Difference("phone")),
        (person("Okafor, Mira", "2", born=A.born, phone="(503) 555-0117"), Difference("number")),
        (person("Okafor, Mira", "2"), Difference("number")),
        (person("Okafor, Mira Anne", "2", born=date(1996, 2, 17)), Difference("day")),
    ],
)
def test_the_first_that_differs(other: Person, told: Difference) -> None:
    assert difference(A, [other]) == told


def test_what_tells_from_all_of_them() -> None:
    by_day = person("Okafor, Mira", "2", born=date(1984, 5, 10), phone="5035550118")
    by_year = person("Okafor, Mira", "3", born=date(1985, 5, 9), phone="5035550118")
    assert difference(A, [by_day, by_year]) == Difference("born")
    by_phone = person("Okafor, Mira", "4", born=A.born, phone="5035550118")
    assert difference(A, [by_day, by_phone]) == Difference("phone")
    unknown = person("Okafor, Mira", "5")
    assert difference(A, [by_day, unknown]) == Difference("number")


def test_the_word_that_differs_of_several() -> None:
    mine = person("García Núñez, María José", "1")
    assert difference(mine, [person("García Núñez, María Luisa", "2")]) == Difference("given", 6, 10)
    full = person("Mira Anne Okafor", "1")
    assert difference(full, [person("Okafor, Mira", "2")]) == Difference("full_name", 5, 9)
