"""Dates, spans, names and phone numbers (requirements.md §3.4, §3.5)."""

import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextLayout, QTextOption
from PySide6.QtWidgets import QApplication

from ui.kit.formats import (
    age_text,
    ago_text,
    day_of,
    day_text,
    listed,
    name_text,
    phone_text,
    show_times_in,
    span_text,
    time_text,
    time_there,
    zone_note,
)


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


@pytest.fixture
def machine_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Moves this machine to another zone; afterwards times are its own again."""

    def move(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()
    show_times_in("")


NEW_YORK = "America/New_York"


def there(text: str, fold: int = 0) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(NEW_YORK), fold=fold).timestamp()


@pytest.mark.parametrize("machine", [NEW_YORK, "Asia/Tokyo", "UTC"])
def test_times_are_the_clinics_wherever_this_machine_is(machine_in: Callable, machine: str) -> None:
    machine_in(machine)
    show_times_in(NEW_YORK)
    now = there("2026-11-22T23:30")
    assert time_text(now, now) == "23:30"
    # UTC's midnight came at 19:00, and began no day.
    assert time_text(there("2026-11-22T18:59"), now) == "18:59"
    assert time_text(there("2026-11-22T00:00"), now) == "00:00"
    assert time_text(there("2026-11-21T23:59"), now) == "21-Nov-2026 23:59"
    assert time_text(there("2026-11-23T00:00"), now) == "23-Nov-2026 00:00"
    assert day_of(now) == date(2026, 11, 22)


@pytest.mark.parametrize("zone", [NEW_YORK, ""])
def test_the_hour_that_comes_twice_has_its_name(machine_in: Callable, zone: str) -> None:
    machine_in(NEW_YORK)
    show_times_in(zone)
    now = there("2026-11-01T12:00")
    assert time_text(there("2026-11-01T00:59"), now) == "00:59"
    assert time_text(there("2026-11-01T01:30"), now) == "01:30 EDT"
    assert time_text(there("2026-11-01T01:30", fold=1), now) == "01:30 EST"
    assert time_text(there("2026-11-01T02:00"), now) == "02:00"
    # In spring an hour is left out, and none comes twice.
    now = there("2026-03-08T12:00")
    told = [time_text(there("2026-03-08T01:30") + 1800 * half, now) for half in range(4)]
    assert told == ["01:30", "03:00", "03:30", "04:00"]


def test_the_zone_is_named_while_a_clock_on_the_wall_shows_another_time(machine_in: Callable) -> None:
    now = there("2026-07-01T12:00")
    machine_in("Asia/Tokyo")
    assert zone_note(NEW_YORK, now) == "New\N{NO-BREAK SPACE}York\N{NO-BREAK SPACE}time"
    machine_in(NEW_YORK)
    assert zone_note(NEW_YORK, now) == ""
    # Another name of the same time.
    machine_in("America/Toronto")
    assert zone_note(NEW_YORK, now) == ""
    # The clocks of these two differ for some weeks of a year alone.
    machine_in("Europe/London")
    assert zone_note("Africa/Casablanca", there("2026-07-01T12:00")) == ""
    assert zone_note("Africa/Casablanca", there("2026-01-10T12:00")).startswith("Casablanca")
    assert zone_note("", now) == zone_note("Mars/Olympus", now) == ""


def test_a_patients_time_is_told_where_it_is_another(machine_in: Callable) -> None:
    machine_in("Asia/Tokyo")
    show_times_in("America/Los_Angeles")
    now = there("2026-07-01T12:05")
    assert time_there(NEW_YORK, now) == "12:05 (New York)"
    assert time_there("America/Vancouver", now) == ""
    assert time_there("", now) == time_there("Mars/Olympus", now) == ""
    # Between the changes of New York and of London.
    show_times_in("Europe/London")
    assert time_there(NEW_YORK, there("2026-03-15T12:00")) == "12:00 (New York)"


def test_no_span_is_negative() -> None:
    assert span_text(-3600) == "under 1 min"
