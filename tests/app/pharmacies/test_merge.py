"""One list from two sources: nothing is lost, nothing is merged in doubt."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.pharmacies.merge import merged
from app.pharmacies.record import Pharmacy

OURS = Pharmacy(
    code="PH-1",
    name="Møller's Drug & Harbor St. Pharmacy",
    address="18 Harbor St",
    zip="97301",
    phone="(503) 555-0142",
    extra={"hours": "9-18"},
)
THEIRS = Pharmacy(
    code="npi-1234567893",
    name="MOLLERS DRUG AND HARBOR STREET PHARMACY LLC",
    address="18 HARBOR STREET",
    zip="97301-0042",
    phone="15035550142",
    source="nppes",
    extra={"source": "nppes", "npi": "1234567893"},
)


def ours(**changes: Any) -> Pharmacy:
    return msgspec.structs.replace(OURS, **changes)


def theirs(**changes: Any) -> Pharmacy:
    return msgspec.structs.replace(THEIRS, **changes)


def test_the_same_pharmacy_is_shown_once_and_keeps_both_numbers() -> None:
    (found,) = merged([OURS], [THEIRS])
    assert found == ours(extra={"hours": "9-18", "npi": "1234567893"})
    assert (found.source, found.npi) == ("clinic", "1234567893")
    assert merged([ours(extra=None)], [THEIRS])[0].npi == "1234567893"


def test_the_same_number_at_the_clinic_merges_and_changes_nothing() -> None:
    known = ours(extra={"npi": 1234567893})
    assert merged([known], [THEIRS]) == [known]
    saved = theirs(source="clinic", name="Another Name", phone="")
    assert merged([saved], [THEIRS]) == [saved]


@pytest.mark.parametrize(
    ("clinic", "registry"),
    [
        ([OURS], [theirs(zip="97302")]),
        ([OURS], [theirs(zip="")]),
        ([ours(zip="")], [theirs(zip="")]),
        ([OURS], [theirs(phone="5035550199")]),
        ([ours(phone="")], [theirs(phone="")]),
        ([OURS], [theirs(name="MOLLERS COMPOUNDING AND HARBOR STREET PHARMACY")]),
        ([ours(name="Larkspur Drug #101")], [theirs(name="LARKSPUR DRUG #108")]),
        ([OURS], [theirs(address="20 HARBOR ST")]),
        ([ours(extra={"npi": "2100735192"})], [THEIRS]),
        ([ours(extra={"npi": None})], [THEIRS]),
        ([ours(extra="closed on Sundays")], [THEIRS]),
        ([OURS, ours(code="PH-2")], [THEIRS]),
        ([OURS], [THEIRS, theirs(code="npi-2100735192", extra={"npi": "2100735192"})]),
        ([OURS, ours(code="PH-2", zip="97302", extra={"npi": "1234567893"})], [THEIRS]),
        ([theirs(source="clinic", zip="97302")], [THEIRS]),
    ],
)
def test_in_doubt_both_stay(clinic: list[Pharmacy], registry: list[Pharmacy]) -> None:
    assert merged(clinic, registry) == [*clinic, *registry]


NAMES = ["Harbor Pharmacy", "HARBOR PHARMACY LLC", "Harbor Drug", "Pharmacy", "Other", ""]
ZIPS = ["97301", "97302", "97301-0001", "02190", "", "K1A 0B1"]
PHONES = ["5035550142", "503-555-0142", "5035550143", "", "+1 503 555 0142"]
EXTRAS = st.sampled_from([None, {}, {"npi": "2100000001"}, {"npi": None}, {"a": 1}, "note", [], 7])


@st.composite
def pharmacies(draw: st.DrawFn, source: str) -> list[Pharmacy]:
    found = []
    for number in range(draw(st.integers(0, 5))):
        npi = f"21{number:08d}"
        codes = [f"PH-{number}", f"npi-{npi}"] if source == "clinic" else [f"npi-{npi}"]
        found.append(
            Pharmacy(
                code=draw(st.sampled_from(codes)),
                name=draw(st.sampled_from(NAMES)),
                address=draw(st.sampled_from(["18 Harbor St", "18A HARBOR", "20 Harbor St", ""])),
                zip=draw(st.sampled_from(ZIPS)),
                phone=draw(st.sampled_from(PHONES)),
                source="clinic" if source == "clinic" else "nppes",
                extra=draw(EXTRAS) if source == "clinic" else {"source": "nppes", "npi": npi},
            )
        )
    return found


@settings(max_examples=400)
@given(pharmacies("clinic"), pharmacies("nppes"))
def test_no_row_is_lost_and_none_merged_across_zips(clinic: list[Pharmacy], registry: list[Pharmacy]) -> None:
    found = merged(clinic, registry)
    shown, rest = found[: len(clinic)], found[len(clinic) :]
    for before, after in zip(clinic, shown, strict=True):
        assert msgspec.structs.replace(after, extra=before.extra) == before
        if before.extra != after.extra:
            assert after.extra == {**(before.extra or {}), "npi": after.npi}
    assert [one for one in registry if one in rest] == rest
    for gone in registry:
        if gone not in rest:
            assert any(one.npi == gone.npi and one.zip[:5] == gone.zip[:5] for one in shown)
    noted = [one.npi for before, one in zip(clinic, shown, strict=True) if one.npi != before.npi]
    assert len(noted) == len(set(noted))
