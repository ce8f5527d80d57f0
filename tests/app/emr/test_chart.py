"""Charts against a real practice clinic."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from app.accounts.schema import Section
from app.core.clock import ServerClock, SystemClock
from app.emr.chart import Charts
from app.emr.record import SECTIONS, Allergy, Medication, SocialHistory
from app.emr.sections import State
from app.errors import Broken, NotOffered, Refused, Uncertain
from app.wire.client import Client, Credentials
from tests.practice import Practice
from tests.sessions import profile

OKAFOR, GARCIA_OLD, GARCIA_YOUNG, SINGLE, MULLER, SMITH, NGUYEN, SILVA = (
    *("7301", "7302", "7303", "7304", "7313", "7319", "7311", "7316"),
)


@pytest.fixture
def clinic(shared_clinic: Practice) -> Practice:
    """One clinic for all: each test that writes has a patient or a section of its own."""
    return shared_clinic


@asynccontextmanager
async def charts_of(clinic: Practice) -> AsyncIterator[Charts]:
    """Charts as the clinic's app sees them."""
    credentials = Credentials(clinic.account, clinic.admin_token)
    async with Client(profile(clinic).table(), credentials, ServerClock(SystemClock())) as client:
        yield Charts(client)


async def test_every_state_is_on_stage(clinic: Practice) -> None:
    async with charts_of(clinic) as charts:
        okafor, young = await charts.read_all(OKAFOR), await charts.read_all(GARCIA_YOUNG)
        nobody, muller = await charts.read_all(SINGLE), await charts.read_all(MULLER)
    penicillin = okafor.part("allergies").entries[0]
    assert isinstance(penicillin, Allergy)
    assert (penicillin.substance, penicillin.values["severity"]) == ("Penicillin", "moderate")
    assert okafor.part("surgeries").state is State.STATED_NONE
    social = okafor.part("social_history").entries[0]
    assert isinstance(social, SocialHistory)
    assert social.num_kids == 2
    assert young.part("allergies").state is State.STATED_NONE
    assert young.flags["family_conditions"]
    assert {part.state for part in nobody.parts} == {State.NOT_ASKED}
    assert muller.part("medications").is_contradictory
    assert muller.part("medications").state is State.ENTRIES
    assert not any(part.unreadable or entry.unread for part in okafor.parts for entry in part.entries)


@pytest.mark.parametrize("section", SECTIONS)
async def test_a_section_alone_is_the_same_as_in_the_whole(clinic: Practice, section: str) -> None:
    async with charts_of(clinic) as charts:
        for patient in (OKAFOR, GARCIA_YOUNG, MULLER):
            whole = await charts.read_all(patient)
            assert await charts.read_section(patient, section) == whole.part(section)


async def test_a_form_for_each_section(clinic: Practice) -> None:
    async with charts_of(clinic) as charts:
        schemas = await charts.schemas()
    assert set(schemas) == set(SECTIONS)
    allergies = schemas["allergies"]
    assert isinstance(allergies, Section)
    assert [field.title for field in allergies.fields] == [
        "Allergic to",
        "Reaction",
        "Severity",
        "First noted",
    ]


async def test_suggestions(clinic: Practice) -> None:
    async with charts_of(clinic) as charts:
        assert len((await charts.suggest("medications")).records) == 20
        assert len((await charts.suggest("medications", limit=100)).records) > 20
        found = await charts.suggest("medications", "METFORMIN")
    assert [term.text for term in found.records] == ["metformin 500 mg tablet", "metformin ER 500 mg tablet"]
    assert all(term.code for term in found.records)


async def test_add_change_and_remove(clinic: Practice) -> None:
    patient, extra = "7306", {"dose": "1 mL", "custom": {"deep": [1, None]}}
    async with charts_of(clinic) as charts:
        added = await charts.add(patient, "surgeries", {"procedure": "Tonsillectomy", **extra})
        part = await charts.read_section(patient, "surgeries")
        assert (part.entries, part.says_none) == ((added,), False)
        changed = await charts.update(patient, added, {"dose": "2 mL"})
        assert changed.values == {**added.values, "dose": "2 mL"}
        with pytest.raises(Refused) as refused:
            await charts.update(patient, added, {"dose": "3 mL"})
        assert (refused.value.status, refused.value.message) == (
            400,
            f"Record {added.id} is already changed.",
        )
        again = await charts.update(patient, changed, changed.values)
        assert again.values == changed.values
        await charts.delete(patient, again)
        assert (await charts.read_section(patient, "surgeries")).state is State.NOT_ASKED


async def test_none_is_stated_and_taken_back_by_the_first_entry(clinic: Practice) -> None:
    async with charts_of(clinic) as charts:
        await charts.state_none(SILVA, "allergies")
        assert (await charts.read_section(SILVA, "allergies")).state is State.STATED_NONE
        added = await charts.add(SILVA, "allergies", {"substance": "Latex"})
        assert (await charts.read_section(SILVA, "allergies")).state is State.ENTRIES
        with pytest.raises(Refused) as refused:
            await charts.state_none(SILVA, "allergies")
        assert refused.value.status == 400
        await charts.delete(SILVA, added)
        assert (await charts.read_section(SILVA, "allergies")).state is State.NOT_ASKED


async def test_one_object_keeps_what_is_not_sent(clinic: Practice) -> None:
    async with charts_of(clinic) as charts:
        await charts.add(SILVA, "social_history", {"occupation": "Cook", "num_kids": 1})
        changed = await charts.add(SILVA, "social_history", {"num_kids": "2"})
    assert isinstance(changed, SocialHistory)
    assert (changed.occupation, changed.num_kids, changed.id) == ("Cook", 2, "")


async def test_an_entry_without_an_id_is_not_changed(clinic: Practice) -> None:
    async with charts_of(clinic) as charts:
        nameless = Allergy(section="allergies", substance="Latex")
        with pytest.raises(Broken):
            await charts.update(OKAFOR, nameless, {"reaction": "Hives"})
        with pytest.raises(Broken):
            await charts.delete(OKAFOR, nameless)


async def test_prescriptions_of_all_pages_newest_first_as_received(clinic: Practice) -> None:
    async with charts_of(clinic) as charts:
        smith = await charts.prescriptions(SMITH)
        nguyen, silva = await charts.prescriptions(NGUYEN), await charts.prescriptions(SILVA)
    assert (len(smith.records), smith.total, smith.unreadable) == (23, 23, ())
    days = [entry.day for entry in smith.records if entry.day]
    assert days == sorted(days, reverse=True)
    assert [entry.written for entry in smith.records if not entry.day] != []
    assert nguyen.records[0].visit_id
    assert silva.records[0].day is None
    assert silva.records[0].refills == ""


async def test_refusals_in_the_servers_words(clinic: Practice) -> None:
    async with charts_of(clinic) as charts:
        with pytest.raises(Refused) as unknown:
            await charts.read_section(OKAFOR, "horoscope")
        with pytest.raises(Refused) as missing:
            await charts.read_all("1")
    assert (unknown.value.status, unknown.value.message) == (400, "Unknown section.")
    assert missing.value.status == 404
    assert not isinstance(missing.value, NotOffered)


async def test_a_server_without_medical_records(clinic: Practice) -> None:
    for key in ("emr.all", "emr.schemas", "prescriptions.list"):
        clinic.weather("status", key, status=404)
    async with charts_of(clinic) as charts:
        with pytest.raises(NotOffered):
            await charts.read_all(OKAFOR)
        with pytest.raises(NotOffered):
            await charts.prescriptions(OKAFOR)


async def test_an_act_without_an_answer_is_settled_by_reading(clinic: Practice) -> None:
    clinic.weather("cut_after", "emr.add")
    async with charts_of(clinic) as charts:
        with pytest.raises(Uncertain):
            await charts.add(GARCIA_OLD, "medications", {"name": "aspirin 81 mg tablet"})
        part = await charts.read_section(GARCIA_OLD, "medications")
    assert clinic.asked("emr.add") == 1
    names = [entry.name for entry in part.entries if isinstance(entry, Medication)]
    assert names.count("aspirin 81 mg tablet") == 1
