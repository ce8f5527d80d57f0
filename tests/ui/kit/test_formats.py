"""Dates, spans, names and phone numbers (requirements.md §3.4, §3.5)."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextLayout, QTextOption
from PySide6.QtWidgets import QApplication

from ui.kit.formats import age_text, ago_text, day_text, listed, name_text, phone_text, span_text, time_text


def test_no_line_of_a_list_begins_with_its_dot(qapp: QApplication) -> None:
    words = listed(("5 waiting", "", "longest 26 min", "2 in progress", "1 e-consult"))
    assert words.replace("\N{NO-BREAK SPACE}", " ").count("  ·  ") == 3
    for width in range(20, 400, 5):
        layout = QTextLayout(words)
        layout.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            assert words[line.textStart()] not in "·\N{NO-BREAK SPACE}", width
        layout.endLayout()


def test_dates_have_the_month_as_a_word() -> None:
    assert day_text(date(1972, 4, 8)) == "08-Apr-1972"


@pytest.mark.parametrize(
    ("born", "today", "age"),
    [
        (date(1984, 5, 9), date(2026, 5, 8), "41 y"),
        (date(1984, 5, 9), date(2026, 5, 9), "42 y"),
        (date(2024, 5, 9), date(2026, 5, 9), "2 y"),
        (date(2024, 5, 10), date(2026, 5, 9), "23 mo"),
        (date(2026, 3, 9), date(2026, 5, 8), "8 wk"),
        (date(2026, 5, 1), date(2026, 5, 9), "8 d"),
        (date(2026, 5, 9), date(2026, 5, 9), "0 d"),
        (date(2027, 1, 1), date(2026, 5, 9), "check date"),
        (date(2000, 2, 29), date(2026, 2, 28), "25 y"),
    ],
)
def test_ages(born: date, today: date, age: str) -> None:
    assert age_text(born, today) == age


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "under 1 min"),
        (59, "under 1 min"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 hr"),
        (3900, "1 hr 5 min"),
        (90000, "1 d"),
    ],
)
def test_spans_have_whole_units_and_no_zero_parts(seconds: float, text: str) -> None:
    assert span_text(seconds) == text


def test_the_age_of_facts_is_in_seconds_while_they_are_few() -> None:
    assert (ago_text(7.9), ago_text(61)) == ("7 s", "1 min")


def test_another_days_time_has_its_day() -> None:
    now = 1_780_000_000.0
    assert len(time_text(now - 60, now)) == 5
    assert time_text(now - 86_400, now).count("-") == 2


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (("Okafor", "Mira"), "OKAFOR, Mira"),
        (("", "Suharto"), "Suharto"),
        (("Suharto", ""), "SUHARTO"),
        (("", "", "Mira Okafor"), "Mira Okafor"),
        (("", ""), "Name not known"),
    ],
)
def test_names(names: tuple[str, ...], text: str) -> None:
    assert name_text(*names) == text


@pytest.mark.parametrize(
    ("phone", "text"),
    [
        ("5035550117", "(503) 555-0117"),
        ("+1 503 555 0117", "(503) 555-0117"),
        ("+44 20 7946 0018", "+44 20 7946 0018"),
        ("503-555-0117 ext. 4", "503-555-0117 ext. 4"),
        ("12", "12"),
    ],
)
def test_phone_numbers_are_grouped_and_never_guessed(phone: str, text: str) -> None:
    assert phone_text(phone) == text
