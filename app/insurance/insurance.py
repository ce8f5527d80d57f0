"""Insurance cards of patients, and the companies there are (api/payments.md §5)."""

from collections.abc import Sequence
from functools import partial
from typing import get_args

from app.core.unreadable import Unreadable
from app.errors import Broken, Uncertain
from app.insurance.record import CardType, InsuranceCard, Insurer, read_insurance_card, read_insurer
from app.wire.client import Client
from app.wire.listing import Listing, listing, made
from app.wire.reader import Row

_TYPES: tuple[str, ...] = get_args(CardType)


class WrongCards(ValueError):
    """Insurance cards that the server cannot take; the text says why, for people."""


class Insurance:
    """Insurance cards: for the patient and the clinic's admin; others are Refused (403)."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def list(self, user_id: str) -> Listing[InsuranceCard]:
        """A patient's cards. An empty list is an answer: no card is on file. Raises Failure."""
        reply = await self._client.get("insurance.list", id=user_id)
        return listing(reply, read_insurance_card, "insurance.list")

    async def import_cards(self, user_id: str, cards: Sequence[InsuranceCard]) -> Listing[InsuranceCard]:
        """Writes one or two cards, at most one of a type, over those of the same types.

        Raises Failure, and WrongCards before anything is sent. After Uncertain read `list`: writing the same
        cards again does no harm.
        """
        types = [card.card_type for card in cards]
        if not types:
            raise WrongCards("There is no card to write.")
        if not set(types) <= set(_TYPES):
            raise WrongCards("A card is neither primary nor secondary.")
        if len(set(types)) < len(types):
            raise WrongCards("There is more than one card of a type.")
        body = {"insurances": [card.sent() for card in cards]}
        reply = await self._client.post("insurance.import", body, id=user_id)
        try:
            return listing(reply, read_insurance_card, "insurance.import")
        except Broken as broken:
            # As with `made`: the cards may be written.
            raise Uncertain(str(broken)) from None

    async def save(self, user_id: str, card: InsuranceCard) -> InsuranceCard:
        """Writes one card over that of its type; the reply may be the card or all cards.

        Raises Failure, and WrongCards before anything is sent; Broken when a card of another type came back.
        After Uncertain or Broken read `list`: writing the same card again does no harm.
        """
        if card.card_type not in _TYPES:
            raise WrongCards("The card is neither primary nor secondary.")
        body = {key: value for key, value in card.sent().items() if key != "card_type"}
        reply = await self._client.post("insurance.save", body, id=user_id, card_type=card.card_type)
        saved = made(reply, partial(_read_saved, card_type=card.card_type), "insurance")
        if saved.card_type != card.card_type:
            raise Broken("shape", where="insurance.card_type")
        return saved

    async def insurers(self) -> Listing[Insurer]:
        """The companies that cards may name. Raises Failure."""
        reply = await self._client.get("insurers.list")
        return listing(reply, read_insurer, "insurers.list")


def _read_saved(row: Row, card_type: str) -> InsuranceCard | Unreadable:
    """The card of this type among those in a reply, else any; one alone may leave its type out."""
    value = row.value
    values = value if isinstance(value, list) else [value]
    if row and not row.raw("card_type"):
        values = [{**row.values, "card_type": card_type}]
    found = [read_insurance_card(Row(value, "insurance")) for value in values]
    cards = [card for card in found if isinstance(card, InsuranceCard)]
    written = next((card for card in cards if card.card_type == card_type), None)
    return written or next(iter(cards), None) or row.unreadable("card_type is missing")
