"""Health against a real practice clinic."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta

import pytest

from app.core.clock import ServerClock, SystemClock
from app.errors import NotOffered, Refused, Uncertain
from app.health.health import Health
from app.health.record import Device, Value
from app.wire.client import Client, Credentials
from tests.practice import START, Practice
from tests.sessions import profile

OKAFOR, GARCIA_OLD, INFANT, OLDEST, SMITH = "7301", "7302", "7306", "7307", "7319"
TODAY = datetime.fromtimestamp(START, UTC).date()
LONG_AGO = TODAY - timedelta(days=90)
DAY = date(2024, 2, 29)


@pytest.fixture
def clinic(shared_clinic: Practice) -> Practice:
    """One clinic for all: each test that writes has a day of its own."""
    return shared_clinic


@asynccontextmanager
async def health_of(clinic: Practice) -> AsyncIterator[Health]:
    """Health as the clinic's app sees it."""
    credentials = Credentials(clinic.account, clinic.admin_token)
    async with Client(profile(clinic).table(), credentials, ServerClock(SystemClock())) as client:
        yield Health(client)


async def device(health: Health, patient: str, number: int = 0) -> Device:
    return (await health.devices(patient)).records[number]


async def test_readings_with_their_own_units(clinic: Practice) -> None:
    async with health_of(clinic) as health:
        smith = await health.read(SMITH, LONG_AGO)
        garcia = await health.read(GARCIA_OLD, LONG_AGO)
        infant = await health.read(INFANT, LONG_AGO)
    days = [reading.day for reading in smith.records]
    assert days == sorted(set(days))
    assert not smith.unreadable
    assert not any(reading.unread for reading in (*smith.records, *garcia.records, *infant.records))
    glucose = [reading.values["bg"] for reading in smith.records if "bg" in reading.values]
    assert {value.unit for value in glucose} == {"mg/dL", "mmol/L"}
    assert all(value.number > 60 for value in glucose if value.unit == "mg/dL")
    assert all(value.number < 20 for value in glucose if value.unit == "mmol/L")
    weights = [reading.values["weight"] for reading in garcia.records if "weight" in reading.values]
    assert {value.unit for value in weights} == {""}
    assert infant.records[-1].values["temperature_body"] == Value(number=101.5, unit="fah")


async def test_thirty_days_or_what_is_asked_for(clinic: Practice) -> None:
    async with health_of(clinic) as health:
        default = await health.read(OLDEST)
        week = await health.read(OLDEST, TODAY - timedelta(days=6), TODAY, "hp")
        nobody = await health.read("7304")
    assert default.records[0].day >= TODAY - timedelta(days=29)
    assert 0 < len(week.records) <= 7
    assert all(set(reading.values) == {"hp", "lp"} for reading in week.records)
    assert nobody.records == ()


async def test_devices(clinic: Practice) -> None:
    async with health_of(clinic) as health:
        garcia = (await health.devices(GARCIA_OLD)).records
        await health.add_device("7304", "00CC", "Scale HS2S", "ihealth_scale_hs22")
        added = await device(health, "7304")
    assert [found.is_invalid for found in garcia] == [False, True]
    assert garcia[0].last_sync == START - 30 * 3600
    assert garcia[1].last_sync is None
    assert (added.id, added.name, added.type) == ("00CC", "Scale HS2S", "ihealth_scale_hs22")


async def test_a_reading_arrives_at_the_devices_owner(clinic: Practice) -> None:
    async with health_of(clinic) as health:
        meter, cuff = await device(health, SMITH), await device(health, OLDEST)
        await health.submit(meter, DAY, "bg", 6.4, "mmol/L")
        await health.submit_pressure(cuff, DAY, 138, 81, "mmHg")
        await health.submit(cuff, DAY, "hr", 66)
        (smith,) = (await health.read(SMITH, DAY, DAY, "bg")).records
        (oldest,) = (await health.read(OLDEST, DAY, DAY)).records
    assert smith.values == {"bg": Value(number=6.4, unit="mmol/L")}
    assert oldest.values == {
        "hp": Value(number=138, unit="mmHg"),
        "lp": Value(number=81, unit="mmHg"),
        "hr": Value(number=66),
    }


async def test_refusals_in_the_servers_words(clinic: Practice) -> None:
    async with health_of(clinic) as health:
        meter = await device(health, SMITH)
        for act, words in (
            (health.submit(meter, DAY, "bg", 6.4), "bg_unit is required."),
            (health.submit(meter, DAY, "mood", 1, "x"), "data_type is not valid."),
            (health.submit(Device(id="nobody's", type="x"), DAY, "hr", 66), "device_id is not valid."),
        ):
            with pytest.raises(Refused) as refused:
                await act
            assert (refused.value.status, refused.value.message) == (400, words)


async def test_a_server_without_readings(clinic: Practice) -> None:
    clinic.weather("status", "health.read", status=404)
    async with health_of(clinic) as health:
        with pytest.raises(NotOffered):
            await health.read(SMITH)
        with pytest.raises(NotOffered):
            await health.devices(SMITH)


async def test_a_reading_without_an_answer_is_settled_by_reading(clinic: Practice) -> None:
    day = date(2024, 3, 1)
    async with health_of(clinic) as health:
        meter = await device(health, SMITH)
        clinic.weather("cut_after", "health.submit")
        with pytest.raises(Uncertain):
            await health.submit(meter, day, "bg", 7.1, "mmol/L")
        (reading,) = (await health.read(SMITH, day, day, "bg")).records
    assert clinic.asked("health.submit") == 1
    assert reading.values["bg"] == Value(number=7.1, unit="mmol/L")
