"""The one notice after a gap."""

from app.visits.away import Counts, WhileAway
from ui.kit.formats import time_text
from ui.visits.away_words import away_text

UNTIL = 1_780_000_000.0
SINCE = UNTIL - 600
SPAN = f"{time_text(SINCE, UNTIL)} to {time_text(UNTIL, UNTIL)}"


def test_counts_and_the_longest_wait() -> None:
    counts = Counts(came=4, started=1, completed=2, left=1, booked=2)
    assert away_text(WhileAway(SINCE, UNTIL, counts, 2460)) == (
        f"While you were away ({SPAN}): 4 patients came and wait, 1 call was started, "
        "2 visits were finished, 1 left or was cancelled, 2 new appointments. Longest wait 41 min."
    )


def test_nothing_happened() -> None:
    assert away_text(WhileAway(SINCE, UNTIL, Counts(), None)) == (
        f"While you were away ({SPAN}): nobody came, left or was called."
    )


def test_every_count_has_words_for_one_and_for_many() -> None:
    for name in Counts.__dataclass_fields__:
        for count in (1, 23):
            assert (
                str(count)
                in away_text(WhileAway(SINCE, UNTIL, Counts(**{name: count}), None)).split("): ")[1]
            )
