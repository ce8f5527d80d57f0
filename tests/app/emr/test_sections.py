"""What an empty section means: an empty list alone never says "none" (DSP-03)."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.unreadable import Unreadable
from app.emr.record import OBJECTS, SECTIONS, Allergy, HealthHabits
from app.emr.sections import Chart, Part, State, read_chart, read_part
from app.wire.reader import Row
from tests.app.wire.test_reader import JSON

LATEX = {
    "id": "a-1",
    "substance": "Latex",
    "created": 1767225600,
    "modified": 1767225600,
    "creator_id": "612",
}
REPLY: dict[str, Any] = {
    "allergies": [],
    "conditions": [LATEX | {"id": "c-1", "condition": "Asthma"}],
    "medications": [],
    "surgeries": [],
    "social_history": [],
    "health_habits": {},
    "immunizations": [],
    "data_not_reported": {
        "medications": True,
        "surgeries": False,
        "health_habits": True,
        "family_history": True,
    },
}
"""family_history is not there; immunizations is not in the reference."""

TRUE: tuple[Any, ...] = (True, 1, "1", "true")
NASTY: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        1,
        2,
        -1.5,
        "",
        "0",
        "1",
        "true",
        "none",
        "[]",
        [],
        {},
        [[]],
        [{}],
        [None],
        {"0": {}},
    ),
    *(
        [LATEX],
        {"1": LATEX},
        LATEX,
        ["Latex"],
        {"allergies": True},
        {"smoking": ""},
        {"smoking": 0},
        {"id": 5},
    ),
)
"""What servers have been seen to write for nothing, for yes, and for a list."""


def chart(reply: Any) -> Chart:
    read = read_chart(Row(reply, "emr"))
    assert isinstance(read, Chart)
    return read


def states(reply: Any) -> dict[str, State]:
    return {part.section: part.state for part in chart(reply).parts}


def test_the_four_states() -> None:
    assert states(REPLY) == {
        "allergies": State.NOT_ASKED,
        "conditions": State.ENTRIES,
        "medications": State.STATED_NONE,
        "surgeries": State.NOT_ASKED,
        "family_history": State.NOT_KNOWN,
        "social_history": State.NOT_ASKED,
        "health_habits": State.STATED_NONE,
        "immunizations": State.NOT_ASKED,
    }


def test_nothing_read_is_nothing_known() -> None:
    assert {Chart().part(section).state for section in (*SECTIONS, "other")} == {State.NOT_KNOWN}
    assert set(states([]).values()) == {State.NOT_KNOWN}
    assert Part(section="allergies", says_none=True).state is State.NOT_KNOWN


@pytest.mark.parametrize("value", [None, "", False, {}, 0, "none", "[]", 7])
@pytest.mark.parametrize("flag", [True, False, None])
def test_what_is_no_list_is_not_known_whatever_the_flag_says(value: Any, flag: bool | None) -> None:
    assert read_part("allergies", value, flag).state is State.NOT_KNOWN


def test_entries_win_over_the_flag_and_the_contradiction_shows() -> None:
    part = read_part("allergies", [LATEX], flag=True)
    assert (part.state, part.is_contradictory) == (State.ENTRIES, True)
    assert isinstance(part.entries[0], Allergy)
    assert not read_part("allergies", [LATEX], flag=False).is_contradictory
    assert not read_part("allergies", [], flag=True).is_contradictory


def test_an_entry_that_cannot_be_read_is_neither_none_nor_lost() -> None:
    part = read_part("allergies", ["Latex"], flag=True)
    assert (part.state, part.is_contradictory, len(part.unreadable)) == (State.NOT_KNOWN, True, 1)
    both = read_part("allergies", [LATEX, None], flag=None)
    assert (both.state, len(both.entries), len(both.unreadable)) == (State.ENTRIES, 1, 1)


@pytest.mark.parametrize("value", [{"0": LATEX, "2": LATEX}, {"3": LATEX}, LATEX])
def test_a_list_that_came_as_an_object_keeps_its_entries(value: Any) -> None:
    part = read_part("allergies", value, flag=None)
    assert part.state is State.ENTRIES
    assert all(isinstance(entry, Allergy) and entry.substance == "Latex" for entry in part.entries)


@pytest.mark.parametrize(
    "value", [[], {}, {"created": 5, "creator_id": "9", "smoking": "", "drugs": None, "x": False}]
)
def test_an_object_that_says_nothing_is_empty(value: Any) -> None:
    assert read_part("health_habits", value, flag=False).state is State.NOT_ASKED
    assert read_part("health_habits", value, flag=True).state is State.STATED_NONE


def test_an_object_is_one_entry() -> None:
    part = read_part("health_habits", {"smoking": "Never", "custom": {"a": 1}}, flag=False)
    assert part.state is State.ENTRIES
    assert isinstance(part.entries[0], HealthHabits)
    assert part.entries[0].values == {"smoking": "Never", "custom": {"a": 1}}
    assert read_part("social_history", {"num_kids": 0}, flag=False).state is State.ENTRIES


def test_unknown_sections_stay_visible_at_the_end() -> None:
    read = chart({**REPLY, "vitals": {"bp": "120/80"}, "version": 2})
    assert [part.section for part in read.parts] == [*SECTIONS, "immunizations", "vitals", "version"]
    assert read.part("vitals").entries[0].values == {"bp": "120/80"}
    assert (read.part("version").state, len(read.part("version").unreadable)) == (State.NOT_KNOWN, 1)


def test_flags_are_kept_by_name_and_only_where_they_are_said() -> None:
    read = chart(
        {"data_not_reported": {"family_conditions": "1", "allergies": 0, "surgeries": None, "x": [1]}}
    )
    assert read.flags == {"family_conditions": True, "allergies": False}


@pytest.mark.parametrize("value", [None, "text", 7, [LATEX], True])
def test_what_is_no_record_is_unreadable(value: Any) -> None:
    assert isinstance(read_chart(Row(value)), Unreadable)


def is_said_to_be_none(reply: dict[str, Any], section: str) -> bool:
    """Whether a reply says so in the one way there is: its own flag, and a section that is empty."""
    flags = reply.get("data_not_reported")
    said = isinstance(flags, dict) and any(flags.get(section) == value for value in TRUE)
    value = reply.get(section)
    if section in OBJECTS and isinstance(value, dict):
        envelope = ("id", "_id", "created", "modified", "creator_id")
        return said and all(v in (None, "") or v is False for k, v in value.items() if k not in envelope)
    return said and value == []


PATHS = (
    *((name,) for name in (*SECTIONS, "immunizations", "other")),
    *(("conditions", 0), ("conditions", 0, "condition"), ("conditions", 0, "id")),
    *(("data_not_reported",), *(("data_not_reported", name) for name in (*SECTIONS, "immunizations"))),
)


def with_changes(changes: list[tuple[tuple[Any, ...], Any]]) -> dict[str, Any]:
    """REPLY with the values at these paths replaced, or removed by `...`, where the path is still there."""
    reply = copy.deepcopy(REPLY)
    for (*way, last), value in changes:
        target: Any = reply
        for step in way:
            fits = isinstance(target, dict) if isinstance(step, str) else isinstance(target, list) and target
            target = target[step] if fits and (isinstance(step, int) or step in target) else None
        if isinstance(target, dict) or (isinstance(target, list) and target and isinstance(last, int)):
            target[last] = copy.deepcopy(value)
            if value is ...:
                del target[last]
    return reply


VALUES = st.sampled_from((*NASTY, ...))


@settings(max_examples=500)
@given(st.lists(st.tuples(st.sampled_from(PATHS), VALUES), min_size=1, max_size=5))
def test_none_is_shown_only_where_it_was_said(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    reply = with_changes(changes)
    for part in chart(reply).parts:
        assert part.state is not State.STATED_NONE or is_said_to_be_none(reply, part.section)


@settings(max_examples=500)
@given(st.lists(st.tuples(st.sampled_from(PATHS), VALUES), min_size=1, max_size=5))
def test_no_mutation_makes_none_of_what_nobody_stated(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    def says_so(path: tuple[Any, ...], value: Any) -> bool:
        """The one change that really states it."""
        return path[0] == "data_not_reported" and (len(path) == 1 or any(value == true for true in TRUE))

    found = states(with_changes([change for change in changes if not says_so(*change)]))
    for section, state in states(REPLY).items():
        # The flag of family_history is there; whether entries are is what the reply leaves open.
        if state is not State.STATED_NONE and section != "family_history":
            assert found.get(section) is not State.STATED_NONE


@settings(max_examples=100)
@given(st.sampled_from((*SECTIONS, "other")), JSON, JSON)
def test_any_json_is_a_chart(section: str, value: Any, flags: Any) -> None:
    assert isinstance(read_chart(Row(value)), Chart | Unreadable)
    reply = {section: value, "data_not_reported": flags}
    for part in chart(reply).parts:
        assert part.state is not State.STATED_NONE or is_said_to_be_none(reply, part.section)
