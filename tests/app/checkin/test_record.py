"""Any JSON is a check-in or a sentence."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.checkin.check_in import check_in
from app.checkin.names import fold
from app.checkin.record import CheckIn, read_check_in
from app.core.action import Unfit, from_bytes
from tests.app.checkin.desks import OKAFOR, line
from tests.app.wire.test_reader import JSON

WHOLE: dict[str, Any] = {
    "patient": {**OKAFOR, "phone": "5035550117", "email": "mira@example.test", "gender": "female"},
    "member_id": 7301,
    "room": "k7m2p",
    "reason": " Cough\n",
    "type": 2,
    "provider_id": "612",
    "phone": "5035550118",
    "location": "CA",
    "answers": {"custom_smoker": False, "What hurts? <b>": ["a", 1, None, {"x": 1.5}]},
    "ref": "kiosk-1_0007",
}


def test_everything_that_is_told() -> None:
    asked = read_check_in(WHOLE)
    assert asked.patient is not None
    assert (asked.patient.born, asked.patient.gender) == (date(1984, 5, 9), 2)
    assert (asked.member_id, asked.reason, asked.way) == ("7301", "Cough", "phone")
    assert read_check_in(asked.body()) == asked
    action = check_in(WHOLE, 5.0)
    assert (action.id, action.kind, action.subject, action.made_at) == (
        "kiosk-1_0007",
        "check_in",
        "7301",
        5.0,
    )


def test_the_least_that_can_be_told() -> None:
    assert read_check_in({"room": "k7m2p", "member_id": "7301"}) == CheckIn(room="k7m2p", member_id="7301")
    assert len({check_in(line(), 0.0).id for _ in range(3)}) == 3


def test_one_patient_is_one_subject_and_no_name_is_in_it() -> None:
    subjects = {
        check_in(line(patient={**OKAFOR, "first_name": name}), 0.0).subject for name in ("Mira", "MÏRA ")
    }
    assert len(subjects) == 1
    assert not any(word in str(subjects) for word in ("mira", "okafor", "1984"))
    assert (
        check_in(line(), 0.0).subject != check_in(line(patient={**OKAFOR, "dob": "1984-05-08"}), 0.0).subject
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"room": ...}, "room is missing"),
        ({"room": True}, "room is not a text"),
        ({"patient": ...}, "patient or member_id is missing"),
        ({"patient": None}, "patient or member_id is missing"),
        ({"patient": "Mira"}, "patient is not an object"),
        ({"patient": {"first_name": "Mira", "last_name": "Okafor"}}, "patient.dob is missing"),
        ({"patient": {**OKAFOR, "dob": "9.5.1984"}}, "patient.dob is not a date"),
        ({"patient": {**OKAFOR, "dob": "19840509"}}, "patient.dob is not a date"),
        ({"patient": {**OKAFOR, "dob": 1984}}, "patient.dob is not a date"),
        ({"patient": {**OKAFOR, "first_name": 7}}, "patient.first_name is not a text"),
        ({"patient": {**OKAFOR, "first_name": " ", "last_name": "-"}}, "are both empty"),
        ({"patient": {**OKAFOR, "gender": True}}, "patient.gender is not"),
        ({"patient": {**OKAFOR, "gender": []}}, "patient.gender is not"),
        ({"patient": {**OKAFOR, "email": "mira"}}, "patient.email is not"),
        ({"patient": {**OKAFOR, "name": "Mira"}}, "A patient cannot have the key “name”"),
        ({"reasn": "Cough"}, "A check-in cannot have the key “reasn”"),
        ({"reason": 7}, "reason is not a text"),
        ({"type": True}, "type is not one of in_person, phone, video"),
        ({"type": 4}, "type is not one of"),
        ({"type": ["video"]}, "type is not one of"),
        ({"member_id": 1.5}, "member_id is not a text"),
        ({"answers": []}, "answers is not an object"),
        ({"answers": {"room_code": "w4n8q"}}, "answers cannot have the key “room_code”"),
        ({"answers": {"id": "1"}}, "answers cannot have the key “id”"),
        ({"answers": {"attachments": ["f-1"]}}, "answers cannot have the key “attachments”"),
        ({"answers": {"custom_client_ref": "x"}}, "answers cannot have the key “custom_client_ref”"),
        ({"answers": {"a": float("nan")}}, "broken character, an endless number"),
        ({"answers": {"a": 10**400}}, "broken character, an endless number"),
        ({"answers": {"\ud83d": 1}}, "broken character"),
        ({"reason": "\ud83d"}, "broken character"),
        ({"ref": "two words"}, "ref is not"),
        ({"ref": "x" * 65}, "ref is not"),
        ({"ref": "x\n"}, "ref is not"),
        ({"ref": 7}, "ref is not"),
    ],
)
def test_what_is_wrong_is_said_by_its_name(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(Unfit) as unfit:
        check_in(line(**changes), 0.0)
    assert words in str(unfit.value)
    assert not {"Mira", "Okafor", "1984"} & set(str(unfit.value).replace(".", " ").split()) - {"1984-05-09"}


def test_layers_without_end_are_no_check_in() -> None:
    deep: Any = "x"
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(Unfit):
        check_in(line(answers={"a": deep}), 0.0)


@settings(max_examples=300)
@given(
    JSON
    | st.dictionaries(st.sampled_from(sorted(WHOLE)), JSON)
    | st.fixed_dictionaries(
        {},
        optional={
            **{name: st.just(value) | JSON for name, value in WHOLE.items()},
            "patient": st.fixed_dictionaries(
                {}, optional={name: st.just(value) | JSON for name, value in WHOLE["patient"].items()}
            ),
        },
    )
)
def test_any_json_is_an_action_or_a_sentence(values: Any) -> None:
    try:
        action = check_in(values, 1.0)
    except Unfit as unfit:
        refusal = str(unfit)
        assert refusal.endswith(".") and refusal.isprintable()  # noqa: PT018
        return
    assert from_bytes(action.to_bytes()) == action
    json.dumps(action.body, allow_nan=False, ensure_ascii=False).encode()
    assert read_check_in(action.body).body() == action.body


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Seán  O'Brien-D'Arcy", "SEAN O’BRIEN D'ARCY "),
        ("Jürgen Müller‐Lüdenscheidt", "jurgen muller-ludenscheidt"),
        ("Straße", "STRASSE"),
        ("İpek Yıldız", "ipek yildiz"),
        ("Jose\u0301", "José"),
        ("בן־דוד", "בן דוד"),
        ("Sørensen", "SORENSEN"),
    ],
)
def test_one_name_typed_twice(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("सुनीता", "सनीता"), ("が", "か"), ("Li", "Lí n"), ("王", "玉")])
def test_two_names(one: str, other: str) -> None:
    assert fold(one) != fold(other)
