"""Insurance cards against a practice clinic."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from app.errors import Broken, Refused, Uncertain
from app.insurance.insurance import Insurance, WrongCards
from app.insurance.record import InsuranceCard
from tests.practice import Practice
from tests.sessions import signed_in

CARD = InsuranceCard(
    card_type="primary", insurer_code="1003", subscriber_number="BG-1", responsible_party="self", consent=True
)


@asynccontextmanager
async def at(clinic: Practice, role: str = "clinic_admin") -> AsyncIterator[Insurance]:
    session = await signed_in(clinic, role)
    try:
        yield Insurance(session._client)
    finally:
        await session.close()


async def test_cards_of_every_patient_are_readable(shared_clinic: Practice) -> None:
    async with at(shared_clinic) as insurance:
        people = ("7301", "7304", "7306", "7319")
        found = [card for user in people for card in (await insurance.list(user)).records]
        assert len(found) == 5
        assert not [card.unread for card in found if card.unread]
        assert all(card.subscriber_number for card in found)
        # Quirk 14: the same thing under two names.
        assert {"subscriber_number", "subscriber_num"} <= {name for card in found for name in card.came}
        assert any(card.guarantor_name for card in found)
        assert (await insurance.list("7302")).records == ()


async def test_the_patient_sees_own_cards(shared_clinic: Practice) -> None:
    async with at(shared_clinic, "patient") as insurance:
        assert [card.card_type for card in (await insurance.list("-")).records] == ["primary", "secondary"]


async def test_insurers(shared_clinic: Practice) -> None:
    async with at(shared_clinic) as insurance:
        found = (await insurance.insurers()).records
        assert {insurer.id for insurer in found} >= {"1001", "00017"}
        assert all(insurer.text for insurer in found)


async def test_providers_are_refused(shared_clinic: Practice) -> None:
    async with at(shared_clinic, "provider") as insurance:
        with pytest.raises(Refused) as caught:
            await insurance.list("7301")
        assert caught.value.status == 403


async def test_import_overwrites_by_type(clinic: Practice) -> None:
    async with at(clinic) as insurance:
        secondary = (await insurance.list("7301")).records[1]
        written = await insurance.import_cards("7301", [CARD])
        assert [card.subscriber_number for card in written.records] == ["BG-1"]
        primary, kept = (await insurance.list("7301")).records
        assert (primary.subscriber_number, kept) == ("BG-1", secondary)


async def test_a_card_that_is_sent_back_keeps_everything(clinic: Practice) -> None:
    async with at(clinic) as insurance:
        (card,) = (await insurance.list("7304")).records
        changed = msgspec.structs.replace(card, group_number="G-9")
        saved = await insurance.save("7304", changed)
        assert saved.group_number == "G-9"
        assert (saved.front_id, saved.back_id) == (card.front_id, card.back_id)
        assert {**saved.came, "group_number": card.came["group_number"]} == card.came
        assert (await insurance.list("7304")).records == (saved,)


async def test_save_answers_a_card_or_all_cards(clinic: Practice) -> None:
    async with at(clinic) as insurance:
        for user in ("7302", "7303", "7305"):
            for card_type in ("primary", "secondary"):
                card = msgspec.structs.replace(CARD, card_type=card_type)
                saved = await insurance.save(user, card)
                assert (saved.card_type, saved.subscriber_number) == (card_type, "BG-1")


@pytest.mark.parametrize(
    "cards",
    [
        [],
        [CARD, CARD],
        [CARD, msgspec.structs.replace(CARD, card_type="tertiary")],
        [CARD, msgspec.structs.replace(CARD, card_type="secondary"), CARD],
    ],
)
async def test_wrong_cards_are_not_sent(shared_clinic: Practice, cards: list[InsuranceCard]) -> None:
    async with at(shared_clinic) as insurance:
        shared_clinic.forget()
        with pytest.raises(WrongCards):
            await insurance.import_cards("7301", cards)
        with pytest.raises(WrongCards):
            await insurance.save("7301", msgspec.structs.replace(CARD, card_type="import"))
        assert shared_clinic.asked("insurance.import") == shared_clinic.asked("insurance.save") == 0


@pytest.mark.parametrize("data", [{"card_type": "secondary"}, [{"card_type": "secondary"}]])
async def test_an_answer_with_another_card_is_broken(shared_clinic: Practice, data: Any) -> None:
    async with at(shared_clinic) as insurance:
        shared_clinic.weather("wrong_json", "insurance.save", body={"data": data}, times=1)
        with pytest.raises(Broken):
            await insurance.save("7301", CARD)


@pytest.mark.parametrize("data", [True, {}, [], [{}], 7])
async def test_an_answer_without_a_card_is_uncertain(shared_clinic: Practice, data: Any) -> None:
    async with at(shared_clinic) as insurance:
        shared_clinic.weather("wrong_json", "insurance.save", body={"data": data}, times=1)
        with pytest.raises(Uncertain):
            await insurance.save("7301", CARD)


@pytest.mark.parametrize("data", [True, {}, 7])
async def test_an_answer_that_is_no_list_of_cards_is_uncertain(shared_clinic: Practice, data: Any) -> None:
    async with at(shared_clinic) as insurance:
        shared_clinic.weather("wrong_json", "insurance.import", body={"data": data}, times=1)
        with pytest.raises(Uncertain):
            await insurance.import_cards("7301", [CARD])


async def test_a_lone_card_may_leave_its_type_out(shared_clinic: Practice) -> None:
    async with at(shared_clinic) as insurance:
        shared_clinic.weather("wrong_json", "insurance.save", body={"data": {"insurer_code": "1"}}, times=1)
        saved = await insurance.save("7301", CARD)
        assert (saved.card_type, saved.insurer_code) == ("primary", "1")


async def test_a_lost_answer_is_settled_by_reading(clinic: Practice) -> None:
    async with at(clinic) as insurance:
        clinic.weather("cut_after", "insurance.save", times=1)
        with pytest.raises(Uncertain):
            await insurance.save("7302", CARD)
        assert [card.subscriber_number for card in (await insurance.list("7302")).records] == ["BG-1"]
