"""What visits cost and what was paid (api/payments.md §1-4). Amounts are Decimals, exactly as written."""

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from app.core.unreadable import Unreadable
from app.wire.reader import Json, Row

# `status` of a payment (api/payments.md §4), and whether the patient has been charged in it: a pending one
# is a saved invoice, or a charge on its way. Other words stay visible as they came.
STATUSES: Mapping[str, bool | None] = {
    "pending": None,
    "failed": False,
    "paid": True,
    "partially_refunded": True,
    "refunded": True,
}


class Consultation(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of visit that a room offers (api/payments.md §1).

    id: "" in the oldest sample. amount: None when not known; 0 asks for no card. currency: "USD" or "$",
    of the room where it has none of its own. slots: places in one slot. came: the object as it came; an
    intake takes it back whole, under `consultation`.
    """

    id: str = ""
    description: str = ""
    type: str = ""
    minutes: int | None = None
    amount: Decimal | None = None
    currency: str = ""
    group: bool | None = None
    charge: bool | None = None
    slots: int | None = None
    visible_to_patient: bool | None = None
    came: Mapping[str, Json] = {}
    unread: tuple[str, ...] = ()


class Prices(msgspec.Struct, frozen=True, kw_only=True):
    """What a room offers, in the server's order; unreadable: consultations that are shown as such."""

    consultations: tuple[Consultation, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    currency: str = ""


class VisitPayment(msgspec.Struct, frozen=True, kw_only=True):
    """`payment` of a visit: what it costs (api/payments.md §2). charged: None when not said."""

    amount: Decimal | None = None
    minutes: int | None = None
    description: str = ""
    charged: bool | None = None
    unread: tuple[str, ...] = ()


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A payment method of a patient (api/payments.md §3); never a card number.

    last4: the last four digits, whatever the server sent. exp_month: 1 to 12; exp_year: as the server has
    it, with two or four digits. unread: paths of what came but could not be understood.
    """

    id: str
    brand: str = ""
    last4: str = ""
    exp_month: int | None = None
    exp_year: int | None = None
    name: str = ""
    type: str = ""
    is_default: bool | None = None
    unread: tuple[str, ...] = ()


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A line of an invoice (api/payments.md §4). total: quantity times unit price, by the server."""

    name: str = ""
    description: str = ""
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    total: Decimal | None = None


class Invoice(msgspec.Struct, frozen=True, kw_only=True):
    """What is due for a visit (api/payments.md §4)."""

    currency: str = ""
    amount_due: Decimal | None = None
    items: tuple[Item, ...] = ()
    unread: tuple[str, ...] = ()


class PaymentRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A charge of a visit, done, failed or only saved (api/payments.md §4).

    status: a word of STATUSES, other words as they came. card_brand, card_last4: what was paid with.
    created, modified: Unix s.
    """

    id: str
    visit_id: str = ""
    member_id: str = ""
    provider_id: str = ""
    amount: Decimal | None = None
    refunded_amount: Decimal | None = None
    currency: str = ""
    charged: bool | None = None
    status: str = ""
    description: str = ""
    card_brand: str = ""
    card_last4: str = ""
    created: float | None = None
    modified: float | None = None
    unread: tuple[str, ...] = ()

    @property
    def is_charged(self) -> bool | None:
        """Whether the patient was charged, even if refunded since; None when it is not said, or disputed."""
        by_status = STATUSES.get(self.status)
        if self.charged is None:
            return by_status
        if self.charged:
            return None if by_status is False else True
        # The flag may fall with a refund; that the money was taken stays true.
        if self.status == "refunded":
            return True
        return False if by_status is False or self.status in ("", "pending") else None


def read_prices(room: Row) -> Prices:
    """What the room in a JSON object offers; its notes to programmers (quirk 23) are left aside."""
    payment = room.object("payment")
    currency = payment.text("currency", "paymentCurrency") or ""
    found = [read_consultation(row, currency) for row in payment.objects("consultations")]
    return Prices(
        consultations=tuple(entry for entry in found if isinstance(entry, Consultation)),
        unreadable=tuple(entry for entry in found if isinstance(entry, Unreadable)),
        currency=currency,
    )


def read_consultation(row: Row, currency: str = "") -> Consultation | Unreadable:
    """The consultation that a JSON object describes. currency: of its room."""
    before = len(row.complaints)
    found = Consultation(
        id=row.text("id") or "",
        description=row.text("description") or "",
        type=row.text("type") or "",
        minutes=row.number("duration"),
        amount=row.amount("amount"),
        currency=row.text("currency") or currency,
        group=row.flag("group"),
        charge=row.flag("charge"),
        slots=row.number("slots"),
        visible_to_patient=row.flag("visible_to_patient"),
        came=row.values,
        unread=tuple(row.complaints[before:]),
    )
    if not found.id and not found.description:
        return row.unreadable("id and description are missing")
    return found


def visit_payment(visit: Row) -> VisitPayment | None:
    """`payment` of the visit in a JSON object; None when the visit says nothing of it."""
    row = visit.object("payment")
    before = len(row.complaints)
    if not row:
        return None
    return VisitPayment(
        amount=row.amount("amount"),
        minutes=row.number("duration"),
        description=row.text("description") or "",
        charged=row.flag("charged"),
        unread=tuple(row.complaints[before:]),
    )


def read_card(row: Row) -> Card | Unreadable:
    """The card that a JSON object describes; only a missing id makes it Unreadable."""
    before = len(row.complaints)
    card_id = row.text("id")
    if not card_id:
        return row.unreadable("id is missing")
    return Card(
        id=card_id,
        brand=row.text("brand") or "",
        last4=_last4(row),
        exp_month=row.number("exp_month"),
        exp_year=row.number("exp_year"),
        name=row.text("name") or "",
        type=row.text("type") or "",
        is_default=row.flag("is_default"),
        unread=tuple(row.complaints[before:]),
    )


def read_invoice(row: Row) -> Invoice | Unreadable:
    """The invoice that a JSON object describes; Unreadable when it says neither what nor how much."""
    before = len(row.complaints)
    found = Invoice(
        currency=row.text("currency") or "",
        amount_due=row.amount("amount_due"),
        items=tuple(_item(entry) for entry in row.objects("items")),
        unread=tuple(row.complaints[before:]),
    )
    if found.amount_due is None and not found.items:
        return row.unreadable("amount_due is missing")
    return found


def read_payment(row: Row) -> PaymentRecord | Unreadable:
    """The payment that a JSON object describes; only a missing id makes it Unreadable."""
    before = len(row.complaints)
    payment_id = row.text("id")
    if not payment_id:
        return row.unreadable("id is missing")
    card = row.object("payment_method")
    return PaymentRecord(
        id=payment_id,
        visit_id=row.text("visit_id") or "",
        member_id=row.text("member_id") or "",
        provider_id=row.text("provider_id") or "",
        amount=row.amount("amount"),
        refunded_amount=row.amount("refunded_amount"),
        currency=row.text("currency") or "",
        charged=row.flag("charged"),
        status=row.text("status") or "",
        description=row.text("description") or "",
        card_brand=card.text("brand") or "",
        card_last4=_last4(card),
        created=row.instant("created"),
        modified=row.instant("modified"),
        unread=tuple(row.complaints[before:]),
    )


def _item(row: Row) -> Item:
    return Item(
        name=row.text("name") or "",
        description=row.text("description") or "",
        quantity=row.amount("quantity"),
        unit_price=row.amount("unit_price"),
        total=row.amount("total"),
    )


def _last4(row: Row) -> str:
    """Four digits, even of a server that sends more: a whole card number is nothing for us."""
    return (row.text("last4") or "")[-4:]
