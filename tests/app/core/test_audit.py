"""The audit: what may stand in it, and that whatever is done to its lines is found (AUD-01)."""

import json
import string
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.core.audit import Audit, Event, Fault, first_fault, lost
from app.core.clock import ServerClock
from app.core.store.anchor import Anchor
from app.core.store.chain import LOST, UNREADABLE, Digest, Entry, Row, entry_of, seal_of
from app.core.store.store import open_file
from tests.app.core.scripted import HandClock

KEY = bytes(range(32))
ID = set(string.ascii_letters + string.digits + "._:-")
CODE = set(string.ascii_lowercase + string.digits + "_")
NAMES = [
    "Mira Okafor",
    "Okafor",
    "okafor",
    "Ngô Đình",
    "O'Brien 1984",
    "+1 555 0199",
    "a/b1",
    "1" * 81,
    "\ud83d1",
]


def sealed(entries: list[Entry], start: int = 0) -> list[Entry]:
    """With seals that fit from one place on, as somebody makes them who knows how."""
    made = entries[:start]
    for entry in entries[start:]:
        made.append(replace(entry, seal=seal_of(made[-1].seal if made else "", entry.line)))
    return made


def numbered(entries: list[Entry]) -> list[Entry]:
    return [replace(entry, number=number) for number, entry in enumerate(entries, 1)]


def chain(count: int) -> list[Entry]:
    subjects = [f"v-{number}" for number in range(count)]
    return sealed(numbered([Entry(0, float(n), "612", "lock", s, "ok", "") for n, s in enumerate(subjects)]))


def end(entries: list[Entry]) -> Anchor:
    return Anchor(entries[-1].number, entries[-1].seal)


def rescued(entries: list[Entry], known: int, behind: int = 2) -> list[Entry]:
    """What is left of an audit with a line that says so, and some lines behind it."""
    digest = Digest()
    for entry in entries:
        digest.add(Row(entry.number, entry.line, entry.seal))
    number = known + 1
    told = Entry(number, 9.0, "-", LOST, digest.hex(), f"lost-{known - len(entries)}", "")
    more = [Entry(number + n, 10.0, "612", "unlock", "", "ok", "") for n in range(1, behind + 1)]
    return sealed([*entries, told, *more], len(entries))


CHAINS = st.builds(chain, st.integers(1, 9))


@st.composite
def rescues(draw: st.DrawFn) -> list[Entry]:
    """An audit of which lines were lost once or twice."""
    entries = chain(8)
    for _ in range(draw(st.integers(1, 2))):
        known = entries[-1].number + draw(st.integers(0, 2))
        kept = draw(st.lists(st.booleans(), min_size=len(entries), max_size=len(entries)))
        left = [entry for entry, is_kept in zip(entries, kept, strict=True) if is_kept]
        entries = rescued(left, known, draw(st.integers(0, 2)))
    return entries


RESCUED = rescues()
AUDITS = st.one_of(CHAINS, RESCUED)
TEXT = st.text(max_size=5)
OTHER = st.fixed_dictionaries(
    {},
    optional={
        "number": st.integers(0, 20),
        "at": st.floats(0, 1e9),
        "who": st.one_of(st.none(), TEXT),
        "what": st.one_of(TEXT, st.just(LOST)),
        "subject": TEXT,
        "outcome": st.one_of(TEXT, st.just("lost-3")),
        "seal": st.one_of(TEXT, st.just(seal_of("", ""))),
    },
)


@given(AUDITS)
def test_what_nobody_has_touched_holds(entries) -> None:
    assert first_fault(entries, None) is None
    for entry in entries:
        assert first_fault(entries, Anchor(entry.number, entry.seal)) is None


@given(AUDITS, OTHER, st.data())
def test_any_change_is_found(entries, changes, data) -> None:
    place = data.draw(st.integers(0, len(entries) - 1))
    changed = replace(entries[place], **changes)
    assume(changed != entries[place])
    found = first_fault([*entries[:place], changed, *entries[place + 1 :]], end(entries))
    assert found is not None


@given(AUDITS, OTHER, st.data(), st.booleans())
def test_a_change_that_is_sealed_anew_is_found_by_the_anchor(entries, changes, data, is_all) -> None:
    place = data.draw(st.integers(0, len(entries) - 1))
    changes = {name: value for name, value in changes.items() if name not in ("number", "seal")}
    changed = replace(entries[place], **changes)
    assume(changed != entries[place])
    forged = sealed([*entries[:place], changed, *entries[place + 1 :]], place)
    if not is_all:
        forged[place + 1 :] = entries[place + 1 :]
    assert first_fault(forged, end(entries)) is not None


@given(AUDITS, st.data(), st.booleans())
def test_any_removal_is_found(entries, data, is_numbered_anew) -> None:
    gone = data.draw(st.sets(st.integers(0, len(entries) - 1), min_size=1))
    left = [entry for place, entry in enumerate(entries) if place not in gone]
    found = first_fault(numbered(left) if is_numbered_anew else left, end(entries))
    assert found is not None


@given(AUDITS, st.data(), st.booleans())
def test_any_other_order_is_found(entries, data, is_numbered_anew) -> None:
    other = data.draw(st.permutations(entries))
    assume(other != entries)
    if is_numbered_anew:
        numbers = [entry.number for entry in entries]
        other = [replace(entry, number=number) for entry, number in zip(other, numbers, strict=True)]
    assert first_fault(other, end(entries)) is not None


@given(AUDITS, OTHER, st.data(), st.booleans())
def test_any_insertion_is_found(entries, changes, data, is_numbered_anew) -> None:
    place = data.draw(st.integers(0, len(entries) - 1))
    put_in = replace(data.draw(st.sampled_from(entries)), **changes)
    more = [*entries[:place], put_in, *entries[place:]]
    if is_numbered_anew:
        more = numbered(more)
    forged = sealed(more, place)[: place + 1] + more[place + 1 :]
    assert first_fault(more, end(entries)) is not None
    assert first_fault(forged, end(entries)) is not None


@given(AUDITS, st.data())
def test_a_cut_is_found_up_to_the_anchor_and_allowed_behind_it(entries, data) -> None:
    left = data.draw(st.integers(0, len(entries) - 1))
    anchor = data.draw(st.integers(0, len(entries) - 1))
    found = first_fault(entries[:left], Anchor(entries[anchor].number, entries[anchor].seal))
    if left > anchor:
        # Lines that a line behind them told of as lost are missing without it.
        assert found is None or [e.number for e in entries[:left]] != list(range(1, left + 1))
    else:
        assert found is not None


def test_the_first_fault_is_told_by_its_kind_and_its_line() -> None:
    entries = chain(8)
    anchor = end(entries)

    def told(lines: list[Entry]) -> Fault | None:
        return first_fault(lines, anchor)

    changed = [*entries[:2], replace(entries[2], subject="v-77"), *entries[3:]]
    assert told(changed) == Fault("changed", 3)
    assert told([*entries[:2], *entries[3:]]) == Fault("removed", 3)
    assert told(numbered([*entries[:2], entries[3], entries[2], *entries[4:]])) == Fault("reordered", 3)
    assert told([*entries[:2], entries[3], entries[2], *entries[4:]]) == Fault("removed", 3)
    forged = sealed(numbered([*entries[:2], replace(entries[5], subject="v-9"), *entries[2:]]), 2)[:3]
    assert told(forged + numbered([*forged, *entries[2:]])[3:]) == Fault("inserted", 3)
    assert told(entries[:5]) == Fault("truncated", 8)
    assert told(sealed([*entries[:7], replace(entries[7], subject="v-9")], 7)) == Fault("truncated", 8)
    assert str(Fault("removed", 3)) == "Line 3 was removed."
    assert first_fault(entries[:5], None) is None
    assert first_fault([], anchor) == Fault("truncated", 8)


def test_lines_that_are_told_of_as_lost_are_no_fault_and_counted() -> None:
    whole = chain(8)
    entries = rescued([*whole[:2], *whole[5:7]], 8)
    # The eighth was anchored, and is told of as lost.
    assert first_fault(entries, end(whole)) is None
    assert lost(entries) == 4
    assert first_fault([*entries[:2], *entries[3:]], None) == Fault("removed", 8)
    more = [*entries[:2], whole[3], *entries[2:]]
    assert first_fault(more, None) == Fault("inserted", 8)
    # Also of what that line says itself.
    for changes in ({"at": 1.0}, {"who": "612"}, {"outcome": "lost-3"}, {"subject": "1"}, {"number": 10}):
        assert first_fault([*entries[:4], replace(entries[4], **changes), *entries[5:]], None) is not None
        assert first_fault([*entries[:4], replace(entries[4], **changes)], None) is not None
    other = [*entries[:2], replace(entries[2], subject="v-9"), *entries[3:]]
    assert first_fault(other, None) == Fault("changed", 8)


@pytest.mark.parametrize(
    "line",
    ["", "null", "{}", "[1.0]", "[1.0, 2, 3, 4]", '["1", "a", "b", "c"]', '[1e300, "a", "b", "c"]',
     '[1.0,"a","b","c"]', '[NaN, "a", "b", "c"]', '[-1.0, "a", "b", "c"]', "\0", b"x",
     '[1.0, "u", "a", "b", "c", "d"]'],
)  # fmt: skip
def test_a_line_that_is_none_of_ours_is_read_and_shows(line) -> None:
    first = chain(1)[0]
    entry = entry_of(Row(2, line, seal_of(first.seal, str(line))))
    assert entry.what == UNREADABLE
    assert first_fault([first, entry], None) == Fault("changed", 2)


def test_lines_of_the_version_before_hold_as_they_are() -> None:
    seal, entries = "", []
    for number in range(1, 4):
        line = json.dumps([0.1 + number, "check_in", f"a-{number}", "kept"])
        seal = seal_of(seal, line)
        entries.append(entry_of(Row(number, line, seal)))
    entries = sealed([*entries, Entry(4, 5.0, "612", "lock", "", "ok", "")], 3)
    assert [entry.who for entry in entries] == [None, None, None, "612"]
    assert first_fault(entries, end(entries)) is None


# -- what may stand in it


@pytest.mark.parametrize(
    "name", ["Okafor.Mira.1984-05-09", "okafor-1984", "1984-05-09", "mira7", "Room 5", "5035550101 Okafor"]
)
async def test_what_may_be_a_name_gets_a_stand_in(name: str) -> None:
    (line,) = await noted((Event.PATIENT_VIEWED, name))
    assert line.subject.startswith("x")
    assert name not in line.subject


@pytest.mark.parametrize(
    "record", ["7301", "48211-2", "0f8fad5b-d9cb-469f-a165-70867728950e", "a" * 32, "uid-1000", "-", ""]
)
async def test_an_id_stands_as_it_is(record: str) -> None:
    (line,) = await noted((Event.PATIENT_VIEWED, record))
    assert line.subject == record


async def noted(*notes: tuple[str, ...], who: str = "612") -> list[Entry]:
    store = await open_file(None)
    audit = Audit(store, who, ServerClock(HandClock()))
    for note in notes:
        audit.note(*note)
    entries = await store.audit()
    await store.close()
    return entries


async def test_each_line_holds_who_did_what_when_to_whom() -> None:
    first, second = await noted((Event.PATIENT_VIEWED, "7301"), ("check_in", "48211", "refused"))
    assert (first.number, first.who, first.what, first.subject, first.outcome) == (
        1, "612", "patient_viewed", "7301", "ok",
    )  # fmt: skip
    assert (second.what, second.subject, second.outcome) == ("check_in", "48211", "refused")
    assert first.at == round(HandClock().wall(), 3)
    assert first_fault([first, second], end([second])) is None


async def test_a_server_does_not_say_when_something_was_done_here() -> None:
    hand = HandClock()
    clock = ServerClock(hand)
    for _ in range(2):
        clock.observe(hand.wall() + 9e8)
    store = await open_file(None)
    Audit(store, "612", clock).note(Event.LOCK)
    (line,) = await store.audit()
    await store.close()
    assert clock.skew_s() < -8e8
    assert line.at == round(hand.wall(), 3)


@pytest.mark.parametrize("wall", [-1e12, -0.001, 0.0, 253402300799.9999, 1e12, 1e300])
async def test_whatever_this_machines_clock_says_the_line_is_read(wall) -> None:
    store = await open_file(None)
    Audit(store, "612", ServerClock(HandClock(wall=wall))).note(Event.LOCK)
    (line,) = entries = await store.audit()
    await store.close()
    assert line.what == Event.LOCK
    # As it is shown.
    assert datetime.fromtimestamp(line.at, UTC).year in (1970, 9999)
    assert first_fault(entries, None) is None


async def test_every_event_is_a_code() -> None:
    assert [entry.what for entry in await noted(*((event,) for event in Event))] == list(Event)


@pytest.mark.parametrize("name", NAMES)
async def test_what_may_be_a_name_is_replaced_everywhere(name) -> None:
    # One lower-case word is what a code looks like.
    code = "lock" if name == "okafor" else name
    entries = await noted((code, name, code), ("lock", name), who=name)
    for entry in entries:
        assert json.dumps(name)[1:-1] not in entry.line
    assert entries[0].subject == entries[1].subject == entries[0].who
    assert entries[0].subject.startswith("x")


@given(st.text(alphabet=string.printable + "äéĐ漢\ud83d", max_size=100))
def test_only_what_looks_like_an_id_stands_there_as_it_is(text) -> None:
    kept = Kept()
    Audit(kept, text, ServerClock(HandClock())).note(text, text, text)  # type: ignore[arg-type]
    _, who, what, subject, outcome = kept.lines[0]
    assert (who, what) == (subject, outcome)
    assert who in ("", "-", "x0") or (set(who) <= ID and len(who) <= 80 and set(string.digits) & set(who))
    assert what in ("", "-", "x0") or (set(what) <= CODE and len(what) <= 40)


class Kept:
    """A store that shows what is noted."""

    def __init__(self) -> None:
        self.lines: list[tuple[float, str, str, str, str]] = []

    def note(self, *line: Any) -> None:
        self.lines.append(line)

    def stand_in(self, text: str) -> str:
        return "x0"


async def test_a_stand_in_is_the_same_in_every_process_and_differs_between_stores(tmp_path) -> None:
    stores = [await open_file(tmp_path / "a.db", KEY), await open_file(tmp_path / "a.db", KEY)]
    stores += [await open_file(tmp_path / "b.db", bytes(32)), await open_file(None), await open_file(None)]
    marks = [store.stand_in("Mira Okafor") for store in stores]
    assert marks[0] == marks[1]
    assert len(set(marks)) == 4
    for store in stores:
        await store.close()


async def test_lines_of_a_chain_follow_each_other() -> None:
    entries = await noted(*((Event.LOCK, f"{n}") for n in range(5)))
    assert all(seal_of(one.seal, other.line) == other.seal for one, other in pairwise(entries))
