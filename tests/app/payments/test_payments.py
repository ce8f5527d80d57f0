"""Payments against a practice clinic: charged once, settled after silence, amounts to the cent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest

from app.errors import Broken, Failure, NotOffered, Refused, Uncertain
from app.payments.amounts import WrongAmount
from app.payments.payments import CardNumber, Payments
from app.payments.record import Item, PaymentRecord
from app.payments.settled import Settled
from tests.practice import Practice
from tests.sessions import signed_in

SMITH = "48231"  # family visit of $30 with Dr. Haddad, who is the first provider; she has a card
PAID = "48227"  # of a colleague, paid


@asynccontextmanager
async def at(
    clinic: Practice, role: str = "provider", number: int = 0, **changes: Any
) -> AsyncIterator[Payments]:
    session = await signed_in(clinic, role, number, **changes)
    try:
        yield Payments(session._client)
    finally:
        await session.close()


@pytest.fixture
def finished(clinic: Practice) -> Practice:
    """A clinic in which the $30 visit of the first provider is completed and not charged."""
    clinic.do("finish", visit=SMITH)
    return clinic


async def test_cards(clinic: Practice) -> None:
    async with at(clinic, "patient") as payments:
        first, second = (await payments.cards("-")).records
        assert (first.last4, first.is_default, second.is_default) == ("4242", True, False)
        assert isinstance(first.exp_month, int)
        assert isinstance(second.exp_year, int)
        assert (await payments.set_default_card("-", second.id)).is_default is True
        added = await payments.add_card("-", "tok_ok")
        assert added.is_default is False
        await payments.delete_card("-", second.id)
        found = (await payments.cards("-")).records
        assert {card.id: card.is_default for card in found} == {first.id: True, added.id: False}
        with pytest.raises(Refused, match="token is not valid"):
            await payments.add_card("-", "tok_nonsense")


async def test_a_card_number_is_never_sent(shared_clinic: Practice) -> None:
    async with at(shared_clinic, "patient") as payments:
        shared_clinic.forget()
        for number in ("4242424242424242", "4242 4242 4242 4242", "4000-0566-5566-5556"):
            with pytest.raises(CardNumber) as caught:
                await payments.add_card("-", number)
            assert number not in str(caught.value)
        assert shared_clinic.asked("cards.add") == 0


async def test_cards_are_no_business_of_a_provider(shared_clinic: Practice) -> None:
    async with at(shared_clinic) as payments:
        with pytest.raises(Refused) as caught:
            await payments.cards("7301")
        assert caught.value.status == 403
        assert not isinstance(caught.value, NotOffered)


async def test_invoice(shared_clinic: Practice) -> None:
    async with at(shared_clinic) as payments:
        invoice = await payments.invoice(SMITH)
        assert invoice.amount_due == Decimal("30.00")
        assert [(item.name, item.quantity, item.total) for item in invoice.items] == [
            ("Family visit", 1, Decimal("30.00"))
        ]
        assert (await payments.invoice(SMITH, promo_code="HARBOR10")).amount_due == Decimal("27.00")
        with pytest.raises(Refused, match="promo_code is not valid"):
            await payments.invoice(SMITH, promo_code="FREE4ALL")


async def test_charge_with_items(finished: Practice) -> None:
    items = [
        Item(name="Family visit", unit_price=Decimal("30")),
        Item(name="Form", description="Copies", quantity=Decimal("3"), unit_price=Decimal("0.1")),
    ]
    async with at(finished) as payments:
        saved = await payments.charge(SMITH, submit=False, items=items)
        assert (saved.status, saved.is_charged, saved.amount) == ("pending", False, Decimal("30.30"))
        assert (await payments.invoice(SMITH)).amount_due == Decimal("30.30")
        assert await payments.settle_charge(SMITH) is Settled.NOT_KNOWN
        paid = await payments.charge(SMITH, submit=True)
        assert (paid.id, paid.status, paid.amount) == (saved.id, "paid", Decimal("30.30"))
        assert (paid.visit_id, paid.member_id, paid.card_last4) == (SMITH, "7319", "4242")
        assert (await payments.invoice(SMITH)).amount_due == 0
        with pytest.raises(Refused, match=f"Visit {SMITH} is already charged."):
            await payments.charge(SMITH, submit=True)


async def test_two_charges_at_once_are_one_charge(finished: Practice) -> None:
    async with at(finished) as here, at(finished, "clinic_admin") as there:
        answers = await asyncio.gather(
            *(desk.charge(SMITH, submit=True) for desk in (here, there, here, there)), return_exceptions=True
        )
        assert sum(isinstance(answer, PaymentRecord) for answer in answers) == 1
        assert sum(isinstance(answer, Refused) for answer in answers) == 3
        listed = (await here.list(visit_id=SMITH)).records
        assert [entry.amount for entry in listed if entry.is_charged] == [Decimal("30.00")]


@pytest.mark.parametrize(
    ("weather", "says", "truth"),
    [
        ("cut_after", {"charged": False}, Settled.CHARGED),
        ("cut_before", {"charged": False}, Settled.NOT_CHARGED),
        ("cut_before", {}, Settled.NOT_KNOWN),
    ],
)
async def test_a_lost_answer_is_settled(
    finished: Practice, weather: str, says: dict[str, Any], truth: Settled
) -> None:
    async with at(finished) as payments:
        finished.do("patch", visit=SMITH, set={"payment": {"amount": "30.00", **says}})
        finished.weather(weather, "visits.charge", times=1)
        finished.forget()
        with pytest.raises(Uncertain):
            await payments.charge(SMITH, submit=True)
        assert finished.asked("visits.charge") == 1
        assert await payments.settle_charge(SMITH) is truth
        listed = (await payments.list(visit_id=SMITH)).records
        assert sum(entry.is_charged is True for entry in listed) == (truth is Settled.CHARGED)


async def test_a_spoilt_answer_is_settled_too(finished: Practice) -> None:
    async with at(finished) as payments:
        finished.weather("truncated", "visits.charge", times=1)
        with pytest.raises(Failure):
            await payments.charge(SMITH, submit=True)
        assert await payments.settle_charge(SMITH) is Settled.CHARGED


async def test_a_colleagues_charge_is_not_denied(shared_clinic: Practice) -> None:
    """The list shows a provider own visits only; the visit itself tells the rest."""
    async with at(shared_clinic, number=1) as payments:
        assert (await payments.list(visit_id="48232")).records == ()
        assert await payments.settle_charge("48232") is Settled.CHARGED


@pytest.mark.parametrize("key", ["payments.list", "visits.get"])
@pytest.mark.parametrize("kind", ["status", "html", "wrong_json"])
async def test_a_server_that_does_not_tell(finished: Practice, key: str, kind: str) -> None:
    async with at(finished) as payments:
        finished.weather(kind, key, status=403)
        assert await payments.settle_charge(SMITH) is Settled.NOT_KNOWN


async def test_a_server_without_payments(shared_clinic: Practice) -> None:
    async with at(shared_clinic, endpoints={"payments.list": "off"}) as payments:
        with pytest.raises(NotOffered):
            await payments.list()
        assert await payments.settle_charge(SMITH) is Settled.NOT_KNOWN


async def test_an_answer_about_another_visit_is_broken(finished: Practice) -> None:
    async with at(finished) as payments:
        finished.weather("wrong_json", "visits.charge", body={"data": {"id": "p", "visit_id": "1"}})
        with pytest.raises(Broken) as caught:
            await payments.charge(SMITH, submit=True)
        assert caught.value.where == "payment.visit_id"


@pytest.mark.parametrize("data", [True, {}, [], {"amount": "30.00"}])
async def test_an_act_that_does_not_tell_its_record_is_uncertain(shared_clinic: Practice, data: Any) -> None:
    async with at(shared_clinic, "patient") as payments:
        for key, act in (
            ("cards.add", lambda: payments.add_card("-", "tok_ok")),
            ("cards.default", lambda: payments.set_default_card("-", "pm")),
            ("visits.charge", lambda: payments.charge(SMITH, submit=True)),
            ("visits.refund", lambda: payments.refund(SMITH)),
        ):
            shared_clinic.weather("wrong_json", key, body={"data": data}, times=1)
            with pytest.raises(Uncertain):
                await act()


async def test_refund(finished: Practice) -> None:
    async with at(finished) as payments:
        with pytest.raises(Refused, match=f"Visit {SMITH} is not charged."):
            await payments.refund(SMITH)
        await payments.charge(SMITH, submit=True)
        part = await payments.refund(SMITH, amount=Decimal("0.10"), reason="Rounding")
        assert (part.status, part.refunded_amount, part.is_charged) == (
            "partially_refunded",
            Decimal("0.10"),
            True,
        )
        with pytest.raises(Refused, match="amount is not valid"):
            await payments.refund(SMITH, amount=Decimal("29.91"))
        assert finished.status(SMITH) == 30
        whole = await payments.refund(SMITH)
        assert (whole.status, whole.refunded_amount) == ("refunded", Decimal("30.00"))
        assert finished.status(SMITH) == 50
        with pytest.raises(Refused, match=f"Visit {SMITH} is already refunded."):
            await payments.refund(SMITH)


async def test_wrong_sums_are_not_sent(shared_clinic: Practice) -> None:
    async with at(shared_clinic) as payments:
        shared_clinic.forget()
        for amount in ("0", "-1", "0.001", "NaN"):
            with pytest.raises(WrongAmount):
                await payments.refund(SMITH, amount=Decimal(amount))
        for item in (
            Item(name="No price"),
            Item(name="x", unit_price=Decimal("0.001")),
            Item(name="x", unit_price=Decimal(1), quantity=Decimal(0)),
        ):
            with pytest.raises(WrongAmount):
                await payments.charge(SMITH, submit=True, items=[item])
        assert shared_clinic.asked("visits.refund") == shared_clinic.asked("visits.charge") == 0


async def test_all_pages_newest_first(shared_clinic: Practice) -> None:
    async with at(shared_clinic, "clinic_admin") as payments:
        found = await payments.list()
        assert found.total == len(found.records) == 5
        assert {entry.status for entry in found.records} == {
            "paid",
            "partially_refunded",
            "refunded",
            "failed",
            "pending",
        }
        created = [entry.created or 0 for entry in found.records]
        assert created == sorted(created, reverse=True)
        assert not [entry.unread for entry in found.records if entry.unread]
        assert {entry.currency for entry in found.records} <= {"USD", "$"}
        only = await payments.list(
            status="paid", room_code="w4n8q", start_time=int(created[-1]), end_time=2**40
        )
        assert [entry.visit_id for entry in only.records] == [PAID]
        assert (await payments.list(member_id="7301")).records == ()


async def test_the_front_desk_sees_no_payments(shared_clinic: Practice) -> None:
    for role in ("front_desk", "patient"):
        async with at(shared_clinic, role) as payments:
            with pytest.raises(Refused) as caught:
                await payments.list()
            assert caught.value.status == 403
