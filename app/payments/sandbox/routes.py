"""The practice clinic's invoices, charges and refunds (api/payments.md §4, api/decisions.md)."""

from typing import Any

from starlette.responses import Response

from app.payments.sandbox import cards
from app.payments.sandbox.ledger import (
    FAILED,
    NOTHING,
    PAID,
    PARTIALLY_REFUNDED,
    PROMO_CODES,
    REFUNDED,
    STATUSES,
    Card,
    Payment,
    cards_of,
    charge_of,
    discounted,
    invoice_of,
    lines_of,
    new_payment,
    total_of,
)
from app.payments.sandbox.lines import asked_lines, price_of
from app.payments.sandbox.opening import furnish
from app.payments.sandbox.rows import invoice_row, payment_row
from app.sandbox import visit_acts
from app.sandbox.http import PAGING, Call, Endpoint, Param, Refusal, as_truth, reply
from app.sandbox.visit_states import already
from app.sandbox.world import COMPLETED, IN_PROGRESS, Visit

__all__ = ["ENDPOINTS", "furnish"]


def invoice(call: Call) -> Response:
    """What is due: the saved invoice, else the price of the consultation; after the charge nothing."""
    visit = _find(call, call.params["id"])
    code = _promo_code(call.asked("promo_code"))
    is_charged = charge_of(call.world, visit.id) is not None
    if is_charged and code is not None:
        raise Refusal(400, str(already(visit, "charged")))
    lines = discounted(lines_of(call.world, visit), code)
    return reply(invoice_row(visit, lines, NOTHING if is_charged else total_of(lines)))


def charge(call: Call) -> Response:
    """Saves the invoice, or charges it, once; a declined card leaves a failed payment behind."""
    visit = _billed(call)
    submit = _submit(call)
    if visit.status not in {IN_PROGRESS, COMPLETED}:
        raise Refusal(400, str(already(visit)))
    if charge_of(call.world, visit.id) is not None:
        raise Refusal(400, str(already(visit, "charged")))
    lines = discounted(
        asked_lines(call.body.get("items")) or lines_of(call.world, visit),
        _promo_code(call.text("promo_code")),
    )
    if not submit:
        return reply(payment_row(visit, invoice_of(call.world, visit, lines)))
    card = _card(call, visit) if total_of(lines) else None
    if card is not None and card.is_declined:
        failed = new_payment(call.world, visit, lines)
        failed.status, failed.card = FAILED, card
        raise Refusal(400, "Card was declined.")
    payment = invoice_of(call.world, visit, lines)
    payment.status, payment.card = PAID, card
    visit_acts.close(call.world, visit, call.caller.person, status=COMPLETED)
    _changed(call, visit)
    return reply(payment_row(visit, payment))


def refund(call: Call) -> Response:
    """Gives back a part, or all that is left; when all is back the visit is refunded."""
    visit = _billed(call)
    payment = charge_of(call.world, visit.id)
    if visit.status != COMPLETED:
        raise Refusal(400, str(already(visit)))
    if payment is None:
        raise Refusal(400, f"Visit {visit.id} is not charged.")
    left = payment.amount - payment.refunded
    asked = call.text("amount")
    back, reason = left if asked is None else price_of(asked, "amount"), call.text("reason") or ""
    if not NOTHING < back <= left:
        raise Refusal(400, "amount is not valid.")
    payment.refunded += back
    payment.reason = reason
    payment.modified = call.world.now
    payment.status = PARTIALLY_REFUNDED if back < left else REFUNDED
    if payment.status == REFUNDED:
        visit_acts.refund(call.world, visit)
    return reply(payment_row(visit, payment))


def listing(call: Call) -> Response:
    """Payments, newest first: all of them for the clinic's admin, those of own visits for a provider."""
    if not (call.caller.is_admin or (call.caller.person and call.caller.person.sees_patients)):
        raise Refusal(403)
    wanted = _wanted(call)
    found = [
        (call.world.visits[payment.visit_id], payment)
        for payment in call.world.table(Payment).values()
        if _fits(call, payment, wanted)
    ]
    found.sort(key=lambda entry: (entry[1].created, entry[1].order), reverse=True)
    shown = [payment_row(visit, payment) for visit, payment in call.page_of(found)]
    return reply(shown, total_count=len(found))


# -- shared steps --------------------------------------------------------------------------------


def _find(call: Call, visit_id: str) -> Visit:
    visit = call.world.visits.get(visit_id)
    if visit is None:
        raise Refusal(404)
    if not call.caller.may_see(visit):
        raise Refusal(403)
    return visit


def _billed(call: Call) -> Visit:
    """The visit whose `id` is in the body: for the clinic's admin and the visit's provider."""
    visit = _find(call, call.needed("id"))
    if not (call.caller.is_admin or _is_own(call, visit)):
        raise Refusal(403)
    return visit


def _is_own(call: Call, visit: Visit) -> bool:
    person = call.caller.person
    return person is not None and person.sees_patients and visit.provider_id == person.id


def _submit(call: Call) -> bool:
    value = call.body.get("submit")
    if value is None or value == "":
        raise Refusal(400, "submit is required.")
    submit = as_truth(value)
    if submit is None:
        raise Refusal(400, "submit is not valid.")
    return submit


def _promo_code(code: str | None) -> str | None:
    if code is not None and code not in PROMO_CODES:
        raise Refusal(400, "promo_code is not valid.")
    return code


def _card(call: Call, visit: Visit) -> Card:
    """The card named in the body, else the patient's default card."""
    wanted = call.text("payment_method_id")
    cards = cards_of(call.world, visit.member_id)
    found = next((card for card in cards if (card.id == wanted if wanted else card.is_default)), None)
    if found is None:
        raise Refusal(400, f"payment_method_id is {'not valid' if wanted else 'required'}.")
    return found


def _changed(call: Call, visit: Visit) -> None:
    """A visit that was completed already is changed by the charge alone."""
    visit.modified = call.world.now
    call.world.keep(visit)


def _wanted(call: Call) -> dict[str, Any]:
    statuses = call.asked_list("status")
    if any(status not in STATUSES for status in statuses):
        raise Refusal(400, "status is not valid.")
    return {
        "first": call.asked_whole("start_time"),
        "last": call.asked_whole("end_time"),
        "status": statuses,
        **{name: call.asked_list(name) for name in ("member_id", "visit_id", "room_code")},
    }


def _fits(call: Call, payment: Payment, wanted: dict[str, Any]) -> bool:
    visit = call.world.visits[payment.visit_id]
    if not (call.caller.is_admin or _is_own(call, visit)):
        return False
    values = {
        "status": payment.status,
        "member_id": visit.member_id,
        "visit_id": visit.id,
        "room_code": visit.room_code,
    }
    return (
        (wanted["first"] is None or payment.created >= wanted["first"])
        and (wanted["last"] is None or payment.created <= wanted["last"])
        and all(not wanted[name] or value in wanted[name] for name, value in values.items())
    )


_VISIT = Param("id", about="the visit", required=True)

ENDPOINTS: tuple[Endpoint, ...] = (
    *cards.ENDPOINTS,
    Endpoint("invoice.get", "GET", "/visits/:id/invoice", invoice, query=(Param("promo_code"),)),
    Endpoint(
        "visits.charge",
        "POST",
        "/visits/charge",
        charge,
        body=(
            _VISIT,
            Param("items", "array", "objects with name, description, quantity, unit_price; else the invoice"),
            Param("promo_code"),
            Param("payment_method_id", about="else the default card; none is needed for an amount of 0"),
            Param("submit", "boolean", "false saves the invoice only", required=True),
        ),
    ),
    Endpoint(
        "visits.refund",
        "POST",
        "/visits/refund",
        refund,
        body=(_VISIT, Param("amount", about="decimal, else all that is left"), Param("reason")),
    ),
    Endpoint(
        "payments.list",
        "GET",
        "/payments",
        listing,
        query=(
            Param("start_time", "integer", "epoch seconds, of `created`"),
            Param("end_time", "integer", "epoch seconds, of `created`"),
            Param("member_id"),
            Param("visit_id"),
            Param("room_code"),
            Param("status", choices=STATUSES),
            *PAGING,
        ),
        data="array",
    ),
)
