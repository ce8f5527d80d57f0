"""Answers stay as the patient wrote them."""

from typing import Any

import pytest
from hypothesis import given

from tests.app.wire.test_reader import JSON
from ui.intakes.words import answer_text, question_text


@pytest.mark.parametrize(
    ("key", "question"),
    [
        ("custom_travel_history", "Travel history"),
        ("custom_Are you in pain?", "Are you in pain?"),
        ("How long?", "How long?"),
        ("custom_", "custom_"),
        ("_", "_"),
    ],
)
def test_questions(key: str, question: str) -> None:
    assert question_text(key) == question


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  <b>two</b>\n lines ", "  <b>two</b>\n lines "),
        ("A, B", "A, B"),
        (True, "Yes"),
        (False, "No"),
        (0, "0"),
        (2.5, "2.5"),
        (None, ""),
        ("", ""),
        ([], ""),
        (["rest", "fluids"], "– rest\n– fluids"),
        ({"dose": "5 mg", "times": [1, 2]}, "Dose: 5 mg\nTimes:\n    – 1\n    – 2"),
        ({"none": None}, "None: No answer"),
    ],
)
def test_answers(value: Any, text: str) -> None:
    assert answer_text(value) == text


@given(JSON)
def test_any_answer_is_text(value: Any) -> None:
    assert isinstance(answer_text(value), str)
