"""A patient is found by whatever somebody remembers of them, however they write it."""

from datetime import date
from typing import Any

import msgspec
import pytest

from app.checkin.names import fold
from app.intakes.record import Intake
from app.users.record import Person
from app.users.role import EVERYTHING, Rights, Role, rights_of
from app.visits import search
from app.visits.record import Visit
from app.visits.search import Haystacks, needles_of

MIRA = Person(
    id="7301",
    given="Mira Łucja",
    family="García-O’Nuñez",
    born=date(1984, 5, 9),
    phone="(503) 555-0117",
)
VISIT = Visit(id="48211", member=MIRA, reason="Knee pain — since Friday; fièvre", code="c0ffee")


def found(text: str, visit: Visit = VISIT, rights: Rights = EVERYTHING) -> bool:
    return Haystacks(rights).has(visit, needles_of(text))


@pytest.mark.parametrize(
    "text",
    [
        *("mira", "MIRA", "lucja", "Łucja", "garcia", "García", "GARCIA-ONUNEZ", "o'nunez", "nun", "onu"),
        *("garcia mira", "  mira   knee ", "mira, garcia", "mira-garcia", "knee-pain", "friday", "fievre"),
        *("48211", "7301", "482", "garcia 7301"),
        *("5035550117", "503 555 0117", "503-555-0117", "(503) 555", "555.0117", "50355 50117", "0117"),
        *("+15035550117", "+1 503 555 0117", "+1 (503) 555-0117", "1-503-555-0117", "15035550117"),
        *("1984-05-09", "1984/5/9", "19840509", "09-May-1984", "9 may 1984", "9-may-84", "09MAY1984"),
        *("May 9, 1984", "may 9 1984", "05/09/1984", "09/05/1984", "5/9/84", "9.5.1984", "05091984"),
        *("09051984", "1984", "may 1984", "mira 05/09/1984", "05/09/1984 mira", "1984-05-09 0117"),
    ],
)
def test_found(text: str) -> None:
    assert found(text)


@pytest.mark.parametrize(
    "text",
    [
        *("mara", "mira smith", "knee 7302", "48212", "5035550118", "503 556", "+445035550118", "c0ffee"),
        *("1984-05-10", "1984-09-05", "09-Sep-1984", "5-Sep-1984", "10/09/1984", "05/09/1985", "5/9/85"),
        *("sep 5 1984", "mira 1985-05-09", "13/45/1984"),
    ],
)
def test_not_found(text: str) -> None:
    assert not found(text)


def test_a_date_written_both_ways_finds_both_and_a_clear_one_finds_one() -> None:
    september = msgspec.structs.replace(
        VISIT, id="2", reason=None, member=msgspec.structs.replace(MIRA, born=date(1984, 9, 5))
    )
    for text in ("05/09/1984", "09/05/1984", "5.9.84"):
        assert found(text)
        assert found(text, september)
    assert not found("09-May-1984", september)
    assert not found("1984-05-09", september)


def test_whoever_types_a_date_loses_nobody_on_the_way() -> None:
    """Every beginning of it from the year on; before, any two digits may be anything."""
    for whole in ("05/09/1984", "09-May-1984", "May 9 1984", "5/9/84"):
        for length in range(1, len(whole) + 1):
            assert found(whole[:length]), whole[:length]


def test_a_date_in_the_reason_is_found_as_it_is_written() -> None:
    told = Visit(id="1", reason="Fell on 03/04/2026, swollen")
    assert found("03/04/2026", told)
    assert found("fell 03-04-2026", told)
    assert not found("04/03/2026", told)


@pytest.mark.parametrize(
    ("kept", "typed"), [("07700 900123", "+447700900123"), ("+47 22 33 44 55", "22334455")]
)
def test_a_country_code_may_be_typed_or_not(kept: str, typed: str) -> None:
    visit = Visit(id="1", member=Person(id="2", phone=kept))
    assert found(typed, visit)
    assert found("+44 7700 900123", visit) is (kept[0] == "0")


def test_the_phone_of_this_visit_counts_too() -> None:
    visit = Visit(id="1", member=MIRA, intake=Intake(id="i", phone="212-555-0199"))
    assert found("2125550199", visit)
    assert found("0117", visit)


@pytest.mark.parametrize("text", ["", "  ", "-", "+", "…", "+1"])
def test_nothing_typed_asks_for_nothing(text: str) -> None:
    assert needles_of(text) == ()


def test_what_somebody_may_not_see_is_not_searched() -> None:
    desk, wall = rights_of(Role.FRONT_DESK), rights_of(Role.MONITOR)
    assert not found("knee", rights=desk)
    assert found("mira 0117", rights=desk)
    for text in ("mira", "knee", "0117", "7301", "1984-05-09"):
        assert not found(text, rights=wall)
    assert found("48211", rights=wall)


def test_letters_of_other_scripts_are_found() -> None:
    visit = Visit(id="1", member=Person(id="2", given="明", family="山田"), reason="कमर दर्द")
    assert found("山田", visit)
    assert found("दर्द", visit)


def test_ascii_is_folded_like_everything_else() -> None:
    for sign in map(chr, range(128)):
        for text in (sign, f"a{sign}B", f" {sign}{sign} x"):
            assert search._folded(text) == fold(text), repr(text)


def test_a_changed_visit_is_found_by_what_it_says_now() -> None:
    haystacks = Haystacks(EVERYTHING)
    assert haystacks.has(VISIT, needles_of("knee"))
    changed = msgspec.structs.replace(VISIT, reason="Rash")
    assert haystacks.has(changed, needles_of("rash"))
    assert not haystacks.has(changed, needles_of("knee"))


def test_words_are_folded_once_kept_in_bounds_and_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    parts = search._parts

    def counted(visit: Visit, rights: Rights) -> Any:
        made.append(visit.id)
        return parts(visit, rights)

    monkeypatch.setattr(search, "_parts", counted)
    monkeypatch.setattr(search, "_MOST_KEPT", 3)
    haystacks = Haystacks(EVERYTHING)
    visits = [Visit(id=str(number)) for number in range(3)]
    for text in ("1", "12", "1"):
        for visit in visits:
            haystacks.has(visit, needles_of(text))
    assert made == ["0", "1", "2"]
    for number in range(3, 20):
        haystacks.has(Visit(id=str(number)), needles_of("1"))
        assert len(haystacks._kept) <= 3
    haystacks.forget()
    assert not haystacks._kept
