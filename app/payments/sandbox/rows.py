"""How cards, invoices and payments of the practice clinic look on the wire (api/payments.md §3 and §4)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from app.payments.sandbox.ledger import Card, Line, Payment
from app.sandbox.quirks import form, number, unset, unset_object, without_missing
from app.sandbox.world import Visit

Wire = dict[str, Any]


def card_row(card: Card) -> Wire:
    """PaymentMethod; month and year as number or text (quirk 1)."""
    return {
        "id": card.id,
        "type": "card",
        "brand": card.brand,
        "last4": card.last4,
        "exp_month": number(card.id, "exp_month", card.exp_month),
        "exp_year": number(card.id, "exp_year", card.exp_year),
        "name": card.name,
        "is_default": card.is_default,
    }


def invoice_row(visit: Visit, lines: Iterable[Line], due: Decimal) -> Wire:
    """Invoice; all sums as decimal strings."""
    return {
        "currency": _currency(visit.id),
        "amount_due": str(due),
        "items": [
            {
                "name": line.name,
                "description": line.description,
                "quantity": _quantity(line.quantity),
                "unit_price": str(line.unit_price),
                "total": str(line.total),
            }
            for line in lines
        ],
    }


def payment_row(visit: Visit, payment: Payment) -> Wire:
    """PaymentRecord; without a card `payment_method` is unset in one of three ways."""
    card = payment.card
    return without_missing(
        {
            "id": payment.id,
            "visit_id": visit.id,
            "member_id": visit.member_id,
            "provider_id": visit.provider_id or unset(payment.id, "provider_id"),
            "amount": str(payment.amount),
            "refunded_amount": str(payment.refunded),
            "currency": _currency(payment.id),
            "charged": payment.charged,
            "status": payment.status,
            "description": ", ".join(line.name for line in payment.lines),
            "payment_method": {"brand": card.brand, "last4": card.last4}
            if card
            else unset_object(payment.id, "payment_method"),
            "reason": payment.reason or unset(payment.id, "reason"),
            "created": payment.created,
            "modified": payment.modified,
        }
    )


def _currency(record: str) -> str:
    """The name in rooms, and the SDK's default (quirk 16)."""
    return ("USD", "$")[form(record, "currency", 2)]


def _quantity(quantity: Decimal) -> int | str:
    return int(quantity) if quantity == quantity.to_integral_value() else str(quantity)
