"""The words for whether a patient is there: what is known, since when, and what can be done."""

import pytest

from app.visits.presence import Left, LostSignal, NotTold, Presence, Present
from app.visits.record import CloseReason
from ui.kit.formats import time_text
from ui.visits.presence_words import Offer, presence_words

NOW = 1_780_000_000.0
THEN = time_text(NOW - 900, NOW)


@pytest.mark.parametrize(
    ("found", "cell", "whole", "offers"),
    [
        (Present(NOW - 40), "Present", "The patient's page is open. Last sign of it 40 s ago.", ()),
        (Present(NOW + 30), "Present", "The patient's page is open. Last sign of it 0 s ago.", ()),
        (
            LostSignal(NOW - 900),
            "Lost signal 15 min",
            f"Nothing was heard of the patient's page since {THEN}. They may have left, or have no network.",
            (Offer.MESSAGE, Offer.MARK_LEFT),
        ),
        (
            Left(NOW - 900, CloseReason.PATIENT_EXIT_ROOM),
            f"Left {THEN}",
            f"The patient left the waiting room at {THEN}.",
            (),
        ),
        (
            Left(None, CloseReason.CALL_ENDED),
            "Call ended",
            "The call was ended, not by the patient. When is not told.",
            (),
        ),
        (NotTold(), None, "The server does not tell whether the patient is still there.", ()),
        (
            NotTold("vanished"),
            None,
            "The server does not tell whether the patient is still there. "
            "The visit was closed with: vanished (unrecognised).",
            (),
        ),
    ],
)
def test_words(found: Presence, cell: str | None, whole: str, offers: tuple[Offer, ...]) -> None:
    words = presence_words(found, NOW)
    assert ((words.cell.text if words.cell else None), words.whole, words.offers) == (cell, whole, offers)


def test_every_reason_has_words_and_an_icon() -> None:
    for why in CloseReason:
        cell = presence_words(Left(NOW, why), NOW).cell
        assert cell is not None
        assert cell.text
        assert cell.icon
