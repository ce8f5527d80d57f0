"""By telephone: what may be dialled, in which order the numbers come, and all of it from what is kept."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calls.by_phone import ByPhone, Line, by_phone, is_phone_visit, tel_link
from app.users.record import Person
from app.visits.meeting import Meeting
from app.visits.record import Visit
from tests.app.test_cache import Workstation
from tests.practice import Practice

WALK_IN = "48212"


@pytest.mark.parametrize(
    ("number", "link"),
    [
        ("+15035550117", "tel:+15035550117"),
        ("+1.555.010.0199", "tel:+15550100199"),
        ("(503) 555-0117", "tel:5035550117"),
        ("503\N{NO-BREAK SPACE}555\N{NON-BREAKING HYPHEN}0117", "tel:5035550117"),
        (" +44 (0)20 7946 0123 ", "tel:+442079460123"),
        ("(020) 7946 0123", "tel:02079460123"),
        ("503-555-0117 x12", "tel:5035550117,12"),
        ("503-555-0117 ext. 12", "tel:5035550117,12"),
        ("503-555-0117,,12", None),
        ("503-555-0117,12", "tel:5035550117,12"),
        ("tel:+15035550117;ext=12", None),
        ("+15035550117;ext=12", "tel:+15035550117,12"),
    ],
)
def test_what_is_dialled(number: str, link: str | None) -> None:
    assert tel_link(number) == link


@pytest.mark.parametrize(
    "number",
    [
        "",
        "911",
        "112",
        "*31#5035550117",
        "*#06#",
        "#21#",
        "5035550117#",
        "5035550117;phone-context=x",
        "+",
        "++15035550117",
        "1+5035550117",
        "٥٠٣٥٥٥٠١١٧",
        "5035550117\nrm",
        "503 555 0117 %2A",
        "1234567890123456",
        "call me",
        "javascript:alert(1)",
        "5035550117&x=1",
    ],
)
def test_what_is_not(number: str) -> None:
    assert tel_link(number) is None


@given(st.text(alphabet="0123456789+*#,;()x .-\n%pwPW", max_size=24))
def test_nothing_else_ever_stands_in_the_address(number: str) -> None:
    link = tel_link(number)
    assert link is None or re.fullmatch(r"tel:\+?[0-9]{7,15}(,[0-9]{1,7})?", link)


def meeting(numbers: Mapping[str, tuple[str, ...]], **facts: Any) -> Meeting:
    return Meeting(id="a__jitsi", pin="604417", phone_numbers=numbers, **facts)


def countries(numbers: Mapping[str, tuple[str, ...]], country: str) -> list[str]:
    visit = Visit(id="1", meeting=meeting(numbers))
    return [line.country for line in by_phone(visit, country).dial_in]


def test_the_clinics_country_comes_first() -> None:
    numbers = {"GB": ("1",), "": ("2",), "us": ("3",), "CA": ("4",), "AU": ("5",)}
    assert countries(numbers, "US") == ["US", "", "AU", "CA", "GB"]
    assert countries(numbers, "CA") == ["CA", "US", "", "AU", "GB"]


def test_each_number_once() -> None:
    numbers = {"US": (" +1.555.010.0199", "", "+1.555.010.0199"), "CA": ("+1.555.010.0199",)}
    assert by_phone(Visit(id="1", meeting=meeting(numbers)), "US").dial_in == (Line("+1.555.010.0199", "US"),)


def test_what_is_not_known_is_not_there() -> None:
    assert not by_phone(Visit(id="1"), "US")
    assert not by_phone(Visit(id="1", member=Person(id="7", phone=" ")), "US")
    # A PIN without a number to type it at helps nobody.
    assert by_phone(Visit(id="1", meeting=meeting({})), "US") == ByPhone()
    patient = by_phone(Visit(id="1", member=Person(id="7", phone="+15035550117")), "US")
    assert (bool(patient), patient.patient) == (True, Line("+15035550117"))


def test_a_meeting_that_is_switched_off_is_not_dialled() -> None:
    off = Visit(id="1", meeting=meeting({"US": ("+15550100199",)}, disabled=True))
    assert by_phone(off, "US") == ByPhone()
    over = Visit(id="1", meeting=meeting({"US": ("+15550100199",)}, expiry=5.0))
    assert by_phone(over, "US").until == 5.0


def test_which_visits_are_by_phone() -> None:
    assert is_phone_visit(Visit(id="1", subtype=2))
    assert not is_phone_visit(Visit(id="1", subtype=3))


async def test_a_phone_visit_from_what_is_kept(clinic: Practice, tmp_path: Path) -> None:
    """The server has gone since: all there is comes from the store."""
    clinic.do("patch", visit=WALK_IN, set={"subtype": 2})
    workstation = Workstation(tmp_path, clinic)
    before = await workstation.used()
    clinic.stop()
    session = await workstation.reopen(before.renewal.tokens)
    assert session is not None
    try:
        visit = session.queue.visits.get(WALK_IN)
        assert isinstance(visit, Visit)
        assert is_phone_visit(visit)
        kept = by_phone(visit, "US")
        assert kept.patient is not None
        assert kept.patient.link
        assert kept.dial_in[0].link == "tel:+15550100199"
        assert kept.pin.isdigit()
    finally:
        await session.close()
