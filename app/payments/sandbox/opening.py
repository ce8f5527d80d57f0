"""The cards and past payments with which the practice clinic opens: resources/practice/payments.toml."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from app.payments.sandbox.ledger import (
    FAILED,
    PENDING,
    Card,
    Line,
    Payment,
    add_card,
    cards_of,
    cents,
    new_payment,
)
from app.sandbox.people import practice_toml
from app.sandbox.world import Visit, World

SETTLED_AFTER = 60
"""Seconds between the end of a visit and its charge."""


def furnish(world: World) -> None:
    """Everything of the file that is about patients and visits of this world."""
    book = practice_toml("payments.toml")
    for entry in book["card"]:
        if entry["patient"] in world.people:
            _card(world, entry)
    for entry in book["payment"]:
        visit = _visit(world, entry["patient"])
        if visit is not None:
            _payment(world, visit, entry)


def _card(world: World, entry: dict[str, Any]) -> Card:
    year = datetime.fromtimestamp(world.start, UTC).year
    card = add_card(
        world,
        world.people[entry["patient"]],
        "tok_declined" if entry.get("declined") else "tok_ok",
        year + entry["expires_in"],
    )
    card.brand, card.last4 = entry["brand"], entry["last4"]
    return card


def _visit(world: World, member_id: str) -> Visit | None:
    """The patient's visit that has ended."""
    ended = (v for v in world.visits.values() if v.member_id == member_id and v.actual_end is not None)
    return next(ended, None)


def _payment(world: World, visit: Visit, entry: dict[str, Any]) -> Payment:
    lines = tuple(
        Line(name, about, Decimal(quantity), cents(Decimal(price)))
        for name, about, quantity, price in entry["lines"]
    )
    payment = new_payment(world, visit, lines)
    settled = (visit.actual_end or visit.end) + SETTLED_AFTER
    payment.created = payment.modified = min(settled, world.now)
    payment.status = entry["status"]
    payment.refunded = cents(Decimal(entry.get("refunded", "0")))
    payment.reason = entry.get("reason", "")
    if payment.status != PENDING:
        payment.card = next(iter(cards_of(world, visit.member_id)), None)
    if payment.status == FAILED:
        # Nothing was paid: what was to be charged is what the visit still costs.
        visit.amount = float(payment.amount)
        visit.charge_for = ", ".join(line.name for line in lines)
    world.keep(visit)
    return payment
