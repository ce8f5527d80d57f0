"""Which texts fit a few typed letters, and which fits best."""

from dataclasses import dataclass
from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.shell.finding import best, folded, query_of


@dataclass(frozen=True)
class Named:
    name: str
    number: int = 0

    @property
    def text(self) -> str:
        return folded(self.name)

    @property
    def rank(self) -> tuple[int, int]:
        return (0, self.number)


def found(typed: str, *names: str) -> list[str]:
    among = [Named(name, number) for number, name in enumerate(names)]
    return [each.name for each in best(query_of(typed), among, 50)[0]]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("garcia nunez", "GARCÍA NÚÑEZ, María José"),
        ("GARCÍA", "Garcia"),
        ("maria gar", "GARCÍA NÚÑEZ, María José"),
        ("obrien darcy", "O’BRIEN-D'ARCY, Seán"),
        ("o'brien", "OBRIEN, Seán"),
        ("strasse", "STRAßE, Ute"),
        ("08-apr", "OKAFOR, Mira 08-Apr-1972"),
        ("  mira   okafor ", "OKAFOR, Mira"),
        ("", "anything"),
        ("美", "李, 美玲"),
    ],
)
def test_case_accents_and_signs_do_not_count(typed: str, name: str) -> None:
    assert found(typed, name) == [name]


def test_every_word_must_be_found() -> None:
    assert found("mira x", "OKAFOR, Mira") == []
    assert found("fo", "OKAFOR, Mira") == ["OKAFOR, Mira"]


def test_the_beginning_of_a_word_comes_before_its_middle() -> None:
    names = ("HANNAH, Zoe", "ZOE, Anna", "ANNA, Zoe")
    assert found("anna", *names) == ["ANNA, Zoe", "ZOE, Anna", "HANNAH, Zoe"]
    assert found("ann zo", *names) == ["ANNA, Zoe", "ZOE, Anna", "HANNAH, Zoe"]


def test_equals_keep_their_rank_and_all_are_counted() -> None:
    names = [f"SMITH, {number}" for number in range(200)]
    assert found("smith", *names) == names[:50]
    assert best(query_of("smith"), map(Named, names), 50)[1] == 200


@given(st.lists(st.text(max_size=12), max_size=20), st.text(max_size=6))
def test_what_is_listed_fits_and_gets_worse(names: list[str], typed: str) -> None:
    query, among = query_of(typed), [Named(name, number) for number, name in enumerate(names)]
    listed, fitting = best(query, among, 50)
    assert fitting == sum(all(word in folded(name) for word in query.words) for name in names)
    scores = [query.misses(each.text) for each in listed]
    assert len(listed) == fitting
    assert all(first <= second for first, second in pairwise(scores))


def test_ten_thousand_are_searched_at_the_pace_of_a_plain_pass() -> None:
    texts = [folded(f"FAMILY{number % 997}", f"Given{number}", "08-Apr-1972") for number in range(10_000)]

    @dataclass(frozen=True, slots=True)
    class Find:
        text: str
        rank: tuple[int, int]

    among = [Find(text, (1, number)) for number, text in enumerate(texts)]
    query, times = query_of("famil given12"), []
    for _ in range(5):
        began = process_time()
        plain = sum(all(word in text for word in ("famil", "given12")) for text in texts)
        middle = process_time()
        fitting = best(query, among, 50)[1]
        times.append((process_time() - middle) / (middle - began))
        assert fitting == plain
    assert min(times) < 8
