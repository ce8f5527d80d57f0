"""The public directory, asked of a practice clinic that serves the same API (api/pharmacy.md B)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from app.core.clock import ServerClock, SystemClock
from app.errors import Broken, Failure, NotOffered, Refused
from app.pharmacies.merge import merged
from app.pharmacies.pharmacies import Pharmacies
from app.pharmacies.registry import Page, Registry
from app.pharmacies.search import Search, Unsearchable
from app.wire.client import Client, Credentials
from app.wire.endpoints import Endpoints
from app.wire.gate import Gate
from tests.practice import Practice

SALEM = Search(city="Salem", state="OR")


class Hours:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def wall(self) -> float:
        return self.now


@pytest.fixture
def clinic(shared_clinic: Practice) -> Practice:
    """One clinic for all: each test only reads, or sets right what it changed."""
    return shared_clinic


@asynccontextmanager
async def directory(clinic: Practice, clock: Hours | None = None) -> AsyncIterator[Registry]:
    endpoints = Endpoints(clinic.api, nppes=clinic.nppes)
    gate = Gate(at_once=1, per_s=50.0)
    async with Client(endpoints, Credentials(""), ServerClock(SystemClock()), gate) as client:
        yield Registry(client, clock)


async def everything(registry: Registry, search: Search) -> list[Page]:
    pages = [await registry.search(search)]
    while (skip := pages[-1].next_skip) is not None:
        pages.append(await registry.search(search, skip))
    return pages


async def test_page_after_page(clinic: Practice) -> None:
    async with directory(clinic) as registry:
        pages = await everything(registry, SALEM)
    assert [page.next_skip for page in pages] == [50, None]
    assert not any(page.must_narrow or page.unreadable for page in pages)
    found = [one for page in pages for one in page.records]
    assert len({one.code for one in found}) == len(found) > 50
    assert {(one.city, one.state, one.source) for one in found} == {("SALEM", "OR", "nppes")}
    assert all(len(one.zip) == 5 and len(one.phone) == 10 and one.name for one in found)
    assert all(one.unread == () for one in found)
    assert not any("STAFFING" in one.name for one in found)
    assert not any("AVERY" in str(one) for one in found)


async def test_what_is_asked(clinic: Practice) -> None:
    async with directory(clinic) as registry:
        await registry.search(Search(name="Harb", near=(44.9, -123.0)))
    (entry,) = [entry for entry in clinic.log() if entry["key"] == "nppes.search"]
    assert entry["query"] == {
        "version": "2.1",
        "enumeration_type": "NPI-2",
        "address_purpose": "LOCATION",
        "taxonomy_description": "Pharmacy",
        "limit": "50",
        "skip": "0",
        "organization_name": "harb*",
    }
    assert not any(name.lower().startswith("x-api") for name in entry.get("headers", {}))


@pytest.mark.parametrize(
    ("search", "code"),
    [
        (Search(name="harbor street"), "npi-1234567893"),
        (Search(zip="973"), "npi-1234567893"),
        (Search(zip="97301", name="harbor"), "npi-1234567893"),
        (Search(city="Sal*", state="or", name="harbor"), "npi-1234567893"),
    ],
)
async def test_what_is_found(clinic: Practice, search: Search, code: str) -> None:
    async with directory(clinic) as registry:
        found = [one.code for page in await everything(registry, search) for one in page.records]
    assert code in found


async def test_a_further_location_is_found_where_it_lies(clinic: Practice) -> None:
    async with directory(clinic) as registry:
        (found,) = (await registry.search(Search(name="tideway infusion", state="MA"))).records
    assert (found.city, found.zip) == ("PORT AMITY", "02190")


async def test_nothing_found_is_an_empty_page(clinic: Practice) -> None:
    async with directory(clinic) as registry:
        assert await registry.search(Search(name="no such pharmacy")) == Page()


async def test_an_answer_is_kept_for_a_day(clinic: Practice) -> None:
    clock = Hours()
    async with directory(clinic, clock) as registry:
        first = await registry.search(SALEM)
        clock.now += 86_000
        assert await registry.search(Search(city=" SALEM ", state="or")) == first
        assert clinic.asked("nppes.search") == 1
        clock.now += 500
        assert await registry.search(SALEM) == first
        assert clinic.asked("nppes.search") == 2


async def test_a_fault_is_not_kept_and_not_nothing(clinic: Practice) -> None:
    async with directory(clinic) as registry:
        for kind, details in (("status", {"status": 503}), ("html", {}), ("truncated", {})):
            clinic.weather(kind, "nppes.search", **details)
            with pytest.raises(Broken):
                await registry.search(SALEM)
            clinic.clear()
        assert (await registry.search(SALEM)).records


async def test_a_refusal_under_200_is_shown_in_its_words(clinic: Practice) -> None:
    words = "Field state requires additional search criteria"
    async with directory(clinic) as registry:
        body = {"Errors": [{"description": words, "field": "state", "number": "07"}]}
        clinic.weather("wrong_json", "nppes.search", body=body)
        with pytest.raises(Refused) as raised:
            await registry.search(SALEM)
    assert (raised.value.status, raised.value.message) == (400, words)


async def test_beyond_what_it_shows_the_search_must_be_narrowed(clinic: Practice) -> None:
    async with directory(clinic) as registry:
        row = {"number": "1234567893", "addresses": [], "taxonomies": []}
        clinic.weather("wrong_json", "nppes.search", body={"result_count": 50, "results": [row] * 50})
        before = await registry.search(SALEM, 950)
        last = await registry.search(SALEM, 5000)
    assert (before.next_skip, before.must_narrow) == (1000, False)
    assert (last.next_skip, last.must_narrow) == (None, True)


async def test_by_number(clinic: Practice) -> None:
    async with directory(clinic) as registry:
        found = await registry.find("1234567893")
        assert found is not None
        assert found.name == "HARBOR STREET PHARMACY"
        assert await registry.find("1000000004") is None
        with pytest.raises(Unsearchable) as raised:
            await registry.find("1234567890")
        assert raised.value.reason == "npi"
        assert clinic.asked("nppes.search") == 2
        other = {"number": "2100735192", "taxonomies": [{"code": "333600000X"}]}
        other["addresses"] = [{"address_purpose": "LOCATION"}]
        clinic.weather("wrong_json", "nppes.search", body={"result_count": 1, "results": [other]})
        with pytest.raises(Broken):
            await registry.find("2101470385")


async def test_a_clinic_without_a_directory(clinic: Practice) -> None:
    async with Client(Endpoints(clinic.api), Credentials(""), ServerClock(SystemClock())) as client:
        with pytest.raises(NotOffered):
            await Registry(client).search(SALEM)


async def test_a_directory_that_is_gone_is_a_failure() -> None:
    endpoints = Endpoints("http://127.0.0.1:9/", nppes="http://127.0.0.1:9/")
    async with Client(endpoints, Credentials(""), ServerClock(SystemClock())) as client:
        with pytest.raises(Failure):
            await Registry(client).search(SALEM)


async def test_both_sources_in_one_list(clinic: Practice) -> None:
    async with directory(clinic) as registry:
        theirs = [one for page in await everything(registry, SALEM) for one in page.records]
    async with Client(Endpoints(clinic.api), Credentials(""), ServerClock(SystemClock())) as client:
        client.credentials.token = clinic.admin_token
        pages = [await Pharmacies(client).search(SALEM, number, 100) for number in (1, 2)]
    ours = [one for page in pages for one in page.records]
    found = merged(ours, theirs)
    both = [one for one in found if one.source == "clinic" and one.npi]
    assert len(ours) < len(found) < len(ours) + len(theirs)
    assert len(both) == len(ours) + len(theirs) - len(found) > 10
    assert "1234567893" in {one.npi for one in both}
    # The telephone of some differs between the two: these stay apart.
    alone = {one.npi for one in found if one.source == "nppes"}
    assert alone & {one.npi for one in theirs} == alone
