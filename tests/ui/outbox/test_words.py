"""What is said of an action: true, whole, and whatever its body is."""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.action import State
from app.core.collection import Collection
from app.rooms.record import Room
from app.users.record import Person
from app.users.role import EVERYTHING
from app.visits.record import Visit
from app.visits.waiting import QueueRow
from tests.ui.outbox.actions import MIRA, NOW, action
from ui.outbox.descriptions import Descriptions
from ui.outbox.words import (
    Described,
    can_discard,
    can_retry,
    field_lines,
    kind_text,
    meaning,
    sections,
    since_text,
    state_pill,
)

LENA = Person(id="7303", given="Lena", family="Hart", born=date(1990, 11, 3))


def described(**changes: object) -> Described:
    visits: Collection[QueueRow] = Collection()
    visits.put(Visit(id="48211", intake_id="i1", member=LENA))
    rooms: Collection[Room] = Collection()
    rooms.put(Room(code="gp", name="General practice"))
    return Descriptions(visits, rooms, lambda: NOW, lambda: EVERYTHING).describe(action(**changes))


def test_a_check_in_names_patient_and_room() -> None:
    found = described()
    assert found.text == "Check-in: OKAFOR, Mira, Born 09-May-1984 (42 y), room General practice"
    assert dict(found.lines) == {
        "First name": "Mira",
        "Last name": "Okafor",
        "Date of birth": "09-May-1984",
        "Phone": "(503) 555-0117",
        "Room": "General practice",
        "Reason": "Cough",
        "How": "Walk-in",
        "Allergies": "Latex",
    }


def test_a_check_in_by_number_is_said_in_words() -> None:
    body = {"member_id": "7303", "room": "gp", "type": "in_person", "ref": "row-17"}
    assert dict(described(body=body).lines) == {
        "Patient id": "7303",
        "Room": "General practice",
        "How": "In person",
        "Mark": "row-17",
    }


def test_hundreds_are_described_without_going_through_all_visits_for_each() -> None:
    visits: Collection[QueueRow] = Collection()
    members = [Person(id=str(number), given="Lena", family=f"Hart {number}") for number in range(4484)]
    visits.replace(
        {m.id: Visit(id=m.id, intake_id=f"i{m.id}", member=m) for m in members},
    )
    descriptions = Descriptions(visits, Collection(), lambda: NOW, lambda: EVERYTHING)
    actions = [action(str(n), body={"member_id": str(n)}) for n in range(4284, 4484)]
    actions += [action(f"e{n}", "intake_edit", body={"intake_id": f"i{n}"}) for n in range(4284, 4484)]
    began = time.perf_counter()
    names = [descriptions.describe(each).name for each in actions]
    assert time.perf_counter() - began < 0.08
    assert (names[0], names[-1]) == ("HART 4284, Lena", "HART 4483, Lena")
    visits.put(Visit(id="4484", member=LENA))
    assert descriptions.describe(action(body={"member_id": "7303"})).name == "HART, Lena"


@pytest.mark.parametrize(
    "changes",
    [
        {"body": {"member_id": "7303", "room": "gp"}},
        {"body": {"member_id": 7303, "room": "gp"}},
        {"kind": "note"},
        {"kind": "intake_edit", "body": {"intake_id": "i1", "before": {}, "after": {}}},
        {"kind": "rename", "subject": "7303", "body": {"file_id": "f", "after": {"name": "b"}}},
    ],
)
def test_the_patient_is_found_by_member_visit_intake_and_subject(changes: dict) -> None:
    assert described(**changes).who == "HART, Lena, Born 03-Nov-1990 (35 y)"


def test_a_patient_nobody_knows_has_at_least_a_number() -> None:
    assert described(body={"member_id": "99"}).who == "Patient 99, Born: not known"
    assert described(kind="rename", body={}).who == "Name not known, Born: not known"


def test_an_unknown_kind_is_called_what_it_is_called() -> None:
    assert described(kind="teleport").title == "teleport"


def test_what_was_typed_comes_before_what_was_there() -> None:
    captions = [caption for caption, _text in described(kind="note").lines]
    assert captions == ["Visit id", "Diagnosis", "Modified", "Diagnosis, before"]


def test_texts_are_verbatim() -> None:
    typed = "  <b>worse</b>\n\tat night & more  "
    assert dict(described(body={"reason": typed}).lines)["Reason"] == typed


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(
    ["patient", "room", "type", "member_id", "visit_id", "intake_id", "before", "after", "modified", "dob"]
)


@given(
    body=JSON | st.dictionaries(KEYS, JSON),
    found=JSON | st.fixed_dictionaries({"theirs": JSON}),
    kind=st.sampled_from(["check_in", "note", "intake_edit", "rename", "odd"]),
    patient=JSON | st.fixed_dictionaries({"first_name": JSON, "last_name": JSON, "dob": JSON}),
)
def test_no_body_is_too_odd(body: object, found: object, kind: str, patient: object) -> None:
    whole = {**body, "patient": patient} if isinstance(body, dict) else body
    odd = action(kind=kind, body=whole, found=found, state=State.REFUSED)
    made = described(kind=kind, body=whole, found=found)
    assert made.name
    assert sections(odd, made, NOW)


def test_depth_is_bounded() -> None:
    deep: object = "bottom"
    for _ in range(400):
        deep = {"in": deep}
    (line,) = field_lines(deep)
    assert "bottom" in line[1]


def test_a_conflict_shows_both_field_by_field() -> None:
    refused = action(
        kind="note", state=State.REFUSED, found={"theirs": {"diagnosis": "RSV"}}, words="Changed."
    )
    found = sections(refused, described(kind="note"), NOW)
    assert found[0] == ("Why", (("", "Changed."),))
    assert found[1] == ("Diagnosis", (("Yours", "Flu"), ("At the server now", "RSV")))


def test_what_is_equal_is_no_conflict() -> None:
    same = action(kind="note", state=State.REFUSED, found={"theirs": {"diagnosis": "Flu"}})
    assert [heading for heading, _lines in sections(same, described(kind="note"), NOW)] == [
        "What was done",
        "When",
    ]


def test_what_the_server_said_is_there() -> None:
    sent = action(state=State.SENT, sent_at=NOW, found={"visit_id": "5"})
    assert ("What the server said", (("Visit id", "5"),)) in sections(sent, described(), NOW)


def test_every_state_has_its_word_and_its_meaning() -> None:
    assert [state_pill(state).text for state in State] == ["To send", "Sending", "Sent", "Unknown", "Refused"]
    assert all(state_pill(state).icon for state in State)
    assert len({meaning(action(state=state)) for state in State}) == len(State)
    assert "may have arrived" in meaning(action(is_doubtful=True))


def test_since_when() -> None:
    hour = 3600.0
    assert since_text(action(made_at=NOW), NOW + hour).startswith("since ")
    assert since_text(action(state=State.SENT, sent_at=NOW), NOW).startswith("at ")
    assert since_text(action(state=State.REFUSED), NOW).startswith("done ")
    unknown = action(state=State.UNKNOWN, sent_at=NOW, made_at=NOW - hour)
    assert since_text(unknown, NOW) == since_text(action(made_at=NOW), NOW)


def test_numbers_of_things() -> None:
    assert kind_text(["check_in"]) == "1 check-in"
    assert kind_text(["check_in"] * 3) == "3 check-ins"
    assert kind_text(["check_in", "note"]) == "2 things"
    assert kind_text(["teleport"]) == "1 thing"


def test_an_entry_that_cannot_be_read_can_only_be_discarded() -> None:
    broken = action(kind="unreadable", state=State.REFUSED, body={}, made_at=0.0)
    assert described(kind="unreadable", body={}).title == "Unreadable entry"
    assert since_text(broken, NOW) == "time not known"
    assert can_discard(broken)
    assert not can_retry(broken)


def test_what_is_on_its_way_or_has_arrived_is_left_alone() -> None:
    assert [state for state in State if can_discard(action(state=state))] == [
        State.QUEUED,
        State.UNKNOWN,
        State.REFUSED,
    ]


def test_a_renamed_file_says_its_new_name() -> None:
    assert described(kind="rename", body={"after": {"name": "Letter.pdf"}}).place == "Letter.pdf"


def test_a_half_entered_patient_keeps_the_name() -> None:
    assert described(body={"patient": {**MIRA, "dob": "May 1984"}}).who == "OKAFOR, Mira, Born: not known"
