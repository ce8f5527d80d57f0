"""Reading money: exactly as written, never a float, never a wrong certainty (api/payments.md §1-4)."""

import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.unreadable import Unreadable
from app.payments.amounts import WrongAmount, amount_text, quantity_value
from app.payments.record import (
    STATUSES,
    Card,
    Consultation,
    Invoice,
    PaymentRecord,
    read_card,
    read_consultation,
    read_invoice,
    read_payment,
    read_prices,
    visit_payment,
)
from app.wire.reader import Row, decode
from tests.app.wire.test_reader import JSON

CONSULTATION = {
    "id": "c-1",
    "description": "Extended visit",
    "duration": 30,
    "amount": 45.5,
    "group": False,
    "charge": True,
    "slots": 1,
    "visible_to_patient": True,
    "colour": "blue",
}
CARD = {
    "id": "pm-1",
    "brand": "visa",
    "last4": "4242",
    "exp_month": "04",
    "exp_year": 2028,
    "name": "Mira Okafor",
    "type": "card",
    "is_default": True,
}
INVOICE = {
    "currency": "$",
    "amount_due": "60.00",
    "items": [
        {"name": "Visit", "description": "", "quantity": 1, "unit_price": "45.50", "total": "45.50"},
        {"name": "Form", "description": "Copies", "quantity": "2", "unit_price": 7.25, "total": "14.50"},
    ],
}
PAYMENT = {
    "id": "p-1",
    "visit_id": "48211",
    "member_id": "7301",
    "provider_id": "612",
    "amount": "60.00",
    "refunded_amount": "0.00",
    "currency": "USD",
    "charged": True,
    "status": "paid",
    "description": "Visit, Form",
    "payment_method": {"brand": "visa", "last4": "4242"},
    "created": 1767225600,
    "modified": "1767225601",
}


def payment(**changes: Any) -> PaymentRecord:
    found = read_payment(Row({**PAYMENT, **changes}))
    assert isinstance(found, PaymentRecord)
    return found


def test_a_consultation_goes_back_as_it_came() -> None:
    found = read_consultation(Row(CONSULTATION), "USD")
    assert isinstance(found, Consultation)
    assert (found.id, found.minutes, found.amount, found.currency) == ("c-1", 30, Decimal("45.5"), "USD")
    assert (found.group, found.charge, found.slots, found.visible_to_patient) == (False, True, 1, True)
    assert found.came == CONSULTATION


def test_the_oldest_consultations_have_no_id_and_say_little() -> None:
    found = read_consultation(Row({"description": "Standard visit", "duration": 15, "amount": 0}))
    assert isinstance(found, Consultation)
    assert (found.id, found.amount, found.currency) == ("", 0, "")
    assert found.visible_to_patient is found.charge is found.group is found.slots is None
    assert isinstance(read_consultation(Row({"amount": 3})), Unreadable)


@pytest.mark.parametrize(
    ("prices", "currency"),
    [
        ({"currency": "USD", "paymentCurrency": "EUR"}, "USD"),
        ({"paymentCurrency": "USD"}, "USD"),
        ({"currency": "$", "__note__": "is deprecated"}, "$"),
        ({}, ""),
        ([], ""),
        (None, ""),
    ],
)
def test_the_currency_of_a_room(prices: Any, currency: str) -> None:
    assert read_prices(Row({"payment": prices})).currency == currency


def test_a_consultation_that_cannot_be_read_is_shown_as_such() -> None:
    found = read_prices(Row({"payment": {"currency": "USD", "consultations": [CONSULTATION, 7, {}]}}))
    assert [entry.id for entry in found.consultations] == ["c-1"]
    assert found.consultations[0].currency == "USD"
    assert len(found.unreadable) == 2


def test_payment_of_a_visit() -> None:
    row = Row({"payment": {"duration": 15, "amount": "00.00", "description": "Standard visit"}})
    found = visit_payment(row)
    assert found is not None
    assert (found.amount, found.minutes, found.charged) == (Decimal("0.00"), 15, None)
    assert visit_payment(Row({"payment": []})) is None
    assert visit_payment(Row({})) is None
    charged = visit_payment(Row({"payment": {"charged": False, "amount": "a lot"}}))
    assert charged is not None
    assert charged.charged is False
    assert charged.amount is None
    assert charged.unread == ("payment.amount is no amount",)


def test_a_card() -> None:
    found = read_card(Row(CARD))
    assert isinstance(found, Card)
    assert (found.brand, found.last4, found.exp_month, found.exp_year) == ("visa", "4242", 4, 2028)
    assert found.is_default is True
    assert isinstance(read_card(Row({"brand": "visa"})), Unreadable)
    odd = read_card(Row({**CARD, "exp_month": "May"}, "card"))
    assert isinstance(odd, Card)
    assert (odd.exp_month, odd.unread) == (None, ("card.exp_month is no whole number",))


def test_a_card_number_that_came_is_not_kept() -> None:
    found = read_card(Row({**CARD, "last4": "4000056655665556", "number": "4000056655665556"}))
    assert "4000056655665556" not in repr(found)
    assert isinstance(found, Card)
    assert found.last4 == "5556"


def test_an_invoice() -> None:
    found = read_invoice(Row(INVOICE))
    assert isinstance(found, Invoice)
    assert (found.currency, found.amount_due) == ("$", Decimal("60.00"))
    assert [item.total for item in found.items] == [Decimal("45.50"), Decimal("14.50")]
    assert [item.quantity for item in found.items] == [1, 2]
    assert isinstance(read_invoice(Row({"currency": "USD"})), Unreadable)


def test_a_payment() -> None:
    found = payment()
    assert (found.amount, found.refunded_amount) == (Decimal("60.00"), Decimal("0.00"))
    assert (found.card_brand, found.card_last4, found.created, found.modified) == (
        "visa",
        "4242",
        1767225600,
        1767225601,
    )
    assert found.is_charged is True
    assert payment(payment_method=[]).card_last4 == ""


@pytest.mark.parametrize(
    ("charged", "status", "verdict"),
    [
        (True, "paid", True),
        (True, "", True),
        (None, "partially_refunded", True),
        (False, "refunded", True),
        (True, "disputed", True),
        (False, "pending", False),
        (None, "pending", None),
        (True, "pending", True),
        (None, "failed", False),
        (False, "", False),
        (True, "failed", None),
        (False, "paid", None),
        (False, "processing", None),
        (None, "processing", None),
        (None, "", None),
    ],
)
def test_whether_it_was_charged(charged: bool | None, status: str, verdict: bool | None) -> None:
    assert payment(charged=charged, status=status).is_charged is verdict


def test_an_unknown_status_stays_visible() -> None:
    assert payment(status="disputed").status == "disputed"
    assert payment(status=77).status == "77"


@settings(max_examples=300)
@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_amounts_round_trip_exactly(amount: Decimal) -> None:
    sent = amount_text(amount)
    assert len(sent.partition(".")[2]) == 2
    assert sent != "-0.00"
    for text in (json.dumps({"amount": sent}), f'{{"amount":{sent}}}'):
        read = Row(decode(text.encode())).amount("amount")
        assert read == amount
        assert amount_text(Decimal(str(read))) == sent


@pytest.mark.parametrize("amount", ["0.001", "NaN", "sNaN", "Infinity", "1E+40", "-12.345"])
def test_what_cannot_be_sent_exactly_is_not_sent(amount: str) -> None:
    with pytest.raises(WrongAmount):
        amount_text(Decimal(amount))


def test_forms_of_amounts() -> None:
    assert amount_text(Decimal("1E+3")) == "1000.00"
    assert amount_text(Decimal("1.500")) == "1.50"
    assert amount_text(Decimal("-0")) == "0.00"
    assert (quantity_value(Decimal("2.0")), quantity_value(Decimal("1.5"))) == (2, "1.5")
    for quantity in ("0", "-1", "NaN", "Infinity"):
        with pytest.raises(WrongAmount):
            quantity_value(Decimal(quantity))


READERS = {
    "payment": (PAYMENT, read_payment),
    "card": (CARD, read_card),
    "invoice": (INVOICE, read_invoice),
    "consultation": (CONSULTATION, read_consultation),
}


@settings(max_examples=250)
@given(st.sampled_from(sorted(READERS)), st.data())
def test_any_change_gives_a_record_or_unreadable(kind: str, data: st.DataObject) -> None:
    sample, read = READERS[kind]
    key = data.draw(st.sampled_from(sorted(sample)))
    value = data.draw(JSON)
    found = read(Row({**sample, key: value}, kind))
    for name, kept in _fields(found):
        # Money and counts are Decimals and ints; only instants are floats.
        assert not isinstance(kept, float) or name in {"created", "modified"}, name
    if isinstance(found, PaymentRecord) and key == "status" and found.status not in STATUSES and found.status:
        assert found.status == (value if isinstance(value, str) else str(value))


@settings(max_examples=100)
@given(JSON)
def test_any_json_gives_a_record_or_unreadable(value: Any) -> None:
    for _, read in READERS.values():
        read(Row(value))
        read(Row({"id": "x", "items": value, "payment_method": value}))
    read_prices(Row({"payment": value}))
    read_prices(Row({"payment": {"consultations": value}}))
    visit_payment(Row({"payment": value}))


def _fields(found: Any) -> list[tuple[str, Any]]:
    if isinstance(found, Unreadable):
        return []
    shown = [(name, value) for name, value in msgspec.structs.asdict(found).items() if name != "came"]
    if isinstance(found, Invoice):
        shown += [entry for item in found.items for entry in msgspec.structs.asdict(item).items()]
    return shown
