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

    One clear word for a charge decides. Against it everything must be complete and clear: a second charge
    is worse than a question at the portal.
    """
    own = [record for record in payments.records if record.visit_id in ("", visit_id)]
    if (payment and payment.charged) or any(record.is_charged and record.visit_id for record in own):
        return Settled.CHARGED
    listed = len(payments.records) + len(payments.unreadable)
    is_whole = not payments.unreadable and (payments.total is None or payments.total <= listed)
    if is_whole and all(record.visit_id and record.is_charged is False for record in own):
        return Settled.NOT_CHARGED
    return Settled.NOT_KNOWN
