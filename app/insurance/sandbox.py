"""The practice clinic's insurance cards and insurers (api/payments.md §5)."""

import copy
import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.responses import Response

from app.sandbox.http import CLAIMS_PREFIX, GONE, Call, Endpoint, Param, Refusal, as_text, as_truth, reply
from app.sandbox.people import practice_toml
from app.sandbox.quirks import form
from app.sandbox.world import Person, World

CARD_TYPES = ("primary", "secondary")
PARTIES = ("self", "child", "spouse", "other")
NOT_CHECKED = {"status": "inactive"}
"""`eligibility` of a card that was just written [assumed]."""

_TEXTS = (
    "group_number",
    "guarantor_name",
    "guarantor_first_name",
    "guarantor_middle_name",
    "guarantor_last_name",
    "guarantor_address",
    "guarantor_address_2",
    "guarantor_city",
    "guarantor_zip",
    "guarantor_state",
)


@dataclass(slots=True)
class InsuranceCard:
    """A patient's card of one type; `fields` as they were sent, under the names they were sent with."""

    user_id: str
    card_type: str
    fields: dict[str, Any]


def furnish(world: World) -> None:
    """The cards of resources/practice/insurance.toml, for the patients that are there."""
    for entry in practice_toml("insurance.toml")["card"]:
        fields = copy.deepcopy(entry)
        user_id, card_type = fields.pop("patient"), fields.pop("card_type")
        if user_id in world.people:
            _keep(world, InsuranceCard(user_id, card_type, fields))


def listing(call: Call) -> Response:
    """A patient's cards, with the version beside them."""
    return reply(_rows(call.world, _patient(call)), version="2.0")


def import_cards(call: Call) -> Response:
    """One or two cards, each over the one of its type; none is written when one of them is wrong."""
    patient = _patient(call)
    rows = _asked_cards(call)
    types = [_card_type(row) for row in rows]
    if len(set(types)) < len(types):
        raise Refusal(400, "insurances is not valid.")
    cards = [
        InsuranceCard(patient.id, card_type, _checked(row))
        for card_type, row in zip(types, rows, strict=True)
    ]
    for card in cards:
        _keep(call.world, card)
    return reply([_row(card) for card in cards])


def save(call: Call) -> Response:
    """The card of one type; answered alone for some patients, among all cards for others [assumed]."""
    if call.params["card_type"] not in CARD_TYPES:
        raise Refusal(404, GONE)
    patient = _patient(call)
    card = InsuranceCard(patient.id, call.params["card_type"], _checked(call.body))
    _keep(call.world, card)
    return reply(_rows(call.world, patient) if form(patient.id, "insurance", 2) else _row(card))


def insurers(call: Call) -> Response:  # noqa: ARG001
    """The companies, ids as strings."""
    return reply(practice_toml("insurance.toml")["insurer"])


# -- shared steps --------------------------------------------------------------------------------


def _patient(call: Call) -> Person:
    """The patient in the path; for the patient and the clinic's admin, else 403."""
    patient = call.user(call.params["id"])
    if not patient.is_patient or not (call.caller.is_admin or patient.id == call.caller.user_id):
        raise Refusal(403)
    return patient


def _keep(world: World, card: InsuranceCard) -> None:
    world.table(InsuranceCard)[f"{card.user_id}/{card.card_type}"] = card


def _rows(world: World, patient: Person) -> list[dict[str, Any]]:
    table = world.table(InsuranceCard)
    kept = (table.get(f"{patient.id}/{card_type}") for card_type in CARD_TYPES)
    return [_row(card) for card in kept if card is not None]


def _row(card: InsuranceCard) -> dict[str, Any]:
    return {"card_type": card.card_type, **card.fields}


def _asked_cards(call: Call) -> list[dict[str, Any]]:
    """`insurances` of a body: an array or its JSON text, of one or two objects."""
    value = call.body.get("insurances")
    if value is None or value == "":
        raise Refusal(400, "insurances is required.")
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise Refusal(400, "insurances is not valid.") from None
    if not isinstance(value, list) or not 0 < len(value) <= len(CARD_TYPES):
        raise Refusal(400, "insurances is not valid.")
    if not all(isinstance(row, dict) for row in value):
        raise Refusal(400, "insurances is not valid.")
    return value


def _card_type(row: dict[str, Any]) -> str:
    card_type = _needed(row, "card_type")
    if card_type not in CARD_TYPES:
        raise Refusal(400, "card_type is not valid.")
    return card_type


def _checked(row: dict[str, Any]) -> dict[str, Any]:
    """What is kept of a card that was sent: everything but what is not the sender's to say."""
    known = {insurer["id"] for insurer in practice_toml("insurance.toml")["insurer"]}
    if _needed(row, "insurer_code") not in known:
        raise Refusal(400, "insurer_code is not valid.")
    if as_text(row.get("subscriber_num"), "subscriber_num") is None:
        _needed(row, "subscriber_number")
    if _needed(row, "responsible_party") not in PARTIES:
        raise Refusal(400, "responsible_party is not valid.")
    for name in _TEXTS:
        as_text(row.get(name), name)
    _check_day(row, "guarantor_dob")
    if as_text(row.get("guarantor_gender"), "guarantor_gender") not in {None, "1", "2"}:
        raise Refusal(400, "guarantor_gender is not valid.")
    if row.get("consent") not in (None, "") and as_truth(row["consent"]) is None:
        raise Refusal(400, "consent is not valid.")
    return {name: value for name, value in row.items() if name != "card_type"} | {"eligibility": NOT_CHECKED}


def _needed(row: dict[str, Any], name: str) -> str:
    value = as_text(row.get(name), name)
    if value is None:
        raise Refusal(400, f"{name} is required.")
    return value


def _check_day(row: dict[str, Any], name: str) -> None:
    text = as_text(row.get(name), name)
    if text is not None and not _is_day(text):
        raise Refusal(400, f"{name} is not valid.")


def _is_day(text: str) -> bool:
    """YYYY-MM-DD, and none of the other forms of ISO 8601."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


_CARD = (
    Param("insurer_code", about="of the list of insurers", required=True),
    Param("subscriber_number", about="or subscriber_num"),
    Param("subscriber_num"),
    Param("responsible_party", required=True, choices=PARTIES),
    Param("guarantor_dob", about="YYYY-MM-DD"),
    Param("guarantor_gender", "integer", choices=(1, 2)),
    Param("consent", "boolean"),
    *(Param(name) for name in _TEXTS),
)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("insurance.list", "GET", "/users/:id/insurances", listing, data="array"),
    Endpoint(
        "insurance.import",
        "POST",
        "/users/:id/insurances/import",
        import_cards,
        body=(Param("insurances", "array", "one or two cards, at most one of a card_type", required=True),),
        data="array",
    ),
    Endpoint("insurance.save", "POST", "/users/:id/insurances/:card_type", save, body=_CARD, data="any"),
    Endpoint(
        "insurers.list", "GET", "/insurances/list/insurers", insurers, data="array", prefix=CLAIMS_PREFIX
    ),
)
