"""A missing feature is told apart from a missing record (api/README.md §12)."""

import pytest

from app.errors import NotOffered, Refused
from app.wire.endpoints import TABLE
from app.wire.offered import GROUPS
from tests.practice import Practice
from tests.sessions import client_of

PATIENT = "7301"


def test_every_assumed_endpoint_is_in_one_group_and_no_other_is() -> None:
    keys = [key for group in GROUPS for key in group.keys]
    assert len(keys) == len(set(keys))
    assert set(keys) == {key for key, endpoint in TABLE.items() if endpoint.evidence == "assumed"}
    assert {group.probe for group in GROUPS} <= {"", *TABLE}


async def test_a_group_that_its_probe_does_not_find_is_not_offered_and_not_asked_again(
    clinic: Practice,
) -> None:
    async with client_of(clinic) as client:
        clinic.weather("status", "/emr", status=404)
        clinic.weather("status", "emr.list", status=404)
        for _ in range(2):
            with pytest.raises(NotOffered):
                await client.get("emr.list", id=PATIENT, section="allergies")
        assert [entry["key"] for entry in clinic.log()] == ["emr.list", "emr.schemas"]
        with pytest.raises(NotOffered):
            await client.post("emr.add", {"substance": "dust"}, id=PATIENT, section="allergies")
        assert "emr.suggest" in client.offers.missing


async def test_a_record_that_is_missing_where_the_feature_is_there_is_refused(clinic: Practice) -> None:
    async with client_of(clinic) as client:
        clinic.weather("status", "pharmacies.get", status=404)
        clinic.weather("wrong_json", "pharmacies.search", body={"data": []})
        with pytest.raises(Refused) as raised:
            await client.get("pharmacies.get", code="gone")
        assert not isinstance(raised.value, NotOffered)
        assert client.offers.missing == frozenset()


@pytest.mark.parametrize("status", [400, 500])
async def test_a_probe_that_answers_otherwise_decides_nothing(clinic: Practice, status: int) -> None:
    async with client_of(clinic) as client:
        clinic.weather("status", "pharmacies.get", status=404)
        clinic.weather("status", "pharmacies.search", status=status)
        with pytest.raises(Refused) as raised:
            await client.get("pharmacies.get", code="x")
        assert type(raised.value) is Refused


async def test_a_probe_that_is_forbidden_means_not_permitted(clinic: Practice) -> None:
    async with client_of(clinic) as client:
        clinic.weather("status", "visits.refund", status=404)
        clinic.weather("status", "payments.list", status=403)
        with pytest.raises(Refused) as raised:
            await client.post("visits.refund", {"id": "48211"})
        assert (type(raised.value), raised.value.status) == (Refused, 403)


async def test_a_visit_that_is_still_there_shows_that_the_act_is_missing(clinic: Practice) -> None:
    async with client_of(clinic) as client:
        clinic.weather("status", "visits.confirm", status=404)
        with pytest.raises(NotOffered):
            await client.post("visits.confirm", {"id": "48219"})
        assert client.offers.missing == {"visits.confirm"}
        with pytest.raises(Refused) as raised:
            await client.post("visits.assign", {"id": "999999", "provider_id": "612"})
        assert type(raised.value) is Refused


@pytest.mark.parametrize("body", [{"data": None}, {"data": []}, {"data": False}, {"data": {"id": "1"}}])
async def test_a_witness_that_is_not_the_record_proves_nothing(clinic: Practice, body: object) -> None:
    async with client_of(clinic) as client:
        clinic.weather("status", "visits.confirm", status=404)
        clinic.weather("wrong_json", "visits.get", body=body)
        with pytest.raises(Refused) as raised:
            await client.post("visits.confirm", {"id": "48219"})
        assert type(raised.value) is Refused
        assert client.offers.missing == frozenset()


async def test_a_manual_check_asks_again(clinic: Practice) -> None:
    async with client_of(clinic) as client:
        clinic.weather("status", "visits.current", status=404, times=1)
        with pytest.raises(NotOffered):
            await client.get("visits.current")
        client.offers.forget()
        await client.get("visits.current")


async def test_a_404_of_a_documented_endpoint_is_a_missing_record(clinic: Practice) -> None:
    async with client_of(clinic) as client:
        with pytest.raises(Refused) as raised:
            await client.get("visits.get", id="999999")
        assert type(raised.value) is Refused
        assert len(clinic.log()) == 1
