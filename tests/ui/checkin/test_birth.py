"""A typed date of birth is understood in one way or not at all."""

from datetime import date

import pytest

from ui.checkin.birth import WrongBirth, birth_words, read_birth

TODAY = date(2026, 5, 28)


@pytest.mark.parametrize(
    ("typed", "born"),
    [
        ("09-MAY-1984", date(1984, 5, 9)),
        (" 9 may 1984 ", date(1984, 5, 9)),
        ("9may1984", date(1984, 5, 9)),
        ("9-September-1984", date(1984, 9, 9)),
        ("May 9, 1984", date(1984, 5, 9)),
        ("05/09/1984", date(1984, 5, 9)),
        ("5/9/1984", date(1984, 5, 9)),
        ("1984-05-09", date(1984, 5, 9)),
        ("29-FEB-2024", date(2024, 2, 29)),
        ("28-May-2026", TODAY),
    ],
)
def test_what_is_understood(typed: str, born: date) -> None:
    assert read_birth(typed, TODAY) == born


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter the date of birth"),
        ("09.05.1984", "Type it as"),
        ("05-09-1984", "Type it as"),
        ("5/9/84", "four digits"),
        ("31/12/1984", "Month first"),
        ("30-FEB-2024", "no such day"),
        ("9-Foo-1984", "no such day"),
        ("29-May-2026", "still to come"),
        ("1-Jan-1884", "Check the year"),
        ("<b>", "Type it as"),
    ],
)
def test_what_is_not_understood_says_why(typed: str, words: str) -> None:
    with pytest.raises(WrongBirth, match=words):
        read_birth(typed, TODAY)


def test_it_is_said_back_with_the_month_in_full() -> None:
    assert birth_words(date(1972, 4, 5), TODAY) == "5 April 1972 (54 y)"
