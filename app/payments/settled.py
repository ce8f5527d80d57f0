"""What became of a charge whose answer was lost."""

from enum import Enum

from app.payments.record import PaymentRecord, VisitPayment
from app.wire.listing import Listing


class Settled(Enum):
    """Whether a visit is charged, as far as the server told."""

    CHARGED = "charged"
    NOT_CHARGED = "not charged"
    NOT_KNOWN = "not known"


def settled(visit_id: str, payments: Listing[PaymentRecord], payment: VisitPayment | None) -> Settled:
    """The verdict. payments: the list asked for this visit; payment: what the visit itself says.

    One clear word for a charge decides. Against it the visit itself must say that it is not charged, since
    a list may leave a colleague's charge out (api/payments.md §4), and everything must be complete and
    clear, with no payment pending: a second charge is worse than a question at the portal.
    """
    own = [record for record in payments.records if record.visit_id in ("", visit_id)]
    if (payment and payment.charged) or any(record.is_charged and record.visit_id for record in own):
        return Settled.CHARGED
    listed = len(payments.records) + len(payments.unreadable)
    is_whole = not payments.unreadable and (payments.total is None or payments.total <= listed)
    is_denied = payment is not None and payment.charged is False
    if is_denied and is_whole and all(_is_clearly_none(record) for record in own):
        return Settled.NOT_CHARGED
    return Settled.NOT_KNOWN


def _is_clearly_none(record: PaymentRecord) -> bool:
    """A payment of the visit in which nothing was charged, and nothing will be."""
    return bool(record.visit_id) and record.is_charged is False and record.status != "pending"
