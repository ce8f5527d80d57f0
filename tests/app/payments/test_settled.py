"""The verdict after a lost answer: a charge needs one clear word, its absence needs everything clear."""

from decimal import Decimal
from itertools import product

from app.core.unreadable import Unreadable
from app.payments.record import PaymentRecord, VisitPayment
from app.payments.settled import Settled, settled
from app.wire.listing import Listing

PAID = PaymentRecord(id="1", visit_id="48211", charged=True, status="paid")
FAILED = PaymentRecord(id="2", visit_id="48211", charged=False, status="failed")
ODD = PaymentRecord(id="3", visit_id="48211", status="processing")
NAMELESS = PaymentRecord(id="4", charged=False, status="failed")
NAMELESS_PAID = PaymentRecord(id="5", charged=True, status="paid")
OTHERS = PaymentRecord(id="6", visit_id="9", charged=True, status="paid")
PENDING = PaymentRecord(id="7", visit_id="48211", charged=False, status="pending")
SILENT = PaymentRecord(id="8", visit_id="48211", status="pending")
DENIED = VisitPayment(charged=False)
STRANGE = Unreadable(id="u", complaint="id is missing")


def verdict(*records: PaymentRecord, visit: VisitPayment | None = DENIED, **more: object) -> Settled:
    return settled("48211", Listing(records, **more), visit)  # type: ignore[arg-type]


def test_one_clear_word_for_a_charge_decides() -> None:
    assert verdict(FAILED, PAID) is Settled.CHARGED
    assert verdict(PAID, unreadable=(STRANGE,), total=900) is Settled.CHARGED
    assert verdict(visit=VisitPayment(charged=True)) is Settled.CHARGED
    assert verdict(FAILED, visit=VisitPayment(charged=True)) is Settled.CHARGED


def test_not_charged_needs_everything_complete_and_clear() -> None:
    assert verdict() is Settled.NOT_CHARGED
    assert verdict(FAILED, total=1) is Settled.NOT_CHARGED
    assert verdict(FAILED) is Settled.NOT_CHARGED


def test_silence_of_the_visit_denies_nothing() -> None:
    """A provider's list leaves colleagues' visits out: that it is empty says nothing."""
    for visit in (None, VisitPayment(), VisitPayment(amount=Decimal(30))):
        assert verdict(visit=visit) is Settled.NOT_KNOWN
        assert verdict(FAILED, visit=visit) is Settled.NOT_KNOWN


def test_another_visits_payment_is_no_evidence() -> None:
    assert verdict(OTHERS) is Settled.NOT_CHARGED


def test_whatever_is_unclear_is_not_known() -> None:
    for records, more in (
        ((ODD,), {}),
        ((NAMELESS,), {}),
        ((PENDING,), {}),
        ((SILENT,), {}),
        ((FAILED, PENDING), {}),
        ((NAMELESS_PAID,), {}),
        ((FAILED,), {"unreadable": (STRANGE,)}),
        ((FAILED,), {"total": 2}),
        ((), {"total": 1}),
    ):
        assert verdict(*records, **more) is Settled.NOT_KNOWN


def test_a_charge_is_never_denied() -> None:
    """However the evidence is mixed, a clear charge of this visit is told."""
    others = (FAILED, ODD, NAMELESS, OTHERS, PENDING)
    for chosen in product((False, True), repeat=len(others)):
        records = [record for record, taken in zip(others, chosen, strict=True) if taken]
        assert verdict(PAID, *records) is Settled.CHARGED
        assert verdict(*records, PAID) is Settled.CHARGED
