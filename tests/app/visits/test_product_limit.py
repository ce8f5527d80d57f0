"""Quantiles of waits of which some have not ended yet."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.visits.product_limit import LEAST, Quantile, Wait, quantiles

SECONDS = st.integers(0, 20_000)
OVER = st.lists(SECONDS.map(lambda seconds: Wait(seconds, True)), min_size=LEAST, max_size=60)
WAITS = st.lists(st.builds(Wait, SECONDS, st.booleans()), min_size=LEAST, max_size=60)
SHARES = st.sampled_from((0.1, 0.25, 0.5, 0.75, 0.9, 0.95))


def waits(over: tuple[int, ...], still: tuple[int, ...] = ()) -> list[Wait]:
    return [Wait(each, True) for each in over] + [Wait(each, False) for each in still]


def one(found: list[Wait], share: float) -> Quantile:
    answer = quantiles(found, share)[0]
    assert answer is not None
    return answer


@given(OVER, SHARES)
def test_without_open_waits_it_is_the_plain_quantile(found: list[Wait], share: float) -> None:
    ordered = sorted(wait.seconds for wait in found)
    least = next(s for s in ordered if sum(each <= s for each in ordered) >= share * len(ordered) - 1e-6)
    assert one(found, share) == Quantile(least)
    assert ordered[math.ceil(share * len(ordered) - 1e-6) - 1] == least


@given(WAITS, SECONDS, SHARES)
def test_somebody_more_who_still_waits_never_lowers_it(found: list[Wait], seconds: int, share: float) -> None:
    before, after = one(found, share), one([*found, Wait(seconds, False)], share)
    assert after.is_least or not before.is_least
    assert after.seconds >= before.seconds


@given(WAITS)
def test_nine_of_ten_is_never_before_the_median_and_nothing_is_negative(found: list[Wait]) -> None:
    median, ninth = quantiles(found, 0.5, 0.9)
    assert median is not None
    assert ninth is not None
    assert 0 <= median.seconds <= ninth.seconds
    assert ninth.is_least or not median.is_least


@given(WAITS, st.randoms())
def test_the_order_in_which_they_are_told_does_not_matter(found: list[Wait], dice: object) -> None:
    mixed = list(found)
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    assert quantiles(mixed, 0.5, 0.9) == quantiles(found, 0.5, 0.9)


@pytest.mark.parametrize(
    ("over", "still", "median"),
    [
        ((1, 2, 3, 4, 5), (), Quantile(3)),
        # Those seen alone would give 60; with those who wait it is 300.
        ((60, 60, 300, 300), (600, 600), Quantile(300)),
        # Of 6 and 9 of Freireich's patients as Kaplan and Meier reckon them: half are over by 23.
        (
            (6, 6, 6, 7, 10, 13, 16, 22, 23),
            (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35),
            Quantile(23),
        ),
        ((60,), (600, 700, 800, 900), Quantile(900, is_least=True)),
        ((), (5, 5, 5, 5, 9), Quantile(9, is_least=True)),
        # Ended and open at the same second: the end comes first.
        ((60, 60, 60), (60, 60), Quantile(60)),
    ],
)
def test_known_answers(over: tuple[int, ...], still: tuple[int, ...], median: Quantile) -> None:
    assert one(waits(over, still), 0.5) == median


def test_of_too_few_nothing_is_told() -> None:
    assert quantiles(waits((1, 2, 3, 4)), 0.5, 0.9) == [None, None]
    assert quantiles([], 0.5) == [None]


def test_shares_come_back_in_the_order_asked() -> None:
    assert quantiles(waits(tuple(range(1, 11))), 0.9, 0.5) == [Quantile(9), Quantile(5)]
