"""Insurance cards and insurers of the practice clinic (api/payments.md §5)."""

import pytest

PATH = "users/7302/insurances"
CARD = {
    "card_type": "primary",
    "insurer_code": "1001",
    "subscriber_number": "HM-1",
    "responsible_party": "self",
}


def refused(reply, status, message):
    assert (reply.status_code, reply.json()) == (status, {"code": status, "message": message})


def imported(asker, *cards, who="patient.7302"):
    return asker.post(f"{PATH}/import", who, insurances=list(cards))


def test_the_list_has_its_version_beside_it(asker):
    whole = asker.get("users/7301/insurances", "mira.okafor").json()
    assert whole["version"] == "2.0"
    assert [card["card_type"] for card in whole["data"]] == ["primary", "secondary"]
    assert asker.get(PATH, "app").json() == {"data": [], "version": "2.0"}


def test_patient_or_admin(asker):
    for who in ("noor.haddad", "front.desk", "mira.okafor"):
        refused(asker.get(PATH, who), 403, "Forbidden")
        refused(imported(asker, CARD, who=who), 403, "Forbidden")
        refused(asker.post(f"{PATH}/primary", who, **CARD), 403, "Forbidden")
    for who in ("patient.7302", "clinic.admin", "app"):
        assert imported(asker, CARD, who=who).status_code == 200
    assert asker.get(PATH).status_code == 401
    assert asker.get("users/612/insurances", "app").status_code == 403
    assert asker.get("users/999999/insurances", "app").status_code == 404


def test_import_overwrites_by_type(asker):
    second = {**CARD, "card_type": "secondary", "subscriber_num": "HM-2", "odd": {"kept": [1]}}
    del second["subscriber_number"]
    first_two = imported(asker, CARD, second).json()["data"]
    assert first_two == asker.data(PATH, "app")
    assert first_two[1]["subscriber_num"] == "HM-2"
    assert first_two[1]["odd"] == {"kept": [1]}
    assert first_two[1]["eligibility"] == {"status": "inactive"}
    imported(asker, {**CARD, "subscriber_number": "HM-3"})
    found = asker.data(PATH, "app")
    assert [card.get("subscriber_number") for card in found] == ["HM-3", None]
    assert found[1] == first_two[1]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "insurances is required."),
        ({"insurances": []}, "insurances is not valid."),
        ({"insurances": {}}, "insurances is not valid."),
        ({"insurances": "nothing"}, "insurances is not valid."),
        ({"insurances": [1]}, "insurances is not valid."),
        ({"insurances": [CARD, CARD]}, "insurances is not valid."),
        ({"insurances": [CARD, {**CARD, "card_type": "secondary"}, CARD]}, "insurances is not valid."),
        ({"insurances": [{**CARD, "card_type": None}]}, "card_type is required."),
        ({"insurances": [{**CARD, "card_type": "third"}]}, "card_type is not valid."),
        ({"insurances": [{**CARD, "insurer_code": ""}]}, "insurer_code is required."),
        ({"insurances": [{**CARD, "insurer_code": "9999"}]}, "insurer_code is not valid."),
        ({"insurances": [{**CARD, "subscriber_number": ""}]}, "subscriber_number is required."),
        ({"insurances": [{**CARD, "subscriber_num": []}]}, "subscriber_num is not valid."),
        ({"insurances": [{**CARD, "responsible_party": "me"}]}, "responsible_party is not valid."),
        ({"insurances": [{**CARD, "guarantor_dob": "19820117"}]}, "guarantor_dob is not valid."),
        ({"insurances": [{**CARD, "guarantor_dob": "2026-W01-1"}]}, "guarantor_dob is not valid."),
        ({"insurances": [{**CARD, "guarantor_gender": 3}]}, "guarantor_gender is not valid."),
        ({"insurances": [{**CARD, "guarantor_zip": {}}]}, "guarantor_zip is not valid."),
        ({"insurances": [{**CARD, "consent": "perhaps"}]}, "consent is not valid."),
    ],
)
def test_wrong_cards(asker, body, message):
    refused(asker.post(f"{PATH}/import", "patient.7302", **body), 400, message)
    assert asker.data(PATH, "app") == []


def test_none_is_written_when_one_is_wrong(asker):
    assert imported(asker, CARD, {**CARD, "card_type": "secondary", "insurer_code": "0"}).status_code == 400
    assert asker.data(PATH, "app") == []


def test_numbers_and_text_are_both_taken(asker):
    card = {**CARD, "insurer_code": 1001, "guarantor_gender": "2", "guarantor_zip": 2134, "consent": "1"}
    assert imported(asker, card).json()["data"][0]["guarantor_zip"] == 2134


def test_save_one_type(asker):
    body = {name: value for name, value in CARD.items() if name != "card_type"}
    forms = set()
    for user in ("7302", "7303", "7305", "7307", "7308"):
        data = asker.done(f"users/{user}/insurances/secondary", "app", **body)
        forms.add(type(data))
        saved = data if isinstance(data, dict) else data[0]
        assert (saved["card_type"], saved["subscriber_number"]) == ("secondary", "HM-1")
        assert asker.data(f"users/{user}/insurances", "app") == [saved]
    assert forms == {dict, list}
    refused(asker.post(f"{PATH}/primary", "app"), 400, "insurer_code is required.")
    assert asker.post(f"{PATH}/tertiary", "app", **body).status_code == 404


def test_insurers_hang_on_the_claims_root(asker):
    path = "/claims_v2/api_v3/insurances/list/insurers"
    rows = asker.data(path, "mira.okafor")
    assert all(set(row) == {"id", "text"} and isinstance(row["id"], str) for row in rows)
    assert asker.get(path).status_code == 401
    assert asker.get("insurances/list/insurers", "app").status_code == 404
    assert asker.get(f"{path}.json", "app").status_code == 200


def test_forms_of_cards(asker):
    cards = [
        card
        for user in ("7301", "7304", "7306", "7319")
        for card in asker.data(f"users/{user}/insurances", "app")
    ]
    names = [set(card) for card in cards]
    assert any("subscriber_num" in card for card in names)
    assert any("subscriber_number" in card for card in names)
    assert any("guarantor_name" in card for card in names)
    assert any("card_front" in card for card in names)
