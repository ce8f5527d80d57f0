"""Cards, invoices, charges and refunds (api/payments.md §1-4)."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from app.errors import Broken, Failure
from app.payments.amounts import WrongAmount, amount_text, quantity_value
from app.payments.record import (
    Card,
    Invoice,
    Item,
    PaymentRecord,
    VisitPayment,
    read_card,
    read_invoice,
    read_payment,
    visit_payment,
)
from app.payments.settled import Settled, settled
from app.wire.client import Client, Reply
from app.wire.listing import Listing, every_page, listing, made, one
from app.wire.reader import Row

_PAGE = 100
_DIGITS = re.compile(r"[\d\s-]{12,}")


class CardNumber(ValueError):
    """What was given as a card token looks like a card number: it must not travel (api/payments.md §3)."""


class Payments:
    """Money between patients and the clinic. Nothing is kept: what was paid is asked for each time."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def cards(self, user_id: str) -> Listing[Card]:
        """A patient's cards. Raises Failure; Refused (403) where only the patient may see them."""
        reply = await self._client.get("cards.list", id=user_id)
        return listing(reply, read_card, "cards.list")

    async def add_card(self, user_id: str, token: str, *, provider_id: str = "") -> Card:
        """Adds the card that the processor's `token` stands for; the first one becomes the default.

        Raises Failure, and CardNumber before anything is sent. After Uncertain read `cards` again.
        """
        if _DIGITS.fullmatch(token):
            raise CardNumber("A card number is never sent: the card's token is needed.")
        body = {"token": token, "type": "card", **_given(provider_id=provider_id)}
        return made(await self._client.post("cards.add", body, id=user_id), read_card, "card")

    async def set_default_card(self, user_id: str, card_id: str) -> Card:
        """Makes a card the one that is charged. Raises Failure; Broken when another card came back.

        After Uncertain or Broken read `cards` again.
        """
        reply = await self._client.post("cards.default", {"id": card_id}, id=user_id)
        card = made(reply, read_card, "card")
        if card.id != card_id:
            raise Broken("shape", where="card.id")
        return card

    async def delete_card(self, user_id: str, card_id: str) -> None:
        """Forgets a card. Raises Failure. After Uncertain read `cards` again."""
        await self._client.post("cards.delete", {"id": card_id}, id=user_id)

    async def invoice(self, visit_id: str, *, promo_code: str = "") -> Invoice:
        """What is due for a visit. Raises Failure; Refused (400) on a wrong promo code."""
        reply = await self._client.get("invoice.get", _given(promo_code=promo_code), id=visit_id)
        return one(reply, read_invoice, "invoice")

    async def charge(
        self,
        visit_id: str,
        *,
        submit: bool,
        items: Sequence[Item] | None = None,
        promo_code: str = "",
        card_id: str = "",
    ) -> PaymentRecord:
        """Charges a visit, once; with `submit` false only saves its invoice. Amounts go out as decimal text.

        items: instead of the invoice as it is; totals are the server's to compute. card_id: "" for the
        default card. Raises Failure, and WrongAmount before anything is sent. There is no automatic repeat:
        after Uncertain or Broken the patient may have been charged; ask `settle_charge`, or read
        `list(visit_id=...)`.
        """
        body = {
            "id": visit_id,
            "submit": submit,
            **({"items": [_sent_item(item) for item in items]} if items is not None else {}),
            **_given(promo_code=promo_code, payment_method_id=card_id),
        }
        return _of_visit(await self._client.post("visits.charge", body), visit_id)

    async def refund(
        self, visit_id: str, *, amount: Decimal | None = None, reason: str = ""
    ) -> PaymentRecord:
        """Gives the patient money back: `amount`, or all that is left of the charge.

        Raises Failure, and WrongAmount before anything is sent. There is no automatic repeat: after
        Uncertain or Broken read `list(visit_id=...)` and compare `refunded_amount` with what it was.
        """
        sums = {} if amount is None else {"amount": amount_text(amount)}
        if amount is not None and amount <= 0:
            raise WrongAmount("The amount to refund is not above nothing.")
        body = {"id": visit_id, **sums, **_given(reason=reason)}
        return _of_visit(await self._client.post("visits.refund", body), visit_id)

    async def list(
        self,
        *,
        start_time: int | None = None,
        end_time: int | None = None,
        member_id: str = "",
        visit_id: str = "",
        room_code: str = "",
        status: str = "",
    ) -> Listing[PaymentRecord]:
        """All payments that fit, newest first. start_time, end_time: Unix s. A provider sees own visits'.

        Raises Failure.
        """
        times = {"start_time": start_time, "end_time": end_time}
        query = {
            **{name: at for name, at in times.items() if at is not None},
            **_given(member_id=member_id, visit_id=visit_id, room_code=room_code, status=status),
        }
        return await every_page(self._client, "payments.list", read_payment, query, limit=_PAGE)

    async def settle_charge(self, visit_id: str) -> Settled:
        """After Uncertain: whether the visit is charged, by the payments and by the visit itself.

        Raises nothing: a server that does not tell leaves it NOT_KNOWN. NOT_CHARGED needs the visit's own
        word that it is not charged, and no payment pending. It holds for the moment of the answer; a server
        that still works on a charge may finish it after.
        """
        try:
            payments = await self.list(visit_id=visit_id)
            payment = await self._payment_of(visit_id)
        except Failure:
            return Settled.NOT_KNOWN
        return settled(visit_id, payments, payment)

    async def _payment_of(self, visit_id: str) -> VisitPayment | None:
        row = Row((await self._client.get("visits.get", id=visit_id)).value(), "visit")
        if row.text("id", "_id") != visit_id:
            raise Broken("shape", where="visit.id")
        return visit_payment(row)


def _of_visit(reply: Reply, visit_id: str) -> PaymentRecord:
    payment = made(reply, read_payment, "payment")
    if payment.visit_id not in ("", visit_id):
        raise Broken("shape", where="payment.visit_id")
    return payment


def _sent_item(item: Item) -> Mapping[str, Any]:
    if item.unit_price is None:
        raise WrongAmount("An item has no price.")
    return {
        "name": item.name,
        "description": item.description,
        "quantity": quantity_value(Decimal(1) if item.quantity is None else item.quantity),
        "unit_price": amount_text(item.unit_price),
    }


def _given(**texts: str) -> dict[str, str]:
    """The texts that are not empty."""
    return {name: text for name, text in texts.items() if text}
