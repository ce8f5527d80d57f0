"""Insurance cards go back as they came, changed only where they were changed (api/payments.md §5)."""

from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.unreadable import Unreadable
from app.insurance.record import InsuranceCard, Insurer, read_insurance_card, read_insurer
from app.wire.reader import Row
from tests.app.wire.test_reader import JSON

CARD: dict[str, Any] = {
    "card_type": "primary",
    "insurer_code": "00017",
    "subscriber_num": "0000771",
    "group_number": "",
    "responsible_party": "spouse",
    "guarantor_first_name": "Chidi",
    "guarantor_last_name": "Okafor",
    "guarantor_dob": "1982-01-17",
    "guarantor_gender": "1",
    "guarantor_zip": 2134,
    "consent": True,
    "card_front": {"id": "f-1", "fullpath": "https://example.test/f.png", "is_deletable": True},
    "eligibility": {"status": "inactive"},
    "plan_note": ["kept", {"as": "it is"}],
}
# The link opens the picture for whoever holds it: it is neither kept nor sent.
BACK: dict[str, Any] = {**CARD, "card_front": {"id": "f-1", "is_deletable": True}}


def card(**changes: Any) -> InsuranceCard:
    found = read_insurance_card(Row({**CARD, **changes}))
    assert isinstance(found, InsuranceCard)
    return found


def test_a_card() -> None:
    found = card()
    assert (found.card_type, found.insurer_code, found.subscriber_number) == ("primary", "00017", "0000771")
    assert (found.guarantor, found.guarantor_dob) == ("Chidi Okafor", date(1982, 1, 17))
    assert (found.guarantor_gender, found.consent) == (1, True)
    assert (found.front_id, found.back_id, found.eligibility) == ("f-1", "", "inactive")
    assert found.unread == ()


def test_old_and_new_names() -> None:
    assert card(subscriber_number="55", subscriber_num=None).subscriber_number == "55"
    form = {"card_type": "secondary", "carrier_code": "9", "respparty": "self", "guarantor_name": "A B"}
    found = read_insurance_card(Row(form))
    assert isinstance(found, InsuranceCard)
    assert (found.insurer_code, found.responsible_party, found.guarantor) == ("9", "self", "A B")


@pytest.mark.parametrize(
    ("value", "gender"),
    [(1, 1), ("2", 2), ("Female", 2), ("other", "other"), (7, 7), (0, None), (None, None)],
)
def test_gender_codes(value: Any, gender: Any) -> None:
    assert card(guarantor_gender=value).guarantor_gender == gender


def test_what_is_not_known_is_no_no() -> None:
    found = read_insurance_card(Row({"card_type": "primary"}))
    assert isinstance(found, InsuranceCard)
    assert (found.consent, found.guarantor_dob, found.eligibility, found.group_number) == (None, None, "", "")
    assert isinstance(read_insurance_card(Row({"insurer_code": "1"})), Unreadable)


def test_an_unchanged_card_goes_back_as_it_came() -> None:
    assert card().sent() == BACK
    # Even what could not be read goes back.
    odd = {"guarantor_dob": "the first of May", "consent": "perhaps", "group_number": [1]}
    assert card(**odd).sent() == {**BACK, **odd}


def test_a_changed_card_keeps_the_names_that_came() -> None:
    changed = msgspec.structs.replace(
        card(),
        subscriber_number="772",
        group_number="G",
        guarantor_dob=date(1982, 1, 18),
        guarantor_gender=None,
        guarantor_zip="02134",
        consent=False,
    )
    assert changed.sent() == {
        **BACK,
        "subscriber_num": "772",
        "group_number": "G",
        "guarantor_dob": "1982-01-18",
        "guarantor_gender": None,
        "guarantor_zip": "02134",
        "consent": False,
    }


def test_of_two_names_the_filled_one_is_changed() -> None:
    both = msgspec.structs.replace(card(subscriber_number=""), subscriber_number="772")
    assert (both.sent()["subscriber_number"], both.sent()["subscriber_num"]) == ("", "772")


def test_a_card_shows_no_link_and_nothing_unread() -> None:
    found = card(card_back={"id": "f-2", "fullpath": "https://example.test/f?auth_code=5ec7e7"}, odd="s3cret")
    assert found.back_id == "f-2"
    assert found.sent()["odd"] == "s3cret"
    for shown in (repr(found), str([found])):
        assert "0000771" in shown
        for hidden in ("fullpath", "5ec7e7", "example.test", "s3cret"):
            assert hidden not in shown
    assert "fullpath" not in str(found.sent())


def test_a_new_card_says_only_what_it_knows() -> None:
    new = InsuranceCard(card_type="primary", insurer_code="1001", subscriber_number="5", consent=False)
    assert new.sent() == {
        "card_type": "primary",
        "insurer_code": "1001",
        "subscriber_number": "5",
        "consent": False,
    }


def test_insurers() -> None:
    assert read_insurer(Row({"id": 1001, "text": "Harbor Mutual"})) == Insurer(
        id="1001", text="Harbor Mutual"
    )
    assert read_insurer(Row({"id": "00017"})) == Insurer(id="00017")
    assert isinstance(read_insurer(Row({"text": "Nameless"})), Unreadable)


@settings(max_examples=200)
@given(st.sampled_from([*sorted(CARD), "subscriber_number", "carrier_code", "odd"]), JSON)
def test_any_change_gives_a_card_that_goes_back_whole(name: str, value: Any) -> None:
    changes = {name: value}
    found = read_insurance_card(Row({**CARD, **changes}))
    if isinstance(found, InsuranceCard):
        sent = found.sent()
        came = {**BACK, **changes}
        if name == "card_front" and isinstance(value, dict):
            came[name] = {key: kept for key, kept in value.items() if key != "fullpath"}
        for ours in (sent, came):
            ours.pop("card_type")
        assert sent == came
        again = msgspec.structs.replace(found, subscriber_number="changed").sent()
        read = read_insurance_card(Row(again))
        assert isinstance(read, InsuranceCard)
        assert read.subscriber_number == "changed"


@settings(max_examples=100)
@given(JSON)
def test_any_json_gives_a_record_or_unreadable(value: Any) -> None:
    read_insurance_card(Row(value))
    read_insurer(Row(value))
