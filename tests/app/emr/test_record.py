"""Reading entries: typed own keys, every other key as it came; nothing raises."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.unreadable import Unreadable
from app.emr.record import (
    SECTIONS,
    Allergy,
    Condition,
    Entry,
    FamilyHistory,
    HealthHabits,
    Medication,
    SocialHistory,
    Surgery,
    read_entry,
)
from app.wire.reader import Row
from tests.app.wire.test_reader import JSON

ENVELOPE = {"id": "e-1", "created": 1767225600, "modified": 1767225700, "creator_id": "612"}


def read(section: str, **values: Any) -> Entry:
    entry = read_entry(section, Row({**ENVELOPE, **values}, section))
    assert isinstance(entry, Entry)
    return entry


@pytest.mark.parametrize(
    ("section", "values", "kind", "typed"),
    [
        ("allergies", {"substance": "Latex"}, Allergy, {"substance": "Latex"}),
        ("conditions", {"condition": "Asthma"}, Condition, {"condition": "Asthma"}),
        ("medications", {"name": "warfarin 2.5 mg"}, Medication, {"name": "warfarin 2.5 mg"}),
        ("surgeries", {"procedure": "Appendectomy"}, Surgery, {"procedure": "Appendectomy"}),
        (
            "family_history",
            {"condition": "Stroke", "relations": ["mother", "father"]},
            FamilyHistory,
            {"condition": "Stroke", "relations": ("mother", "father")},
        ),
        (
            "social_history",
            {"marital_status": "married", "highest_ed": "", "num_kids": "2", "occupation": "Cook"},
            SocialHistory,
            {"marital_status": "married", "highest_ed": "", "num_kids": 2, "occupation": "Cook"},
        ),
        (
            "health_habits",
            {"smoking": "Never", "alcohol": None, "drugs": False},
            HealthHabits,
            {"smoking": "Never", "alcohol": "", "drugs": "", "exercise": ""},
        ),
    ],
)
def test_the_sections_own_keys_are_typed(
    section: str, values: dict[str, Any], kind: type[Entry], typed: dict[str, Any]
) -> None:
    entry = read(section, **values)
    assert isinstance(entry, kind)
    assert {name: getattr(entry, name) for name in typed} == typed
    assert (entry.id, entry.created, entry.modified, entry.creator_id) == (
        "e-1",
        1767225600,
        1767225700,
        "612",
    )
    assert entry.unread == ()


def test_every_other_key_is_kept_verbatim_and_in_order() -> None:
    values = {"reaction": "Hives ", "substance": "Latex", "x": {"page": [1, None]}, "empty": "", "no": False}
    entry = read("allergies", **values)
    assert entry.values == values
    assert list(entry.values) == list(values)


def test_missing_is_not_known_and_never_none() -> None:
    entry = read("social_history", occupation="Cook")
    assert isinstance(entry, SocialHistory)
    assert entry.num_kids is None
    assert read("social_history", num_kids=0).values == {"num_kids": 0}


def test_an_allergy_without_an_id_is_still_an_allergy() -> None:
    entry = read_entry("allergies", Row({"substance": "Latex"}))
    assert isinstance(entry, Allergy)
    assert (entry.id, entry.substance) == ("", "Latex")


def test_an_unknown_section_is_read_as_entries() -> None:
    entry = read("immunizations", vaccine="Tetanus")
    assert type(entry) is Entry
    assert (entry.section, entry.values) == ("immunizations", {"vaccine": "Tetanus"})


def test_what_cannot_be_understood_is_named_and_stays_as_it_came() -> None:
    entry = read("family_history", condition={"code": 1}, relations=["mother", 7, None], created="soon")
    assert isinstance(entry, FamilyHistory)
    assert (entry.condition, entry.relations, entry.created) == ("", ("mother", "7"), None)
    assert entry.unread == (
        "family_history.condition is no text",
        "family_history.relations holds something that is no text",
        "family_history.created is no moment in time",
    )
    assert entry.values["condition"] == {"code": 1}


@pytest.mark.parametrize("value", [None, "Latex", 7, [], {}, True])
def test_what_says_nothing_is_unreadable(value: Any) -> None:
    assert isinstance(read_entry("allergies", Row(value)), Unreadable)


@settings(max_examples=100)
@given(
    st.sampled_from((*SECTIONS, "other")),
    JSON,
    st.dictionaries(
        st.sampled_from(
            [
                "id",
                "name",
                "substance",
                "relations",
                "num_kids",
                "created",
                "modified",
                "creator_id",
                "smoking",
            ]
        ),
        JSON,
    ),
)
def test_any_json_is_an_entry_or_unreadable(section: str, value: Any, mutation: dict[str, Any]) -> None:
    assert isinstance(read_entry(section, Row(value)), Entry | Unreadable)
    assert isinstance(read_entry(section, Row({**ENVELOPE, **mutation})), Entry)
