"""Pharmacies of the clinic, asked of a practice clinic (api/pharmacy.md A)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from app.core.clock import ServerClock, SystemClock
from app.errors import Broken, NotOffered, Refused, Uncertain
from app.pharmacies.pharmacies import Pharmacies
from app.pharmacies.search import Search, Unsearchable
from app.wire.client import Client, Credentials
from app.wire.endpoints import Endpoints
from tests.practice import Practice

HARBOR = "PH-20417"
NPI = "npi-1234567893"


@pytest.fixture
def clinic(shared_clinic: Practice) -> Practice:
    """One clinic for all: each test only reads, or sets right what it changed."""
    return shared_clinic


@asynccontextmanager
async def asking(clinic: Practice, role: str = "provider", **overrides: str) -> AsyncIterator[Pharmacies]:
    endpoints = Endpoints(clinic.api, overrides=overrides)
    async with Client(endpoints, Credentials(clinic.account), ServerClock(SystemClock())) as client:
        user = clinic.user(role)
        reply = await client.post("auth.login", {"username": user["username"], "password": user["password"]})
        client.credentials.token = reply.value()["token"]["token"]
        yield Pharmacies(client)


async def test_a_search_by_name(clinic: Practice) -> None:
    async with asking(clinic) as pharmacies:
        found = await pharmacies.search(Search(name="harbor street"))
    assert (found.total, found.unreadable) == (1, ())
    (harbor,) = found.records
    assert (harbor.code, harbor.zip, harbor.state) == (HARBOR, "97301", "OR")
    assert harbor.source == "clinic"
    assert harbor.unread == ()


async def test_pages_in_order(clinic: Practice) -> None:
    async with asking(clinic) as pharmacies:
        search = Search(city="Salem", state="or")
        pages = [await pharmacies.search(search, number) for number in (1, 2, 3, 4)]
    total = pages[0].total or 0
    assert [len(page.records) for page in pages] == [20, 20, total - 40, 0]
    names = [one.name.casefold() for page in pages for one in page.records]
    assert names == sorted(names)
    assert len({one.code for page in pages for one in page.records}) == total > 40


async def test_every_form_of_a_row_is_understood(clinic: Practice) -> None:
    async with asking(clinic) as pharmacies:
        found = [await pharmacies.search(Search(zip=digit), limit=100) for digit in "0123456789"]
    everyone = [one for page in found for one in page.records]
    assert len(everyone) > 100
    assert [one.unread for one in everyone if one.unread] == []
    assert all(len(one.zip) == 5 for one in everyone)
    assert {one.zip[:2] for one in found[0].records} >= {"00", "02", "03", "04"}
    assert any(one.latitude is None for one in everyone)
    assert {type(one.extra) for one in everyone} >= {dict, str, list, int, type(None)}


async def test_nearest_first(clinic: Practice) -> None:
    async with asking(clinic) as pharmacies:
        found = (await pharmacies.search(Search(near=(44.9429, -123.0351), radius=4.0))).records
    miles = [one.distance for one in found]
    assert None not in miles
    assert miles == sorted(miles, key=lambda distance: distance or 0)
    assert 0 < (miles[-1] or 0) <= 4.0


async def test_nothing_is_sent_without_a_criterion(clinic: Practice) -> None:
    async with asking(clinic) as pharmacies:
        before = clinic.asked("pharmacies.search")
        with pytest.raises(Unsearchable):
            await pharmacies.search(Search(state="OR"))
        assert clinic.asked("pharmacies.search") == before


async def test_one_by_its_code(clinic: Practice) -> None:
    async with asking(clinic) as pharmacies:
        assert (await pharmacies.get(HARBOR)).name == "Harbor Street Pharmacy"
        with pytest.raises(Refused) as raised:
            await pharmacies.get("PH-0")
        assert raised.value.status == 404


async def test_another_pharmacy_than_the_one_asked_for_is_no_answer(clinic: Practice) -> None:
    async with asking(clinic, "patient") as pharmacies:
        other: dict[str, Any] = {"data": {"code": "PH-1", "name": "Elsewhere"}}
        clinic.weather("wrong_json", "pharmacies.get", body=other)
        with pytest.raises(Broken):
            await pharmacies.get(HARBOR)
        clinic.weather("wrong_json", "pharmacies.default", body=other)
        with pytest.raises(Broken):
            await pharmacies.set_default("-", HARBOR)
        clinic.weather("wrong_json", "pharmacies.user", body={"data": {}})
        with pytest.raises(Broken):
            await pharmacies.of_user("-")


async def test_a_default_is_set_and_taken_away(clinic: Practice) -> None:
    async with asking(clinic, "patient") as pharmacies:
        before = (await pharmacies.of_user("-")).records
        assert (await pharmacies.set_default("-", HARBOR)).code == HARBOR
        saved = (await pharmacies.of_user("-")).records
        assert saved[0].code == HARBOR
        assert {one.code for one in saved[1:]} == {one.code for one in before}
        assert [one.is_default for one in saved] == [True, *(False for _ in before)]
        await pharmacies.remove("-", HARBOR)
        left = (await pharmacies.of_user("-")).records
        assert {one.code for one in left} == {one.code for one in before}
        assert not any(one.is_default for one in left)


async def test_a_pharmacy_of_the_directory_can_be_saved(clinic: Practice) -> None:
    async with asking(clinic, "patient") as pharmacies:
        saved = await pharmacies.set_default("-", NPI)
        assert (saved.npi, saved.zip, saved.kind) == ("1234567893", "97301", "3336C0003X")
        assert saved.source == "clinic"
        await pharmacies.remove("-", NPI)


async def test_a_lost_answer_is_settled_by_reading_again(clinic: Practice) -> None:
    async with asking(clinic, "patient") as pharmacies:
        clinic.weather("cut_after", "pharmacies.default", times=1)
        with pytest.raises(Uncertain):
            await pharmacies.set_default("-", HARBOR)
        assert (await pharmacies.of_user("-")).records[0].code == HARBOR
        await pharmacies.remove("-", HARBOR)


async def test_a_server_without_pharmacies_does_not_offer_them(clinic: Practice) -> None:
    async with asking(clinic, **{"pharmacies.search": "off"}) as pharmacies:
        with pytest.raises(NotOffered):
            await pharmacies.search(Search(name="harbor"))
