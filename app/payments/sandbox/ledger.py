"""The practice clinic's money: cards, payments, and the arithmetic of an invoice (api/payments.md §3 and §4).

All sums are Decimals of cents; a float never takes part.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from app.sandbox.world import Person, Visit, World

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")
LARGEST = Decimal("9999999.99")
"""The most that one visit can cost."""

TOKENS = {"tok_ok": ("visa", "4242", False), "tok_declined": ("visa", "0002", True)}
"""Token of the processor -> brand, last four digits, whether its charges are declined."""

PROMO_CODES = {"HARBOR10": Decimal("0.10")}
"""Promo code -> which part of the price it takes off [assumed]."""

PENDING, PAID, FAILED = "pending", "paid", "failed"
REFUNDED, PARTIALLY_REFUNDED = "refunded", "partially_refunded"
STATUSES = (PENDING, PAID, FAILED, REFUNDED, PARTIALLY_REFUNDED)


@dataclass(slots=True)
class Card:
    """A patient's card; never its number."""

    id: str
    owner_id: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int
    name: str
    is_declined: bool = False
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an invoice."""

    name: str
    description: str
    quantity: Decimal
    unit_price: Decimal

    @property
    def total(self) -> Decimal:
        """Quantity times unit price, to the cent."""
        return cents(self.quantity * self.unit_price)


@dataclass(slots=True)
class Payment:
    """A charge of a visit: saved (pending), failed, or done; a visit has at most one that is done.

    order: of two payments of one second the later one. refunded: what was given back so far.
    """

    id: str
    order: int
    visit_id: str
    created: int
    modified: int
    status: str = PENDING
    lines: tuple[Line, ...] = ()
    refunded: Decimal = NOTHING
    reason: str = ""
    card: Card | None = None

    @property
    def amount(self) -> Decimal:
        """What all lines cost together."""
        return total_of(self.lines)

    @property
    def charged(self) -> bool:
        """The patient has been charged, whatever was given back since."""
        return self.status in {PAID, REFUNDED, PARTIALLY_REFUNDED}


def cents(amount: Decimal) -> Decimal:
    """To the cent, halves up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def total_of(lines: Iterable[Line]) -> Decimal:
    """What the lines cost together."""
    return sum((line.total for line in lines), NOTHING)


def lines_of(world: World, visit: Visit) -> tuple[Line, ...]:
    """The saved invoice of a visit, or what was charged; else the price of its consultation."""
    kept = charge_of(world, visit.id) or saved_of(world, visit.id)
    if kept is not None:
        return kept.lines
    return (Line(visit.charge_for, "", Decimal(1), cents(Decimal(str(visit.amount)))),)


def discounted(lines: tuple[Line, ...], code: str | None) -> tuple[Line, ...]:
    """The lines with one more for the promo code's discount, unless that is among them already."""
    name = f"Promo code {code}"
    if code is None or any(line.name == name for line in lines):
        return lines
    off = cents(total_of(lines) * PROMO_CODES[code])
    return (*lines, Line(name, "", Decimal(1), -off))


# -- what is kept ----------------------------------------------------------------------------------


def payments_of(world: World, visit_id: str) -> list[Payment]:
    """Everything about one visit, oldest first."""
    return [payment for payment in world.table(Payment).values() if payment.visit_id == visit_id]


def charge_of(world: World, visit_id: str) -> Payment | None:
    """The payment in which the visit was charged."""
    return next((payment for payment in payments_of(world, visit_id) if payment.charged), None)


def saved_of(world: World, visit_id: str) -> Payment | None:
    """The invoice that was saved and not charged."""
    return next((p for p in payments_of(world, visit_id) if p.status == PENDING), None)


def new_payment(world: World, visit: Visit, lines: tuple[Line, ...]) -> Payment:
    """One more payment of a visit."""
    order = world.count("payment")
    payment = Payment(world.uuid("payment", order), order, visit.id, world.now, world.now, lines=lines)
    world.table(Payment)[payment.id] = payment
    return payment


def invoice_of(world: World, visit: Visit, lines: tuple[Line, ...]) -> Payment:
    """The saved invoice of a visit, or a new one, with these lines."""
    payment = saved_of(world, visit.id) or new_payment(world, visit, lines)
    payment.lines, payment.modified = lines, world.now
    return payment


def cards_of(world: World, owner_id: str) -> list[Card]:
    """A patient's cards, oldest first."""
    return [card for card in world.table(Card).values() if card.owner_id == owner_id]


def add_card(world: World, owner: Person, token: str, exp_year: int) -> Card:
    """The card of a processor's token; the patient's first one becomes the default."""
    brand, last4, is_declined = TOKENS[token]
    number = world.count("card")
    card = Card(
        id=world.uuid("card", number),
        owner_id=owner.id,
        brand=brand,
        last4=last4,
        exp_month=number % 12 + 1,
        exp_year=exp_year,
        name=owner.full_name,
        is_declined=is_declined,
        is_default=not cards_of(world, owner.id),
    )
    world.table(Card)[card.id] = card
    return card
