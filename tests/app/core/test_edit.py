"""What of an edit is kept, and what counts as the same."""

import pytest

from app.core.action import Unfit
from app.core.edit import edited


def test_only_what_is_changed_is_kept() -> None:
    kept = edited({"a": "1", "b": "2", "c": None}, {"a": "1 \n", "b": "3", "c": "", "d": True})
    assert kept == {"before": {"b": "2", "d": None}, "after": {"b": "3", "d": True}}


@pytest.mark.parametrize(("before", "after"), [("a\r\nb ", "a\nb\n"), (None, ""), ({"x": [1]}, {"x": [1]})])
def test_what_is_the_same_is_no_edit(before: object, after: object) -> None:
    with pytest.raises(Unfit, match="Nothing was changed"):
        edited({"a": before}, {"a": after})


@pytest.mark.parametrize(("before", "after"), [(1, True), (False, 0), ("a b", "ab"), ("a", "A")])
def test_what_differs_is_one(before: object, after: object) -> None:
    assert edited({"a": before}, {"a": after})["after"] == {"a": after}


@pytest.mark.parametrize("value", ["\ud83d", float("inf"), {1: 2}, object()])
def test_what_cannot_be_sent_is_none(value: object) -> None:
    with pytest.raises(Unfit, match="broken character"):
        edited({}, {"a": value})
