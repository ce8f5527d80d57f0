"""Every failure has one clear sentence, and none holds a stray piece of code."""

from typing import get_args

import pytest

from app.calls.refusal import CannotStart, Reason
from app.errors import (
    Broken,
    BrokenReason,
    Failure,
    NotOffered,
    Offline,
    OfflineReason,
    Refused,
    SignedOut,
    Uncertain,
)
from app.files.files import UnfitFile, UnfitReason
from app.files.saving import Unsaved, UnsavedReason
from app.pharmacies import search
from app.pharmacies.search import Unsearchable
from app.sentences import cannot_start, sentence, unfit, unsaved, unsearchable
from app.wire.endpoints import TABLE

FAILURES: list[Failure] = [
    *(Offline(reason) for reason in get_args(OfflineReason)),
    Broken("status", status=204),
    *(Broken(reason, status=500) for reason in get_args(BrokenReason)),
    Uncertain(),
    SignedOut(),
    SignedOut("Wrong."),
    *(Refused(status, message) for status in (400, 403, 404, 429) for message in ("", "Because.")),
    Refused(429, retry_after=7.4),
    Failure(),
]


@pytest.mark.parametrize("failure", FAILURES, ids=repr)
def test_a_failure_is_one_sentence(failure: Failure) -> None:
    text = sentence(failure)
    assert text[0].isupper()
    assert text.endswith(".")
    assert not text.endswith("..")
    assert "None" not in text


@pytest.mark.parametrize("key", [key for key, known in TABLE.items() if known.evidence == "assumed"])
def test_what_is_not_offered_is_named(key: str) -> None:
    text = sentence(NotOffered(key))
    assert text.startswith("This clinic's server does not offer ")
    assert "offer this" not in text
    assert text.endswith(".")


@pytest.mark.parametrize("reason", get_args(Reason))
@pytest.mark.parametrize("when", ["", "10:32"])
def test_a_refusal_is_one_sentence(reason: Reason, when: str) -> None:
    text = cannot_start(CannotStart(reason, who="Ana Ruiz", message="Back at 9."), when)
    assert text[0].isupper()
    assert text.endswith(".")
    assert ".." not in text


@pytest.mark.parametrize(
    "text",
    [
        *(unfit(UnfitFile(reason)) for reason in get_args(UnfitReason)),
        *(unsaved(Unsaved(reason)) for reason in get_args(UnsavedReason)),
        *(unsearchable(Unsearchable(reason)) for reason in get_args(search.Reason)),
    ],
)
def test_what_is_refused_here_is_one_sentence_or_two(text: str) -> None:
    assert text[0].isupper()
    assert text.endswith(".")


def test_who_and_when_are_said() -> None:
    assert (
        cannot_start(CannotStart("taken", who="Ana Ruiz"), "10:32")
        == "This visit is in progress with Ana Ruiz since 10:32."
    )
    assert "does not name" in cannot_start(CannotStart("taken"))


def test_the_servers_words_are_kept() -> None:
    assert sentence(Refused(400, "Slot is already taken.")) == "The server refused: Slot is already taken."
