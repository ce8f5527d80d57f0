"""When an appointment's call may begin, to the second, and what is said outside of that time."""

from typing import Any

import pytest

from app.calls.refusal import CannotStart
from app.calls.window import START_BLACKOUT_S, Outside, outside
from app.sentences import cannot_start, outside_window
from app.visits.record import Visit

START = 1_780_000_000.0


def visit(**values: Any) -> Visit:
    return Visit(**{"id": "1", "status": 20, "type": 2, "start": START, "end": START + 900, **values})


@pytest.mark.parametrize(
    ("blackout_s", "now", "found"),
    [
        (None, START - 901, Outside("too_early", START - 900)),
        (None, START - 900, None),
        (900, START - 900.5, Outside("too_early", START - 900)),
        (0, START - 1, Outside("too_early", START)),
        (0, START, None),
        (-60, START - 1, Outside("too_early", START)),
        (3600, START - 3600, Outside("link_early", START - 900)),
        (3600, START - 900, None),
        (10**12, START - 86_401, Outside("too_early", START - 86_400)),
        (None, START + 900, None),
        (None, START + 901, Outside("over", START + 900)),
    ],
)
def test_to_the_second(blackout_s: int | None, now: float, found: Outside | None) -> None:
    assert outside(visit(), blackout_s, now) == found


@pytest.mark.parametrize(
    "values", [{"type": 1}, {"type": 3}, {"type": None}, {"status": 25}, {"status": 30}, {"start": None}]
)
def test_what_has_no_window(values: dict[str, Any]) -> None:
    for now in (START - 86_400, START + 86_400):
        assert outside(visit(**values), None, now) is None


def test_an_appointment_of_no_known_end_is_never_over() -> None:
    assert outside(visit(end=None), None, START + 86_400) is None


def test_only_what_is_too_early_is_refused() -> None:
    early = outside(visit(), None, START - START_BLACKOUT_S - 1)
    assert early is not None
    refusal = early.refusal
    assert refusal is not None
    assert (refusal.reason, refusal.when) == ("too_early", START - 900)
    for why in ("link_early", "over"):
        assert Outside(why, START).refusal is None


def test_the_words() -> None:
    refusal = CannotStart("too_early", when=START)
    said = "This appointment is not open yet. It can be started from 14:45."
    assert cannot_start(refusal, "14:45") == said
    assert cannot_start(refusal) == "This appointment is not open yet."
    assert outside_window("link_early", "14:45") == "The patient's own link works from 14:45."
    assert outside_window("over", "15:30").startswith("It ended at 15:30; it can still be started")
