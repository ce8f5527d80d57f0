"""An answer that a proxy kept is not the server's word of now."""

from email.utils import formatdate

import pytest

from app.wire.kept import KeptAnswers

NOW = 1_780_000_000.0


def dated(date_s: float, **others: str) -> dict[str, str]:
    return {"date": formatdate(date_s, usegmt=True), **others}


@pytest.mark.parametrize(
    ("age", "is_one"), [("0", False), ("60", False), ("61", True), ("-5", False), ("²", False)]
)
@pytest.mark.parametrize("by_date", [True, False])
def test_age_says_it(age: str, is_one: bool, by_date: bool) -> None:
    assert KeptAnswers(by_date=by_date).is_one({"age": age}, 0.0) is is_one


def test_fresh_answers_are_none() -> None:
    kept = KeptAnswers(by_date=True)
    assert not any(kept.is_one(dated(NOW + 10 * turn), 10.0 * turn + 0.9) for turn in range(100))


def test_yesterdays_date_says_it_again_and_again() -> None:
    kept = KeptAnswers(by_date=True)
    assert not kept.is_one(dated(NOW), 0.0)
    assert all(kept.is_one(dated(NOW - 86_400), 1.0 + turn / 4) for turn in range(100))
    assert not kept.is_one(dated(NOW + 30), 30.0)


def test_an_answer_that_comes_again_and_again_is_old_after_a_minute() -> None:
    kept = KeptAnswers(by_date=True)
    told = [kept.is_one(dated(NOW), 10.0 * turn) for turn in range(20)]
    assert told == [False] * 7 + [True] * 13


def test_kept_answers_of_several_questions_do_not_look_like_a_clock() -> None:
    kept = KeptAnswers(by_date=True)
    assert not kept.is_one(dated(NOW), 0.0)
    told = [kept.is_one(dated(NOW - 86_400 + 300 * (turn % 2)), 5.0 * turn) for turn in range(20)]
    assert all(told)


def test_a_server_whose_clock_was_set_back_is_believed_from_its_second_answer() -> None:
    kept = KeptAnswers(by_date=True)
    assert not kept.is_one(dated(NOW), 0.0)
    told = [kept.is_one(dated(NOW - 3600 + 10 * turn), 10.0 * turn) for turn in range(1, 6)]
    assert told == [True, False, False, False, False]


def test_a_server_whose_clock_runs_fast_or_was_set_forward_is_fresh() -> None:
    kept = KeptAnswers(by_date=True)
    assert not any(kept.is_one(dated(NOW + 600 * turn), 10.0 * turn) for turn in range(20))


def test_on_this_computer_a_clock_may_stand_still() -> None:
    kept = KeptAnswers(by_date=False)
    assert not any(kept.is_one(dated(NOW), 100.0 * turn) for turn in range(5))
