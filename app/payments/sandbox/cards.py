"""The practice clinic's cards (api/payments.md §3): for the patient and the clinic's admin."""

from datetime import UTC, datetime

from starlette.responses import Response

from app.payments.sandbox.ledger import TOKENS, Card, add_card, cards_of
from app.payments.sandbox.rows import card_row
from app.sandbox.http import Call, Endpoint, Param, Refusal, reply
from app.sandbox.world import Person


def listing(call: Call) -> Response:
    """A patient's cards, oldest first."""
    return reply([card_row(card) for card in cards_of(call.world, _owner(call).id)])


def add(call: Call) -> Response:
    """The card of a token; the patient's first card becomes the default."""
    owner = _owner(call)
    token = call.needed("token")
    if token not in TOKENS:
        raise Refusal(400, "token is not valid.")
    if call.text("type") not in {None, "card"}:
        raise Refusal(400, "type is not valid.")
    provider = call.world.people.get(call.text("provider_id") or "")
    if call.text("provider_id") is not None and (provider is None or not provider.sees_patients):
        raise Refusal(400, "provider_id is not valid.")
    year = datetime.fromtimestamp(call.world.now, UTC).year
    return reply(card_row(add_card(call.world, owner, token, year + 2)))


def default(call: Call) -> Response:
    """Another default card."""
    card = _card(call)
    _make_default(call, card)
    return reply(card_row(card))


def delete(call: Call) -> Response:
    """A card is gone; the oldest one left takes its place as default [assumed]."""
    card = _card(call)
    del call.world.table(Card)[card.id]
    left = cards_of(call.world, card.owner_id)
    if card.is_default and left:
        _make_default(call, left[0])
    return reply(True)


def _owner(call: Call) -> Person:
    """The patient in the path; 403 for everybody but the patient and the clinic's admin."""
    owner = call.user(call.params["id"])
    if not owner.is_patient or not (call.caller.is_admin or owner.id == call.caller.user_id):
        raise Refusal(403)
    return owner


def _card(call: Call) -> Card:
    """The patient's card whose `id` is in the body."""
    owner = _owner(call)
    card = call.world.table(Card).get(call.needed("id"))
    if card is None or card.owner_id != owner.id:
        raise Refusal(404)
    return card


def _make_default(call: Call, chosen: Card) -> None:
    for card in cards_of(call.world, chosen.owner_id):
        card.is_default = card is chosen


_CARD = Param("id", about="the card", required=True)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("cards.list", "GET", "/users/:id/payment_methods", listing, data="array"),
    Endpoint(
        "cards.add",
        "POST",
        "/users/:id/payment_methods",
        add,
        body=(
            Param("token", about="of the payment processor", required=True, choices=tuple(TOKENS)),
            Param("type", choices=("card",)),
            Param("provider_id"),
        ),
    ),
    Endpoint("cards.default", "POST", "/users/:id/payment_methods/default", default, body=(_CARD,)),
    Endpoint(
        "cards.delete", "POST", "/users/:id/payment_methods/delete", delete, body=(_CARD,), data="boolean"
    ),
)
